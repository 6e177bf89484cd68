/* oauth.h: the requests that give tokens to a browser's login, and renew them. */
#ifndef CORE_LOGIN_OAUTH_H
#define CORE_LOGIN_OAUTH_H

#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

struct cJSON;
struct hub;
struct http_answer;
struct http_call;

/* What the Hub gives; borrowed from its answer. */
struct oauth_token {
	const char *token;     /* NULL: none */
	const char *refresh;   /* NULL: none */
	uint64_t expires_in_s; /* 0: not told; at most ten years */
};

/*
 * Reads it. Every token that the Hub gives passes here and is checked as one
 * that was typed: ERR_AUTH if it, or the one to renew it with, has characters
 * no token has; then nothing of it may be kept or sent.
 */
MUST_USE bool oauth_read(
    const struct cJSON *answer, struct oauth_token *token, struct error *err);

/* Appends "client_id=...": who we are, as the official client is. */
void oauth_add_client(struct str *form);

/* Posts a form, borrowed until this returns, to the Hub. No token goes along: forms
 * hold what is needed. `done` gets any answer, whatever its status, and is not
 * called once the call was cancelled (http.h). */
struct http_call *oauth_post(struct hub *hub, const char *path,
    const char *form,
    void (*done)(void *context, const struct http_answer *answer,
	const struct error *err),
    void *context);

#endif
