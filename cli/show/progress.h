/*
 * progress.h: jobs as lines on stderr.
 *
 * On a terminal a live block, one line per running file and one for all
 * (block.h), drawn again in place; elsewhere a plain line every ten seconds, as suits a log. For
 * programs an object a line, at most ten a second:
 *
 *	{"event": "progress", "files_done": 1, "files_total": 2,
 *	 "bytes_done": 10, "bytes_total": 20, "bytes_fetched": 10}	(of an upload "bytes_sent")
 *	{"event": "note", "text": "..."}
 *	{"event": "end", "state": "done", ...the numbers}, or failed, cancelled
 */
#ifndef CLI_SHOW_PROGRESS_H
#define CLI_SHOW_PROGRESS_H

#include <stdbool.h>

#include "core/base/attr.h"

struct cli;
struct job_event;
struct loop;
struct progress;

enum progress_look {
	PROGRESS_NONE,  /* not even notes */
	PROGRESS_NOTES, /* no bars */
	PROGRESS_AUTO,  /* as stderr is */
	PROGRESS_PLAIN, /* lines, even on a terminal */
	PROGRESS_BAR,   /* a block, even where stderr is no terminal */
	PROGRESS_JSON,  /* a JSON object a line, for programs */
};

/* `cli` is borrowed. Without a loop (NULL) it draws when events come, and elsewhere
 * than on a terminal says nothing. */
MUST_USE struct progress *progress_new(
    struct loop *loop, const struct cli *cli, enum progress_look look);

/* Takes the block off the screen. */
void progress_free(struct progress *progress);

/* Takes the block off the screen, before something else is printed; it comes again
 * by itself. NULL is fine. */
void progress_make_way(struct progress *progress);

/* Whether stderr is for a program: what is said goes through progress_note. */
bool progress_is_json(const struct progress *progress);
void progress_note(struct progress *progress, const char *note);

/* For struct job_bus; `context` is the progress. */
void progress_tell(void *context, const struct job_event *event);

#endif
