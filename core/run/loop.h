/*
 * loop.h: descriptors, timers and wake-ups of one thread.
 *
 * All of core's state belongs to the thread that runs the loop. Callbacks may
 * start and stop any watch or timer, their own included.
 */
#ifndef CORE_RUN_LOOP_H
#define CORE_RUN_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/list.h"

struct loop;

enum loop_events {
	LOOP_READ = 1 << 0,
	LOOP_WRITE = 1 << 1,
};

/* Storage is the caller's; {0} is a timer that does not run. */
struct loop_timer {
	struct list link;
	uint64_t due_ms;
	void (*fire)(void *context);
	void *context;
};

/* Its timers and watches are borrowed: they must not fire any more when it is freed.
 * NULL is fine. */
MUST_USE struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* Serves events until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/*
 * Calls `ready` whenever `fd` has one of `events`; a watch that is there
 * already is changed. Errors and hang-ups count as readable and writable.
 */
void loop_watch(struct loop *loop, int fd, unsigned events,
    void (*ready)(void *context, int fd, unsigned events), void *context);
void loop_unwatch(struct loop *loop, int fd);

/* Calls `fire` once after `ms`; a timer that runs is set anew. */
void loop_timer_start(struct loop *loop, struct loop_timer *timer, uint64_t ms,
    void (*fire)(void *context), void *context);
void loop_timer_stop(struct loop_timer *timer);

#endif
