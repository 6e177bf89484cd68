#include "core/store/busy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/root.h"

/* Whether a lock file that exists is held; one that cannot be had may be. */
static bool
is_held(const char *path, int *fd)
{
	struct error ignored;
	enum flock_result result;

	if (!file_is_own(path))
		return false;
	result = flock_try(path, fd, &ignored);
	return result == FLOCK_BUSY || result == FLOCK_FAILED;
}

bool
busy_lock(
    const struct root *root, const char *folder, const char *etag, int *fd)
{
	struct str below = STR_INIT;
	struct error ignored;
	char *path;
	enum flock_result result;
	struct root_info info;
	bool busy;

	*fd = -1;
	str_addf(&below, ".locks/%s/%s.lock", folder, etag);
	if (root_make_parents(root, below.v, &ignored)) {
		result = flock_below(root, below.v, fd, &ignored);
		/* A lock that is there and cannot be had may be held. */
		busy = result == FLOCK_BUSY ||
		       (result == FLOCK_FAILED &&
			   (!root_look(root, below.v, &info, &ignored) ||
			       info.kind != ROOT_MISSING));
	} else {
		path = path_join(root_path(root), below.v);
		busy = is_held(path, fd);
		free(path);
	}
	str_fini(&below);
	return !busy;
}

struct search {
	const char *folder; /* of the locks */
	bool busy;
};

static bool
look(void *context, const char *name)
{
	struct search *search = context;
	size_t n = strlen(name);
	char *path;
	int fd = -1;

	if (n < 5 || strcmp(name + n - 5, ".lock") != 0)
		return true;
	path = path_join(search->folder, name);
	search->busy = is_held(path, &fd);
	file_close(fd);
	free(path);
	return !search->busy;
}

bool
busy_repo(const char *root, const char *folder)
{
	struct search search = { NULL, false };
	struct str locks = STR_INIT;
	struct error err;

	str_addf(&locks, "%s/.locks/%s", root, folder);
	search.folder = locks.v;
	/* Locks that cannot be listed may be held; in a file there are none. */
	if (!dir_list(locks.v, look, &search, &err) && err.detail != ENOTDIR)
		search.busy = true;
	str_fini(&locks);
	return search.busy;
}
