/* trash_throw.h: a plan carried out, by way of the trash. */
#ifndef CORE_PURGE_TRASH_THROW_H
#define CORE_PURGE_TRASH_THROW_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct carry_result;
struct carry_watch;
struct purge;
struct trash;

/*
 * Moves what a plan chose. NULL with `err` if there is no room for the journal
 * or no such place can be made: nothing was moved then. What could not be
 * moved, or is in use, is told, and stays. Batches of the plan's `trash` and
 * loose payloads are freed at once.
 */
MUST_USE struct trash *trash_throw(const struct purge *purge,
    const struct carry_watch *watch, struct carry_result *result,
    struct error *err);

/*
 * Carries a plan out for good: by way of the trash, or, where no trash can be
 * made, in place. `until` is as of trash_empty. True if all of it went; what
 * stays was told.
 */
MUST_USE bool trash_delete(const struct purge *purge,
    const atomic_ullong *until, const struct carry_watch *watch,
    struct carry_result *result);

#endif
