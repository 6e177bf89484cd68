/*
 * checked.h: what comparing files with their sums has found, kept from run to
 * run in $XDG_STATE_HOME/hug/checked (or ~/.local/state/hug/checked).
 *
 *	hug-checked 1
 *	<when> <size> <modified, in microseconds> ok|bad <path>
 *
 * times in seconds since 1970. A file whose size or time differs from what is
 * written there counts as not looked at. Lines that are not understood and files
 * that are gone are left out when it is written again.
 */
#ifndef CORE_CENSUS_CHECKED_H
#define CORE_CENSUS_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"

struct check;
struct checked;

enum checked_state {
	CHECKED_NOT,
	CHECKED_GOOD,
	CHECKED_BAD,
};

/* Reads the file; an empty one if there is none. checked_free releases it. */
MUST_USE struct checked *checked_load(void);
void checked_free(struct checked *checked);

/* What was found of a file, and when (`at`, may be NULL). */
enum checked_state checked_find(const struct checked *checked, const char *path,
    uint64_t size, double modified, double *at);

/* Whether anything was bad. */
bool checked_has_bad(const struct checked *checked);

/* Adds to the file what a check has found of blobs of a scan, and gives all that
 * is known then. If it cannot be written, that is so. */
MUST_USE struct checked *checked_record(const struct check *check);

#endif
