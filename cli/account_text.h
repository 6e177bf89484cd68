/* account_text.h: what the commands about accounts have in common. */
#ifndef CLI_ACCOUNT_TEXT_H
#define CLI_ACCOUNT_TEXT_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/login/whoami.h"

struct str;

/* Says that nobody is logged in. */
enum exit_code account_nobody(const struct cli *cli);

/* Asks the Hub whose `token` (NULL: the one in use) it is, and waits. whoami_fini
 * in any case; `source` (may be NULL) gets where the token is from, NULL: there
 * is none, and nothing was asked. */
MUST_USE bool account_ask(const struct cli *cli, const char *token,
    struct whoami *whoami, const char **source, struct error *err);

/* Says what the Hub answered instead, where the token was from (NULL: given). */
void account_say_refused(
    const struct cli *cli, const char *source, const struct error *err);

/* Reads a token from the terminal without showing it, or a line of standard
 * input if that is none. False at its end, or if it was broken off. */
MUST_USE bool account_prompt(const char *prompt, struct str *token);

#endif
