/* run.h: the full-screen program on a terminal, from start to end. */
#ifndef TUI_FRAME_RUN_H
#define TUI_FRAME_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "tui/frame/app.h"

struct run_options {
	struct app_options app; /* `unicode` is found out here */
	bool color_never;
	/* Prints a line where the screen was, once it has gone; NULL: nothing. */
	void (*say)(void *context, const char *text);
	void *context;
};

/* What pick or choose chose; NULL if nothing was. To be freed by the caller. */
struct run_picked {
	struct scan *scan;
	struct purge *purge;
	struct queue_job *job;
	uint64_t freed; /* bytes that were freed meanwhile */
};

/*
 * Runs it until the user quits: 0, or 128 and the number of the signal that
 * ended it. ERR_SYSTEM (and -1) if the terminal cannot be taken over.
 */
MUST_USE int run_app(const struct run_options *options,
    struct run_picked *picked, struct error *err);

#endif
