#include "core/os/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_LINUX_OPENAT2_H
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/os/fault.h"
#include "core/os/file.h"
#include "core/os/fs.h"
#include "core/os/root_own.h"

/* openat2 may be told to try again while something is renamed. */
#define TRIES 8

/* -- opening -- */

bool
root_is_below(const char *below)
{
	for (;;) {
		size_t n = strcspn(below, "/");

		if (!n || (n == 1 && below[0] == '.') ||
		    (n == 2 && !memcmp(below, "..", 2)))
			return false;
		if (!below[n])
			return true;
		below += n + 1;
	}
}

/* Component by component; what is no folder on the way fails with ENOTDIR, and
 * so does a link. */
static int
open_by_steps(int fd, const char *below, int flags)
{
	char *copy = mem_strdup(below);
	char *part = copy;
	int at = fd, next, errnum;

	for (;;) {
		char *slash = strchr(part, '/');

		if (slash)
			*slash = '\0';
		next = openat(at, part,
		    (slash ? O_PATH | O_DIRECTORY : flags) | O_NOFOLLOW |
			O_CLOEXEC,
		    0600);
		errnum = errno;
		if (at != fd)
			close(at);
		if (next < 0 || !slash)
			break;
		at = next;
		part = slash + 1;
	}
	free(copy);
	errno = errnum;
	return next;
}

/* Whether two descriptors lie on one file system. */
static bool
is_one_device(int a, int b)
{
	struct stat x, y;

	return !fstat(a, &x) && !fstat(b, &y) && x.st_dev == y.st_dev;
}

/* By the system in one step. */
static int
open_at_once(int fd, const char *below, int flags, bool inside)
{
#ifdef HAVE_LINUX_OPENAT2_H
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? 0600 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		           RESOLVE_NO_MAGICLINKS |
		           (inside ? RESOLVE_NO_XDEV : 0) };
	long found = -1;

	for (int i = 0; i < TRIES; i++) {
		found = fault_hit("openat2") ? -1
		                             : syscall(SYS_openat2, fd, below,
						   &how, sizeof(how));
		if (found >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)found;
#else
	(void)fd;
	(void)below;
	(void)flags;
	(void)inside;
	errno = ENOSYS;
	return -1;
#endif
}

int
root_fd_open(int fd, const char *below, int flags, bool inside)
{
	int found;

	if (!*below)
		return openat(fd, ".", flags | O_CLOEXEC);
	if (!root_is_below(below)) {
		errno = EINVAL;
		return -1;
	}
	found = open_at_once(fd, below, flags, inside);
	/* EPERM is what a sandbox says of a call that it does not know; where
	 * the file system said it, the steps are told the same. */
	if (found >= 0 || (errno != ENOSYS && errno != EPERM))
		return found;
	found = open_by_steps(fd, below, flags);
	if (found >= 0 && inside && !is_one_device(fd, found)) {
		close(found);
		errno = EXDEV;
		return -1;
	}
	return found;
}

struct root *
root_open(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct root *root;

	/* One that may be entered but not read. */
	if (fd < 0 && errno == EACCES)
		fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		err_path(err, errno, "open the folder", path);
		if (err->detail == ENOENT)
			err->code = ERR_NOT_FOUND;
		return NULL;
	}
	root = mem_new(struct root);
	root->path = mem_strdup(path);
	root->fd = fd;
	return root;
}

void
root_close(struct root *root)
{
	if (!root)
		return;
	close(root->fd);
	free(root->path);
	free(root);
}

const char *
root_path(const struct root *root)
{
	return root->path;
}

/* -- errors -- */

/* The link that is in the way of a path; NULL if none is. */
static char *
find_link(const struct root *root, const char *below)
{
	struct str part = STR_INIT;
	struct str text = STR_INIT;
	char *found = NULL;

	for (const char *p = below; !found && *p;) {
		size_t n = strcspn(p, "/");

		str_addz(&part, part.n ? "/" : "");
		str_add(&part, p, n);
		p += n + (p[n] == '/');
		if (*p && root_link_text(root, part.v, &text))
			found = str_steal(&part);
	}
	str_fini(&part);
	str_fini(&text);
	return found;
}

static void
say_link(const struct root *root, const char *below, const char *what,
    const char *link, struct error *err)
{
	struct str whole = STR_INIT;
	struct str target = STR_INIT;

	root_link_text(root, link, &target);
	str_addf(&whole, "%s/%s", root->path, below);
	err_set(err, ERR_CONFLICT,
	    "cannot %.60s %.400s: %.200s is a link to %.240s, and hug changes "
	    "nothing through a link",
	    what, whole.v, link, target.v);
	err->detail = ELOOP;
	str_fini(&whole);
	str_fini(&target);
}

