#include "core/hub/commit.h"

#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"

/* One JSON object a line; its value is to follow, then end_line. */
static void
begin_line(struct commit *commit, const char *key)
{
	json_add_pair(&commit->lines, true, "key", key);
	json_add_key(&commit->lines, false, "value");
}

static void
end_line(struct commit *commit)
{
	str_addz(&commit->lines, "}}\n");
}

void
commit_begin(struct commit *commit, const char *summary,
    const char *description, const char *parent)
{
	begin_line(commit, "header");
	json_add_pair(&commit->lines, true, "summary", summary);
	json_add_pair(&commit->lines, false, "description",
	    description ? description : "");
	if (parent)
		json_add_pair(&commit->lines, false, "parentCommit", parent);
	end_line(commit);
}

void
commit_delete_file(struct commit *commit, const char *path)
{
	begin_line(commit, "deletedFile");
	json_add_pair(&commit->lines, true, "path", path);
	end_line(commit);
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
		.body = commit->lines.v,
		.type = "application/x-ndjson",
		.repo = repo,
		.revision = branch },
	    asker);
	str_fini(&commit->lines);
	str_fini(&url);
	return call;
}
