/*
 * screens.h: how the command line opens the full-screen program, of which it
 * knows nothing else; main.c brings the two together.
 */
#ifndef CLI_SCREENS_H
#define CLI_SCREENS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

struct purge;
struct queue_job;
struct scan;

struct screens_options {
	const char *root; /* of the cache, absolute */
	bool linear, ascii, no_mouse, color_never;
	bool log;          /* begins with the Log, not with the cache */
	const char *repo;  /* begins with the files of this one; NULL: not */
	const char *theme; /* NULL: as is preferred */
	const char *undo;  /* seconds; NULL: as is preferred */
	/* Prints a line where the screen was, of what goes on after it. */
	void (*say)(void *context, const char *text);
	void *context;
};

struct screens {
	/* Whether it can be shown here; a few words if not. */
	bool (*usable)(const char **why);

	/* Whether there is such a theme. */
	bool (*has_theme)(const char *name);

	/* Runs it: an exit code, -1 with `err` if it cannot begin. `freed` gets
	 * the bytes that were freed meanwhile. */
	int (*browse)(const struct screens_options *options, uint64_t *freed,
	    struct error *err);

	/*
	 * Lets the user choose what to delete. Both results are NULL if nothing
	 * was chosen; else purge_fini, scan_fini and free them.
	 */
	int (*pick)(const struct screens_options *options, struct scan **scan,
	    struct purge **purge, struct error *err);

	/*
	 * Lets the user choose files of the repository that `from` says, with its
	 * patterns to begin with; on the terminal, whatever standard input and
	 * output are. What to download, for queue_job_free; NULL with `err`:
	 * ERR_CANCELLED if nothing was chosen, ERR_USAGE if there is no terminal.
	 */
	struct queue_job *(*choose)(const struct screens_options *options,
	    const struct queue_job *from, struct error *err);
};

#endif