bool
root_fail(const struct root *root, const char *below, const char *what,
    int errnum, struct error *err)
{
	char *link = errnum == ELOOP || errnum == ENOTDIR
	                 ? find_link(root, below)
	                 : NULL;
	char *whole =
	    *below ? path_join(root->path, below) : mem_strdup(root->path);

	if (link)
		say_link(root, below, what, link, err);
	else
		err_path(err, errnum, what, whole);
	if (errnum == ENOENT)
		err->code = ERR_NOT_FOUND;
	free(link);
	free(whole);
	return false;
}

int
root_fd_parent(int fd, const char *below, const char **name)
{
	const char *slash = strrchr(below, '/');
	char *folder;
	int found;

	if (!root_is_below(below)) {
		errno = EINVAL;
		return -1;
	}
	*name = slash ? slash + 1 : below;
	folder = mem_strndup(below, slash ? (size_t)(slash - below) : 0);
	found = root_fd_open(fd, folder, O_PATH | O_DIRECTORY, false);
	free(folder);
	return found;
}

void
root_fd_close(int fd)
{
	int errnum = errno;

	if (fd >= 0)
		close(fd);
	errno = errnum;
}

/* -- looking -- */

static enum root_kind
kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return ROOT_FILE;
	if (S_ISDIR(mode))
		return ROOT_FOLDER;
	return S_ISLNK(mode) ? ROOT_LINK : ROOT_OTHER;
}

bool
root_fd_look(int fd, const char *below, struct stat *st)
{
	const char *name = "";
	int parent;
	bool ok;

	if (!*below)
		return !fstat(fd, st);
	parent = root_fd_parent(fd, below, &name);
	ok = parent >= 0 && !fstatat(parent, name, st, AT_SYMLINK_NOFOLLOW);
	root_fd_close(parent);
	return ok;
}

bool
root_look(const struct root *root, const char *below, struct root_info *info,
    struct error *err)
{
	struct stat st;

	*info = (struct root_info){ .kind = ROOT_MISSING };
	if (!root_fd_look(root->fd, below, &st))
		return errno == ENOENT ||
		       root_fail(root, below, "look at", errno, err);
	*info = (struct root_info){ .kind = kind_of(st.st_mode),
		.size = (uint64_t)st.st_size,
		.names = (unsigned)st.st_nlink,
		.owner = (unsigned)st.st_uid,
		.mode = (unsigned)st.st_mode & 07777 };
	return true;
}

bool
root_link_text(const struct root *root, const char *below, struct str *text)
{
	char target[4096];
	const char *name = "";
	int parent = root_fd_parent(root->fd, below, &name);
	ssize_t n =
	    parent < 0 ? -1 : readlinkat(parent, name, target, sizeof(target));

	root_fd_close(parent);
	str_clear(text);
	if (n < 0)
		return false;
	str_add(text, target, (size_t)n);
	return true;
}

static int
refuse_kind(const struct root *root, const char *below, const char *what,
    const char *kind, struct error *err)
{
	char *path = path_join(root->path, below);

	err_set(err, ERR_CONFLICT, "cannot %.60s %.800s: it is %s, not a file",
	    what, path, kind);
	free(path);
	return -1;
}

/*
 * Opens a regular file. It is looked at before, since opening a device may do
 * something, and after, since it may have been replaced; a FIFO does not block.
 */
static int
open_file(const struct root *root, const char *below, int flags,
    const char *what, struct error *err)
{
	const char *kind = NULL;
	struct stat st;
	int fd;

	if (root_fd_look(root->fd, below, &st) && !S_ISLNK(st.st_mode))
		kind = fs_odd_kind(st.st_mode);
	if (kind)
		return refuse_kind(root, below, what, kind, err);
	fd = root_fd_open(root->fd, below, flags | O_NONBLOCK, false);
	if (fd < 0) {
		root_fail(root, below, what, errno, err);
		return -1;
	}
	if (!fstat(fd, &st) && !(kind = fs_odd_kind(st.st_mode)))
		return fd;
	close(fd);
	return refuse_kind(
	    root, below, what, kind ? kind : "nothing to be read", err);
}

static bool
refuse_size(
    const struct root *root, const char *below, size_t limit, struct error *err)
{
	return err_set(err, ERR_LIMIT, "%.400s/%.400s is larger than %zu bytes",
	    root->path, below, limit);
}

