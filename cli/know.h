/*
 * know.h: what one should know of a repository before fetching it: asked of the Hub,
 * or read from what was fetched (core/weights/cautions.h).
 */
#ifndef CLI_KNOW_H
#define CLI_KNOW_H

#include <stdbool.h>

#include "cli/session.h"
#include "core/base/repoid.h"
#include "core/weights/cautions.h"
#include "core/xfer/include.h"

struct cJSON;
struct download_request;
struct plan;

/* {0} is an empty one, which is about everything; know_fini in any case. */
struct know {
	struct cautions cautions;
	struct cJSON *info;      /* of the Hub; NULL: it did not come */
	char commit[COMMIT_MAX]; /* that all this is about; "": not known */
	struct include include;  /* for `cautions` */
	unsigned kinds; /* set before: only these matter (1 << CAUTION_CODE);
	                   0: all */
};

/*
 * Asks for the information, the list of files and some small files, and waits for
 * that, as far as `know->kinds` need it; nothing else may be asked meanwhile. What
 * `request` wants counts, all of it at one commit. False if the information or the list did not come, or the user
 * stopped it; of a small file that did not come `cautions.unchecked` tells.
 */
MUST_USE bool know_ask(struct session *session,
    const struct download_request *request, struct know *know,
    struct error *err);
void know_fini(struct know *know);

/* Says on stderr which files the indexes of a whole download name that it does not
 * have; `folder` holds its files. Asks nobody. */
void know_tell_lost(
    const struct cli *cli, const struct plan *plan, const char *folder);

#endif
