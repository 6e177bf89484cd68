#include "core/down/waits.h"

#include "core/os/clock.h"

/* Fewer samples say nothing. */
#define SEEN_LEAST 5

/* A disk that is quiet for so long is no usual one. */
#define STUCK_MS 5000

void
waits_add(
    struct waits *waits, const unsigned waiting[JOB_WAITS], uint64_t now_ms)
{
	unsigned others = 0;

	for (unsigned i = JOB_WAIT_NONE + 1; i < JOB_WAITS; i++) {
		waits->seen[i] += waiting[i];
		if (i != JOB_WAIT_DISK)
			others += waiting[i];
	}
	if (others || !waiting[JOB_WAIT_DISK]) {
		waits->disk_since_ms = 0;
		waits->told = false;
	} else if (!waits->disk_since_ms) {
		waits->disk_since_ms = now_ms ? now_ms : 1;
	}
}

enum job_wait
waits_most(const struct waits *waits)
{
	enum job_wait most = JOB_WAIT_NONE;
	unsigned seen = SEEN_LEAST - 1;

	for (unsigned i = JOB_WAIT_NONE + 1; i < JOB_WAITS; i++) {
		if (waits->seen[i] <= seen)
			continue;
		seen = waits->seen[i];
		most = (enum job_wait)i;
	}
	return most;
}

bool
waits_stuck(struct waits *waits, uint64_t now_ms, uint64_t *ms)
{
	if (!waits->disk_since_ms || waits->told)
		return false;
	*ms = now_ms - waits->disk_since_ms;
	waits->told = *ms >= clock_scaled(STUCK_MS);
	return waits->told;
}
