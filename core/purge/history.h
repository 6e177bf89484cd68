/*
 * history.h: the marks of a ledger (tally.h) as they were made and taken away, in
 * steps that are taken back, or done again, as one.
 */
#ifndef CORE_PURGE_HISTORY_H
#define CORE_PURGE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"

enum flip_kind {
	FLIP_REVISION,
	FLIP_FILE,
	FLIP_STRAY,
	FLIP_EMPTY,
};

/* A mark that was made or taken away. */
struct flip {
	uint32_t repo, revision, file; /* `file`: or a stray */
	uint8_t kind;
	bool on;
};

/* {0} is an empty one. */
struct history {
	ARR(struct flip) flips;
	ARR(size_t) steps; /* where each begins */
	size_t at;         /* steps that are done */
	bool replaying;
};

/* Before the first step, and while steps are taken back, nothing is noted. */
void history_note(struct history *h, struct flip flip);

/* Begins a step. */
void history_step(struct history *h);
void history_forget(struct history *h);
bool history_can_undo(const struct history *h);
bool history_can_redo(const struct history *h);

/* Calls `flip` for each mark of the last step; `on`: what it is to be. */
void history_undo(struct history *h,
    void (*flip)(void *context, const struct flip *f, bool on), void *context);
void history_redo(struct history *h,
    void (*flip)(void *context, const struct flip *f, bool on), void *context);

/* Takes over all of an earlier one but what `now` refuses; it may change what a
 * flip is of. */
void history_inherit(struct history *h, const struct history *before,
    bool (*now)(void *context, struct flip *f), void *context);

/* Forgets all steps. */
void history_fini(struct history *h);

#endif
