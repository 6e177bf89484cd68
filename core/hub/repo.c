#include "core/hub/repo.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/jsonscan.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/http.h"
#include "core/net/url.h"

/* Repository information lists every file name, so it can be long. */
#define INFO_MAX (256u * 1024 * 1024)

const char *
repo_type_name(enum repo_type type)
{
	switch (type) {
	case REPO_MODEL:
		return "model";
	case REPO_DATASET:
		return "dataset";
	case REPO_SPACE:
		return "space";
	}
	return "";
}

const char *
repo_type_prefix(enum repo_type type)
{
	static const char *const prefixes[] = { "", "datasets/", "spaces/" };

	return prefixes[type];
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* One half of an id: word characters, "-" and ".", those two not outside. */
static bool
is_part(const char *part, size_t n)
{
	if (n < 1 || n > 96 || !is_word(part[0]) || !is_word(part[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_word(part[i]) && part[i] != '-' && part[i] != '.')
			return false;
	return true;
}

static bool
bad_id(struct error *err, const char *id, const char *before, const char *after)
{

	err_set(err, ERR_USAGE, "%s: '%.300s'%s", before, id, after);
	return err_about(err, ERR_ABOUT_VALUE, NULL, NULL);
}

bool
repo_check_id(const char *id, struct error *err)
{
	size_t n = strlen(id);
	const char *slash = strchr(id, '/');
	const char *name = slash ? slash + 1 : id;

	if (strchr(name, '/')) {
		bad_id(err, id,
		    "Repo id must be in the form 'repo_name' or "
		    "'namespace/repo_name'",
		    ". Use `repo_type` argument if needed.");
		return err_hint(
		    err, "Name a dataset or Space with --repo-type");
	}
	if ((slash && !is_part(id, (size_t)(slash - id))) ||
	    !is_part(name, strlen(name)))
		return bad_id(err, id,
		    "Repo id must use alphanumeric chars, '-', '_' or '.'. "
		    "The name cannot start or end with '-' or '.' and the "
		    "maximum length is 96",
		    ".");
	if (strstr(id, "--") || strstr(id, ".."))
		return bad_id(err, id, "Cannot have -- or .. in repo_id", ".");
	if (n >= 4 && !strcmp(id + n - 4, ".git"))
		return bad_id(err, id, "Repo_id cannot end by '.git'", ".");
	return true;
}

/* Whether a part of the text, between slashes, is "." or "..". */
static bool
has_dots(const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "/");

		if ((n == 1 || n == 2) && !strncmp(text, "..", n))
			return true;
		if (!text[n])
			return false;
		text += n + 1;
	}
}

static bool
refuse_name(struct error *err, const char *name, const char *what)
{
	return err_set(err, ERR_USAGE, "'%.300s' is not %s", name, what);
}

bool
repo_check_revision(const char *revision, struct error *err)
{
	if (*revision && !has_dots(revision))
		return true;
	return refuse_name(err, revision, "a branch, tag or commit");
}

bool
repo_check_path(const char *path, struct error *err)
{
	return !has_dots(path) ||
	       refuse_name(err, path, "a path in a repository");
}

bool
repo_is_commit(const char *revision)
{
	return strlen(revision) == COMMIT_MAX - 1 &&
	       strspn(revision, "0123456789abcdef") == COMMIT_MAX - 1;
}

void
repo_api_url(struct str *out, const struct hub *hub, const struct repo *repo)
{
	str_addf(out, "%s/api/%ss/%s", hub->base, repo_type_name(repo->type),
	    repo->id);
}

void
repo_page_url(struct str *out, const struct hub *hub, const struct repo *repo)
{
	str_addf(
	    out, "%s/%s%s", hub->base, repo_type_prefix(repo->type), repo->id);
}

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
	repo_api_url(&url, hub, repo);
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
