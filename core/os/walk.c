#include "core/os/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/os/fault.h"

struct walk {
	DIR *dir;
	int fd;
};

static struct walk *
open_walk(const struct walk *parent, const char *name, int flags)
{
	int fd = openat(parent ? parent->fd : AT_FDCWD, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
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

struct walk *
walk_open(const struct walk *parent, const char *name)
{
	return open_walk(parent, name, 0);
}

/* Not through a link. */
static struct walk *
walk_open_own(const struct walk *parent, const char *name)
{
	return open_walk(parent, name, O_NOFOLLOW);
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
		found = readdir(walk->dir);
		if (!found)
			return false;
	} while (!strcmp(found->d_name, ".") || !strcmp(found->d_name, ".."));
	entry->name = found->d_name;
	entry->kind = kind_of_entry(walk, found);
	return true;
}

bool
walk_look(const struct walk *walk, const char *name, struct walk_info *info)
{
	struct stat st;

	if (fstatat(walk->fd, name, &st, 0))
		return false;
	info->kind = kind_of(st.st_mode);
	info->size = (uint64_t)st.st_size;
	info->accessed =
	    (double)st.st_atim.tv_sec + (double)st.st_atim.tv_nsec / 1e9;
	info->modified =
	    (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec / 1e9;
	return true;
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

bool
walk_read(
    const struct walk *walk, const char *name, size_t most, struct str *out)
{
	int fd = openat(walk->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char block[512];
	ssize_t got = 0;

	if (fd < 0)
		return false;
	while (out->n < most && (got = read(fd, block, sizeof(block))) > 0)
		str_add(out, block, (size_t)got);
	close(fd);
	return got >= 0;
}

void
walk_add_up(const struct walk *parent, const char *name,
    const atomic_bool *cancelled, struct walk_sum *sum)
{
	struct walk *walk = open_walk(parent, name, O_NOFOLLOW);
	struct walk_entry entry;
	struct walk_info info;

	while (walk && !(cancelled && atomic_load(cancelled)) &&
	       walk_next(walk, &entry)) {
		if (entry.kind == WALK_FOLDER) {
			walk_add_up(walk, entry.name, cancelled, sum);
		} else if (entry.kind == WALK_FILE &&
			   walk_look(walk, entry.name, &info)) {
			sum->bytes += info.size;
			sum->files++;
		}
	}
	if (walk)
		walk_close(walk);
}

static bool
is_over(const atomic_ullong *until)
{
	unsigned long long end = until ? atomic_load(until) : 0;

	return end && clock_ms() >= end;
}

/* Takes away what is in a folder; goes on after a failure, and keeps its
 * errno. */
static int
empty(struct walk *walk, const atomic_ullong *until)
{
	struct walk_entry entry;
	int errnum = 0;

	while (walk_next(walk, &entry)) {
		bool folder = entry.kind == WALK_FOLDER;
		struct walk *inner = NULL;
		int below = 0;

		if (is_over(until))
			return ECANCELED;
		if (folder)
			inner = walk_open_own(walk, entry.name);
		if (inner)
			below = empty(inner, until);
		walk_close(inner);
		if (fault_hit("remove") || (unlinkat(walk->fd, entry.name,
						folder ? AT_REMOVEDIR : 0) &&
					       errno != ENOENT))
			errnum = below ? below : errno;
	}
	return errnum;
}

bool
walk_remove(const char *path, struct error *err)
{
	return walk_remove_until(path, NULL, err);
}

bool
walk_remove_until(
    const char *path, const atomic_ullong *until, struct error *err)
{
	struct walk *walk = walk_open_own(NULL, path);
	int errnum = walk ? empty(walk, until) : 0;
	bool folder = walk != NULL;

	walk_close(walk);
	if (!errnum &&
	    (fault_hit("remove") ||
		unlinkat(AT_FDCWD, path, folder ? AT_REMOVEDIR : 0)) &&
	    errno != ENOENT)
		errnum = errno;
	if (errnum == ECANCELED)
		return err_set(err, ERR_CANCELLED, "stopped");
	return !errnum || err_path(err, errnum, "remove", path);
}
