#include "core/hub/card.h"

#include "core/base/json.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"

struct hub_call *
card_check(
    struct hub *hub, enum repo_type type, const char *text, struct asker asker)
{
	struct str url = STR_INIT;
	struct str said = STR_INIT;
	struct body *body;
	struct hub_call *call;

	json_add_pair(&said, true, "content", text);
	json_add_pair(&said, false, "repoType", repo_type_name(type));
	str_addc(&said, '}');
	body = body_of_text(said.v);
	str_addf(&url, "%s/api/validate-yaml", hub->base);
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "POST",
		.url = url.v,
		.body = body,
		.repeatable = true },
	    asker);
	body_free(body);
	str_fini(&said);
	str_fini(&url);
	return call;
}

void
card_add(struct str *out, const struct cJSON *answer, const char *list)
{
	json_each (item, json_get(answer, list)) {
		str_addz(out, out->n ? "\n- " : "- ");
		str_addz(out, json_str(item, "message", ""));
	}
}
