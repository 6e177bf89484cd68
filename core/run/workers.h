/*
 * workers.h: a fixed pool of threads for what blocks: disk and sums.
 *
 * An item goes out, comes back, and only the loop changes state: from submit
 * to done it belongs to its thread.
 */
#ifndef CORE_RUN_WORKERS_H
#define CORE_RUN_WORKERS_H

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/list.h"

struct loop;
struct workers;

/* Storage is the caller's, in the struct that holds what `run` needs. */
struct work {
	struct list link;
	void (*run)(struct work *work);  /* on a thread of the pool */
	void (*done)(struct work *work); /* on the loop */
	/* Instead of `done` where the pool is freed before the loop came to it;
	 * NULL: the storage is released by other ways. */
	void (*drop)(struct work *work);
};

/* `count` threads, whose work comes back to `loop`, which outlives them; NULL with
 * `err` if they cannot be started. */
MUST_USE struct workers *workers_new(
    struct loop *loop, unsigned count, struct error *err);

/* Waits for what runs; the done of what is left is not called. NULL is fine. */
void workers_free(struct workers *workers);

/* Gives it to a thread as soon as one is free, in the order of submission. It must
 * stay where it is until its done was called. */
void workers_submit(struct workers *workers, struct work *work);

/* From the pool: `work`, which one that runs did on its way, is done. */
void workers_give_back(struct workers *workers, struct work *work);

#endif
