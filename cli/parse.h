/* parse.h: the words of a command line, into the struct of its command. */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include "cli/command.h"

/* Options that every command has, but those of huggingface-cli. */
extern const struct opt parse_common_options[];

/*
 * Parses the words behind the command's name into `args` (args_size zeroed
 * bytes), text borrowed from argv, and output options into `cli`. False with
 * `err` filled (ERR_USAGE); `help` is set, and true returned, if help was asked
 * for instead.
 *
 * Lists: as hug one takes all words that follow, as huggingface-cli too, and
 * the last one given counts; as hf it takes one word, and those that follow
 * and can only be patterns.
 */
MUST_USE bool command_parse(const struct command *command, struct cli *cli,
    int argc, char **argv, void *args, bool *help, struct error *err);

/* Frees what the parser allocated in `args`, not `args`. */
void command_release(const struct command *command, void *args);

#endif
