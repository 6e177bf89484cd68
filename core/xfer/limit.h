/*
 * limit.h: a rate that all transfers of a program share, and that may be
 * changed while they run.
 *
 * libcurl's own limit works from the average of a whole transfer, so it stands
 * still after it was lowered and overshoots after it was raised; here
 * connections are paused by us.
 */
#ifndef CORE_XFER_LIMIT_H
#define CORE_XFER_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} limits nothing. Storage is the caller's. */
struct limit {
	struct limit *above; /* which the bytes must pass, too; NULL: none */
	uint64_t rate;       /* bytes a second, 0: none */
	double credit;       /* bytes that may pass now; below 0: a debt */
	uint64_t then_ms;
};

/* Sets the rate; 0 lifts it. Who waits for the old one looks again soon. */
void limit_set(struct limit *limit, uint64_t rate);

/* Whether bytes may pass now; if not, after how many milliseconds. */
bool limit_allows(struct limit *limit, uint64_t *ms);

/* Whether it, or one above it, is so low that bytes are better taken few at once. */
bool limit_is_low(const struct limit *limit);

/* Says that `bytes` passed. */
void limit_take(struct limit *limit, uint64_t bytes);

/* As the gate of a request's body (net/http.h): 0, with `room` cut where the rate is
 * low, or after how many milliseconds bytes may pass. */
uint64_t limit_gate(struct limit *limit, size_t *room);

#endif
