#include "core/hub/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/jsonscan.h"
#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/http.h"
#include "core/net/url.h"

/* Repository information lists every file name, so it can be long. */
#define INFO_MAX (256u * 1024 * 1024)

struct resolve {
	void (*done)(
	    void *context, const char *commit, const struct error *err);
	void *context;
	struct json_scan scan;
	char commit[COMMIT_MAX]; /* "" until it was read */
	bool foreign;            /* what came is no answer of a Hub */
};

static bool
on_token(void *context, const struct json_token *token, struct error *err)
{
	struct resolve *resolve = context;

	(void)err;
	if (token->depth == 1 && token->kind == JSON_STRING &&
	    !strcmp(token->key, "sha") && repo_is_commit(token->text))
		memcpy(resolve->commit, token->text, COMMIT_MAX);
	return true;
}

static void
resolve_begin(void *context)
{
	struct resolve *resolve = context;

	json_scan_drop(&resolve->scan);
	*resolve->commit = '\0';
}

/* Only the commit of it stays in memory: it lists every file as well. */
static bool
resolve_take(void *context, const char *bytes, size_t n, struct error *err)
{
	struct resolve *resolve = context;

	resolve->foreign = !json_scan_feed(&resolve->scan, bytes, n, err);
	return !resolve->foreign;
}

/* Whether what came is the Hub's, and names a commit. */
static bool
is_answered(struct resolve *resolve, struct error *err)
{
	return json_scan_end(&resolve->scan, err) &&
	       (*resolve->commit ||
		   err_set(err, ERR_NETWORK, "the answer names no commit"));
}

static void
resolve_done(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	struct resolve *resolve = context;
	struct error own;

	(void)call;
	if (!err && !is_answered(resolve, &own))
		resolve->foreign = true;
	else if (err)
		own = *err;
	if (resolve->foreign)
		hub_wrap_foreign(answer, &own);
	if (err || resolve->foreign)
		resolve->done(resolve->context, NULL, &own);
	else
		resolve->done(resolve->context, resolve->commit, NULL);
}

static void
resolve_release(void *context)
{
	struct resolve *resolve = context;

	json_scan_drop(&resolve->scan);
	free(resolve);
}

struct hub_call *
repo_resolve(struct hub *hub, const struct repo *repo, const char *revision,
    bool patient,
    void (*done)(void *context, const char *commit, const struct error *err),
    void *context)
{
	struct str url = STR_INIT;
	struct resolve *resolve = mem_new(struct resolve);
	struct hub_call *call;

	resolve->done = done;
	resolve->context = context;
	resolve->scan =
	    (struct json_scan){ .take = on_token, .context = resolve };
	repo_api_url(&url, hub->base, repo);
	str_addz(&url, "/revision/");
	url_escape(&url, revision, false);
	call = hub_call_start(hub, &(struct hub_request){ .method = "GET",
				       .url = url.v,
				       .repo = repo,
				       .revision = revision,
				       .impatient = !patient,
				       .take_max = INFO_MAX,
				       .begin = resolve_begin,
				       .take = resolve_take,
				       .done = resolve_done,
				       .context = resolve,
				       .release = resolve_release });
	str_fini(&url);
	return call;
}
