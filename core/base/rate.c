#include "core/base/rate.h"

/* Nearer samples say more about the scheduler than about the rate. */
#define SAMPLE_MS 50.0

#define MEMORY_MS 4000.0

/* Without a byte for so long, a rate would be a thing of the past. */
#define STALLED_MS 3000

void
rate_begin(struct rate *rate, uint64_t bytes, uint64_t now_ms)
{
	*rate = (struct rate){ now_ms, bytes, now_ms, 0 };
}

void
rate_sample(struct rate *rate, uint64_t bytes, uint64_t now_ms)
{
	double ms = (double)(now_ms - rate->sampled_ms);
	double weight, current;

	if (ms < SAMPLE_MS)
		return;
	current = bytes > rate->sampled_bytes
	              ? (double)(bytes - rate->sampled_bytes) * 1000 / ms
	              : 0;
	if (bytes > rate->sampled_bytes)
		rate->moved_ms = now_ms;
	weight = ms / (ms + MEMORY_MS);
	rate->per_s = rate->per_s > 0
	                  ? rate->per_s + (current - rate->per_s) * weight
	                  : current;
	rate->sampled_ms = now_ms;
	rate->sampled_bytes = bytes;
}

bool
rate_is_stalled(const struct rate *rate, uint64_t now_ms)
{
	return now_ms - rate->moved_ms > STALLED_MS;
}
