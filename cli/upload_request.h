/* upload_request.h: what a command line asks `upload` for. */
#ifndef CLI_UPLOAD_REQUEST_H
#define CLI_UPLOAD_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/upload_every.h"
#include "cli/upload_place.h"
#include "cli/visibility.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/hub/address.h"
#include "core/hub/manage.h"
#include "core/up/calm.h"
#include "core/up/upload.h"
#include "core/xfer/limit.h"

struct upload_args {
	const char *repo, *local, *target;
	unsigned type;
	const char *revision;
	struct visibility_args visible;
	struct text_list include, exclude, delete;
	const char *files_from;
	const char *message, *description;
	bool create_pr;
	bool dry_run, one_commit, skip_unreadable, include_secrets, yes, queue,
	    strict, remove_local;
	uint64_t rate;
	const char *every;
	bool watch;
	struct text_list append;
	unsigned calm;
	unsigned progress;
	bool quiet, debug;
	const char *token;
};

/* What was made of it, kept while it runs; {0} with `message` and `names` empty. */
struct upload_asked {
	const struct cli *cli;
	const struct upload_args *args;
	const char *base; /* the Hub's address */
	struct address address;
	struct upload_place place;
	struct text_list files; /* --files-from */
	struct str names;       /* their text */
	struct str message;
	struct repo_settings settings;
	struct limit limit;
	struct upload_request request;
	struct every every;
	struct calm_rules calm;
	const char *one[1]; /* a pattern in place of --include */
};

/* Whether it stays until a signal comes (--every, --watch). */
bool upload_stays(const struct upload_args *args);

/* Reads `args` into the rest, which borrows from it; errors are in each name's words.
 * upload_asked_fini in any case. */
MUST_USE bool upload_asked_read(struct upload_asked *asked,
    const struct cli *cli, const struct upload_args *args, const char *base,
    struct error *err);
void upload_asked_fini(struct upload_asked *asked);

#endif
