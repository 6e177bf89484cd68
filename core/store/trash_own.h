/* trash_own.h: what trash.c, trash_throw.c and trash_back.c share. */
#ifndef CORE_STORE_TRASH_OWN_H
#define CORE_STORE_TRASH_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/store/carry.h"
#include "core/store/trash.h"

struct trash_thing {
	enum carry_kind kind;
	char *path; /* below the root */
};

struct trash {
	struct root *root;
	char *folder;                   /* the batch, below the root */
	int owner;                      /* lock */
	bool sound;                     /* the journal can be used */
	ARR(struct trash_thing) things; /* in the order they were moved */
};

/* The folder of all batches, below the root. */
#define TRASH_FOLDER ".locks/.trash"

/* A batch of this name, whatever is there; NULL with `err` if there is no
 * cache. */
MUST_USE struct trash *trash_new(
    const char *root, const char *name, struct error *err);

/* Whether it is what an earlier version left: one thing, no batch. */
bool trash_is_old(const struct trash *trash);

/* Makes the folder, takes its lock, and writes the journal. */
MUST_USE bool trash_make(
    struct trash *trash, const carry_steps *steps, struct error *err);

/* <batch>/<name>, <batch>/<number>; the caller frees it. */
MUST_USE char *trash_inside(const struct trash *trash, const char *name);
MUST_USE char *trash_place(const struct trash *trash, size_t number);

/* Brings one thing back, into what is there again; `err` says what stays. */
MUST_USE bool trash_bring_back(
    struct trash *trash, size_t number, struct error *err);

/* Bytes on disk of its things, whose last names are here. */
uint64_t trash_bytes(const struct trash *trash);

/* Whether an entry of the batch exists. */
bool trash_has(const struct trash *trash, const char *name);

/* Whether any thing is left in the batch, or may be: it cannot be read. */
bool trash_has_things(const struct trash *trash);

/* Removes our own files and the folder, if nothing else is in it. */
MUST_USE bool trash_remove(struct trash *trash, struct error *err);

/* What stays of a tree, for who watches. */
struct trash_hearing {
	const struct carry_watch *watch;
};

/* As `stays` of a root_removal with such a context. */
void trash_hear(void *context, const char *text);

#endif
