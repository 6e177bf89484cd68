/*
 * know.h: what one should know of a repository before fetching it: asked of the Hub
 * (core/know), or read from what was fetched (core/weights/cautions.h).
 */
#ifndef CLI_KNOW_H
#define CLI_KNOW_H

#include <stdbool.h>

#include "cli/session.h"
#include "core/know/know.h"

struct download_request;
struct plan;
struct queue_job;

/*
 * Asks, and waits for that; nothing else may be asked meanwhile. What `request` wants
 * counts, and of that only these kinds (know_init). False if the information or the
 * list did not come, or the user stopped it. know_fini in any case.
 */
MUST_USE bool know_ask(struct session *session,
    const struct download_request *request, unsigned kinds, struct know *know,
    struct error *err);

/* Says on stderr which files the indexes of a whole download name that it does not
 * have; `folder` holds its files. Asks nobody. */
void know_tell_lost(
    const struct cli *cli, const struct plan *plan, const char *folder);

/*
 * Says on stderr what to know of a download that was queued; nothing where a program
 * reads, or offline. Asks, and waits some seconds: that it is not known is only said.
 */
void know_tell_queued(const struct cli *cli, const struct queue_job *job);

#endif
