#include "core/os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/os/fault.h"
#include "core/os/fs.h"

enum file_kind
file_kind(const char *path, uint64_t *size)
{
	struct stat st;

	if (stat(path, &st))
		return FILE_MISSING;
	if (size)
		*size = (uint64_t)st.st_size;
	if (S_ISREG(st.st_mode))
		return FILE_REGULAR;
	return S_ISDIR(st.st_mode) ? FILE_FOLDER : FILE_OTHER;
}

uint64_t
file_allocated(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : fs_held(&st);
}

bool
file_changed_s(const char *path, double *seconds)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	*seconds = (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec / 1e9;
	return true;
}

bool
file_is_open_to_others(const char *path)
{
	struct stat info;

	return !stat(path, &info) && info.st_mode & (S_IRGRP | S_IROTH);
}

bool
file_is_own(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISREG(st.st_mode);
}

bool
file_is_own_folder(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISDIR(st.st_mode);
}

bool
file_link_text(const char *path, struct str *text)
{
	char target[4096];
	ssize_t n = readlink(path, target, sizeof(target));

	str_clear(text);
	if (n < 0)
		return false;
	str_add(text, target, (size_t)n);
	return true;
}

/* As many as the system follows. */
#define LINKS_MAX 40

char *
file_link_end(const char *path)
{
	char *end = mem_strdup(path);
	struct str text = STR_INIT;
	struct stat st;

	for (unsigned i = 0; i < LINKS_MAX && !lstat(end, &st) &&
			     (st.st_uid == geteuid() || !st.st_uid) &&
			     file_link_text(end, &text);
	     i++) {
		char *folder = path_folder(end);
		char *next = *text.v == '/' || !*folder
		                 ? mem_strdup(text.v)
		                 : path_join(folder, text.v);

		free(folder);
		free(end);
		end = next;
	}
	str_fini(&text);
	return end;
}

bool
file_is_same(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

bool
file_entry_exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

int
file_open(const char *path, int flags, mode_t mode, struct error *err)
{
	int fd;

	do {
		fd = fault_hit("open") ? -1
		                       : open(path, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR);
	if (fd >= 0)
		return fd;
	err_path(err, errno, "open", path);
	if (errno == ENOENT)
		err->code = ERR_NOT_FOUND;
	return -1;
}

/* Some file systems count no names at all. */
static bool
is_sole(const struct stat *st, uid_t owner)
{
	return S_ISREG(st->st_mode) && st->st_nlink <= 1 && st->st_uid == owner;
}

bool
file_is_sole(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && is_sole(&st, geteuid());
}

/* Opens what is there, if it is a file of `owner` alone; else -1. A pipe must
 * not make us wait, and a device is not even opened. */
static int
open_existing(const char *path, uid_t owner)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) || !is_sole(&st, owner))
		return -1;
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || (!fstat(fd, &st) && is_sole(&st, owner)))
		return fd;
	file_close(fd);
	return -1;
}

static int
open_new(const char *path, struct error *err)
{
	return file_open(path, O_RDWR | O_CREAT | O_EXCL, 0666, err);
}

/* Removes a name of ours; false if it is not, or that cannot be. */
static bool
remove_own_name(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && st.st_uid == geteuid() &&
	       !S_ISDIR(st.st_mode) && !unlink(path);
}

int
file_open_sole(
    const char *path, const char *spare, bool *spared, struct error *err)
{
	struct stat st;
	int fd = open_new(path, err);
	int old;

	*spared = false;
	if (fd >= 0 || err->detail != EEXIST)
		return fd;
	fd = open_existing(path, geteuid());
	if (fd < 0 && remove_own_name(path))
		fd = open_new(path, err);
	if (fd >= 0)
		return fd;
	fd = open_new(spare, err);
	*spared = fd >= 0;
	if (fd < 0 || fstat(fd, &st))
		return fd;
	/* Some file systems give all files to one owner, whoever makes them. */
	old = open_existing(path, st.st_uid);
	if (old < 0)
		return fd;
	*spared = false;
	file_close(fd);
	MAY_FAIL(unlink(spare),
	    "an empty file of which the cache says that it is unused");
	return old;
}

static bool
refuse_kind(const char *path, const char *kind, struct error *err)
{

	err_set(err, ERR_SYSTEM, "%.800s is %s, not a file", path, kind);
	return false;
}

