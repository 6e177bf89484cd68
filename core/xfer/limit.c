#include "core/xfer/limit.h"

#include "core/os/clock.h"

/* Where the rate is low bytes are handed out few at a time. */
#define SIP ((size_t)16 * 1024)

/* Credit that is not used up in this time is lost: no burst after a rest. */
#define KEEP_MS 200

/* Below this a block of a fast connection is a good part of a second's bytes. */
#define LOW ((uint64_t)2 * 1024 * 1024)

void
limit_set(struct limit *limit, uint64_t rate)
{
	limit->rate = rate;
	limit->credit = 0;
	limit->then_ms = clock_ms();
}

static void
refill(struct limit *limit)
{
	uint64_t now = clock_ms();
	double most = (double)limit->rate * KEEP_MS / 1000;

	limit->credit +=
	    (double)limit->rate * (double)(now - limit->then_ms) / 1000;
	if (limit->credit > most)
		limit->credit = most;
	limit->then_ms = now;
}

bool
limit_allows(struct limit *limit, uint64_t *ms)
{
	if (limit->above && !limit_allows(limit->above, ms))
		return false;
	if (!limit->rate)
		return true;
	refill(limit);
	if (limit->credit > 0)
		return true;
	*ms = (uint64_t)(-limit->credit * 1000 / (double)limit->rate) + 1;
	if (*ms > KEEP_MS)
		*ms = KEEP_MS;
	return false;
}

bool
limit_is_low(const struct limit *limit)
{
	for (; limit; limit = limit->above) {
		if (limit->rate && limit->rate < LOW)
			return true;
	}
	return false;
}

void
limit_take(struct limit *limit, uint64_t bytes)
{
	if (limit->above)
		limit_take(limit->above, bytes);
	if (limit->rate)
		limit->credit -= (double)bytes;
}

uint64_t
limit_gate(struct limit *limit, size_t *room)
{
	uint64_t ms;

	if (!limit_allows(limit, &ms))
		return ms ? ms : 1;
	if (limit_is_low(limit) && *room > SIP)
		*room = SIP;
	return 0;
}
