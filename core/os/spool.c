#include "core/os/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/os/env.h"
#include "core/os/fault.h"
#include "core/os/file.h"

#define BLOCK ((size_t)256 * 1024)

/* Where there are no files without a name, or not on this disk, one that loses it at
 * once. */
static int
open_unnamed(const char *folder)
{
	struct str path = STR_INIT;
	int fd = -1;

#ifdef O_TMPFILE
	if (!fault_hit("tmpfile"))
		fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
	if (fd >= 0)
		return fd;
	str_addf(&path, "%s/hug-XXXXXX", folder);
	fd = mkostemp(path.v, O_CLOEXEC);
	if (fd >= 0)
		MAY_FAIL(!unlink(path.v), "then it stays, with mode 0600");
	str_fini(&path);
	return fd;
}

bool
spool_open(struct spool *spool, struct error *err)
{
	const char *folder = env_get("TMPDIR");
	const char *own = "/proc/self/fd";

	spool->size = 0;
	folder = folder ? folder : "/tmp";
	spool->fd = open_unnamed(folder);
	if (spool->fd < 0) {
		err_path(err, errno, "write below", folder);
		return err_hint(err, "Set TMPDIR to another folder");
	}
	if (access(own, X_OK))
		own = "/dev/fd";
	snprintf(spool->path, sizeof(spool->path), "%s/%d", own, spool->fd);
	return true;
}

bool
spool_add(struct spool *spool, const void *bytes, size_t n, struct error *err)
{
	if (!file_write_at(spool->fd, bytes, n, spool->size, err)) {
		err_unadvised(err);
		return err_hint(
		    err, "Set TMPDIR to a folder with more free space");
	}
	spool->size += n;
	return true;
}

bool
spool_take(struct spool *spool, int fd, struct error *err)
{
	char *block = mem_resize(NULL, BLOCK, 1);
	bool ok = true;
	ssize_t n;

	do {
		do
			n = read(fd, block, BLOCK);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			ok =
			    err_errno(err, errno, "cannot read standard input");
		else if (n)
			ok = spool_add(spool, block, (size_t)n, err);
	} while (ok && n);
	free(block);
	return ok;
}

void
spool_close(struct spool *spool)
{
	file_close(spool->fd);
	spool->fd = -1;
}
