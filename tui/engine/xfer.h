/*
 * xfer.h: the engine's channel for transfers: the queue, worked off while any screen
 * is shown, and changes of it.
 *
 * What there is to see is a picture: a copy of the queue and of what runs, made at
 * most some times a second, whatever comes from the network. A newer one takes the
 * place of one that nobody has looked at yet, so that nothing piles up.
 */
#ifndef TUI_ENGINE_XFER_H
#define TUI_ENGINE_XFER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/queue/list.h"
#include "core/run/job.h"
#include "tui/engine/engine.h"

/* A file that is being transferred. */
struct xfer_file {
	char *name;
	uint64_t done, total;
	double rate; /* bytes a second; 0: not known */
};

/* What runs of a job. */
struct xfer_run {
	unsigned id;   /* of the job */
	uint64_t came; /* bytes from the network */
	double rate;   /* bytes a second; 0: not known */
	bool stalled;  /* nothing has come for a while */
	bool ending;   /* it was told to stop */
	enum job_wait waits_for;
	char *note; /* NULL: none */
	ARR(struct xfer_file) files;
};

struct xfer_picture {
	struct queue_list list; /* jobs, copied */
	ARR(struct xfer_run) runs;
	uint64_t limit; /* down, at this time of the day; 0: none */
	long owner;     /* the process that has the queue; 0: this one */
	bool temporary; /* nothing is kept of it */
};

enum xfer_request {
	XFER_REQUEST_WATCH,
	XFER_REQUEST_CHANGE,
	XFER_REQUESTS,
};

enum xfer_event_kind {
	XFER_EVENT_CHANGED, /* xfer_look has a newer picture */
	XFER_EVENT_TOLD,    /* `text`, of `job` or of the queue */
	XFER_EVENT_ENDED,   /* a job: `job` as it is now */
	XFER_EVENT_DONE,    /* the last of a request */
	XFER_EVENT_FAILED,  /* `error`; of a change the last */
};

struct xfer_event {
	struct engine_event base;
	enum xfer_event_kind kind;
	struct queue_job *job; /* a copy; or NULL */
	char *text;
	struct error error;
};

/* The event that this is; NULL if it is another channel's. */
MUST_USE struct xfer_event *xfer_event_of(struct engine_event *event);

/* Opens the queue and works it off, until it is stopped. What was not finished the
 * last time is paused first. */
unsigned engine_xfer_watch(struct engine *engine, void *owner);

/* Changes the queue as lines say (core/queue/record.h). */
unsigned engine_xfer_change(
    struct engine *engine, void *owner, const char *lines);

/* The newest picture, if there is one that was not looked at; the caller frees it. */
MUST_USE struct xfer_picture *xfer_look(struct engine *engine);
void xfer_picture_free(struct xfer_picture *picture);

/* Of a picture: what runs of a job; NULL: nothing. */
const struct xfer_run *xfer_run_of(
    const struct xfer_picture *picture, unsigned id);

#endif
