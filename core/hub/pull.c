#include "core/hub/pull.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"

static struct hub_call *
ask(struct hub *hub, const char *method, const struct repo *repo,
    const char *route, struct str *text, struct asker asker)
{
	struct str url = STR_INIT;
	struct body *body = text->n ? body_of_text(text->v) : NULL;
	struct hub_call *call;

	repo_api_url(&url, hub->base, repo);
	str_addz(&url, route);
	call = hub_ask(hub,
	    &(struct hub_request){ .method = method,
		.url = url.v,
		.body = body,
		.waits_out = true,
		.repo = repo },
	    asker);
	body_free(body);
	str_fini(&url);
	str_fini(text);
	return call;
}

struct hub_call *
pull_open(struct hub *hub, const struct repo *repo, const char *title,
    const char *description, struct asker asker)
{
	struct str text = STR_INIT;

	json_add_pair(&text, true, "title", title);
	json_add_pair(&text, false, "description",
	    description && *description ? description : title);
	json_add_key(&text, false, "pullRequest");
	str_addz(&text, "true}");
	return ask(hub, "POST", repo, "/discussions", &text, asker);
}

struct hub_call *
pull_look(struct hub *hub, const struct repo *repo, unsigned long number,
    struct asker asker)
{
	struct str none = STR_INIT;
	char route[48];

	snprintf(route, sizeof(route), "/discussions/%lu", number);
	return ask(hub, "GET", repo, route, &none, asker);
}

struct hub_call *
pull_list(struct hub *hub, const struct repo *repo, struct asker asker)
{
	struct str none = STR_INIT;

	return ask(hub, "GET", repo,
	    "/discussions?type=pull_request&status=open&sort=recently-created",
	    &none, asker);
}

bool
pull_number(const struct cJSON *answer, unsigned long *number)
{
	uint64_t n = 0;

	if (!json_u64(answer, "num", &n) || !n || n > PULL_MOST)
		return false;
	*number = (unsigned long)n;
	return true;
}

unsigned long
pull_newest(const struct cJSON *list)
{
	unsigned long newest = 0, number;

	json_each (entry, json_get(list, "discussions")) {
		if (pull_number(entry, &number) && number > newest)
			newest = number;
	}
	return newest;
}

size_t
pull_find_draft(const struct cJSON *list, unsigned long after,
    const char *title, const char *author, unsigned long *number)
{
	unsigned long entrys;
	size_t n = 0;

	json_each (entry, json_get(list, "discussions")) {
		const struct cJSON *by = json_get(entry, "author");

		if (!pull_number(entry, &entrys) || entrys <= after ||
		    strcmp(json_str(entry, "status", ""), "draft") != 0 ||
		    strcmp(json_str(entry, "title", ""), title) != 0 ||
		    strcmp(json_str(by, "name", ""), author) != 0)
			continue;
		if (!n++)
			*number = entrys;
	}
	return n;
}

struct hub_call *
pull_publish(struct hub *hub, const struct repo *repo, unsigned long number,
    struct asker asker)
{
	struct str text = STR_INIT;
	char route[48];

	json_add_pair(&text, true, "status", "open");
	str_addc(&text, '}');
	snprintf(route, sizeof(route), "/discussions/%lu/status", number);
	return ask(hub, "POST", repo, route, &text, asker);
}

void
pull_page_url(struct str *out, const struct hub *hub, const struct repo *repo,
    unsigned long number)
{
	repo_page_url(out, hub->base, repo);
	str_addf(out, "/discussions/%lu", number);
}
