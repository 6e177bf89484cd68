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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/store/part.h"

struct root;

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

/* What was moved into a batch. */
struct trash_thing {
	enum part_kind kind;
	char *path; /* below the root */
};

/* A batch, held. */
struct trash {
	struct root *root;
	char *folder;                   /* the batch, below the root */
	int owner;                      /* lock */
	bool sound;                     /* the journal can be used */
	ARR(struct trash_thing) things; /* in the order they were moved */
};

/* Adds our batches, the oldest first. Changes nothing. False if a folder that may
 * hold some cannot be read; those found before are in the list. */
MUST_USE bool trash_look(
    const struct root *root, trash_list *list, struct error *err);
void trash_list_free(trash_list *list);

/* Whether things can be moved to the trash; `err` says why not. */
MUST_USE bool trash_is_possible(const struct root *root, struct error *err);

/* Lets it go, as it is. NULL is fine. */
void trash_free(struct trash *trash);

/* Takes over a batch that nobody owns; NULL with `err` if it is not ours, is
 * somebody's, or is gone. One whose journal cannot be used only empties. */
MUST_USE struct trash *trash_open(
    const char *root, const char *name, struct error *err);

/* How many things of it are there to come back. */
size_t trash_count(const struct trash *trash);

/* -- for those that fill and empty a batch (core/purge) -- */

/* The folder of all batches, below the root. */
#define TRASH_FOLDER ".locks/.trash"

/* A batch of this name, whatever is there; NULL with `err` if there is no
 * cache. */
MUST_USE struct trash *trash_new(
    const char *root, const char *name, struct error *err);

/* Whether it is what an earlier version left: one thing, no batch. */
bool trash_is_old(const struct trash *trash);

/* Notes what is going to be moved, before trash_make; copies the path. */
void trash_add(struct trash *trash, enum part_kind kind, const char *path);

/* Makes the folder, takes its lock, and writes the journal. */
MUST_USE bool trash_make(struct trash *trash, struct error *err);

/* <batch>/<name>, <batch>/<number>; the caller frees it. */
MUST_USE char *trash_inside(const struct trash *trash, const char *name);
MUST_USE char *trash_place(const struct trash *trash, size_t number);

/* Bytes on disk of its things, whose last names are here. */
uint64_t trash_bytes(const struct trash *trash);

/* Whether an entry of the batch exists. */
bool trash_has(const struct trash *trash, const char *name);

/* Whether any thing is left in the batch, or may be: it cannot be read. */
bool trash_has_things(const struct trash *trash);

/* Removes our own files and the folder, if nothing else is in it. */
MUST_USE bool trash_remove(struct trash *trash, struct error *err);

#endif