bool
file_check_kind(const char *path, struct error *err)
{
	const char *kind = NULL;
	struct stat st;

	if (!stat(path, &st))
		kind = fs_odd_kind(st.st_mode);
	return !kind || refuse_kind(path, kind, err);
}

/*
 * file_open for what must be a regular file. It is looked at before, as a
 * socket cannot be opened and opening some devices does something, and again
 * when it is open, as it may have been replaced in between. O_NONBLOCK means
 * nothing to regular files, and keeps the open from waiting for others.
 */
static int
open_regular(const char *path, int flags, uint64_t *size, struct error *err)
{
	const char *kind = NULL;
	struct stat st;
	int fd;

	if (!file_check_kind(path, err))
		return -1;
	fd = file_open(path, flags | O_NONBLOCK | O_NOCTTY, 0666, err);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st))
		err_path(err, errno, "look at", path);
	else if ((kind = fs_odd_kind(st.st_mode)))
		refuse_kind(path, kind, err);
	else {
		if (size)
			*size = (uint64_t)st.st_size;
		return fd;
	}
	file_close(fd);
	return -1;
}

int
file_open_regular(const char *path, uint64_t *size, struct error *err)
{
	return open_regular(path, O_RDONLY, size, err);
}

int
file_open_unseen(const char *path, uint64_t *size, struct error *err)
{
	int fd = open_regular(path, O_RDONLY | O_NOATIME, size, err);

	/* The files of others, and file systems that do not know it. */
	if (fd < 0 && (err->detail == EPERM || err->detail == EINVAL))
		fd = open_regular(path, O_RDONLY, size, err);
	return fd;
}

bool
file_is_out_of_reach(const char *path)
{
	struct stat st;

	return stat(path, &st) && errno == EACCES;
}

void
file_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

bool
file_write_at(
    int fd, const void *bytes, size_t n, uint64_t offset, struct error *err)
{
	const char *p = bytes;

	while (n) {
		ssize_t wrote = -1;

		if (fault_hit("stall"))
			sleep((unsigned)errno);
		if (!fault_hit("write"))
			wrote = pwrite(fd, p, n, (off_t)offset);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return err_errno(err, errno, "cannot write");
		p += wrote;
		n -= (size_t)wrote;
		offset += (uint64_t)wrote;
	}
	return true;
}

bool
file_read_at(int fd, void *bytes, size_t n, uint64_t offset, size_t *got,
    struct error *err)
{
	char *p = bytes;

	*got = 0;
	while (*got < n) {
		ssize_t r =
		    pread(fd, p + *got, n - *got, (off_t)(offset + *got));

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return err_errno(err, errno, "cannot read");
		if (!r)
			break;
		*got += (size_t)r;
	}
	return true;
}

/* How long a FIFO is given for somebody to open its other end. */
#define WRITER_MS 2000

/* Waits for bytes, or the end of a pipe; false if in `ms` (-1: for ever) neither
 * comes. A FIFO that nobody has opened for writing yet has no end. */
