/*
 * busy.h: whether somebody downloads into a repository of a cache.
 *
 * All clients hold <cache>/.locks/<repository's folder>/<etag>.lock while they
 * fetch a blob and link to it.
 */
#ifndef CORE_STORE_BUSY_H
#define CORE_STORE_BUSY_H

#include <stdbool.h>

struct root;

/*
 * Takes the lock of a blob, without waiting: false if another has it, or may:
 * it is there and cannot be opened. A lock that cannot be made is nobody's;
 * behind a link (of `.locks`, say) none is made, but one that is held there is
 * seen. `fd` is to be closed, -1 if there is
 * none.
 */
bool busy_lock(
    const struct root *root, const char *folder, const char *etag, int *fd);

/* Whether any lock of the repository is held, or may be: its folder of locks, or
 * a lock, cannot be read. Makes nothing. */
bool busy_repo(const char *root, const char *folder);

#endif
