/* confirm.h: questions before something is destroyed. */
#ifndef CLI_CONFIRM_H
#define CLI_CONFIRM_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "core/base/attr.h"

/*
 * Asks "<question> [y/N]: ", unless `yes`. False, with the reason told, if the
 * answer is no, or nobody can be asked.
 */
MUST_USE bool confirm(const struct cli *cli, const char *question, bool yes);

/*
 * The same where `name` has to be typed, of what cannot be brought back; both
 * texts are safe to show.
 */
MUST_USE bool confirm_name(
    const struct cli *cli, const char *question, const char *name, bool yes);

/* Reads the line that answers a question, without its end; false if there is none.
 * Ctrl-C ends the program. */
MUST_USE bool confirm_read(char *answer, size_t size);

#endif
