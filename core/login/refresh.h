/*
 * refresh.h: a browser's token, renewed on the day before it expires
 * (huggingface_hub 2.4.0, utils/_auth.py: _refresh_oauth_token_if_needed).
 *
 * Several processes may want that at once, and the Hub may take a refresh token
 * once only: stored_tokens.lock is held meanwhile, as the official client does.
 */
#ifndef CORE_LOGIN_REFRESH_H
#define CORE_LOGIN_REFRESH_H

#include <stdbool.h>

#include "core/base/attr.h"

struct hub;
struct refresh;

/* What became of it; texts are borrowed, and safe to show. */
struct refresh_end {
	const char *name; /* of the stored token */
	const char *why;  /* it was not renewed; NULL: it was */
	bool for_good;    /* only logging in again helps */
};

/*
 * Renews the token in use, in the files and in the hub, if it is one from the
 * token file that can be renewed and is soon to expire; NULL if it is not. `done`
 * comes once and gets what is to be told, NULL: nothing. Failing is no error: the
 * old token stays in use.
 */
MUST_USE struct refresh *refresh_start(struct hub *hub,
    void (*done)(void *context, const struct refresh_end *end), void *context);

/* Ends it without done, or frees it after. NULL is fine. */
void refresh_free(struct refresh *refresh);

#endif
