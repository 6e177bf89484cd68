/*
 * holdup.h: what a transfer waits for, from samples.
 *
 * Pure logic; the transfer says now and then what each of its files waits for.
 */
#ifndef CORE_DOWN_HOLDUP_H
#define CORE_DOWN_HOLDUP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/run/job.h"

/* {0} has seen nothing. */
struct holdups {
	unsigned seen[JOB_HOLDUPS];
	uint64_t disk_since_ms; /* nothing but the disk is waited for; 0: no */
	bool told;              /* of the disk */
};

/* One sample: how many files wait for what. */
void holdups_add(struct holdups *holdups, const unsigned waiting[JOB_HOLDUPS],
    uint64_t now_ms);

/* What was waited for most; JOB_HOLDUP_NONE if that was too short to tell. */
enum job_holdup holdups_most(const struct holdups *holdups);

/*
 * Whether the disk is to be told of: nothing else was waited for so long that
 * it seems stuck. Once each time; `ms` is how long.
 */
bool holdups_stuck(struct holdups *holdups, uint64_t now_ms, uint64_t *ms);

#endif
