#include "core/base/rate.h"

/* Nearer samples say more about the scheduler than about the rate. */
#define SAMPLE_MS 50.0

#define MEMORY_MS 4000.0

/* Without a byte for so long, a rate would be a thing of the past. */
#define STALLED_MS 3000

/* A rate of less time says little about what is to come. */
#define FORECAST_MS 3000

#define TELL_EVERY_MS 1000
#define TOLERANCE 0.05

void
rate_begin(struct rate *rate, uint64_t bytes, uint64_t now_ms)
{
	*rate = (struct rate){ now_ms, bytes, now_ms, 0, now_ms };
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

bool
rate_left(struct rate_left *left, const struct rate *rate, uint64_t rest,
    uint64_t now_ms, uint64_t *seconds)
{
	double fresh, course, off;

	if (rate->per_s < 1 || now_ms - rate->begun_ms < FORECAST_MS ||
	    rate_is_stalled(rate, now_ms)) {
		*left = (struct rate_left){ 0 };
		return false;
	}
	fresh = (double)rest / rate->per_s;
	if (!left->told_ms) {
		*left = (struct rate_left){ now_ms, fresh };
	} else if (now_ms - left->told_ms >= TELL_EVERY_MS) {
		course =
		    left->seconds - (double)(now_ms - left->told_ms) / 1000;
		off = fresh > course ? fresh - course : course - fresh;
		*left = (struct rate_left){ now_ms,
			off > TOLERANCE * fresh ? fresh : course };
	}
	*seconds = left->seconds > 0 ? (uint64_t)left->seconds : 0;
	return true;
}
