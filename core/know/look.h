/*
 * look.h: what one file of the Hub holds (core/weights/contents.h), by requests for the
 * ranges that tell: the loop receives one, the pool reads it and names the next. Nothing
 * is kept on disk.
 */
#ifndef CORE_KNOW_LOOK_H
#define CORE_KNOW_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/xfer/source.h"

struct contents;
struct hub;
struct repo;

/* The first part is the caller's and outlives it; the rest begins as {0}. */
struct look {
	struct hub *hub;
	struct workers *workers;
	const struct repo *repo;
	const char *revision; /* a commit, best */
	const char *path;
	uint64_t size;             /* bytes */
	struct contents *contents; /* what was given to them before stays */
	/* Once, from a later turn of the loop; then it may go. */
	void (*done)(void *context, const struct error *err);
	void *context;

	/* The rest is for look.c. */
	struct source source;
	struct source_call *call;
	struct work work;
	struct loop_timer timer;
	struct str held;   /* of the range */
	uint64_t from, to; /* that is asked for */
	unsigned tries;
	bool working, stopped, ended;
	struct error failure;
};

void look_start(struct look *look);

/* Ends it soon, with ERR_CANCELLED. */
void look_stop(struct look *look);

#endif
