/*
 * progress.h: jobs as lines on stderr.
 *
 * On a terminal a live block, one line per running file and one for all, drawn
 * again in place; elsewhere a plain line every ten seconds, as suits a log.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

#include "core/base/attr.h"

struct job_event;
struct loop;
struct progress;

enum progress_look {
	PROGRESS_NONE,  /* not even notes */
	PROGRESS_NOTES, /* no bars */
	PROGRESS_AUTO,  /* as stderr is */
};

MUST_USE struct progress *progress_new(
    struct loop *loop, enum progress_look look);

/* Takes the block off the screen. */
void progress_free(struct progress *progress);

/* For struct job_bus; `context` is the progress. */
void progress_tell(void *context, const struct job_event *event);

#endif
