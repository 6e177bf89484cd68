/*
 * help.h: how hug explains itself: all of it, a group of commands, one command.
 * The old names' help is that of render.h.
 */
#ifndef CLI_SHOW_HELP_H
#define CLI_SHOW_HELP_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct cli;
struct command;
struct opt;
struct str;

/* What the options do that every command has. */
#define HELP_AS "Use this stored token (see `hug auth list`)"
#define HELP_FORMAT "Choose how the result is written (default: human)"
#define HELP_JSON "The same as --format json"
#define HELP_QUIET "Write only the bare result and errors"
#define HELP_HELP "Show this help"

/* What `hug --help` prints: what hug is and which commands there are, on one page of
 * a small terminal. */
void help_overview(struct str *out, const struct cli *cli);

/* What `hug cache --help` prints; `group` may be in the words of hf ("repos"). */
void help_group(struct str *out, const struct cli *cli, const char *group);

/* What `hug COMMAND --help` prints. */
void help_command(
    struct str *out, const struct cli *cli, const struct command *command);

/*
 * What `hug help WORDS` prints: help for a command, or a group; "" is all of it.
 * False with ERR_USAGE and a guess if the words are neither.
 */
MUST_USE bool help_words(struct str *out, const struct cli *cli, int argc,
    char **argv, struct error *err);

/* Whether --as is worth a line in a command's help: whether it asks the Hub, or is
 * about a token. Others take it, and have no use for it. */
bool help_has_as(const struct command *command);

/* The options of a command in the order in which they are shown: what is used most
 * first, what has no effect any more last. `visit` gets each once. */
void help_each_option(const struct cli *cli, const struct command *command,
    void (*visit)(void *context, const struct opt *opt), void *context);

#endif
