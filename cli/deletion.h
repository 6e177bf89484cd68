/* deletion.h: a purge on the command line: shown, asked for, carried out. */
#ifndef CLI_DELETION_H
#define CLI_DELETION_H

#include <stdbool.h>

#include "cli/cli.h"
#include "core/base/attr.h"
#include "core/store/purge.h"

/* Prints "  - model/org/name (entire repo)" and the like, as hf. */
void deletion_list(const struct cli *cli, const struct purge *purge);

/* Carries it out; false if something stays, which is told. */
MUST_USE bool deletion_run(const struct cli *cli, const struct purge *purge);

/* Whether sentences go to stdout: not for programs. */
bool deletion_speaks(const struct cli *cli);

#endif
