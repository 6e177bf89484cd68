#include "core/hub/paths.h"

#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/http.h"
#include "core/net/url.h"

struct hub_call *
paths_ask(struct hub *hub, const struct repo *repo, const char *revision,
    const char *const *paths, size_t n, struct asker asker)
{
	struct str url = STR_INIT, form = STR_INIT;
	struct hub_call *call;
	struct body *body;

	repo_api_url(&url, hub->base, repo);
	str_addz(&url, "/paths-info/");
	url_escape(&url, revision, false);
	for (size_t i = 0; i < n; i++) {
		str_addz(&form, "paths=");
		url_escape(&form, paths[i], false);
		str_addc(&form, '&');
	}
	str_addz(&form, "expand=True");
	body = body_of_text(form.v);
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "POST",
		.url = url.v,
		.body = body,
		.type = HTTP_FORM,
		.repeatable = true,
		.repo = repo,
		.revision = revision },
	    asker);
	body_free(body);
	str_fini(&form);
	str_fini(&url);
	return call;
}
