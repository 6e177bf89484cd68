/*
 * filter.h: one condition on repositories and revisions of a cache, as
 * "size>1GB", "accessed>2w", "type=model", "refs=main", read as the official
 * client reads it. What hug itself reads is query.h.
 */
#ifndef CORE_CENSUS_FILTER_H
#define CORE_CENSUS_FILTER_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct scan_repo;
struct scan_revision;

enum filter_key {
	FILTER_SIZE,
	FILTER_ACCESSED,
	FILTER_MODIFIED,
	FILTER_TYPE,
	FILTER_REFS,
};

struct filter {
	enum filter_key key;
	char op[3];    /* =, !=, >, <, >=, <= */
	double number; /* bytes, or seconds */
	char text[256];
};

/* ERR_USAGE with the official client's words. */
MUST_USE bool filter_parse(
    struct filter *filter, const char *text, struct error *err);

/* Seconds from an age as 12h, 2w, 3mo. A number without a unit is refused. */
MUST_USE bool filter_age(const char *text, double *seconds, struct error *err);

/* The same as a filter takes it: without a unit they are seconds. */
bool filter_duration(const char *text, double *seconds);

/* Whether it holds; `revision` NULL: of the repository. `now`: since 1970. */
bool filter_holds(const struct filter *filter, const struct scan_repo *repo,
    const struct scan_revision *revision, double now);

#endif
