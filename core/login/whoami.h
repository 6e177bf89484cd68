/* whoami.h: whose token it is (GET /api/whoami-v2; huggingface_hub 2.4.0,
 * hf_api.py: whoami). */
#ifndef CORE_LOGIN_WHOAMI_H
#define CORE_LOGIN_WHOAMI_H

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct hub;
struct hub_call;

/* Untrusted text; "" for what was not told. */
struct whoami {
	char *name;
	char *token_name; /* as its owner called it */
	char *role;       /* of the token: "read", "write", "fineGrained" */
	ARR(char *) orgs;
};

/* Frees the texts of one that the caller owns. */
void whoami_fini(struct whoami *whoami);

/*
 * Asks. `done` gets the answer, which is borrowed, or the error: ERR_AUTH,
 * "Invalid user token.", if the Hub does not know the token; `err->said` is then
 * the body of the answer. The call must not be used after it.
 */
struct hub_call *whoami_start(struct hub *hub,
    void (*done)(
	void *context, const struct whoami *whoami, const struct error *err),
    void *context);

#endif
