/* stream.h: one connection that fills pieces of a partial file. */
#ifndef CORE_DOWN_STREAM_H
#define CORE_DOWN_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/run/job.h"
#include "core/xfer/source.h"

struct limit;
struct partial;
struct slow_field;
struct stream;
struct view_stream;

/* What the streams of one blob share. */
struct stream_scope {
	struct source source; /* of its bytes */
	struct partial *partial;
	struct limit *limit; /* NULL: as fast as it goes */
	void *context;       /* of the calls below */
	/* Bytes that came from the network, and how many of them are new. */
	void (*came)(void *context, uint64_t bytes, uint64_t here);
	/* More is on disk. */
	void (*wrote)(void *context);
	/* The connection broke or was refused; it will go on by itself. */
	void (*note)(void *context, const char *text);
	/* The server allows fewer requests than are made. */
	void (*too_many)(void *context);
	/*
	 * The end of a stream, once; it is gone then. err NULL: nothing is left to
	 * claim. ERR_CORRUPT: what comes is not this file. Claims are given
	 * back.
	 */
	void (*ended)(void *context, unsigned number, const struct error *err);
};

/*
 * Begins; the scope lives longer. `number` is what `ended` gets, never before
 * this returns.
 */
struct stream *stream_start(struct stream_scope *scope, unsigned number);

/* What it waits for. */
enum job_wait stream_waits_for(const struct stream *stream);

/* Adds a sample to its rate; now and then, from the loop. */
void stream_sample(struct stream *stream);

/* Counts it among those that move. */
void stream_count(const struct stream *stream, struct slow_field *field);

/*
 * Judges it by its siblings (xfer/slow.h). One that is to be replaced closes its
 * connection and asks again from where it is; that costs what was on its way, and no
 * try. True if it does.
 */
bool stream_replace_slow(struct stream *stream, const struct slow_field *field);

/* What waits to be asked again is asked now. */
void stream_hurry(struct stream *stream);

/* How it stands. */
void stream_look(const struct stream *stream, struct view_stream *view);

/* Stops asking; `ended` comes with ERR_CANCELLED once all is on disk. */
void stream_cancel(struct stream *stream);

#endif
