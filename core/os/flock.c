#include "core/os/flock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/fault.h"
#include "core/os/file.h"
#include "core/os/root.h"

/*
 * Opens an existing lock file, or makes it with its mode. What else may stand
 * there is not waited for, but refused: the official clients cannot lock it.
 */
static int
open_lock(const char *path, struct error *err)
{
	int fd;

	if (!file_check_kind(path, err)) {
		err_hint(err, "Remove it: it is made again when it is needed");
		return -1;
	}
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 || errno != ENOENT)
		return fd >= 0
		           ? fd
		           : file_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
				 0, err);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0664);
	if (fd >= 0) {
		MAY_FAIL(
		    fchmod(fd, 0664), "who may only read it locks it, too");
		return fd;
	}
	if (errno == EEXIST)
		return file_open(path, O_RDWR | O_NOFOLLOW, 0, err);
	return file_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0664, err);
}

/*
 * Whether the lock that we hold binds nobody: some network file systems grant
 * each one that is asked for (Lustre without the flock option). `other` is
 * another descriptor of the same file, or negative; it is closed.
 */
static bool
is_void(int other)
{
	bool granted;

	if (other < 0)
		return false;
	granted = fault_hit("flock") || !flock(other, LOCK_EX | LOCK_NB);
	file_close(other);
	return granted;
}

/* Takes the lock of `lock`, which is closed unless it is held then. */
static enum flock_result
hold(int lock, const char *path, int *fd, struct error *err)
{
	while (flock(lock, LOCK_EX | LOCK_NB)) {
		int errnum = errno;

		if (errnum == EINTR)
			continue;
		file_close(lock);
		if (errnum == EWOULDBLOCK)
			return FLOCK_BUSY;
		if (errnum == ENOSYS || errnum == EOPNOTSUPP ||
		    errnum == EINVAL)
			return FLOCK_NONE;
		err_errno(err, errnum, "cannot lock %.800s", path);
		return FLOCK_FAILED;
	}
	*fd = lock;
	return FLOCK_HELD;
}

static enum flock_result
unless_void(enum flock_result result, int other, int *fd)
{
	if (result != FLOCK_HELD) {
		file_close(other);
		return result;
	}
	if (!is_void(other))
		return FLOCK_HELD;
	file_close(*fd);
	*fd = -1;
	return FLOCK_NONE;
}

enum flock_result
flock_try(const char *path, int *fd, struct error *err)
{
	int lock = open_lock(path, err);
	enum flock_result result;

	if (lock < 0)
		return FLOCK_FAILED;
	result = hold(lock, path, fd, err);
	if (result != FLOCK_HELD)
		return result;
	return unless_void(result,
	    open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), fd);
}

/* Takes the lock of a file that was opened; negative: it was not. */
static enum flock_result
lock_opened(const struct root *root, const char *below, int lock, int *fd,
    struct error *err)
{
	enum flock_result result;
	struct error ignored;

	if (lock < 0)
		return FLOCK_FAILED;
	result = hold(lock, below, fd, err);
	if (result != FLOCK_HELD)
		return result;
	return unless_void(result, root_open_lock(root, below, &ignored), fd);
}

enum flock_result
flock_below(
    const struct root *root, const char *below, int *fd, struct error *err)
{
	int lock = root_open_lock(root, below, err);

	if (lock < 0 && err->code == ERR_NOT_FOUND) {
		bool made = root_create(root, below, "", 0, err);
		struct error why = *err;

		/* Somebody else may have made it meanwhile, or it is there and
		 * only not on the disk yet. */
		lock = root_open_lock(root, below, err);
		if (made && lock >= 0)
			MAY_FAIL(fchmod(lock, 0664),
			    "who may only read it locks it, too");
		else if (lock < 0 && !made)
			*err = why;
	}
	return lock_opened(root, below, lock, fd, err);
}

enum flock_result
flock_existing(
    const struct root *root, const char *below, int *fd, struct error *err)
{
	return lock_opened(
	    root, below, root_open_lock(root, below, err), fd, err);
}

/* Lines of /proc/locks are no more than this together on any sane machine. */
#define LOCKS_MAX (4u * 1024 * 1024)

/* The next word of a line with any number of blanks between words. */
static struct span
next_word(struct span *line)
{
	struct span word = { NULL, 0 };

	while (span_next(line, ' ', &word) && !word.n)
		continue;
	return word;
}

/* "1: FLOCK ADVISORY WRITE 708 fe:00:1234 0 EOF" -> 708, if it is that inode */
static long
holder_in_line(struct span line, uint64_t inode)
{
	uint64_t pid = 0, found = 0;
	struct span where, part = { NULL, 0 };

	next_word(&line);
	if (!span_is(next_word(&line), "FLOCK"))
		return 0;
	next_word(&line);
	next_word(&line);
	if (!span_u64(next_word(&line), &pid))
		return 0;
	where = next_word(&line);
	while (span_next(&where, ':', &part))
		continue;
	return span_u64(part, &found) && found == inode ? (long)pid : 0;
}

long
flock_holder(const char *path)
{
	struct str text = STR_INIT;
	struct span rest, line;
	struct error ignored;
	struct stat st;
	long pid = 0;

	if (stat(path, &st) ||
	    !file_read_all("/proc/locks", LOCKS_MAX, &text, &ignored)) {
		str_fini(&text);
		return 0;
	}
	rest = (struct span){ text.v, text.n };
	while (!pid && span_next(&rest, '\n', &line))
		pid = holder_in_line(line, (uint64_t)st.st_ino);
	str_fini(&text);
	return pid;
}
