#include "core/login/whoami.h"

#include <stdlib.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/http.h"

/* Larger than the answer of who is in every organisation. */
#define ANSWER_MAX ((size_t)4 * 1024 * 1024)

struct asking {
	void (*done)(void *context, const struct whoami *whoami,
	    const struct error *err);
	void *context;
};

void
whoami_fini(struct whoami *whoami)
{
	free(whoami->name);
	free(whoami->token_name);
	free(whoami->role);
	arr_each (org, &whoami->orgs)
		free(*org);
	arr_free(&whoami->orgs);
}

static bool
read_answer(
    const struct http_answer *answer, struct whoami *whoami, struct error *err)
{
	struct cJSON *root = json_parse(answer->body.v, answer->body.n, err);
	const struct cJSON *token =
	    json_get(json_get(root, "auth"), "accessToken");
	const char *name = json_str(root, "name", NULL);

	if (name) {
		whoami->name = mem_strdup(name);
		whoami->token_name =
		    mem_strdup(json_str(token, "displayName", ""));
		whoami->role = mem_strdup(json_str(token, "role", ""));
		json_each (org, json_get(root, "orgs"))
			arr_push(&whoami->orgs,
			    mem_strdup(json_str(org, "name", "")));
	} else if (root) {
		err_set(err, ERR_NETWORK, "the answer names no account");
	}
	json_free(root);
	return name != NULL;
}

static void
on_answer(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	const struct asking *asking = context;
	struct whoami whoami = { .name = NULL };
	struct error own;

	(void)call;
	if (err && answer && answer->status == 401) {
		err_set(&own, ERR_AUTH, "Invalid user token.");
		err_about(&own, ERR_ABOUT_TOKEN, err->url, answer->body.v);
		asking->done(asking->context, NULL, &own);
	} else if (err) {
		asking->done(asking->context, NULL, err);
	} else if (read_answer(answer, &whoami, &own)) {
		asking->done(asking->context, &whoami, NULL);
	} else {
		hub_wrap_foreign(answer, &own);
		asking->done(asking->context, NULL, &own);
	}
	whoami_fini(&whoami);
}

struct hub_call *
whoami_start(struct hub *hub,
    void (*done)(
	void *context, const struct whoami *whoami, const struct error *err),
    void *context)
{
	struct asking *asking = mem_new(struct asking);
	struct str url = STR_INIT;
	struct hub_call *call;

	*asking = (struct asking){ done, context };
	str_addf(&url, "%s/api/whoami-v2", hub->base);
	call = hub_call_start(hub, &(struct hub_request){ .method = "GET",
				       .url = url.v,
				       .body_max = ANSWER_MAX,
				       .done = on_answer,
				       .context = asking });
	str_fini(&url);
	return call;
}
