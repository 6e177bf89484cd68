/* answer.c: what the Hub's bad answers mean, and what to do about them. */
#include <string.h>

#include "core/base/json.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/repo.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/url.h"

/* What an answer was about; the text is safe to show. */
struct subject {
	const struct hub *hub;
	const struct http_answer *answer;
	const struct repo *repo;
	const char *revision;
	const char *path;
	const char *server; /* the server's own words, "" if none */
	const char *id;     /* of the request, for support; "" if none */
};

static bool
is_code(const struct subject *s, const char *code)
{
	return span_is(http_header(s->answer, "X-Error-Code"), code);
}

static bool
is_message(const struct subject *s, const char *message)
{
	return span_is(http_header(s->answer, "X-Error-Message"), message);
}

static void
no_revision(const struct subject *s, struct error *err)
{
	err_set(err, ERR_NOT_FOUND, "%s %s has no revision '%s'%s",
	    repo_type_name(s->repo->type), s->repo->id,
	    s->revision ? s->revision : "main", s->id);
	err_hint(err,
	    "Check --revision: it takes a branch, a tag or a full commit id");
}

static void
no_entry(const struct subject *s, struct error *err)
{
	err_set(err, ERR_NOT_FOUND, "%s %s has no file '%s' in revision %s%s",
	    repo_type_name(s->repo->type), s->repo->id, s->path ? s->path : "?",
	    s->revision ? s->revision : "main", s->id);
	err_hint(err,
	    "Names are case-sensitive; `hug download %s --dry-run` lists "
	    "them",
	    s->repo->id);
}

static void
gated(const struct subject *s, struct error *err)
{
	struct str page = STR_INIT;
	struct str url = STR_INIT;

	repo_page_url(&url, s->hub, s->repo);
	url_shown(&page, url.v);
	str_fini(&url);
	err_set(err, ERR_GATED, "access to %s %s is restricted%s",
	    repo_type_name(s->repo->type), s->repo->id, s->id);
	err_hint(err, "Ask for access at %s%s", page.v,
	    s->hub->token ? "" : ", then set HF_TOKEN or pass --token");
	str_fini(&page);
}

static void
disabled(const struct subject *s, struct error *err)
{
	err_set(err, ERR_AUTH, "the Hub has disabled access to %s %s%s",
	    repo_type_name(s->repo->type), s->repo->id, s->id);
	err_hint(err, "It was taken down; choose another repository");
}

static void
no_repo(const struct subject *s, struct error *err)
{
	err_set(err, ERR_NOT_FOUND, "there is no %s %s on %s%s",
	    repo_type_name(s->repo->type), s->repo->id, s->hub->site, s->id);
	if (s->hub->token)
		err_hint(err,
		    "Check the name and --repo-type; if it is private, the "
		    "token (from %s) may lack the permission",
		    s->hub->token_source);
	else
		err_hint(err,
		    "Check the name and --repo-type; if it is private, set "
		    "HF_TOKEN or pass --token");
}

static void
bad_token(const struct subject *s, struct error *err)
{
	err_set(err, ERR_AUTH, "the Hub refuses the token (from %s)%s",
	    s->hub->token ? s->hub->token_source : "nowhere", s->id);
	err_hint(err,
	    "It may have expired: make a new one at %s/settings/tokens",
	    s->hub->site);
}

static void
forbidden(const struct subject *s, struct error *err)
{
	err_set(err, ERR_AUTH, "the Hub forbids access to %s %s%s%.300s%s",
	    repo_type_name(s->repo->type), s->repo->id, *s->server ? ": " : "",
	    s->server, s->id);
	err_hint(
	    err, "Use a token that has the permission (HF_TOKEN, --token)");
}

static void
other(const struct subject *s, struct error *err)
{
	struct str url = STR_INIT;
	int status = s->answer->status;

	url_shown(&url, s->answer->url);
	err_set(err, ERR_NETWORK, "%.300s answered %d%s%.300s%s", url.v, status,
	    *s->server ? ": " : "", s->server, s->id);
	if (status == 429)
		err_hint(err,
		    "Too many requests: wait a few minutes; with a token the "
		    "Hub allows more");
	else if (status >= 500)
		err_hint(err, "The Hub has a problem: try again later");
	else
		err_hint(err, "Check HF_ENDPOINT, if it is set");
	str_fini(&url);
}

