/*
 * totals.h: what all transfers of a direction come to, and how fast it went. Draws
 * nothing.
 */
#ifndef TUI_TRANSFERS_TOTALS_H
#define TUI_TRANSFERS_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/rate.h"
#include "core/queue/list.h"

/* Seconds of speed that are kept. */
#define HISTORY 120

struct xfer_picture;

/* Of downloads, or of uploads. */
struct xfer_way {
	unsigned running;
	uint64_t done, total; /* bytes, of what runs or waits to */
	bool unknown;         /* the total grows yet */
	double rate;          /* bytes a second */
	uint64_t came;        /* bytes that were moved, since the start */
	struct rate pace;     /* of these */
	struct rate_left left;
	bool timed; /* it is known how long it all still takes: */
	uint64_t left_s;
	double history[HISTORY]; /* bytes a second, the newest last */
};

struct xfer_totals {
	unsigned running, open, paused, failed;
	struct xfer_way ways[QUEUE_KINDS];
	uint64_t history_s; /* the second of the newest */
};

/* Takes what was moved between two pictures (`before` may be NULL), then the jobs of
 * the newer one, whose list must be there. */
void xfer_totals_take(struct xfer_totals *totals,
    const struct xfer_picture *before, const struct xfer_picture *now,
    uint64_t now_ms);

/* Whether something of a direction runs, or did in the time that is kept. Where
 * nothing did in either, downloads are worth showing. */
bool xfer_way_shows(const struct xfer_totals *totals, enum queue_kind kind);

/* Seconds until all is done; 0: not known. */
uint64_t xfer_all_rest_s(const struct xfer_totals *totals);

#endif
