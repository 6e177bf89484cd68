#include "core/hub/revision.h"

#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/url.h"

/* "<method> .../branch/<name>"; `body` is taken, may be empty. `from` is the
 * revision that has to be there. */
static struct hub_call *
ask(struct hub *hub, const char *method, const struct repo *repo,
    const char *route, const char *name, const char *from, bool again,
    struct str *body, struct asker asker)
{
	struct str url = STR_INIT;
	struct body *sent = body->n ? body_of_text(body->v) : NULL;
	struct hub_call *call;

	repo_api_url(&url, hub->base, repo);
	str_addz(&url, route);
	if (name)
		url_escape(&url, name, false);
	call = hub_ask(hub,
	    &(struct hub_request){ .method = method,
		.url = url.v,
		.body = sent,
		.repeatable = again,
		.repo = repo,
		.revision = from },
	    asker);
	str_fini(&url);
	body_free(sent);
	str_fini(body);
	return call;
}

struct hub_call *
revision_list(
    struct hub *hub, const struct repo *repo, bool pulls, struct asker asker)
{
	struct str none = STR_INIT;

	return ask(hub, "GET", repo, pulls ? "/refs?include_prs=1" : "/refs",
	    NULL, NULL, false, &none, asker);
}

struct hub_call *
revision_history(struct hub *hub, const struct repo *repo, const char *revision,
    struct asker asker)
{
	struct str none = STR_INIT;

	return ask(hub, "GET", repo, "/commits/", revision, revision, false,
	    &none, asker);
}

struct hub_call *
branch_create(struct hub *hub, const struct repo *repo, const char *branch,
    const char *from, bool again, struct asker asker)
{
	struct str body = STR_INIT;

	if (from)
		json_add_pair(&body, true, "startingPoint", from);
	else
		str_addc(&body, '{');
	str_addc(&body, '}');
	return ask(hub, "POST", repo, "/branch/", branch, from ? from : branch,
	    again, &body, asker);
}

struct hub_call *
branch_delete(struct hub *hub, const struct repo *repo, const char *branch,
    struct asker asker)
{
	struct str none = STR_INIT;

	return ask(hub, "DELETE", repo, "/branch/", branch, branch, false,
	    &none, asker);
}

struct hub_call *
tag_create(struct hub *hub, const struct repo *repo, const char *tag,
    const char *at, const char *message, struct asker asker)
{
	struct str body = STR_INIT;

	json_add_pair(&body, true, "tag", tag);
	if (message)
		json_add_pair(&body, false, "message", message);
	str_addc(&body, '}');
	return ask(hub, "POST", repo, "/tag/", at, at, false, &body, asker);
}

struct hub_call *
tag_delete(struct hub *hub, const struct repo *repo, const char *tag,
    struct asker asker)
{
	struct str none = STR_INIT;

	return ask(hub, "DELETE", repo, "/tag/", tag, tag, false, &none, asker);
}
