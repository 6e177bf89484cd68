/* ask.h: one request to the Hub's interface whose answer is JSON. */
#ifndef CORE_HUB_ASK_H
#define CORE_HUB_ASK_H

#include "core/base/error.h"

struct cJSON;
struct hub;
struct hub_call;
struct hub_request;

/* Who gets the answer, also that of a refusal: json_free it. NULL if nothing
 * came, or no JSON, which is fine where something was only to be done. */
struct asker {
	void (*done)(
	    void *context, struct cJSON *answer, const struct error *err);
	void *context;
};

/*
 * `request` without `done` and `context`; it and its texts are borrowed until
 * this returns, but for the repository. Never NULL; the call is only good to be
 * cancelled, and must not be used once the asker was told. So it is with every
 * function of core/hub that takes an asker.
 */
struct hub_call *hub_ask(
    struct hub *hub, const struct hub_request *request, struct asker asker);

/* The same, asked again every second, for a minute, while the Hub refuses with these
 * words (a literal). */
struct hub_call *hub_ask_while(struct hub *hub,
    const struct hub_request *request, const char *words, struct asker asker);

#endif
