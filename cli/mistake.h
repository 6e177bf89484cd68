/* mistake.h: what is wrong with a command line, in each name's words. */
#ifndef CLI_MISTAKE_H
#define CLI_MISTAKE_H

#include <stdbool.h>

#include "cli/cli.h"
#include "core/base/error.h"

struct command;
struct opt;

enum mistake_kind {
	MISTAKE_UNKNOWN_OPTION, /* `word`; of huggingface-cli several */
	MISTAKE_AMBIGUOUS,      /* `word` begins several */
	MISTAKE_NO_VALUE,
	MISTAKE_HAS_VALUE,
	MISTAKE_NUMBER, /* `word` is none, as of those that follow */
	MISTAKE_INTEGER,
	MISTAKE_SIZE,
	MISTAKE_CHOICE,
	MISTAKE_FORMAT,
	MISTAKE_NO_FORMAT,
	MISTAKE_TWO_FORMATS, /* `word` names them: "'--json' and '-q'" */
	MISTAKE_MISSING,     /* the argument `word` */
	MISTAKE_EXTRA,       /* `word` */
	MISTAKE_VALUE, /* `word` is a sentence, about `opt` if there is one */
};

struct mistake {
	enum mistake_kind kind;
	const struct cli *cli;
	const struct command *command;
	const struct opt *opt; /* NULL: none */
	const char *word;      /* of the command line; NULL: none */
};

/* Fills `err` (ERR_USAGE) and returns false. */
bool mistake(const struct mistake *m, struct error *err);

/* The same of a word that is no command, or none of a group ("": none). */
bool mistake_no_command(const struct cli *cli, const char *group,
    const char *word, struct error *err);

/*
 * As hug: an option in front of the command that cannot stand there, as no command
 * has it, or as what it takes depends on the command.
 */
bool mistake_ahead(
    const struct cli *cli, const char *option, bool unknown, struct error *err);

/* As hug: options, of which this is the first, and no command. */
bool mistake_alone(const char *option, struct error *err);

#endif
