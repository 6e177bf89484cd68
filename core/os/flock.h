/*
 * flock.h: advisory locks between processes, by flock(2), which is what
 * Python's filelock uses on Unix. Lock files are never removed.
 */
#ifndef CORE_OS_FLOCK_H
#define CORE_OS_FLOCK_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

enum flock_result {
	FLOCK_HELD,   /* ours now; `fd` keeps it until file_close */
	FLOCK_BUSY,   /* another holds it */
	FLOCK_NONE,   /* this file system has no such locks; nothing is held */
	FLOCK_FAILED, /* `err` says why */
};

/*
 * Tries to lock `path`, made if missing (mode 0664 whatever the umask, as the
 * official client does, so that users can share a cache). Does not wait.
 */
enum flock_result flock_try(const char *path, int *fd, struct error *err);

struct root;

/* The same of a file below a root, reached without links; the second makes
 * none: ERR_NOT_FOUND then. */
enum flock_result flock_below(
    const struct root *root, const char *below, int *fd, struct error *err);
enum flock_result flock_existing(
    const struct root *root, const char *below, int *fd, struct error *err);

/*
 * The process that holds the lock of `path`, 0 if the system does not tell
 * (only Linux does, and only of its own processes).
 */
long flock_holder(const char *path);

#endif
