/* thread.h: threads and the mailboxes between them; pthreads live here. */
#ifndef CORE_RUN_THREAD_H
#define CORE_RUN_THREAD_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/list.h"

struct thread;
struct mailbox;

/* Signals are blocked in it, so that the thread of the loop gets them. NULL with
 * `err` if there can be no more threads; else it is to be joined. */
MUST_USE struct thread *thread_start(
    void (*run)(void *context), void *context, struct error *err);

/* Waits for its end and frees it; NULL is fine. */
void thread_join(struct thread *thread);

/* Says that this thread serves a loop from now on, or no longer. */
void thread_serve(bool serves);

/*
 * For what reads much: in a build with failure points it ends the program on a
 * thread that serves a loop, which such work would hold up; else it does
 * nothing.
 */
void thread_take_time(void);

/*
 * A queue that any thread puts items into; never NULL. `wake` (may be NULL) is
 * called with the lock free after an item was put into an empty box, by the
 * thread that put it.
 */
MUST_USE struct mailbox *mailbox_new(
    void (*wake)(void *context), void *context);

/* The box must be empty; NULL is fine. */
void mailbox_free(struct mailbox *box);

/* The item is the box's until it is taken out. */
void mailbox_put(struct mailbox *box, struct list *item);

/* The oldest item; waits for one. NULL once the box is closed and empty. */
struct list *mailbox_wait(struct mailbox *box);

/* The oldest item, NULL if there is none. */
struct list *mailbox_take(struct mailbox *box);

/* Lets those who wait go once nothing is left. */
void mailbox_close(struct mailbox *box);

#endif
