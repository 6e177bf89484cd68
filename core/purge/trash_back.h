/* trash_back.h: a batch of the trash brought back, or emptied. */
#ifndef CORE_PURGE_TRASH_BACK_H
#define CORE_PURGE_TRASH_BACK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct carry_result;
struct carry_watch;
struct trash;

/*
 * Brings everything back, the last first. What was made anew meanwhile wins: a
 * ref, a blob; of a snapshot only links that are missing come back. True if all
 * is back or was not needed. What cannot be brought back stays in the batch.
 */
MUST_USE bool trash_restore(struct trash *trash,
    void (*tell)(void *context, const char *text), void *context);

/* Brings one thing back, into what is there again; `err` says what stays. */
MUST_USE bool trash_bring_back(
    struct trash *trash, size_t number, struct error *err);

/*
 * Removes it for good, with payloads of the shared store that nothing links to
 * any more, and adds to `result` what that freed and what stays. With `until`
 * (may be NULL) of clock_ms it stops then; it is decided all the same. True if
 * all of it is gone.
 */
MUST_USE bool trash_empty(struct trash *trash, const atomic_ullong *until,
    const struct carry_watch *watch, struct carry_result *result);

#endif
