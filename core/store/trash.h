/*
 * trash.h: a deletion that can be taken back for a while.
 *
 *	<cache>/.locks/.trash/<time>-<8 hex>/
 *	    owner     held with flock while the process that made it lives
 *	    journal   what was to be moved, written before the first move; it goes
 *	              first once nothing is to be brought back
 *	    0, 1, ... the things themselves, by their places in the journal
 *
 * Things are renamed there, not copied; every client passes over .locks. A
 * batch whose owner is gone is one that a crash left: trash_open takes it over.
 *
 * The journal: "hug-trash 1", then for each thing its length and its path below
 * the cache. A thing that is not in the batch was not moved, or is back.
 */
#ifndef CORE_STORE_TRASH_H
#define CORE_STORE_TRASH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct carry_watch;
struct purge;
struct trash;

typedef ARR(char *) trash_names;

/*
 * Moves what a plan chose. NULL if there is no room for the journal or no such
 * place can be made: nothing was moved then. What could not be moved, or is in
 * use, is told, and stays.
 */
MUST_USE struct trash *trash_throw(const struct purge *purge,
    const struct carry_watch *watch, struct error *err);

/*
 * Brings everything back, the last first. What was made anew meanwhile wins: a
 * ref, a blob; of a snapshot only links that are missing come back. True if all
 * is back or was not needed. What cannot be brought back stays in the batch.
 */
MUST_USE bool trash_restore(struct trash *trash,
    void (*tell)(void *context, const char *text), void *context);

/*
 * Removes it for good, with payloads of the shared store that nothing links to
 * any more. False if something stays: what cannot be removed, or, with `until`
 * (may be NULL) of clock_ms, what time was too short for: trash_sweep goes on.
 */
MUST_USE bool trash_empty(struct trash *trash, const atomic_ullong *until,
    void (*tell)(void *context, const char *text), void *context);

/* Lets it go, as it is. NULL is fine. */
void trash_free(struct trash *trash);

/* Adds the names of the batches that nobody owns and that can be brought
 * back. */
void trash_find(const char *root, trash_names *names);

/* Goes on emptying batches that were to be emptied, as trash_empty. */
void trash_sweep(const char *root, const atomic_ullong *until);

/* Empties all of them: the next deletion does. */
void trash_empty_abandoned(const char *root);

/* Takes such a batch over; NULL if it is somebody's. */
MUST_USE struct trash *trash_open(const char *root, const char *name);

#endif
