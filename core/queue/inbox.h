/*
 * inbox.h: what other processes want changed in a queue that one process owns.
 *
 * A request is a file of lines (record.h) in queue.inbox beside the queue, put there
 * by a rename, so that its owner finds it whole or not at all. The owner takes them
 * in the order of their names, which begin with the time.
 */
#ifndef CORE_QUEUE_INBOX_H
#define CORE_QUEUE_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

/* The folder, made if it is missing, mode 0700; the caller frees it. NULL with `err`
 * if it cannot be. */
MUST_USE char *inbox_folder(struct error *err);

/*
 * Leaves a request there and waits, at most `wait_ms`, until it was taken; *taken says
 * whether it was.
 */
MUST_USE bool inbox_put(
    const char *lines, unsigned wait_ms, bool *taken, struct error *err);

/* A request whose lines were taken; `mark` is 0, and then its owner's. */
struct inbox_one {
	char *name;
	uint64_t mark;
};

/* {0}: none. */
struct inbox_taken {
	ARR(struct inbox_one) v;
};

/* Calls `take` with each line of what is there and not among `taken` yet, and adds it
 * there. What is no small file of this user is left alone. */
void inbox_take(struct inbox_taken *taken,
    void (*take)(void *context, const char *line), void *context);

/* Removes those whose mark is at most `mark`: who put them there takes them for done
 * then. */
void inbox_done(struct inbox_taken *taken, uint64_t mark);

/* Forgets them: they are taken again at the next start. */
void inbox_forget(struct inbox_taken *taken);

#endif
