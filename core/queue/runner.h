/*
 * runner.h: works a queue off: runs so many of its waiting jobs at a time, in their
 * order, until each has ended.
 *
 * The queue says what is wanted; the runner compares that with what runs. So whoever
 * changes the queue only says so (runner_look_again): what is to run is started, what
 * is not is stopped, with its bytes kept. All of it is on one loop.
 */
#ifndef CORE_QUEUE_RUNNER_H
#define CORE_QUEUE_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/rate.h"
#include "core/queue/queue.h"
#include "core/run/job.h"

struct download;
struct log;
struct loop;
struct runner;
struct upload;
struct workers;

/* A job that runs, for reading. */
struct run {
	struct runner *runner;
	unsigned id; /* of the job */
	struct queue_counts counts;
	uint64_t came; /* bytes from the network, those fetched twice too */
	struct rate rate;
	struct rate_left left;
	bool timed; /* it is known how long it still takes: */
	uint64_t left_s;
	enum job_wait waits_for;
	char *note;                /* what was told last; NULL: nothing */
	struct download *download; /* to be looked into (core/down/view.h) */
	struct upload *upload;     /* or the same of an upload */
	bool ending;               /* it was told to stop */
};

/* Who is told; each may be NULL. */
struct runner_face {
	/* Something to show has changed; at most ten times a second. */
	void (*changed)(void *context);
	/* What a job's own jobs tell (core/run/job.h). */
	void (*event)(void *context, const struct job_event *event);
	/* A sentence about a job, while it runs. */
	void (*told)(
	    void *context, const struct queue_job *job, const char *text);
	/* A job has ended: its state says how. Good during the call. */
	void (*ended)(void *context, const struct queue_job *job);
	/* Changes are not on disk, and only hold until the end. */
	void (*unkept)(void *context, const struct error *err);
	/* Nothing runs, nothing waits to, and all changes are on disk. */
	void (*idle)(void *context);
	void *context;
};

/* All is borrowed, and outlives it. The queue is written on the pool from here on, also
 * after runner_free. Nothing starts before runner_look_again. */
MUST_USE struct runner *runner_new(struct queue *queue, struct loop *loop,
    struct workers *workers, const struct log *log,
    const struct runner_face *face);

/* Only when nothing runs. NULL is fine. */
void runner_free(struct runner *runner);

/* After the queue was changed. */
void runner_look_again(struct runner *runner);

/*
 * Takes what other processes want changed, now and whenever it comes (inbox.h). False
 * with `err` if there is no place for it.
 */
MUST_USE bool runner_open_inbox(struct runner *runner, struct error *err);

/* Stops all that runs, for good; `idle` comes when nothing does. What was not
 * finished is in the queue as it was. */
void runner_stop(struct runner *runner);

/* Has a job that runs try again now what it waits to. */
void runner_hurry(struct runner *runner, unsigned id);

/* The run of a job; NULL: it does not run. */
const struct run *runner_find(const struct runner *runner, unsigned id);

/* The limits for all downloads, or uploads, together, as they are now: bytes a second,
 * 0: none. */
uint64_t runner_limit(const struct runner *runner);
uint64_t runner_limit_up(const struct runner *runner);

/* How many run. */
unsigned runner_running(const struct runner *runner);

#endif