bool
root_read(const struct root *root, const char *below, size_t limit,
    struct str *out, struct error *err)
{
	int fd = open_file(root, below, O_RDONLY, "read", err);
	char block[4096];
	size_t got = 1;
	uint64_t at = 0;
	struct stat st;
	bool ok = fd >= 0;

	/* One with holes could be read for hours before that is known. */
	if (ok && !fstat(fd, &st) && (uint64_t)st.st_size > limit)
		ok = refuse_size(root, below, limit, err);
	while (ok && got) {
		ok = file_read_at(fd, block, sizeof(block), at, &got, err);
		if (ok && at + got > limit)
			ok = refuse_size(root, below, limit, err);
		if (ok)
			str_add(out, block, got);
		at += got;
	}
	file_close(fd);
	return ok;
}

int
root_open_lock(const struct root *root, const char *below, struct error *err)
{
	int fd = open_file(root, below, O_RDWR, "lock", err);

	/* Another user's, that we may not write, is locked as well. */
	if (fd < 0 && err->detail == EACCES)
		fd = open_file(root, below, O_RDONLY, "lock", err);
	return fd;
}

/* -- making -- */

static bool
write_new(const struct root *root, const char *below, const void *bytes,
    size_t n, unsigned mode, struct error *err)
{
	int fd = fault_hit("open")
	             ? -1
	             : root_fd_open(root->fd, below,
			   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, false);
	bool ok;

	if (fd < 0)
		return root_fail(root, below, "write", errno, err);
	MAY_FAIL(fchmod(fd, mode),
	    "without it the file is only ours, as it was made");
	ok = file_write_at(fd, bytes, n, 0, err) && file_sync(fd, err);
	if (!ok)
		err_wrap(err, "%.300s/%.300s", root->path, below);
	file_close(fd);
	return ok;
}

bool
root_create(const struct root *root, const char *below, const void *bytes,
    size_t n, struct error *err)
{
	return write_new(root, below, bytes, n, 0600, err);
}

bool
root_replace(const struct root *root, const char *below, const void *bytes,
    size_t n, unsigned mode, struct error *err)
{
	struct str draft = STR_INIT;
	struct str tail = STR_INIT;
	struct error ignored;
	char hex[9];
	bool ok;

	file_random_hex(hex, 8);
	str_addf(&tail, ".%s.tmp", hex);
	path_add_beside(&draft, below, tail.v);
	str_fini(&tail);
	ok = write_new(root, draft.v, bytes, n, mode, err) &&
	     root_rename(root, draft.v, below, err);
	if (!ok)
		MAY_FAIL(root_unlink(root, draft.v, NULL, &ignored),
		    "what stays has a name that nothing reads");
	str_fini(&draft);
	return ok;
}

bool
root_make(const struct root *root, const char *below, unsigned mode,
    struct error *err)
{
	const char *name = "";
	int parent = root_fd_parent(root->fd, below, &name);
	struct stat st;
	bool ok = parent >= 0;

	if (ok && !fault_hit("mkdir") && !mkdirat(parent, name, mode)) {
		ok = mode == 0777 || !fchmodat(parent, name, mode, 0);
	} else if (ok) {
		ok = errno == EEXIST &&
		     !fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW);
		if (ok && !S_ISDIR(st.st_mode)) {
			errno = ENOTDIR;
			ok = false;
		}
	}
	if (!ok)
		root_fail(root, below, "make the folder", errno, err);
	root_fd_close(parent);
	return ok;
}

bool
root_make_parents(const struct root *root, const char *below, struct error *err)
{
	char *copy = mem_strdup(below);
	bool ok = true;

	for (char *p = strchr(copy, '/'); ok && p; p = strchr(p + 1, '/')) {
		*p = '\0';
		ok = root_make(root, copy, 0777, err);
		*p = '/';
	}
	free(copy);
	return ok;
}

/* -- names -- */

bool
root_fd_names(int fd,
    bool (*each)(void *context, int fd, const struct dirent *entry),
    void *context)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		root_fd_close(fd);
		return false;
	}
	errno = 0;
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    !each(context, fd, entry))
			break;
		errno = 0;
	}
	if (errno) {
		int errnum = errno;

		closedir(dir);
		errno = errnum;
		return false;
	}
	closedir(dir);
	return true;
}

static bool
add_name(void *context, int fd, const struct dirent *entry)
{
	root_names *names = context;

	(void)fd;
	arr_push(names, mem_strdup(entry->d_name));
	return true;
}

bool
root_list(const struct root *root, const char *below, root_names *names,
    struct error *err)
{
	int fd = root_fd_open(root->fd, below, O_RDONLY | O_DIRECTORY, false);

