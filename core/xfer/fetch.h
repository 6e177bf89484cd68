/* fetch.h: one blob, from the Hub into the cache, checked. */
#ifndef CORE_XFER_FETCH_H
#define CORE_XFER_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct cache;
struct fetch;
struct hub;
struct job;
struct plan;
struct repo;
struct workers;

/* What all fetches of one download share; outlives them. */
struct fetch_scope {
	struct hub *hub;
	struct workers *workers;
	const struct cache *cache;
	const struct repo *repo;
	const char *commit;
	const struct plan *plan;
	struct job *parent; /* its bus gets the events */
	bool force;
	/* `blob` (an index into the plan's) has ended: err NULL if it is in
	 * the cache, checked, with all its links. The fetch is gone. */
	void (*done)(void *context, size_t blob, const struct error *err);
	/* How many more bytes are here; fewer when a file begins anew. */
	void (*progress)(void *context, int64_t bytes);
	void *context;
};

/*
 * Takes the blob's lock, goes on with what an earlier run kept, fetches the
 * rest (with a Range, repeated when the connection breaks), compares the sum,
 * and only then gives the file its name and links. Bytes that do not match
 * their sum are fetched again once.
 */
struct fetch *fetch_start(const struct fetch_scope *scope, size_t blob);

/* Ends it soon, keeping what is on disk; done comes with ERR_CANCELLED. */
void fetch_cancel(struct fetch *fetch);

#endif
