/*
 * queue.h: transfers that wait, run or have ended, in their order, kept from run to
 * run in $XDG_STATE_HOME/hug/queue.journal (or ~/.local/state/hug).
 *
 * One process owns the queue, as long as it holds queue.lock beside it, and writes
 * each change behind the others, as a line (record.h). Others read it, and leave
 * what they want changed in an inbox (inbox.h). A job holds no token and no signed
 * address: it names an account, whose token is looked up when it runs.
 */
#ifndef CORE_QUEUE_QUEUE_H
#define CORE_QUEUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/queue/list.h"

struct record_done;
struct workers;
struct writer;

/* Fields are for reading. */
struct queue {
	struct queue_list list;
	uint64_t changes; /* so many since it was opened; counts are none */
	long owner;    /* another process has it, 0: this one, -1: who, is not
	                  known */
	char *trouble; /* what was wrong with its file; NULL: nothing */

	char *path;
	int lock, fd;
	uint64_t size; /* bytes of whole lines */
	size_t lines;
	bool cut;       /* more bytes than these are in the file */
	bool temporary; /* nothing is kept: it cannot be, or is not ours */

	/* After queue_write_on. */
	struct writer *writer;
	bool failing; /* what was last written is not kept: with the next change
			 all is written anew */
	uint64_t handed, kept; /* changes and notes: to the pool, and of them
				  on disk, or given up */
	void (*told)(void *context, const struct error *err);
	void *context;
};

/*
 * Reads it, and becomes its owner unless another process is: then it is as that one
 * last wrote it, and may not be changed. What a crash cut off is dropped; lines that
 * make no sense are left out, and the file as it was is kept as
 * queue.journal.broken. False with `err` if it cannot be read or kept: it is a queue
 * still, that ends with the process. queue_close releases it in any case.
 */
MUST_USE bool queue_open(struct queue *queue, struct error *err);
void queue_close(struct queue *queue);

/* Reads it without becoming its owner: `owner` is never 0. The same otherwise. */
MUST_USE bool queue_look(struct queue *queue, struct error *err);

/*
 * From here on the file is written on the pool, in the order of the changes, and
 * queue_change does not wait for it. `told` comes on the loop after some were written,
 * with `err` if that failed; `handed` and `kept` say which. Does nothing where nothing
 * is kept. `workers` outlives what is on its way (queue_is_writing).
 */
void queue_write_on(struct queue *queue, struct workers *workers,
    void (*told)(void *context, const struct error *err), void *context);
bool queue_is_writing(const struct queue *queue);

/*
 * Makes a change that a line describes (record.h), and keeps it, on disk before this
 * returns, unless queue_write_on was called. False with `err`: the line makes no sense or names no job, or the change
 * was made but could not be kept (ERR_SYSTEM). `done` (may be NULL) gets what it was
 * about.
 */
MUST_USE bool queue_change(struct queue *queue, const char *line,
    struct record_done *done, struct error *err);

/* The same of one job's state, with the path of what arrived, or why it failed; either
 * may be NULL. */
MUST_USE bool queue_set_state(struct queue *queue, unsigned id,
    enum queue_state state, const char *path, const struct error *why,
    struct error *err);

/* Keeps the counts of a job, or the commit that its revision is, without waiting for
 * the disk. What cannot be kept is only not known after a crash. */
void queue_note(struct queue *queue, unsigned id);

/* The path of a file beside the queue's, which the caller frees; NULL without a
 * home. */
MUST_USE char *queue_beside(const char *name);

#endif
