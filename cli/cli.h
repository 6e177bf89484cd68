/*
 * cli.h: under which name we run, and what output is wanted.
 *
 * As `hug` the program speaks for itself. Through a link with one of the two
 * old names it takes the options, and gives the output and exit codes, of the
 * official client that had that name: release 0.36 for huggingface-cli, 2.4 for
 * hf.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "core/base/attr.h"

struct screens;
struct voice;

enum face {
	FACE_HUG = 1,
	FACE_OLD = 2, /* huggingface-cli */
	FACE_HF = 4,
};

/* How results are written. */
enum format {
	FORMAT_HUMAN,
	FORMAT_AGENT, /* for programs that read as people do; of hf */
	FORMAT_JSON,
	FORMAT_QUIET,
};

struct cli {
	enum face face;            /* which commands and options there are */
	const struct voice *voice; /* what they say and do (cli/voice) */
	const char *name;          /* "hug", "huggingface-cli", "hf" */
	enum format format;
	const char *as; /* the stored token to use; NULL: that in use */
	const char
	    *typed;      /* the command in the user's words; NULL: not known */
	bool color;      /* of stdout */
	bool mute;       /* out_say says nothing */
	bool notes_json; /* stderr gets JSON objects, one in each line */
	bool whole;      /* tables are not cut to the terminal's width */
	const struct screens *screens; /* NULL: there are none */
};

/* From the name that the program was called by. */
void cli_init(struct cli *cli, const char *argv0);

/* Whether stdout takes characters beyond ASCII. */
bool cli_is_utf8(void);

/* What stands for "true" in tables. */
const char *cli_yes(void);

/* What stands in front of results of hf, coloured if that is wanted. */
const char *cli_tick(const struct cli *cli);

#endif
