/*
 * waits.h: what a transfer waits for, from samples.
 *
 * Pure logic; the transfer says now and then what each of its files waits for.
 */
#ifndef CORE_DOWN_WAITS_H
#define CORE_DOWN_WAITS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/run/job.h"

/* {0} has seen nothing. */
struct waits {
	unsigned seen[JOB_WAITS];
	uint64_t disk_since_ms; /* nothing but the disk is waited for; 0: no */
	bool told;              /* of the disk */
};

/* One sample: how many files wait for what. */
void waits_add(
    struct waits *waits, const unsigned waiting[JOB_WAITS], uint64_t now_ms);

/* What was waited for most; JOB_WAIT_NONE if that was too short to tell. */
enum job_wait waits_most(const struct waits *waits);

/*
 * Whether the disk is to be told of: nothing else was waited for so long that
 * it seems stuck. Once each time; `ms` is how long.
 */
bool waits_stuck(struct waits *waits, uint64_t now_ms, uint64_t *ms);

#endif
