/* ahead.h: options that stand before the command, as in `hug -q download a/b`. */
#ifndef CLI_AHEAD_H
#define CLI_AHEAD_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct cli;

/*
 * Moves the options at the front of the line behind the words that name the
 * command, so that its parser takes them. The words in `argv` change places; what
 * they are stays. False with ERR_USAGE if no command has such an option, if some
 * have it with a value and some without, or if no command follows.
 */
MUST_USE bool ahead_move(
    const struct cli *cli, int argc, char **argv, struct error *err);

#endif
