/* login.h: which token requests carry. */
#ifndef CORE_LOGIN_LOGIN_H
#define CORE_LOGIN_LOGIN_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct hub;
struct log;
struct loop;

/* As a hub's token_source: where it is from. */
#define LOGIN_TOKEN_FILE "the token file"

struct login_options {
	const char *token;  /* given by the user; NULL: environment or file */
	const char *source; /* where that is from, if it is given */
	bool offline;       /* whatever the environment says */
};

/*
 * Opens the Hub (hub_new) as whoever the user chose: with the token that is given,
 * or that of the environment (HF_TOKEN, HUGGING_FACE_HUB_TOKEN), or the stored
 * one; the last two not with HF_HUB_DISABLE_IMPLICIT_TOKEN. A token that has
 * characters which no token has is ERR_AUTH. A file that cannot be read is no
 * error yet, since much can be had without a token: `token_trouble` says why.
 * hub_free releases it.
 */
MUST_USE struct hub *login_hub(struct loop *loop, const struct log *log,
    const struct login_options *options, struct error *err);

#endif
