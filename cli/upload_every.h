/* upload_every.h: a folder that is uploaded again and again, as it changes. */
#ifndef CLI_UPLOAD_EVERY_H
#define CLI_UPLOAD_EVERY_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct session;
struct upload_request;

/* How it goes on. */
struct every {
	double minutes;   /* between two uploads; with `watch` between two looks
			   for what is new */
	const char *text; /* the same, as it was typed */
	bool watch;
};

/* Reads --every; false with `err`, in each name's words, if it is no number above 0. */
MUST_USE bool every_read(const char *text, struct every *every,
    const struct cli *cli, struct error *err);

/*
 * Uploads until a signal comes; the request's `planned`, `news` and `calm` are its own.
 * The code to end with.
 */
enum exit_code upload_every(struct session *session,
    struct upload_request *request, const struct every *every);

#endif
