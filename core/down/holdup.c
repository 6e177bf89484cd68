#include "core/down/holdup.h"

#include "core/os/clock.h"

/* Fewer samples say nothing. */
#define SEEN_LEAST 5

/* A disk that is quiet for so long is no usual one. */
#define STUCK_MS 5000

void
holdups_add(struct holdups *holdups, const unsigned waiting[JOB_HOLDUPS],
    uint64_t now_ms)
{
	unsigned others = 0;

	for (unsigned i = JOB_HOLDUP_NONE + 1; i < JOB_HOLDUPS; i++) {
		holdups->seen[i] += waiting[i];
		if (i != JOB_HOLDUP_DISK)
			others += waiting[i];
	}
	if (others || !waiting[JOB_HOLDUP_DISK]) {
		holdups->disk_since_ms = 0;
		holdups->told = false;
	} else if (!holdups->disk_since_ms) {
		holdups->disk_since_ms = now_ms ? now_ms : 1;
	}
}

enum job_holdup
holdups_most(const struct holdups *holdups)
{
	enum job_holdup most = JOB_HOLDUP_NONE;
	unsigned seen = SEEN_LEAST - 1;

	for (unsigned i = JOB_HOLDUP_NONE + 1; i < JOB_HOLDUPS; i++) {
		if (holdups->seen[i] <= seen)
			continue;
		seen = holdups->seen[i];
		most = (enum job_holdup)i;
	}
	return most;
}

bool
holdups_stuck(struct holdups *holdups, uint64_t now_ms, uint64_t *ms)
{
	if (!holdups->disk_since_ms || holdups->told)
		return false;
	*ms = now_ms - holdups->disk_since_ms;
	holdups->told = *ms >= clock_scaled(STUCK_MS);
	return holdups->told;
}
