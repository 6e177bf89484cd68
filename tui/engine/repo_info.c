#include "tui/engine/repo_info.h"

#include <string.h>

#include "core/base/json.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"

struct hub_call *
repo_info_ask(struct hub *hub, const struct repo *repo, const char *revision,
    struct asker asker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	repo_api_url(&url, hub->base, repo);
	str_addz(&url, "/revision/");
	url_escape(&url, revision, false);
	/* The whole of it lists every file as well. Spaces know no gate. */
	str_addz(&url, repo->type == REPO_SPACE ? "?expand=sha"
						: "?expand=sha&expand=gated");
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "GET",
		.url = url.v,
		.repo = repo,
		.revision = revision,
		.impatient = true },
	    asker);
	str_fini(&url);
	return call;
}

bool
repo_info_read(const struct cJSON *answer, char commit[COMMIT_MAX], bool *gated,
    struct error *err)
{
	const char *sha = json_str(answer, "sha", "");

	if (!repo_is_commit(sha))
		return err_set(
		    err, ERR_NETWORK, "the Hub's answer names no commit");
	memcpy(commit, sha, COMMIT_MAX);
	/* "auto", "manual" or false. */
	*gated = json_text(json_get(answer, "gated")) ||
	         json_bool(answer, "gated", false);
	return true;
}

bool
repo_may_be_empty(const char *revision, const struct error *err)
{
	return err->code == ERR_NOT_FOUND && err->remedy != REMEDY_CHECK_REPO &&
	       !strcmp(revision, "main");
}

bool
repo_is_empty(const struct cJSON *refs)
{
	const struct cJSON *branches = json_get(refs, "branches");

	return json_is_array(branches) && !json_first(branches);
}
