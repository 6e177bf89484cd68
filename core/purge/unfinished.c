#include "core/purge/unfinished.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/census/scan_repo.h"
#include "core/os/file.h"
#include "core/os/root.h"
#include "core/purge/purge.h"
#include "core/store/busy.h"

/* What it is to become, which is the name of its lock; NULL: it is nothing of ours. The
 * caller frees it. */
static char *
sum_of_name(const struct scan_stray *stray)
{
	bool partial;

	if (!stray->partial || !scan_is_blob_name(stray->name, &partial) ||
	    !partial || *stray->name == '.' || strstr(stray->name, ".hug-"))
		return NULL;
	return mem_strndup(stray->name, strcspn(stray->name, "."));
}

/* Without a lock nobody can say that it is not written to. */
static bool
lock_it(const struct root *root, const char *folder, const char *sum, int *lock)
{
	return busy_lock(root, folder, sum, lock) && *lock >= 0;
}

static bool
has(const unfinished_sums *sums, const char *sum)
{
	for (size_t i = 0; sums && i < sums->n; i++) {
		if (!strcmp(sums->v[i], sum))
			return true;
	}
	return false;
}

static void
look_at(const struct root *root, const char *folder,
    const struct scan_stray *stray, const unfinished_sums *ours,
    struct unfinished *sum)
{
	char *name = sum_of_name(stray);
	int lock = -1;

	if (!name)
		return;
	if (has(ours, name) || lock_it(root, folder, name, &lock)) {
		sum->files++;
		sum->bytes += stray->disk.held;
	} else {
		sum->busy++;
	}
	file_close(lock);
	free(name);
}

void
unfinished_look(const char *path, const char *folder,
    const unfinished_sums *ours, struct unfinished *sum)
{
	struct error ignored;
	struct root *root = root_open(path, &ignored);
	struct scan_repo repo;

	if (!root)
		return;
	scan_one(&repo, path, folder, false);
	for (size_t i = 0; i < repo.strays.n && !purge_refuses(&repo); i++)
		look_at(root, folder, &repo.strays.v[i], ours, sum);
	scan_repo_fini(&repo);
	root_close(root);
}

/* Under its lock nobody begins to write to it, and who had it has finished it, or has
 * let it be: then the name is gone, or is still that of an unfinished file. */
static bool
discard(const struct root *root, const char *folder,
    const struct scan_stray *stray, struct unfinished *sum, struct error *err)
{
	char *name = sum_of_name(stray);
	struct str below = STR_INIT;
	uint64_t freed = 0;
	int lock = -1;
	bool ok = true;

	if (!name)
		return true;
	str_addf(&below, "%s/blobs/%s", folder, stray->name);
	if (lock_it(root, folder, name, &lock)) {
		ok = root_unlink(root, below.v, &freed, err);
		sum->files += ok;
		sum->bytes += freed;
	} else {
		sum->busy++;
	}
	file_close(lock);
	str_fini(&below);
	free(name);
	return ok;
}

bool
unfinished_discard(const char *path, const char *folder, struct unfinished *sum,
    struct error *err)
{
	struct root *root = root_open(path, err);
	struct scan_repo repo;
	bool ok = true;

	if (!root)
		return false;
	scan_one(&repo, path, folder, false);
	if (purge_refuses(&repo))
		ok = err_set(err, ERR_CONFLICT, "%s", purge_refuses(&repo));
	for (size_t i = 0; i < repo.strays.n && !purge_refuses(&repo); i++)
		ok = discard(root, folder, &repo.strays.v[i], sum, err) && ok;
	scan_repo_fini(&repo);
	root_close(root);
	return ok;
}
