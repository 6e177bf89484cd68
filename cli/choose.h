/* choose.h: which files of a repository, picked on the screen. */
#ifndef CLI_CHOOSE_H
#define CLI_CHOOSE_H

#include "core/base/attr.h"
#include "core/base/error.h"

struct cli;
struct download_args;
struct queue_job;

/*
 * Lets the user pick, beginning with what the arguments say: a job of the files, or of
 * the patterns, and of the commit that was listed; queue_job_free. NULL with `err`:
 * ERR_CANCELLED if nothing was chosen, ERR_USAGE if it cannot be shown here.
 */
MUST_USE struct queue_job *choose_files(
    const struct cli *cli, const struct download_args *args, struct error *err);

#endif
