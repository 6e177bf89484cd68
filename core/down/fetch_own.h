/* fetch_own.h: what a fetch is, for fetch.c and fetch_look.c. */
#ifndef CORE_DOWN_FETCH_OWN_H
#define CORE_DOWN_FETCH_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/rate.h"
#include "core/down/fetch.h"
#include "core/down/partial.h"
#include "core/down/plan.h"
#include "core/down/publish.h"
#include "core/down/stream.h"
#include "core/run/job.h"
#include "core/run/loop.h"

/* More connections than this bring a single file nothing. */
#define STREAMS_MAX 16

enum phase {
	PHASE_LOCK,
	PHASE_OPEN,
	PHASE_STREAM, /* bytes come */
	PHASE_DECIDE, /* nothing runs: what is next is chosen at once */
	PHASE_CHECK,
	PHASE_PUBLISH,
};

struct fetch {
	const struct fetch_scope *scope;
	size_t blob;
	const struct plan_file *file; /* the first that is made of it */
	enum phase phase;
	struct job job;
	char *name; /* the file's, safe to show */
	int lock;   /* -1: not held */
	bool unlockable;
	uint64_t waiting_since_ms;
	bool told; /* that we wait */
	struct loop_timer timer;
	struct partial partial;
	struct stream_scope streams;
	struct stream *stream[STREAMS_MAX]; /* NULL: none */
	unsigned slots; /* connections held, running or about to */
	bool anew;      /* it began anew, which happens once */
	bool cancelled;
	struct error failure; /* code ERR_NONE: none */
	struct publication publication;
	/* For who looks on. */
	uint64_t came;     /* bytes from the network */
	uint64_t found;    /* bytes that were here, and still count */
	uint64_t moved_ms; /* when a byte last came, or the first was asked
			      for */
	struct rate rate;
};

#endif