static enum err_about
about_of(const struct subject *s)
{
	int status = s->answer->status;

	if (is_code(s, "RevisionNotFound"))
		return ERR_ABOUT_REVISION;
	if (is_code(s, "EntryNotFound"))
		return ERR_ABOUT_FILE;
	if (is_code(s, "GatedRepo"))
		return ERR_ABOUT_GATE;
	if (is_message(s, "Access to this resource is disabled."))
		return ERR_ABOUT_REACH;
	if (is_code(s, "RepoNotFound") ||
	    (status == 401 &&
		!is_message(s, "Invalid credentials in Authorization header")))
		return ERR_ABOUT_REPO;
	return status >= 500 || status == 429 ? ERR_ABOUT_REACH
	                                      : ERR_ABOUT_OTHER;
}

static void
put_in_words(const struct subject *s, struct error *err)
{
	enum err_about about = about_of(s);
	struct str url = STR_INIT;
	int status = s->answer->status;

	if (about == ERR_ABOUT_REVISION)
		no_revision(s, err);
	else if (about == ERR_ABOUT_FILE)
		no_entry(s, err);
	else if (about == ERR_ABOUT_GATE)
		gated(s, err);
	else if (is_message(s, "Access to this resource is disabled."))
		disabled(s, err);
	else if (about == ERR_ABOUT_REPO)
		no_repo(s, err);
	else if (status == 401)
		bad_token(s, err);
	else if (status == 403)
		forbidden(s, err);
	else
		other(s, err);
	err->detail = status;
	url_shown(&url, s->answer->url);
	err_about(err, about, url.v, s->server);
	str_fini(&url);
}

/* The server's words: the header, else "error" of a JSON body. */
static void
server_words(struct str *out, const struct http_answer *answer)
{
	struct span header = http_header(answer, "X-Error-Message");
	struct error ignored;
	struct cJSON *root;
	struct str raw = STR_INIT;

	if (header.n) {
		str_add(&raw, header.p, header.n);
	} else if (answer->body.n && *answer->body.v == '{') {
		root = json_parse(answer->body.v, answer->body.n, &ignored);
		str_addz(&raw, json_str(root, "error", ""));
		json_free(root);
	}
	utf8_safe(out, raw.v);
	str_fini(&raw);
}

static void
request_id(struct str *out, const struct http_answer *answer)
{
	struct span id = http_header(answer, "X-Request-Id");
	struct str raw = STR_INIT;

	if (!id.n || id.n > 100)
		return;
	str_add(&raw, id.p, id.n);
	str_addz(out, " (request ");
	utf8_safe(out, raw.v);
	str_addz(out, ")");
	str_fini(&raw);
}

void
hub_answer_error(const struct hub *hub, const struct http_answer *answer,
    const struct repo *repo, const char *revision, const char *path,
    struct error *err)
{
	struct str server = STR_INIT;
	struct str id = STR_INIT;
	struct str safe_revision = STR_INIT;
	struct str safe_path = STR_INIT;
	struct subject s = { hub, answer, repo, NULL, NULL, NULL, NULL };

	server_words(&server, answer);
	request_id(&id, answer);
	s.server = server.v;
	s.id = id.v;
	if (revision) {
		utf8_safe(&safe_revision, revision);
		s.revision = safe_revision.v;
	}
	if (path) {
		utf8_safe(&safe_path, path);
		s.path = safe_path.v;
	}
	put_in_words(&s, err);
	str_fini(&server);
	str_fini(&id);
	str_fini(&safe_revision);
	str_fini(&safe_path);
}

void
hub_wrap_foreign(const struct http_answer *answer, struct error *err)
{
	struct str url = STR_INIT;
	struct span type = http_header(answer, "Content-Type");

	url_shown(&url, answer->url);
	err->code = ERR_NETWORK;
	err_wrap(err, "%.300s does not answer as a Hub does (%.*s)", url.v,
	    type.n > 40 ? 40 : (int)type.n, type.n ? type.p : "");
	err_hint(err, "Check HF_ENDPOINT and the proxy settings");
	str_fini(&url);
}

void
hub_offline_error(const char *url, struct error *err)
{
	struct str safe = STR_INIT;

	url_shown(&safe, url);
	err_set(err, ERR_NETWORK,
	    "Cannot reach %.400s: offline mode is enabled", safe.v);
	err_about(err, ERR_ABOUT_REACH, safe.v, NULL);
	err_hint(err, "Unset HF_HUB_OFFLINE to go online");
	str_fini(&safe);
}
