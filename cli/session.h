/*
 * session.h: the machinery that jobs of a command run on: loop, pool, Hub,
 * signals, and progress on stderr.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/show/progress.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/os/log.h"
#include "core/run/job.h"

struct hub;
struct loop;
struct workers;

/* Fields are for reading. */
struct session {
	const struct cli *cli;
	struct loop *loop;
	struct workers *workers;
	struct log log;
	struct hub *hub;
	struct progress *progress;
	struct job_bus bus;
	uint64_t came;   /* bytes that jobs fetched */
	int interrupted; /* the signal's number, 0: none */
	/* Set by the command: ends its job soon, on a signal. */
	void (*cancel)(void *context);
	void *context;
	int signals; /* pipe that they come through */
};

struct session_options {
	const char *token; /* given by the user, or NULL */
	bool offline;
	bool debug;
	enum progress_look look;
};

/* The stored token of this name, to be given to mem_drop; NULL and the error if
 * there is none, or it is empty. */
MUST_USE char *session_stored_token(const char *name, struct error *err);

/* session_halt, then freeing the jobs, then session_close: in any case. */
MUST_USE bool session_open(struct session *s, const struct cli *cli,
    const struct session_options *options, struct error *err);
void session_halt(struct session *s);
void session_close(struct session *s);

/* The looks that a user may choose (a NULL at their end), and the option for it; it
 * gives an unsigned that session_look_chosen takes. */
extern const char *const session_looks[];

#define SESSION_PROGRESS_OPT(at)                                               \
	{                                                                      \
		"progress", 0, OPT_CHOICE, NULL,                               \
		    "Choose how progress is shown (default: auto)",            \
		    .offset = (at), .choices = session_looks,                  \
		    .faces = FACE_HUG                                          \
	}

enum progress_look session_look_chosen(const struct cli *cli, unsigned chosen);

/* Takes progress off the screen, before results are printed. */
void session_quiet(struct session *s);

/*
 * The look of progress: PROGRESS_AUTO is what suits the output that is wanted
 * and the environment, what else was chosen stays.
 */
enum progress_look session_look(
    const struct cli *cli, enum progress_look chosen);

/* Says that a token given on the command line is seen by others. */
void session_warn_of_token(const struct cli *cli, const char *token);

/* What a job that failed makes of the command. */
enum exit_code session_failed(const struct session *s, const struct error *err);

#endif