static bool
wait_for_bytes(int fd, int ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	int n;

	do {
		n = poll(&poller, 1, ms);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* read(2) in full; what it reads may be a pipe, which has no offsets. */
static ssize_t
read_block(int fd, char *block, size_t n)
{
	ssize_t got;

	do {
		got = read(fd, block, n);
	} while (got < 0 && (errno == EINTR ||
				(errno == EAGAIN && wait_for_bytes(fd, -1))));
	return got;
}

static bool
refuse_size(const char *path, size_t limit, struct error *err)
{

	err_set(err, ERR_LIMIT, "%.800s is larger than %zu bytes", path, limit);
	return false;
}

/* Appends all that comes from `fd` (-1: `err` is filled), and closes it. */
static bool
read_to_end(
    int fd, const char *path, size_t limit, struct str *out, struct error *err)
{
	char block[16384];
	ssize_t got;
	bool ok = true;

	if (fd < 0)
		return false;
	while (ok && (got = read_block(fd, block, sizeof(block))) != 0) {
		if (got < 0)
			ok = err_path(err, errno, "read", path);
		else if (out->n + (size_t)got > limit)
			ok = refuse_size(path, limit, err);
		else
			str_add(out, block, (size_t)got);
	}
	file_close(fd);
	return ok;
}

bool
file_read_all(
    const char *path, size_t limit, struct str *out, struct error *err)
{
	uint64_t size = 0;
	int fd = file_open_regular(path, &size, err);

	if (fd >= 0 && size > limit) {
		file_close(fd);
		return refuse_size(path, limit, err);
	}
	return read_to_end(fd, path, limit, out, err);
}

/*
 * Takes the first byte, if there is one. A FIFO without one may only be waiting
 * for its writer, who gets some time. A failure is the next read's to report.
 */
static bool
read_first(int fd, const char *path, struct str *out, struct error *err)
{
	struct stat st;
	bool heard;
	char byte;
	ssize_t got = read_block(fd, &byte, 1);

	if (!got && !fstat(fd, &st) && S_ISFIFO(st.st_mode)) {
		heard = wait_for_bytes(fd, WRITER_MS);
		got = read_block(fd, &byte, 1);
		if (!got && !heard)
			return err_set(err, ERR_SYSTEM,
			    "%.800s is a FIFO that no program writes to", path);
	}
	if (got > 0)
		str_addc(out, byte);
	return true;
}

/* A pipe must not make us wait in open(2), where nothing ends that. */
static int
open_input(const char *path, struct error *err)
{
	struct stat st;

	/* As it is: opened anew it would begin at its start, and a socket
	 * cannot be opened. */
	if (!strcmp(path, "/dev/stdin")) {
		int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

		if (fd < 0)
			err_path(err, errno, "open", path);
		return fd;
	}
	if (!stat(path, &st) && (S_ISDIR(st.st_mode) || S_ISSOCK(st.st_mode))) {
		refuse_kind(path, fs_odd_kind(st.st_mode), err);
		return -1;
	}
	return file_open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0, err);
}

bool
file_read_input(
    const char *path, size_t limit, struct str *out, struct error *err)
{
	int fd = open_input(path, err);

	if (fd >= 0 && !read_first(fd, path, out, err)) {
		file_close(fd);
		return false;
	}
	return read_to_end(fd, path, limit, out, err);
}

bool
file_truncate(int fd, uint64_t size, struct error *err)
{
	if (ftruncate(fd, (off_t)size))
		return err_errno(err, errno, "cannot truncate");
	return true;
}

bool
file_sync(int fd, struct error *err)
{
	if (fault_hit("slow"))
		sleep((unsigned)errno);
	if (fault_hit("sync") || fdatasync(fd)) {
		/* Some file systems cannot sync; there is no more to do. */
		if (errno == EINVAL || errno == ENOTSUP)
			return true;
		return err_errno(err, errno, "cannot sync to the disk");
	}
	return true;
}

bool
file_sync_all(int fd, struct error *err)
{
	if (fault_hit("sync") || syncfs(fd))
		return err_errno(err, errno, "cannot sync to the disk");
	return true;
}

bool
file_rename(const char *from, const char *to, struct error *err)
{
	if (fault_hit("rename") || rename(from, to))
		return err_path(err, errno, "rename a file to", to);
	return true;
}

bool
file_remove(const char *path, struct error *err)
{
	if ((fault_hit("remove") || unlink(path)) && errno != ENOENT)
		return err_path(err, errno, "remove", path);
	return true;
}

static bool
open_draft(
    struct file_draft *draft, const char *path, mode_t mode, struct error *err)
{
	struct str temp = STR_INIT;
	struct str tail = STR_INIT;
	char hex[9];

	file_random_hex(hex, 8);
	str_addf(&tail, ".%s.tmp", hex);
	path_add_beside(&temp, path, tail.v);
	str_fini(&tail);
	*draft = (struct file_draft){
		.fd = file_open(temp.v, O_WRONLY | O_CREAT | O_EXCL, mode, err)
	};
	if (draft->fd >= 0)
		draft->path = str_steal(&temp);
	str_fini(&temp);
	return draft->fd >= 0;
}

bool
file_draft_open(struct file_draft *draft, const char *path, struct error *err)
{
	return open_draft(draft, path, 0666, err);
}

bool
file_draft_add(
    struct file_draft *draft, const void *bytes, size_t n, struct error *err)
{
	if (!file_write_at(draft->fd, bytes, n, draft->size, err))
		return false;
	draft->size += n;
	return true;
}

/* A file takes the place of a file, a link or nothing: whoever follows a link to
 * the end may come to a device. */
static bool
may_be_replaced(const char *path, struct error *err)
{
	const char *kind;
	struct stat st;

	if (lstat(path, &st) || S_ISLNK(st.st_mode))
		return true;
	kind = fs_odd_kind(st.st_mode);
	return !kind || refuse_kind(path, kind, err);
}

bool
file_draft_publish(
    struct file_draft *draft, const char *path, struct error *err)
{
	if (!may_be_replaced(path, err) || !file_sync(draft->fd, err) ||
	    !file_rename(draft->path, path, err))
		return false;
	free(draft->path);
	draft->path = NULL;
	return true;
}

void
file_draft_drop(struct file_draft *draft)
{
	struct error ignored;

	if (draft->path)
		MAY_FAIL(file_remove(draft->path, &ignored),
		    "what stays has a name that nothing reads");
	free(draft->path);
	file_close(draft->fd);
	*draft = (struct file_draft){ .fd = -1 };
}

bool
file_replace(const char *path, const void *bytes, size_t n, struct error *err)
{
	struct file_draft draft;
	bool ok;

	if (!file_draft_open(&draft, path, err))
		return false;
	ok = file_draft_add(&draft, bytes, n, err) &&
	     file_draft_publish(&draft, path, err);
	file_draft_drop(&draft);
	return ok;
}

bool
file_replace_mode(const char *path, const void *bytes, size_t n, mode_t mode,
    struct error *err)
{
	struct file_draft draft;
	bool ok;

	/* With it from the first: who opened it before it was closed to him could
	 * read what is written later. */
	if (!open_draft(&draft, path, mode, err))
		return false;
	MAY_FAIL(fchmod(draft.fd, mode),
	    "only rights that the umask took are still missing");
	ok = file_draft_add(&draft, bytes, n, err) &&
	     file_draft_publish(&draft, path, err);
	file_draft_drop(&draft);
	return ok;
}

bool
file_append(const char *path, const void *bytes, size_t n, struct error *err)
{
	int fd = open_regular(
	    path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, NULL, err);
	bool ok;

	if (fd < 0)
		return false;
	ok = !fault_hit("write") && write(fd, bytes, n) == (ssize_t)n;
	if (!ok)
		err_path(err, errno, "append to", path);
	ok = ok && file_sync(fd, err);
	file_close(fd);
	return ok;
}

#define COPY_BLOCK ((size_t)256 * 1024)

static bool
copy_bytes(int fd, struct file_draft *draft, struct error *err)
{
	char *block = mem_resize(NULL, COPY_BLOCK, 1);
	size_t got = 0;
	bool ok;

	do {
		ok = file_read_at(
			 fd, block, COPY_BLOCK, draft->size, &got, err) &&
		     file_draft_add(draft, block, got, err);
	} while (ok && got);
	free(block);
	return ok;
}

bool
file_copy(const char *from, const char *to, struct error *err)
{
	struct file_draft draft;
	int fd = file_open_regular(from, NULL, err);
	bool ok;

	if (fd < 0)
		return false;
	ok = file_draft_open(&draft, to, err);
	if (ok) {
		ok = copy_bytes(fd, &draft, err) &&
		     file_draft_publish(&draft, to, err);
		file_draft_drop(&draft);
	}
	file_close(fd);
	return ok;
}

bool
file_move(const char *from, const char *to, struct error *err)
{
	if (file_rename(from, to, err))
		return true;
	return err->detail == EXDEV && file_copy(from, to, err) &&
	       file_remove(from, err);
}

bool
file_link(const char *target, const char *path, struct error *err)
{
	if (fault_hit("link") || symlink(target, path))
		return err_path(err, errno, "make the link", path);
	return true;
}

/* Where the system has no random numbers (an old kernel, a sandbox) the time and
 * the process still make names that differ. */
static uint64_t
random_bits(void)
{
	struct timespec now;
	uint64_t bits;

	if (getrandom(&bits, sizeof(bits), 0) == (ssize_t)sizeof(bits))
		return bits;
	clock_gettime(CLOCK_MONOTONIC, &now);
	bits = (uint64_t)now.tv_sec << 30 ^ (uint64_t)now.tv_nsec;
	return (bits ^ (uint64_t)getpid() << 40) * 0x9e3779b97f4a7c15u;
}

void
file_random_hex(char *out, size_t count)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t bits = 0;

	for (size_t i = 0; i < count; i++) {
		bits = i % 16 ? bits << 4 : random_bits();
		out[i] = digits[bits >> 60];
	}
	out[count] = '\0';
}
