#include "core/hub/commit.h"

#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/url.h"

/* One JSON object a line; its value is to follow, then end_line. */
static void
begin_line(struct str *line, const char *key)
{
	json_add_pair(line, true, "key", key);
	json_add_key(line, false, "value");
}

static void
end_line(struct commit *commit, struct str *line)
{
	str_addz(line, "}}\n");
	if (!commit->body)
		commit->body = body_new(NULL);
	body_add_text(commit->body, line->v, line->n);
	str_fini(line);
}

void
commit_begin(struct commit *commit, const char *summary,
    const char *description, const char *parent)
{
	struct str line = STR_INIT;

	begin_line(&line, "header");
	json_add_pair(&line, true, "summary", summary);
	json_add_pair(
	    &line, false, "description", description ? description : "");
	if (parent)
		json_add_pair(&line, false, "parentCommit", parent);
	end_line(commit, &line);
}

void
commit_delete_file(struct commit *commit, const char *path)
{
	struct str line = STR_INIT;

	begin_line(&line, "deletedFile");
	json_add_pair(&line, true, "path", path);
	end_line(commit, &line);
}

struct hub_call *
commit_send(struct commit *commit, struct hub *hub, const struct repo *repo,
    const char *branch, bool pull_request, struct asker asker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	repo_api_url(&url, hub->base, repo);
	str_addz(&url, "/commit/");
	url_escape(&url, branch, false);
	str_addz(&url, pull_request ? "?create_pr=1" : "");
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "POST",
		.url = url.v,
		.body = commit->body,
		.type = "application/x-ndjson",
		.repo = repo,
		.revision = branch },
	    asker);
	body_free(commit->body);
	commit->body = NULL;
	str_fini(&url);
	return call;
}
