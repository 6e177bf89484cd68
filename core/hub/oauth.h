/* oauth.h: the requests that give tokens to a browser's login, and renew them. */
#ifndef CORE_HUB_OAUTH_H
#define CORE_HUB_OAUTH_H

#include "core/base/error.h"
#include "core/base/str.h"

struct hub;
struct http_answer;
struct http_call;

/* Appends "client_id=...": who we are, as the official client is. */
void oauth_add_client(struct str *form);

/* Posts a form to the Hub. No token goes along: forms hold what is needed. */
struct http_call *oauth_post(struct hub *hub, const char *path,
    const char *form,
    void (*done)(void *context, const struct http_answer *answer,
	const struct error *err),
    void *context);

#endif
