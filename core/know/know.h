/*
 * know.h: what one should know of a repository before fetching it, asked of the Hub:
 * its information, the list of files, then some small files (core/weights/cautions.h),
 * all of one commit.
 */
#ifndef CORE_KNOW_KNOW_H
#define CORE_KNOW_KNOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/run/loop.h"
#include "core/weights/cautions.h"
#include "core/xfer/include.h"

struct cJSON;
struct cat;
struct download_request;
struct hub;
struct hub_call;

/* Small files that are read at a time. */
#define KNOW_READERS 4

/* For know.c. */
struct know_reader {
	struct know *know;
	struct cat *cat; /* NULL: it reads none */
	struct str text;
	bool too_large, ended;
	struct error err; /* ERR_NONE: it all came */
};

/* Fields are for reading, once it is done. */
struct know {
	struct cautions cautions;
	struct cJSON *info;      /* of the Hub; NULL: it did not come */
	char commit[COMMIT_MAX]; /* that all this is about; "": not known */

	/* The rest is for know.c. */
	const struct download_request *request;
	struct include include; /* for `cautions` */
	unsigned kinds;
	struct hub *hub;
	bool begun, listed, stopped;
	const char *revision; /* the commit, once it is known */
	struct hub_call *call;
	struct know_reader readers[KNOW_READERS];
	size_t asked;  /* small files that are being read, or were */
	size_t judged; /* of these; in the order of `cautions.texts` */
	bool closed;
	struct loop_timer timer;
	struct error failure;
	void (*done)(void *context, const struct error *err);
	void *context;
};

/*
 * Begins with what `request` wants, which is borrowed as long as it lives; only these
 * kinds matter (1 << CAUTION_CODE), 0: all. False with `err` if the request makes no
 * sense. know_fini in any case.
 */
MUST_USE bool know_init(struct know *know,
    const struct download_request *request, unsigned kinds, struct error *err);
void know_fini(struct know *know);

/* Takes a file of the list where that is here already; then know_listed, after which
 * the Hub is not asked for it. */
void know_add_file(struct know *know, const char *path, uint64_t size);
void know_listed(struct know *know);

/*
 * Asks. `done` comes once, not before this returned: with `err` if the information or
 * the list did not come, or it was stopped (ERR_CANCELLED). Of a small file that did not
 * come `cautions.unchecked` tells.
 */
void know_start(struct know *know, struct hub *hub,
    void (*done)(void *context, const struct error *err), void *context);

/* Ends it soon. */
void know_stop(struct know *know);

#endif
