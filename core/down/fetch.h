/* fetch.h: one blob, from the Hub into the cache, checked. */
#ifndef CORE_DOWN_FETCH_H
#define CORE_DOWN_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct download_view;
struct fetch;
struct hub;
struct job;
struct limit;
struct place;
struct plan;
struct publisher;
struct repo;
struct slow_field;
struct workers;

/* How much is checked before a file gets its name. */
enum verify {
	VERIFY_FULL, /* the sum */
	VERIFY_SIZE, /* the size only */
};

/* What all fetches of one download share; outlives them. */
struct fetch_scope {
	struct hub *hub;
	struct workers *workers;
	struct publisher *publisher;
	struct limit *limit; /* NULL: none */
	struct place *place;
	const struct repo *repo;
	const struct plan *plan;
	struct job *parent; /* its bus gets the events */
	bool force;
	enum verify verify;
	unsigned patience_s; /* as in download_request */
	/* Bytes that came from the network, and how many more are here than
	 * before (fewer when a file begins anew). */
	void (*progress)(void *context, uint64_t came, int64_t here);
	/* It holds so many connections more, or, below 0, fewer. */
	void (*held)(void *context, int change);
	/* The server allows fewer requests. */
	void (*too_many)(void *context);
	/* `blob` (an index into the plan's) has ended, and with it the
	 * `slots` connections it still held: err NULL if it is in the cache,
	 * checked, with all its links. The fetch is gone. */
	void (*done)(void *context, size_t blob, unsigned slots,
	    const struct error *err);
	void *context;
};

/*
 * Takes the blob's lock, goes on with what an earlier run kept, fetches the
 * rest over one connection, or more with fetch_help, compares the sum, and only
 * then gives the file its name and links. Bytes that do not match their sum are
 * fetched again once. It begins with one connection; one that waits for a lock
 * holds none.
 */
struct fetch *fetch_start(const struct fetch_scope *scope, size_t blob);

/* Whether another connection would have something to do. */
bool fetch_wants_help(const struct fetch *fetch);

/* Adds what it waits for to `waiting`, an array by enum job_wait. */
void fetch_count_waits(const struct fetch *fetch, unsigned *waiting);

/* Adds a connection, counted by `held` when it ends. */
void fetch_help(struct fetch *fetch);

/* Adds samples to its rates; now and then. */
void fetch_sample(struct fetch *fetch);

/* Counts its connections, then replaces those that are slow (stream.h). */
void fetch_count_moving(const struct fetch *fetch, struct slow_field *field);
void fetch_replace_slow(struct fetch *fetch, const struct slow_field *field);

/* What waits to be asked again is asked now. */
void fetch_hurry(struct fetch *fetch);

/* Appends how it and its connections stand. */
void fetch_look(const struct fetch *fetch, struct download_view *view);

/* Ends it soon, keeping what is on disk; done comes with ERR_CANCELLED. */
void fetch_cancel(struct fetch *fetch);

#endif
