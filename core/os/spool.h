/*
 * spool.h: bytes that are too many for memory, in a file without a name: nothing is
 * left of it, however the program ends.
 */
#ifndef CORE_OS_SPOOL_H
#define CORE_OS_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

/* Storage is the caller's. */
struct spool {
	int fd; /* -1: none */
	uint64_t size;
	char path[40]; /* that this process, and no other, can open it by */
};

/* Makes an empty one in TMPDIR, or /tmp. After a failure there is none. */
MUST_USE bool spool_open(struct spool *spool, struct error *err);
MUST_USE bool spool_add(
    struct spool *spool, const void *bytes, size_t n, struct error *err);

/* Appends what a descriptor has until its end; waits for it. */
MUST_USE bool spool_take(struct spool *spool, int fd, struct error *err);

/* Nothing is left of it. */
void spool_close(struct spool *spool);

#endif
