/* completion.h: what shells complete hug's command line with, from the command
 * table. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>

#include "core/base/attr.h"

struct str;

/* "bash", "zsh", "fish"; ended by NULL. */
extern const char *const completion_shells[];

/* Appends the script of a shell; false if that shell has no script. */
MUST_USE bool completion_add(struct str *out, const char *shell);

#endif
