/* command.h: what a job of the queue is as a command. */
#ifndef TUI_FRAME_COMMAND_H
#define TUI_FRAME_COMMAND_H

#include <stdbool.h>

#include "core/base/str.h"

struct queue_job;

/*
 * Appends the command that downloads what a job does; `pinned`: of the commit that it is
 * of, not of its revision. Names that would mean other files as words of a command line,
 * or many of them, are lines that it reads from a pipe.
 */
void command_add_download(
    struct str *out, const struct queue_job *job, bool pinned);

/* The same of one that uploads. */
void command_add_upload(struct str *out, const struct queue_job *job);

#endif