	if (fd >= 0 && root_fd_names(fd, add_name, names))
		return true;
	return errno == ENOENT ||
	       root_fail(root, below, "read the folder", errno, err);
}

void
root_names_free(root_names *names)
{
	arr_each (name, names)
		free(*name);
	arr_free(names);
}

/* -- renaming and removing -- */

struct pair {
	const char *from, *to; /* names */
	int in, into;          /* folders */
};

static bool
open_pair(const struct root *root, const char *from, const char *to,
    struct pair *pair, struct error *err)
{
	pair->into = -1;
	pair->in = root_fd_parent(root->fd, from, &pair->from);
	if (pair->in < 0)
		return root_fail(root, from, "rename", errno, err);
	pair->into = root_fd_parent(root->fd, to, &pair->to);
	if (pair->into >= 0)
		return true;
	root_fail(root, to, "rename a file to", errno, err);
	close(pair->in);
	return false;
}

static void
close_pair(const struct pair *pair)
{
	root_fd_close(pair->in);
	root_fd_close(pair->into);
}

bool
root_rename(const struct root *root, const char *from, const char *to,
    struct error *err)
{
	struct pair pair = { "", "", -1, -1 };
	bool ok;

	if (!open_pair(root, from, to, &pair, err))
		return false;
	ok = !fault_hit("rename") &&
	     !renameat(pair.in, pair.from, pair.into, pair.to);
	if (!ok)
		root_fail(root, from, "move", errno, err);
	close_pair(&pair);
	return ok;
}

/* Whether hard links are what this file system does not make. */
static bool
has_no_hard_links(int errnum)
{
	return errnum == EPERM || errnum == EOPNOTSUPP || errnum == ENOSYS ||
	       errnum == EMLINK || errnum == EACCES;
}

static bool
rename_back(const struct pair *pair)
{
	struct stat st;

	if (fault_hit("rename") ||
	    fstatat(pair->in, pair->from, &st, AT_SYMLINK_NOFOLLOW))
		return false;
	/* A folder takes no place that holds anything, a link of a file none
	 * at all; where there are no hard links a look must do. */
	if (!S_ISDIR(st.st_mode)) {
		if (!linkat(pair->in, pair->from, pair->into, pair->to, 0))
			return !unlinkat(pair->in, pair->from, 0);
		if (!has_no_hard_links(errno))
			return false;
		if (!fstatat(pair->into, pair->to, &st, AT_SYMLINK_NOFOLLOW)) {
			errno = EEXIST;
			return false;
		}
	}
	if (!renameat(pair->in, pair->from, pair->into, pair->to))
		return true;
	if (errno == ENOTEMPTY || errno == ENOTDIR)
		errno = EEXIST;
	return false;
}

bool
root_rename_back(const struct root *root, const char *from, const char *to,
    struct error *err)
{
	struct pair pair = { "", "", -1, -1 };
	bool ok;

	if (!open_pair(root, from, to, &pair, err))
		return false;
	ok = rename_back(&pair);
	if (!ok)
		root_fail(root, to, "restore", errno, err);
	close_pair(&pair);
	return ok;
}

bool
root_fd_unlink(int fd, const char *name, uint64_t *freed)
{
	struct stat st;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT;
	if (fault_hit("remove") || unlinkat(fd, name, 0))
		return errno == ENOENT;
	if (freed && S_ISREG(st.st_mode) && st.st_nlink < 2)
		*freed += fs_held(&st);
	return true;
}

bool
root_unlink(const struct root *root, const char *below, uint64_t *freed,
    struct error *err)
{
	const char *name = "";
	int parent = root_fd_parent(root->fd, below, &name);
	bool ok =
	    parent >= 0 ? root_fd_unlink(parent, name, freed) : errno == ENOENT;

	if (!ok)
		root_fail(root, below, "remove", errno, err);
	root_fd_close(parent);
	return ok;
}

bool
root_remove_folder(const struct root *root, const char *below)
{
	const char *name = "";
	int parent = root_fd_parent(root->fd, below, &name);
	bool ok = parent >= 0 && !fault_hit("remove") &&
	          !unlinkat(parent, name, AT_REMOVEDIR);

	root_fd_close(parent);
	return ok;
}

bool
root_sync(const struct root *root, const char *below, struct error *err)
{
	int fd = root_fd_open(root->fd, below, O_RDONLY | O_DIRECTORY, false);
	bool ok = fd >= 0 && file_sync(fd, err);

	if (fd < 0)
		root_fail(root, below, "sync", errno, err);
	file_close(fd);
	return ok;
}
