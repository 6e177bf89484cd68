/* root_own.h: what root.c, root_tree.c and root_may.c share. */
#ifndef CORE_OS_ROOT_OWN_H
#define CORE_OS_ROOT_OWN_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/os/root.h"

struct root {
	char *path;
	int fd;
};

/*
 * Opens what lies below `fd`; "" is that folder again. With `inside` not on
 * another file system: then EXDEV. -1 with errno set if it cannot be opened.
 */
MUST_USE int root_fd_open(int fd, const char *below, int flags, bool inside);

/*
 * Opens the folder that `below` lies in, for calls that take a descriptor and a
 * name. `name` points into `below`.
 */
MUST_USE int root_fd_parent(int fd, const char *below, const char **name);

/* Closes, unless it is negative, without touching errno. */
void root_fd_close(int fd);

/* lstat below a descriptor; false with errno set. */
MUST_USE bool root_fd_look(int fd, const char *below, struct stat *st);

/* Calls `each` with the names in a folder until it returns false; takes `fd`
 * over. False, with errno set, if not all could be read. */
MUST_USE bool root_fd_names(int fd,
    bool (*each)(void *context, int fd, const struct dirent *entry),
    void *context);

/* Removes a name that is no folder, and adds to `freed` (may be NULL) what that
 * frees. False with errno set. */
MUST_USE bool root_fd_unlink(int fd, const char *name, uint64_t *freed);

/* Fills `err` with "cannot <what> <path>", and names a link that was in the
 * way. Returns false. */
bool root_fail(const struct root *root, const char *below, const char *what,
    int errnum, struct error *err);

#endif
