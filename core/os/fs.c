#include "core/os/fs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#ifdef HAVE_LINUX_FIEMAP_H
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#endif

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/fault.h"

const char *
fs_odd_kind(unsigned mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return NULL;
	case S_IFDIR:
		return "a folder";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFLNK:
		return "a link";
	default:
		return "a device";
	}
}

uint64_t
fs_held(const struct stat *st)
{
	return fault_hit("held") ? (uint64_t)st->st_size
	                         : (uint64_t)st->st_blocks * 512;
}

#ifdef HAVE_LINUX_FIEMAP_H
/* Of those that share extents: btrfs, XFS, OCFS2, bcachefs. */
bool
fs_can_share(const char *path)
{
	static const long types[] = { 0x9123683e, 0x58465342, 0x7461636f,
		0xca451a4e };
	struct statfs st;

	if (fault_hit("shares"))
		return true;
	for (unsigned i = 0; !statfs(path, &st) && i < 4; i++) {
		if ((uint32_t)st.f_type == (uint32_t)types[i])
			return true;
	}
	return false;
}

/* Extents that are asked for at once. */
#define EXTENTS 64

bool
fs_shares_extents(int fd)
{
	size_t size =
	    sizeof(struct fiemap) + EXTENTS * sizeof(struct fiemap_extent);
	struct fiemap *map = mem_zalloc(size);
	bool shares = fault_hit("shares");
	bool more = true;

	for (uint64_t at = 0; more && !shares;) {
		memset(map, 0, size);
		map->fm_start = at;
		map->fm_length = ~(uint64_t)0 - at;
		map->fm_extent_count = EXTENTS;
		if (ioctl(fd, FS_IOC_FIEMAP, map) || !map->fm_mapped_extents)
			break;
		for (unsigned i = 0; i < map->fm_mapped_extents; i++) {
			const struct fiemap_extent *e = &map->fm_extents[i];

			shares = shares || e->fe_flags & FIEMAP_EXTENT_SHARED;
			more = !(e->fe_flags & FIEMAP_EXTENT_LAST);
			at = e->fe_logical + e->fe_length;
		}
	}
	free(map);
	return shares;
}
#else
bool
fs_can_share(const char *path)
{
	(void)path;
	return false;
}

bool
fs_shares_extents(int fd)
{
	(void)fd;
	return false;
}
#endif

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

bool
fs_is_same(const char *a, const char *b)
{
	struct statvfs of_a, of_b;

	return look_above(a, &of_a) && look_above(b, &of_b) &&
	       of_a.f_fsid == of_b.f_fsid;
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
