/* rate.h: how fast something goes: over the last seconds, what is older counting
 * less and less. */
#ifndef CORE_BASE_RATE_H
#define CORE_BASE_RATE_H

#include <stdbool.h>
#include <stdint.h>

/* {0} is one that knows nothing yet. */
struct rate {
	uint64_t sampled_ms, sampled_bytes;
	uint64_t moved_ms; /* when bytes last came */
	double per_s;      /* bytes a second, 0 while unknown */
	uint64_t begun_ms;
};

/* From here on: `bytes` are there already, and count for nothing. `now_ms`, as
 * below, is of any clock that never goes back. */
void rate_begin(struct rate *rate, uint64_t bytes, uint64_t now_ms);

/* So many bytes so far. Samples that come too soon after each other are left
 * out. */
void rate_sample(struct rate *rate, uint64_t bytes, uint64_t now_ms);

/* Whether nothing has come for so long that the rate says nothing any more. */
bool rate_is_stalled(const struct rate *rate, uint64_t now_ms);

/* The time left, as it was last said. {0}: not yet. */
struct rate_left {
	uint64_t told_ms;
	double seconds;
};

/*
 * Seconds that `rest` bytes take; false while nothing can be said: in the first
 * three seconds, and while nothing comes. Counts down, changes once a second at
 * most, and leaves its course only where that is wrong by more than 5 %.
 */
bool rate_left(struct rate_left *left, const struct rate *rate, uint64_t rest,
    uint64_t now_ms, uint64_t *seconds);

#endif
