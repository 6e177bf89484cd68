#include "core/os/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/os/fs.h"

struct walk {
	DIR *dir;
	int fd;
	int errnum; /* why it ended early */
};

struct walk *
walk_open(const struct walk *parent, const char *name)
{
	int fd = openat(parent ? parent->fd : AT_FDCWD, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct walk *walk;
	DIR *dir;
	int errnum;

	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir) {
		errnum = errno;
		close(fd);
		errno = errnum;
		return NULL;
	}
	walk = mem_new(struct walk);
	walk->dir = dir;
	walk->fd = fd;
	return walk;
}

void
walk_close(struct walk *walk)
{
	if (!walk)
		return;
	closedir(walk->dir);
	free(walk);
}

static enum walk_kind
kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return WALK_FILE;
	if (S_ISDIR(mode))
		return WALK_FOLDER;
	return S_ISLNK(mode) ? WALK_LINK : WALK_OTHER;
}

static enum walk_kind
kind_of_entry(const struct walk *walk, const struct dirent *entry)
{
	struct stat st;

	switch (entry->d_type) {
	case DT_REG:
		return WALK_FILE;
	case DT_DIR:
		return WALK_FOLDER;
	case DT_LNK:
		return WALK_LINK;
	case DT_UNKNOWN:
		/* Some file systems do not say. */
		if (!fstatat(walk->fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			return kind_of(st.st_mode);
		return WALK_OTHER;
	default:
		return WALK_OTHER;
	}
}

bool
walk_next(struct walk *walk, struct walk_entry *entry)
{
	struct dirent *found;

	do {
		errno = 0;
		found = readdir(walk->dir);
		if (!found) {
			walk->errnum = errno;
			return false;
		}
	} while (!strcmp(found->d_name, ".") || !strcmp(found->d_name, ".."));
	entry->name = found->d_name;
	entry->kind = kind_of_entry(walk, found);
	return true;
}

int
walk_error(const struct walk *walk)
{
	return walk->errnum;
}

int
walk_fixed(const struct walk *walk)
{
	return faccessat(walk->fd, ".", W_OK | X_OK, AT_EACCESS) ? errno : 0;
}

bool
walk_shares(const struct walk *walk, const char *name)
{
	int fd = walk_odd(walk, name) ? -1
	                              : openat(walk->fd, name,
					    O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool shares = fd >= 0 && fs_shares_extents(fd);

	if (fd >= 0)
		close(fd);
	return shares;
}

static int64_t
in_ns(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static void
fill_info(struct walk_info *info, const struct stat *st)
{
	info->kind = kind_of(st->st_mode);
	info->open_to_all = (st->st_mode & 0444) == 0444;
	info->size = (uint64_t)st->st_size;
	info->held = fs_held(st);
	info->device = (uint64_t)st->st_dev;
	info->number = (uint64_t)st->st_ino;
	info->names = (unsigned)st->st_nlink;
	info->accessed =
	    (double)st->st_atim.tv_sec + (double)st->st_atim.tv_nsec / 1e9;
	info->modified =
	    (double)st->st_mtim.tv_sec + (double)st->st_mtim.tv_nsec / 1e9;
	info->modified_ns = in_ns(&st->st_mtim);
	info->changed_ns = in_ns(&st->st_ctim);
}

bool
walk_look(const struct walk *walk, const char *name, struct walk_info *info)
{
	struct stat st;

	if (fstatat(walk ? walk->fd : AT_FDCWD, name, &st, 0))
		return false;
	fill_info(info, &st);
	return true;
}

bool
walk_look_open(int fd, struct walk_info *info)
{
	struct stat st;

	if (fstat(fd, &st))
		return false;
	fill_info(info, &st);
	return true;
}

bool
walk_may_read(const struct walk *walk, const char *name)
{
	return !faccessat(walk->fd, name, R_OK, AT_EACCESS);
}

bool
walk_link(const struct walk *walk, const char *name, struct str *text)
{
	char target[4096];
	ssize_t n = readlinkat(walk->fd, name, target, sizeof(target));

	str_clear(text);
	if (n < 0)
		return false;
	str_add(text, target, (size_t)n);
	return true;
}

const char *
walk_odd(const struct walk *walk, const char *name)
{
	struct stat st;

	return fstatat(walk->fd, name, &st, 0) ? NULL : fs_odd_kind(st.st_mode);
}

bool
walk_read(
    const struct walk *walk, const char *name, size_t most, struct str *out)
{
	char block[512];
	struct stat st;
	ssize_t got = 0;
	int fd;

	/* Not even opened: a socket cannot be, and some devices act on it. */
	errno = EINVAL;
	if (walk_odd(walk, name))
		return false;
	fd = openat(walk->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return false;
	}
	while (out->n < most && (got = read(fd, block, sizeof(block))) > 0)
		str_add(out, block, (size_t)got);
	close(fd);
	return got >= 0;
}
