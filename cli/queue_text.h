/* queue_text.h: what the commands of the queue share: changing it, and wording. */
#ifndef CLI_QUEUE_TEXT_H
#define CLI_QUEUE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/queue/queue.h"

struct download_args;

/*
 * Changes the queue as lines say (core/queue/record.h): in its file, or through the
 * process that has it, which takes it at once or, if it is stopped, later; that is
 * said. `queue` is as it was read before, and is read anew. False with `err`.
 */
MUST_USE bool queue_send(const struct cli *cli, struct queue *queue,
    const char *lines, struct error *err);

/* What a command line asks for as a job; asks nobody. NULL with `err`. */
MUST_USE struct queue_job *queue_job_of_args(
    const struct cli *cli, const struct download_args *args, struct error *err);

/* Adds it to the queue unless the same is there (queue_find_same), prints its number,
 * and says what to know of what was added. */
MUST_USE bool queue_add_args(
    const struct cli *cli, const struct download_args *args, struct error *err);

struct repo_settings;
struct upload_request;

/*
 * The same of an upload to the Hub at `base`; `secrets`: also what seems to be secret,
 * `rate`: bytes a second, 0: no limit.
 */
MUST_USE bool queue_add_upload(const struct cli *cli, const char *base,
    const struct upload_request *request, bool secrets, uint64_t rate,
    struct error *err);

/* Appends "model/a/b", "model/a/b@revision", and of an upload with the place in the
 * repository: "model/a/b/folder/" (core/hub/address.h). */
void queue_add_place(struct str *out, const struct queue_job *job);

/* The same for a sentence: of an upload "to model/a/b". */
void queue_add_target(struct str *out, const struct queue_job *job);

#endif
