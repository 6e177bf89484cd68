#include "core/down/plan.h"

#include <stdlib.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/store/snapshot.h"

void
plan_clear(struct plan *plan)
{
	arr_each (file, &plan->files) {
		free(file->path);
		free(file->etag);
		free(file->xet);
	}
	arr_free(&plan->files);
	arr_free(&plan->blobs);
	plan->missing = plan->kept = 0;
	plan->unknown = false;
}

void
plan_fini(struct plan *plan)
{
	plan_clear(plan);
	*plan = (struct plan){ 0 };
}

void
plan_drop(struct plan *plan, size_t i)
{
	free(plan->files.v[i].path);
	free(plan->files.v[i].etag);
	free(plan->files.v[i].xet);
	plan->files.v[i] = plan->files.v[--plan->files.n];
}

/* More than any disk holds; sums of a few of these still fit. */
#define SIZE_MOST ((uint64_t)1 << 56)

static bool
refuse(struct error *err, const char *path, const char *why)
{

	err_set(err, ERR_CORRUPT, "%.300s: %s", path, why);
	return false;
}

bool
plan_add(struct plan *plan, const char *path, const char *etag, const char *xet,
    uint64_t size, struct error *err)
{
	enum digest_kind kind;

	if (!path_check(path, err))
		return false;
	if (!digest_kind_of(etag, &kind))
		return refuse(err, path, "the Hub gives no sum to check it by");
	if (size > SIZE_MOST && size != SIZE_UNKNOWN)
		return refuse(err, path, "no file is as large as the Hub says");
	arr_push(&plan->files, (struct plan_file){ .path = mem_strdup(path),
				   .etag = mem_strdup(etag),
				   .xet = mem_strdup(xet),
				   .size = size });
	return true;
}

/* A blob and what it is ordered by. */
struct ordered {
	uint64_t size;
	struct plan_blob blob;
};

/* Equal ones stay in the order of their files. */
static int
smallest_first(const void *a, const void *b)
{
	const struct ordered *x = a;
	const struct ordered *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->blob.first < y->blob.first ? -1 : 1;
}

void
plan_order(struct plan *plan)
{
	ARR(struct ordered) all = { 0 };

	arr_each (blob, &plan->blobs)
		arr_push(&all,
		    (struct ordered){ plan->files.v[blob->first].size, *blob });
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), smallest_first);
	for (size_t i = 0; i < all.n; i++)
		plan->blobs.v[i] = all.v[i].blob;
	arr_free(&all);
}
