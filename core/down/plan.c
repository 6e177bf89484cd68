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
