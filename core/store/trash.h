/*
 * trash.h: a deletion that can be taken back for a while.
 *
 *	<cache>/.locks/.trash/<unix time>-<8 hex>/     a batch, mode 0700
 *	    owner     "hug-trash 2"; held with flock while the process that made
 *	              it lives
 *	    journal   what was to be moved, written before the first move
 *	    decided   the journal, once nothing is to be brought back
 *	    0, 1, ... the things themselves, by their places in the journal
 *
 * Things are renamed there, not copied; every client passes over .locks. Each
 * deletion goes this way, also one that nobody can take back: so a crash leaves
 * something that can be shown, restored or freed, and a revision that turns out
 * to be in use can be put back.
 *
 * A batch is ours if it belongs to us, nobody else may enter it, and its name and
 * its owner file are as above. Everybody else's is not touched, even by root.
 * Nothing is emptied by looking. Two calls about one cache must not run at the
 * same time in one process (lane.h); processes are kept apart by the lock.
 *
 * The journal: "hug-trash 2", then for each thing a letter for its kind, the
 * length of its path below the cache, and the path; then "end". A thing that is
 * not in the batch was not moved, or is back. A journal that is not exactly
 * that, or that names anything but a part of a repository, is not used.
 */
#ifndef CORE_STORE_TRASH_H
#define CORE_STORE_TRASH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct carry_result;
struct carry_watch;
struct purge;
struct root;
struct trash;

enum trash_state {
	TRASH_WAITING, /* a process that lives keeps it for its undo */
	TRASH_LEFT,    /* a process that died left it: restore or free it */
	TRASH_DECIDED, /* it was to be freed, and was not all */
	TRASH_UNSOUND, /* its journal cannot be used: it can only be freed */
};

/* A batch of ours, as it was found. */
struct trash_batch {
	char *name;
	enum trash_state state;
	uint64_t bytes; /* on disk, that go with it */
	uint64_t files; /* in the things */
	size_t things;
	double since;  /* seconds since 1970 */
	char *example; /* the path of one of them, not safe to show; or NULL */
};

typedef ARR(struct trash_batch) trash_list;

/* Adds our batches, the oldest first. Changes nothing. False if a folder that may
 * hold some cannot be read; those found before are in the list. */
MUST_USE bool trash_look(
    const struct root *root, trash_list *list, struct error *err);
void trash_list_free(trash_list *list);

/* Whether things can be moved to the trash; `err` says why not. */
MUST_USE bool trash_is_possible(const struct root *root, struct error *err);

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

/*
 * Brings everything back, the last first. What was made anew meanwhile wins: a
 * ref, a blob; of a snapshot only links that are missing come back. True if all
 * is back or was not needed. What cannot be brought back stays in the batch.
 */
MUST_USE bool trash_restore(struct trash *trash,
    void (*tell)(void *context, const char *text), void *context);

/*
 * Removes it for good, with payloads of the shared store that nothing links to
 * any more, and adds to `result` what that freed and what stays. With `until`
 * (may be NULL) of clock_ms it stops then; it is decided all the same. True if
 * all of it is gone.
 */
MUST_USE bool trash_empty(struct trash *trash, const atomic_ullong *until,
    const struct carry_watch *watch, struct carry_result *result);

/* Lets it go, as it is. NULL is fine. */
void trash_free(struct trash *trash);

/* Takes over a batch that nobody owns; NULL with `err` if it is not ours, is
 * somebody's, or is gone. One whose journal cannot be used only empties. */
MUST_USE struct trash *trash_open(
    const char *root, const char *name, struct error *err);

/* How many things of it are there to come back. */
size_t trash_count(const struct trash *trash);

#endif
