#include "core/hub/catalog.h"

#include <string.h>

#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"

/* Appends a parameter, if there is a value. */
static void
add(struct str *url, const char *name, const char *value)
{
	if (!value)
		return;
	str_addf(url, "%c%s=", strchr(url->v, '?') ? '&' : '?', name);
	url_escape(url, value, false);
}

static void
add_all(struct str *url, const char *name, struct catalog_texts values)
{
	for (size_t i = 0; i < values.n; i++)
		add(url, name, values.v[i]);
}

struct hub_call *
catalog_list(struct hub *hub, const struct catalog_query *query,
    const struct pages_taker *taker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	str_addf(&url, "%s/api/%ss", hub->base, repo_type_name(query->type));
	add_all(&url, "filter", query->filters);
	add(&url, "author", query->author);
	add_all(&url, "apps", query->apps);
	add(&url, "gated", query->gated);
	add(&url, "inference", query->inference);
	add_all(&url, "inference_provider", query->inference_providers);
	add(&url, "pipeline_tag", query->pipeline_tag);
	add(&url, "num_parameters", query->num_parameters);
	add(&url, "search", query->search);
	add(&url, "sort", query->sort);
	if (query->limit)
		str_addf(&url, "%climit=%lu", strchr(url.v, '?') ? '&' : '?',
		    query->limit);
	add_all(&url, "expand", query->expand);
	call = pages_start(hub, &(struct hub_request){ .url = url.v }, taker);
	str_fini(&url);
	return call;
}

struct hub_call *
catalog_info(struct hub *hub, const struct repo *repo, const char *revision,
    struct catalog_texts expand, struct asker asker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	repo_api_url(&url, hub->base, repo);
	if (revision) {
		str_addz(&url, "/revision/");
		url_escape(&url, revision, false);
	}
	add_all(&url, "expand", expand);
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "GET",
		.url = url.v,
		.repo = repo,
		.revision = revision },
	    asker);
	str_fini(&url);
	return call;
}

struct hub_call *
catalog_owned(
    struct hub *hub, const char *organization, const struct pages_taker *taker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	str_addf(&url, "%s/api/", hub->base);
	if (organization) {
		str_addz(&url, "organizations/");
		url_escape(&url, organization, false);
		str_addc(&url, '/');
	}
	str_addz(&url, "settings/repositories");
	call = pages_start(hub, &(struct hub_request){ .url = url.v }, taker);
	str_fini(&url);
	return call;
}

struct hub_call *
catalog_templates(struct hub *hub, struct asker asker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	str_addf(&url, "%s/api/spaces/templates", hub->base);
	call = hub_ask(
	    hub, &(struct hub_request){ .method = "GET", .url = url.v }, asker);
	str_fini(&url);
	return call;
}
