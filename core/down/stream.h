/* stream.h: one connection that fills pieces of a partial file. */
#ifndef CORE_DOWN_STREAM_H
#define CORE_DOWN_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/net/retry.h"
#include "core/run/job.h"

struct hub;
struct limit;
struct partial;
struct repo;
struct stream;

/* What the streams of one blob share. */
struct stream_scope {
	struct hub *hub;
	const struct repo *repo;
	const char *commit;
	const char *path; /* in the repository */
	struct partial *partial;
	struct limit *limit; /* NULL: as fast as it goes */
	/* Where the Hub sent an earlier request, so that the next need not ask
	 * it: signed, good for a while. NULL: not known. Owned here. */
	char *store;
	/* What the store calls these bytes; another ETag means another file.
	 * NULL: not known. Owned here. */
	char *etag;
	/* One budget of retries, and one that waits: where a file just failed
	 * nobody else asks for it. */
	struct retry retry;
	const struct stream *waiting; /* NULL: none */
	bool no_ranges;   /* the server sends all, whatever part is asked for */
	unsigned streams; /* that run */
	void *context;    /* of the calls below */
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

/* Whether the last request for the file failed, and nothing came since. */
bool stream_scope_fails(const struct stream_scope *scope);

/* What it waits for. */
enum job_wait stream_waits_for(const struct stream *stream);

/* Stops asking; `ended` comes with ERR_CANCELLED once all is on disk. */
void stream_cancel(struct stream *stream);

#endif
