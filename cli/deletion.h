/* deletion.h: a purge on the command line: shown, asked for, carried out. */
#ifndef CLI_DELETION_H
#define CLI_DELETION_H

#include <stdbool.h>

#include "cli/cli.h"
#include "core/base/attr.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/purge/carry.h"
#include "core/purge/purge.h"

/* Prints "  - model/org/name (entire repo)" and the like, as hf. */
void deletion_list(const struct cli *cli, const struct purge *purge);

/*
 * Tells, before anything is asked, of what the plan leaves out because it cannot
 * be deleted. False if there is any.
 */
bool deletion_tell_refused(const struct cli *cli, const struct purge *purge);

/*
 * Tells which repositories rules leave alone because something of them cannot
 * be read or understood, or deleted; as hug alone. False if one of them has what
 * a rule could choose, and it cannot be deleted.
 */
bool deletion_tell_unclear(const struct cli *cli, const struct scan *scan);

/* What a plan frees, as the name counts it, as "8.1K"; "~8.1K" if that is not
 * known exactly. */
void deletion_size(
    const struct cli *cli, const struct purge *purge, char out[TIMEFMT_MAX]);

/* Carries it out; false if something stays, which is told. */
MUST_USE bool deletion_run(const struct cli *cli, const struct purge *purge,
    struct carry_result *result);

/* What was freed. The old names say what their clients would, which is the
 * plan, if all of it went. */
void deletion_freed(const struct cli *cli, const struct purge *purge,
    const struct carry_result *result, char out[TIMEFMT_MAX]);

/* "; 2 things stay", or nothing; as hug alone. */
void deletion_add_left(
    const struct cli *cli, const struct carry_result *result, struct str *out);

/* Whether sentences go to stdout: not for programs. */
bool deletion_speaks(const struct cli *cli);

#endif
