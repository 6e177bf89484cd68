/*
 * find.h: which files of which commit a request means.
 *
 *	resolve the revision -> list folders, or ask for each name -> a plan
 *
 * A few names are asked for one by one, patterns and many names are looked for
 * in listings, which the cache keeps. Of a listing only what is wanted stays in
 * memory. Listings are read, matched and written on the pool, a page while the
 * next one comes; the loop asks and passes on.
 */
#ifndef CORE_DOWN_FIND_H
#define CORE_DOWN_FIND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/down/plan.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/xfer/include.h"

struct find_name;
struct hub;
struct hub_call;
struct listing_writer;
struct place;

/* The first part is set by the caller, who owns it and keeps it. What it points
 * to is the pool's until done. */
struct find {
	struct hub *hub;
	struct workers *workers;
	struct place *place;
	const struct repo *repo;
	const char *revision;
	struct include *include;
	struct plan *plan; /* gets the commit, unless it has it, and the files
	                      that are wanted */
	bool force;        /* what is here counts for nothing */
	bool dry_run;      /* nothing is written */
	bool impatient;    /* a first failure is final */
	/* The end: err NULL if all that is wanted is in the plan. */
	void (*done)(void *context, const struct error *err);
	void *context;

	/* Results. */
	size_t settled;       /* files that are here already, not in plan */
	unsigned refused;     /* files that are wanted and cannot be taken */
	struct error refusal; /* of the first of these */

	/* The rest is for find.c. */
	atomic_bool cancelled;
	bool working;  /* the pool has `work` */
	bool listing;  /* pages come, and the pool reads them */
	bool narrowed; /* a pattern turned out to be a name */
	struct work work;
	struct loop_timer timer;
	struct hub_call *call;
	struct folders folders; /* to list, one after the other */
	size_t folder;
	struct listing_writer *writer;
	ARR(struct find_name) names;
	size_t asked, answered;
};

/* Begins; done never comes before it returns. May be called again after done. */
void find_start(struct find *find);

/* Stops soon; done comes with ERR_CANCELLED, after this returned. Only before
 * done. */
void find_cancel(struct find *find);

/* What waits to be asked again is asked now. */
void find_hurry(struct find *find);

/* When the first that waits is asked again, on clock_ms; 0: none waits. */
uint64_t find_waits(const struct find *find);

/* Whether each wanted file is asked for alone: more are cheaper listed. */
bool find_asks_for_names(const struct find *find);

#endif
