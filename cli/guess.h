/* guess.h: what a mistyped word of hug's command line was probably meant to be. */
#ifndef CLI_GUESS_H
#define CLI_GUESS_H

#include <stdbool.h>

#include "core/base/error.h"

struct cli;
struct command;
struct opt;
struct str;

/* Appends "`hug cache rm`", or several joined by "or": commands of any group that
 * the words, of the group or ("") at the front, are near to. */
void guess_command(struct str *out, const struct cli *cli, const char *group,
    const char *word);

/* Appends "--include": the option of the command that a word is near to. NULL:
 * of any command. */
void guess_option(struct str *out, const struct cli *cli,
    const struct command *command, const char *word);

/* Appends the choice of the option that a word is near to. */
void guess_choice(struct str *out, const struct opt *opt, const char *word);

/* Whether the official client has a command that hug has not; `err` then says so,
 * and what there is instead. */
bool guess_left_out(const char *word, struct error *err);

#endif
