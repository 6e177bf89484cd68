/*
 * find.h: which files of which commit a request means.
 *
 *	resolve the revision -> list folders, or ask for each name -> a plan
 *
 * A few names are asked for one by one, patterns and many names are looked for
 * in listings, which the cache keeps. Of a listing only what is wanted stays in
 * memory.
 */
#ifndef CORE_DOWN_FIND_H
#define CORE_DOWN_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/down/plan.h"
#include "core/xfer/include.h"

struct find_name;
struct hub;
struct hub_call;
struct listing_writer;
struct place;

/* The first part is set by the caller, who owns it and keeps it. */
struct find {
	struct hub *hub;
	struct place
	    *place; /* its commit is the result, and may be set before */
	const struct repo *repo;
	const char *revision;
	struct include *include;
	struct plan *plan; /* gets the files that are wanted */
	bool force;        /* what is here counts for nothing */
	bool dry_run;      /* nothing is written */
	bool impatient;    /* a first failure is final */
	/* A file cannot be taken; the others go on. */
	void (*bad)(void *context, const struct error *err);
	/* The end: err NULL if all that is wanted is in the plan. */
	void (*done)(void *context, const struct error *err);
	void *context;

	/* Results. */
	size_t settled; /* files that are here already, not in plan */

	/* The rest is for find.c. */
	struct hub_call *call;
	struct folders folders; /* to list, one after the other */
	size_t folder;
	struct listing_writer *writer;
	bool narrowed; /* a pattern turned out to be a name */
	ARR(struct find_name) names;
	size_t asked, answered;
};

/* Begins; done may come before it returns. May be called again after done. */
void find_start(struct find *find);

/* Ends what runs, without done; frees what it holds. */
void find_stop(struct find *find);

/* Whether each wanted file is asked for alone: more are cheaper listed. */
bool find_asks_for_names(const struct find *find);

#endif
