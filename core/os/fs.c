#include "core/os/fs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/file.h"

/* Of the nearest folder above `path` that exists. */
static bool
look_above(const char *path, struct statvfs *st)
{
	char *at = mem_strdup(path);
	int failed;

	while ((failed = statvfs(at, st)) && errno == ENOENT && *at) {
		char *parent = path_folder(at);

		free(at);
		at = *parent ? parent : mem_strdup("/");
		if (!*parent)
			free(parent);
	}
	free(at);
	return !failed;
}

bool
fs_free_bytes(const char *path, uint64_t *bytes)
{
	struct statvfs st;

	if (!look_above(path, &st))
		return false;
	*bytes = (uint64_t)st.f_bavail * st.f_frsize;
	return true;
}

void
fs_look(const char *path, uint64_t *free_bytes, uint64_t *size, bool *no_atime)
{
	struct statvfs st;

	*free_bytes = *size = 0;
	*no_atime = false;
	if (!look_above(path, &st))
		return;
	*free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
	*size = (uint64_t)st.f_blocks * st.f_frsize;
#ifdef ST_NOATIME
	*no_atime = (st.f_flag & ST_NOATIME) != 0;
#endif
}

/* More than any number of connections needs. */
#define OPEN_FILES_MAX 4096

unsigned
fs_open_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 256;
	if (limit.rlim_cur < OPEN_FILES_MAX &&
	    limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < OPEN_FILES_MAX
		                     ? limit.rlim_max
		                     : OPEN_FILES_MAX;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur < OPEN_FILES_MAX ? (unsigned)limit.rlim_cur
	                                       : OPEN_FILES_MAX;
}

void
fs_boot_id(char id[FS_BOOT_MAX])
{
	struct str text = STR_INIT;
	struct error ignored;

	memset(id, 0, FS_BOOT_MAX);
	if (file_read_all("/proc/sys/kernel/random/boot_id", FS_BOOT_MAX - 1,
		&text, &ignored))
		memcpy(id, text.v, text.n);
	str_fini(&text);
}
