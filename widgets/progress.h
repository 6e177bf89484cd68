/* progress.h: how far something is, how fast it goes, and how long it still
 * takes. */
#ifndef WIDGETS_PROGRESS_H
#define WIDGETS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/rate.h"
#include "core/base/str.h"
#include "widgets/surface.h"

/* {0} is one of nothing. */
struct progress {
	uint64_t done, goal; /* bytes */
	struct rate rate;
	struct rate_left left;
	bool timed; /* it is known how long it still takes: */
	uint64_t left_s;
};

/* Begins anew, with 0 of `goal` bytes. `now_ms`, as below, is of any clock that never
 * goes back. */
void progress_begin(struct progress *progress, uint64_t goal, uint64_t now_ms);

/* So many bytes are done; never fewer than before. */
void progress_go(struct progress *progress, uint64_t done, uint64_t now_ms);

/* "31.0 GB of 64.5 GB  1.2 GB/s  0:27", what is known of it. */
void progress_text(
    const struct progress *progress, uint64_t now_ms, struct str *out);

/* A bar with its percentage, ending at the right end of the area's first row.
 * Nothing in the linear look. */
void progress_draw(
    const struct progress *progress, const struct area *area, int columns);

#endif
