/* request.h: what a command line asks `download` for. */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/target.h"
#include "core/base/str.h"
#include "core/down/download.h"
#include "core/hub/address.h"

struct hub;

struct download_args {
	const char *repo;
	struct text_list files;
	unsigned type;
	const char *revision;
	struct text_list include;
	struct text_list exclude;
	const char *cache_dir;
	const char *local_dir;
	unsigned local_links; /* accepted, without effect */
	bool resume;          /* the same */
	bool force;
	const char *token;
	bool quiet;
	unsigned max_workers;
	uint64_t rate;
	unsigned verify;
	unsigned progress;
	bool offline;
	bool dry_run;
	const char *files_from;
	bool debug;
	bool pick; /* on the screen */
	struct text_list fail_on;
	bool queue; /* for later */
	bool
	    paused; /* the same, and stays paused until the user continues it */
};

/* The text that a request is made of, kept while it runs. */
struct request_texts {
	struct address address;
	struct text_list files; /* names, or what an address names */
	struct str names;       /* --files-from */
	char *root, *folder;
};

/*
 * Makes a request of the arguments; what both speak of is borrowed from `args`
 * and `texts`. Errors have the code ERR_USAGE, or ERR_CONFLICT where hf takes
 * the command line and then fails. request_fini releases in any case.
 */
MUST_USE bool request_read(struct request_texts *texts, const struct cli *cli,
    const struct download_args *args, const struct hub *hub,
    struct download_request *request, struct error *err);
void request_fini(struct request_texts *texts);

/* Adds the lines of --files-from to `files`, which borrow from `text`. */
MUST_USE bool request_read_names(const char *from, struct str *text,
    struct text_list *files, struct error *err);

/* Appends "name=['a', 'b']", as Python shows a list; nothing for none. */
void request_add_quoted(
    struct str *out, const char *name, const struct texts *texts);

#endif
