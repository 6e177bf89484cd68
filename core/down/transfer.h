/*
 * transfer.h: the blobs of a plan, fetched some at once.
 *
 * Connections go to new files first; when none is left to begin, to large ones
 * that can be fetched in parts. How many there are is searched for (pace.h).
 */
#ifndef CORE_DOWN_TRANSFER_H
#define CORE_DOWN_TRANSFER_H

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/down/fetch.h"

struct download_view;
struct limit;
struct transfer;

/* Everything that is pointed to lives longer than the transfer. */
struct transfer_request {
	struct hub *hub;
	struct workers *workers;
	struct place *place;
	const struct repo *repo;
	const struct plan *plan;
	struct job *job; /* whose counts it keeps */
	bool force;
	enum verify verify;
	unsigned connections; /* at once; 0: as many as help */
	uint64_t rate;        /* bytes a second at most; 0: no limit */
	struct limit *limit;  /* of others, too; NULL: none */
	unsigned patience_s;  /* as in download_request */
	/* The end, once: how many blobs failed, and the first one's error. A
	 * failure of one file stops no other, unless it would fail them all. */
	void (*done)(void *context, unsigned failures, const struct error *err);
	void *context;
};

/* Begins; done never comes before this returns. Never NULL; to be freed. */
MUST_USE struct transfer *transfer_start(
    const struct transfer_request *request);

/* Only after done. NULL is fine. */
void transfer_free(struct transfer *transfer);

/* Changes the rate while it runs. */
void transfer_set_rate(struct transfer *transfer, uint64_t rate);

/* What waits to be asked again is asked now. */
void transfer_hurry(struct transfer *transfer);

/* Sets what a view says of files and connections (view.h). */
void transfer_look(const struct transfer *transfer, struct download_view *view);

/* Stops soon, keeping what is on disk; done comes. */
void transfer_cancel(struct transfer *transfer);

#endif
