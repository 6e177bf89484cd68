#include "core/hub/repo.h"

#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
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
	struct str safe = STR_INIT;

	utf8_safe(&safe, id);
	err_set(err, ERR_USAGE, "%s: '%.300s'%s", before, safe.v, after);
	str_fini(&safe);
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
	struct str safe = STR_INIT;

	utf8_safe(&safe, name);
	err_set(err, ERR_USAGE, "'%.300s' is not %s", safe.v, what);
	str_fini(&safe);
	return false;
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

static bool
read_commit(const struct http_answer *answer, char commit[COMMIT_MAX],
    struct error *err)
{
	struct cJSON *root = json_parse(answer->body.v, answer->body.n, err);
	const char *sha = json_str(root, "sha", "");
	bool ok = repo_is_commit(sha);

	if (ok)
		memcpy(commit, sha, COMMIT_MAX);
	else if (root)
		err_set(err, ERR_NETWORK, "the answer names no commit");
	json_free(root);
	return ok;
}

struct resolve {
	void (*done)(
	    void *context, const char *commit, const struct error *err);
	void *context;
};

static void
resolve_done(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	const struct resolve *resolve = context;
	char commit[COMMIT_MAX];
	struct error own;

	(void)call;
	if (err) {
		resolve->done(resolve->context, NULL, err);
	} else if (read_commit(answer, commit, &own)) {
		resolve->done(resolve->context, commit, NULL);
	} else {
		hub_wrap_foreign(answer, &own);
		resolve->done(resolve->context, NULL, &own);
	}
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

	*resolve = (struct resolve){ done, context };
	repo_api_url(&url, hub, repo);
	str_addz(&url, "/revision/");
	url_escape(&url, revision, false);
	call = hub_call_start(hub, &(struct hub_request){ .method = "GET",
				       .url = url.v,
				       .repo = repo,
				       .revision = revision,
				       .body_max = INFO_MAX,
				       .impatient = !patient,
				       .done = resolve_done,
				       .context = resolve });
	str_fini(&url);
	return call;
}
