#include "core/login/oauth.h"

#include "core/base/json.h"
#include "core/hub/endpoint.h"
#include "core/login/account.h"
#include "core/net/body.h"
#include "core/net/http.h"
#include "core/net/url.h"
#include "core/os/env.h"

/* That of the official client. */
#define CLIENT_ID "26be6b09-91c5-47da-9861-d2d2bb7a7e36"

#define ANSWER_MAX ((size_t)64 * 1024)

/* No token is believed to last longer. */
#define LIFE_MAX_S ((uint64_t)10 * 365 * 24 * 3600)

/* An empty text counts as missing. */
static bool
read_one(const struct cJSON *answer, const char *key, const char **text,
    struct error *err)
{
	*text = json_str(answer, key, NULL);
	if (*text && !**text)
		*text = NULL;
	return !*text || account_check(*text, "the Hub's answer", err);
}

bool
oauth_read(
    const struct cJSON *answer, struct oauth_token *token, struct error *err)
{
	*token = (struct oauth_token){ .token = NULL };
	if (!json_u64(answer, "expires_in", &token->expires_in_s))
		token->expires_in_s = 0;
	if (token->expires_in_s > LIFE_MAX_S)
		token->expires_in_s = LIFE_MAX_S;
	return read_one(answer, "access_token", &token->token, err) &&
	       read_one(answer, "refresh_token", &token->refresh, err);
}

void
oauth_add_client(struct str *form)
{
	const char *own = env_get("HF_DEVICE_CODE_OAUTH_CLIENT_ID");

	str_addz(form, "client_id=");
	url_escape(form, own ? own : CLIENT_ID, false);
}

struct http_call *
oauth_post(struct hub *hub, const char *path, const char *form,
    void (*done)(void *context, const struct http_answer *answer,
	const struct error *err),
    void *context)
{
	struct str url = STR_INIT;
	struct body *body = body_of_text(form);
	struct http_call *call;

	str_addf(&url, "%s%s", hub->base, path);
	call = http_start(hub->http, &(struct http_request){ .method = "POST",
					 .url = url.v,
					 .origin = hub->origin,
					 .body = body,
					 .type = HTTP_FORM,
					 .silence_ms = hub->body_ms,
					 .body_max = ANSWER_MAX,
					 .follow = HTTP_FOLLOW_ORIGIN,
					 .done = done,
					 .context = context });
	body_free(body);
	str_fini(&url);
	return call;
}
