/*
 * schedule.h: a limit for the speed of transfers, maybe another one at other times of
 * the day.
 *
 *	20M                                 bytes a second
 *	off                                 no limit
 *	08:00-18:00 2M, else off            by the clock of this machine
 *	22:00-06:00 off, 12:00-13:00 1M, else 500K
 *
 * The first time that fits counts. Without "else" there is no limit at other times.
 */
#ifndef CORE_XFER_SCHEDULE_H
#define CORE_XFER_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

#define SCHEDULE_MAX 8

/* {0} never limits. Minutes are of the day; one that ends before it begins goes over
 * midnight. */
struct schedule {
	struct {
		unsigned from, to;
		uint64_t rate;
	} times[SCHEDULE_MAX];
	unsigned n;
	uint64_t rate; /* at other times; bytes a second, 0: no limit */
};

/* Reads one; NULL or "" is no limit. ERR_USAGE, and {0}, if it is none. */
MUST_USE bool schedule_read(
    const char *text, struct schedule *schedule, struct error *err);

/* The limit at that minute of the day; `minutes` (may be NULL) gets how many pass
 * until it may be another one, 0: it never is. */
uint64_t schedule_at(
    const struct schedule *schedule, unsigned minute, unsigned *minutes);

/* The same now. */
uint64_t schedule_now(const struct schedule *schedule, unsigned *minutes);

#endif
