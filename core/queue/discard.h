/*
 * discard.h: what downloads of the queue have left unfinished in a cache, and its
 * removal together with them.
 *
 * An unfinished file does not say which download began it. So those of a repository are
 * taken for its download's, unless another transfer of the list that is not done is of
 * the same repository and cache: then they stay, as they do of downloads into a folder.
 */
#ifndef CORE_QUEUE_DISCARD_H
#define CORE_QUEUE_DISCARD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/purge/unfinished.h"

struct discard;
struct loop;
struct queue;
struct runner;
struct workers;

/* What goes, would go, or went. */
struct discard_sum {
	struct unfinished files;
	bool shared; /* of some the files stay: another transfer needs them */
	struct error err; /* ERR_NONE; else why something stays */
};

/*
 * Looks which unfinished files the jobs `ids` have, and calls `done` on the loop with
 * what would go. All but `ids` is borrowed until then; `done` frees it.
 */
MUST_USE struct discard *discard_look(struct queue *queue,
    const struct runner *runner, struct loop *loop, struct workers *workers,
    const unsigned *ids, size_t n,
    void (*done)(void *context, const struct discard_sum *sum), void *context);

/*
 * The same, but removes them: as soon as none of the jobs runs any more, which the
 * caller has taken out of the queue right after this.
 */
MUST_USE struct discard *discard_start(struct queue *queue,
    const struct runner *runner, struct loop *loop, struct workers *workers,
    const unsigned *ids, size_t n,
    void (*done)(void *context, const struct discard_sum *sum), void *context);

/* Only in or after `done`. NULL is fine. */
void discard_free(struct discard *discard);

#endif
