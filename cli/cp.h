/*
 * cp.h: one file, or what is between two repositories, copied: what the parts of
 * `hug cp` share.
 *
 *	cmd_cp.c    the command, and what its two sides mean
 *	cp_get.c    from the Hub to a file here, or to standard output
 *	cp_put.c    from here, or standard input, to the Hub
 *	cp_over.c   from one place on the Hub to another
 */
#ifndef CLI_CP_H
#define CLI_CP_H

#include <stdbool.h>

#include "cli/command.h"
#include "cli/session.h"
#include "cli/voice/voice.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/hub/address.h"

struct cp_args {
	const char *from, *to;
	const char *message;
	bool yes;
	const char *token;
};

/* One side: a path here, "-", or a place on the Hub. */
struct cp_end {
	const char *text; /* as it was typed; NULL: it was not */
	bool remote;
	struct address address; /* without "/" at the end of its path */
	struct repo repo;
	const char *path; /* in it, "": all of it */
	bool folder;      /* a "/" stands at the end */
};

/* One copy, while it runs. */
struct cp {
	struct session base;
	const struct cp_args *args;
	const char *name; /* of the command, as hf calls it */
	struct cp_end from, to;
	enum exit_code code;
	struct error failure; /* ERR_NONE: it has not failed, or the
				message was printed */
};

/* Fills `failure` with what is wrong, and `code`; `what` stands behind it. */
bool cp_is_wrong(struct cp *cp, enum cp_wrong wrong, const char *what);

/* Ends the loop: with success, or for `err`. */
void cp_ended(struct cp *cp, const struct error *err);

/* Each runs the copy to its end. */
void cp_get(struct cp *cp);
void cp_put(struct cp *cp);
void cp_over(struct cp *cp);

/* The bytes of the Hub's file `path` put at `to`, by way of here: for what the Hub
 * does not copy itself. */
void cp_through(struct cp *cp, const char *path, const char *to);

/* Asks, unless --yes says so or this name of the program does not; false: `code` is
 * set, and the reason was printed. */
MUST_USE bool cp_is_sure(struct cp *cp, const char *question);

/* Prints what was done, as hf: "Copied", src, dst; or as hug `line`, a JSON object
 * having it as `key`. */
void cp_print(struct cp *cp, const char *done, const char *src, const char *dst,
    const char *key, const char *line);

#endif
