#include "core/os/flock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/os/file.h"

/* Opens an existing lock file, or makes it with its mode. */
static int
open_lock(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 || errno != ENOENT)
		return fd >= 0 ? fd
		               : file_open(path, O_RDONLY | O_NOFOLLOW, 0, err);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0664);
	if (fd >= 0) {
		fchmod(fd, 0664);
		return fd;
	}
	if (errno == EEXIST)
		return file_open(path, O_RDWR | O_NOFOLLOW, 0, err);
	return file_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0664, err);
}

enum flock_result
flock_try(const char *path, int *fd, struct error *err)
{
	int lock = open_lock(path, err);

	if (lock < 0)
		return FLOCK_FAILED;
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
