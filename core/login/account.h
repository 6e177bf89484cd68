/*
 * account.h: tokens on this machine, in the files of huggingface_hub (2.4.0,
 * utils/_auth.py: get_stored_tokens, _save_token): `token` holds the active
 * one, `stored_tokens` beside it all of them by name, as INI:
 *
 *	[laptop]
 *	hf_token = hf_...
 *
 * and, of those that were given to a browser, refresh_token and expires_at.
 */
#ifndef CORE_LOGIN_ACCOUNT_H
#define CORE_LOGIN_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct account {
	char *name;
	char *token;      /* "" if its section names none */
	char *refresh;    /* NULL: none */
	uint64_t expires; /* seconds since 1970; 0: never */
	char *rest;       /* lines that are not understood; kept */
};

struct accounts {
	char *path;
	char *before; /* lines in front of the first section; kept */
	ARR(struct account) list;
};

/* Reads them; none if there is no file. accounts_fini in any case; it wipes. The
 * path is NULL where nothing says where they would be (env_token_file). */
MUST_USE bool accounts_load(struct accounts *accounts, struct error *err);
void accounts_fini(struct accounts *accounts);

/*
 * Writes them, sorted by name, by a rename; removes the file if there are none.
 * Files of tokens are 0600. A folder that is made for them is 0700, one that was
 * there keeps its mode: others may have business in it. A link of the user's is
 * written through, as 2.4 does, and stays.
 */
MUST_USE bool accounts_save(struct accounts *accounts, struct error *err);

/* The one with the name, good until the next change of the list; NULL: none. */
struct account *accounts_find(
    const struct accounts *accounts, const char *name);

/* Adds a copy, or takes the whole place of the one with the name. */
void accounts_put(struct accounts *accounts, const struct account *account);

/* Removes all that have the name; false if none has. */
bool accounts_remove(struct accounts *accounts, const char *name);

/* The active token, which the caller wipes and frees; NULL: none. False, with
 * the same, if there is a file but it cannot be read. */
MUST_USE bool account_active(char **token, struct error *err);

/* Writes the file of the active token, as accounts_save does; removes it, which it
 * need not have been there for. */
MUST_USE bool account_activate(const char *token, struct error *err);
MUST_USE bool account_forget(struct error *err);

/* The token of the environment (to be freed) and its variable; NULL: none. */
MUST_USE char *account_of_environment(const char **variable);

/* "hf_****1234": what may be shown of a token. The caller frees it. */
MUST_USE char *account_masked(const char *token);

/* Without line ends and outer blanks; NULL if nothing is left. */
MUST_USE char *account_clean(const char *text);

/*
 * Whether a token has only characters that tokens have, so that it can neither
 * lengthen a header line nor a line of a file. ERR_AUTH if not, with `source`:
 * where it is from.
 */
MUST_USE bool account_check(
    const char *token, const char *source, struct error *err);

/*
 * The name of a section of stored_tokens, of text that the Hub sent: control
 * characters and line ends of any kind become blanks. Brackets stay, as with the
 * official client: every reader takes a name up to the last one of its line. The
 * caller frees it.
 */
MUST_USE char *account_section(const char *text);

#endif
