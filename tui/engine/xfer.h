/*
 * xfer.h: the engine's channel for transfers: the queue, worked off while any screen
 * is shown, and changes of it.
 *
 * What there is to see is a picture: a copy of what runs, and of the queue where that
 * has changed, made at most some times a second, whatever comes from the network. A
 * newer one takes the place of one that nobody has looked at yet, so that nothing
 * piles up.
 */
#ifndef TUI_ENGINE_XFER_H
#define TUI_ENGINE_XFER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/down/view.h"
#include "core/queue/discard.h"
#include "core/queue/list.h"
#include "core/run/job.h"
#include "core/up/view.h"
#include "tui/engine/engine.h"

/* A file that is being transferred. */
struct xfer_file {
	char *name;
	struct view_file view; /* without its path */
	uint64_t again_in_ms; /* until it is tried again; 0: it does not wait */
};

/* What runs of a job. */
struct xfer_run {
	unsigned id; /* of the job */
	struct queue_counts counts;
	bool timed; /* it is known how long it still takes: */
	uint64_t left_s;
	uint64_t came;         /* bytes from the network */
	uint64_t twice;        /* of these, what was here before, or was lost */
	double rate;           /* bytes a second; 0: not known */
	bool stalled;          /* nothing has come for a while */
	bool ending;           /* it was told to stop */
	bool upload;           /* what it does is in `up`, not in `stage` */
	struct upload_view up; /* without what is sent, which is in `files` */
	enum view_stage stage;
	uint64_t
	    again_in_ms; /* of all that waits, the first; 0: nothing does */
	uint64_t flying; /* bytes received, and not yet kept */
	size_t queued;   /* files */
	enum job_wait waits_for;
	char *note; /* NULL: none */
	ARR(struct xfer_file) files;
	ARR(struct view_stream) streams; /* of all files */
};

struct xfer_picture {
	bool
	    listed; /* `list` is there: it has changed since the picture before */
	struct queue_list
	    list; /* jobs, copied; only counts may be newer in `runs` */
	ARR(struct xfer_run) runs;
	uint64_t limits[QUEUE_KINDS]; /* at this time of the day; 0: none */
	long owner;     /* the process that has the queue; 0: this one */
	bool temporary; /* nothing is kept of it */
};

enum xfer_request {
	XFER_REQUEST_WATCH,
	XFER_REQUEST_CHANGE,
	XFER_REQUEST_HURRY,
	XFER_REQUEST_LEFT,
	XFER_REQUEST_DISCARD,
	XFER_REQUESTS,
};

enum xfer_event_kind {
	XFER_EVENT_CHANGED,   /* xfer_look has a newer picture */
	XFER_EVENT_TOLD,      /* `text`, of `job` or of the queue */
	XFER_EVENT_ENDED,     /* a job: `job` as it is now */
	XFER_EVENT_ADDED,     /* one that a screen added: `job` */
	XFER_EVENT_SAME,      /* one that a screen was to add is there: `job` */
	XFER_EVENT_LEFT,      /* `left`: what would be discarded */
	XFER_EVENT_DISCARDED, /* `left`: what was */
	XFER_EVENT_DONE,      /* the last of a request */
	XFER_EVENT_FAILED,    /* `error`; of a change the last */
};

struct xfer_event {
	struct engine_event base;
	enum xfer_event_kind kind;
	struct queue_job *job; /* a copy; or NULL */
	char *text;
	struct discard_sum left;
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

/* Has a job that runs try again now what it waits to. */
unsigned engine_xfer_hurry(struct engine *engine, void *owner, unsigned id);

/* Looks what unfinished files transfers have in the cache (core/queue/discard.h). */
unsigned engine_xfer_left(
    struct engine *engine, void *owner, const unsigned *ids, size_t n);

/* Takes transfers out of the queue, and these files away. */
unsigned engine_xfer_discard(
    struct engine *engine, void *owner, const unsigned *ids, size_t n);

/* The newest picture, if there is one that was not looked at; the caller frees it. */
MUST_USE struct xfer_picture *xfer_look(struct engine *engine);
void xfer_picture_free(struct xfer_picture *picture);

/* Of a picture: what runs of a job; NULL: nothing. */
const struct xfer_run *xfer_run_of(
    const struct xfer_picture *picture, unsigned id);

#endif
