/* sweep.h: payloads of the shared store that nothing needs any more. */
#ifndef CORE_PURGE_SWEEP_H
#define CORE_PURGE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct root;

/* Bytes on disk of a payload that no link leads to any more; else 0. Links that
 * wait in the trash count, but for those of a batch (NULL: none). */
uint64_t sweep_would_free(
    const struct root *root, const char *xet, const char *but);

/*
 * Removes a payload that no link leads to, under its lock; else writes its
 * manifest anew without what is stale. True if it went; its bytes are added to
 * `freed`. What cannot be done leaves it alone.
 */
bool sweep_payload(const struct root *root, const char *xet, uint64_t *freed);

/* The same of all payloads; how many went. */
size_t sweep_loose(const struct root *root, uint64_t *freed);

#endif
