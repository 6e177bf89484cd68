#include "core/store/busy.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"

bool
busy_lock(const char *root, const char *folder, const char *etag, int *fd)
{
	struct str path = STR_INIT;
	struct error ignored;
	bool busy = false;

	*fd = -1;
	str_addf(&path, "%s/.locks/%s/%s.lock", root, folder, etag);
	if (dir_make_parent(path.v, &ignored))
		busy = flock_try(path.v, fd, &ignored) == FLOCK_BUSY;
	str_fini(&path);
	return !busy;
}

struct search {
	const char *root, *folder;
	bool busy;
};

static bool
look(void *context, const char *name)
{
	struct search *search = context;
	size_t n = strlen(name);
	char *etag;
	int fd;

	if (n < 5 || strcmp(name + n - 5, ".lock") != 0)
		return true;
	etag = mem_strndup(name, n - 5);
	search->busy = !busy_lock(search->root, search->folder, etag, &fd);
	file_close(fd);
	free(etag);
	return !search->busy;
}

bool
busy_repo(const char *root, const char *folder)
{
	struct search search = { root, folder, false };
	struct str locks = STR_INIT;
	struct error ignored;

	str_addf(&locks, "%s/.locks/%s", root, folder);
	(void)!dir_list(locks.v, look, &search, &ignored);
	str_fini(&locks);
	return search.busy;
}
