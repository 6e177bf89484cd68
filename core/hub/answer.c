/*
 * answer.c: what the Hub's bad answers mean: words for a person, and facts for
 * who shows them (error.h). Nobody else looks into the Hub's own words.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/failure.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/url.h"

/* What an answer was about. */
struct subject {
	const struct hub *hub;
	const struct http_answer *answer;
	const struct repo *repo; /* NULL: it was about none */
	const char *revision;
	const char *path;
	struct str what;   /* "model acme/owl"; "this" without one */
	struct str server; /* the server's own words, as they came */
	struct str line;   /* the same in one line */
	struct str id;     /* " (request ...)", for support; "" if none */
};

/* The Hub's words for a repository that it has taken down. */
#define DISABLED "Access to this resource is disabled."

/* What is advised, where it matters as whom the Hub was asked. That is looked up
 * in files, and so only for these. */
static void
advise_on_token(const struct subject *s, enum remedy remedy, struct error *err)
{
	struct str token = STR_INIT;

	err_remedy(err, remedy);
	if (s->hub->token)
		hub_add_token(&token, s->hub);
	err_fact(err->token, sizeof(err->token), token.v);
	err_fact(err->trouble, sizeof(err->trouble), s->hub->token_trouble);
	str_fini(&token);
}

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
	err_set(err, ERR_NOT_FOUND, "%s has no revision '%s'%s", s->what.v,
	    s->revision ? s->revision : "main", s->id.v);
	err_hint(err, "A revision is a branch, a tag or a full commit id");
}

static void
no_entry(const struct subject *s, struct error *err)
{
	err_set(err, ERR_NOT_FOUND, "%s has no file '%s' in revision %s%s",
	    s->what.v, s->path ? s->path : "?",
	    s->revision ? s->revision : "main", s->id.v);
	err_fact(err->path, sizeof(err->path), s->path);
	if (s->repo)
		err_remedy(err, REMEDY_LIST_FILES);
}

static void
gated(const struct subject *s, struct error *err)
{
	struct str page = STR_INIT;
	struct str url = STR_INIT;

	if (s->repo)
		repo_page_url(&url, s->hub->base, s->repo);
	url_shown(&page, url.v);
	str_fini(&url);
	err_set(
	    err, ERR_GATED, "access to %s is restricted%s", s->what.v, s->id.v);
	advise_on_token(s, REMEDY_ASK_ACCESS, err);
	err_fact(err->page, sizeof(err->page), page.v);
	str_fini(&page);
}

static void
disabled(const struct subject *s, struct error *err)
{
	err_set(err, ERR_AUTH, "the Hub has disabled access to %s%s", s->what.v,
	    s->id.v);
	advise_on_token(s, REMEDY_OTHER_REPO, err);
}

static void
no_repo(const struct subject *s, struct error *err)
{
	err_set(err, ERR_NOT_FOUND, "there is no %s on %s%s", s->what.v,
	    s->hub->site, s->id.v);
	advise_on_token(s, REMEDY_CHECK_REPO, err);
}

static void
bad_token(const struct subject *s, struct error *err)
{
	struct str text = STR_INIT;

	if (!s->hub->token) {
		err_set(err, ERR_AUTH, "a token is needed for this%s", s->id.v);
		err_remedy(err, REMEDY_LOG_IN);
		return;
	}
	hub_add_token(&text, s->hub);
	err_set(err, ERR_AUTH, "the Hub refuses %s%s", text.v, s->id.v);
	err_remedy(err, REMEDY_NEW_TOKEN);
	str_clear(&text);
	str_addf(&text, "%s/settings/tokens", s->hub->site);
	err_fact(err->page, sizeof(err->page), text.v);
	str_fini(&text);
}

static void
forbidden(const struct subject *s, struct error *err)
{
	err_set(err, ERR_AUTH, "the Hub forbids access to %s%s%.300s%s",
	    s->what.v, s->line.n ? ": " : "", s->line.v, s->id.v);
	advise_on_token(s, REMEDY_OTHER_TOKEN, err);
}

/* The request itself is at fault, or what is there already. */
static void
refused(const struct subject *s, struct error *err)
{
	err_set(err, ERR_CONFLICT, "the Hub refuses it%s%.500s%s",
	    s->line.n ? ": " : "", s->line.v, s->id.v);
}

static void
other(const struct subject *s, struct error *err)
{
	struct str url = STR_INIT;
	int status = s->answer->status;

	url_shown(&url, s->answer->url);
	if (status == 407) {
		failure_proxy_login(url.v, err);
		str_fini(&url);
		return;
	}
	err_set(err, ERR_NETWORK, "%.300s answered %d%s%.300s%s", url.v, status,
	    s->line.n ? ": " : "", s->line.v, s->id.v);
	err_remedy(err, status == 429   ? REMEDY_WAIT
			: status >= 500 ? REMEDY_TRY_LATER
					: REMEDY_CHECK_ADDRESS);
	str_fini(&url);
}

/*
 * The Hub does not tell strangers whether a repository is there: a 401 without a
 * code means that, where it is not about the token (huggingface_hub 2.4.0,
 * utils/_http.py: hf_raise_for_status, REPO_API_REGEX).
 */
static bool
is_hidden(const struct subject *s)
{
	const char *url = s->answer->url;

	return s->answer->status == 401 && !strncmp(url, "https:", 6) &&
	       (strstr(url, "/api/models/") || strstr(url, "/api/datasets/") ||
		   strstr(url, "/api/spaces/") || strstr(url, "/resolve/")) &&
	       !is_message(s, "Invalid credentials in Authorization header");
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
	if (is_message(s, DISABLED))
		return ERR_ABOUT_REACH;
	if (is_code(s, "RepoNotFound") || is_hidden(s))
		return ERR_ABOUT_REPO;
	return status >= 500 || status == 429 ? ERR_ABOUT_REACH
	                                      : ERR_ABOUT_OTHER;
}

/* The address as it may be shown. The interface's own addresses carry no
 * signature: their query tells what was asked. */
static void
add_url(struct str *out, const struct subject *s)
{
	const char *query = strchr(s->answer->url, '?');
	size_t n = strlen(s->hub->base);

	url_shown(out, s->answer->url);
	if (!query || strncmp(s->answer->url, s->hub->base, n) != 0 ||
	    strncmp(s->answer->url + n, "/api/", 5) != 0)
		return;
	str_cut(out, strcspn(out->v, "?"));
	utf8_safe(out, query);
}

static void
add_request(const struct subject *s, struct error *err)
{
	struct span id = http_header(s->answer, "X-Request-Id");
	char *text = mem_strndup(id.n ? id.p : "", id.n);

	err_fact(err->request, sizeof(err->request), text);
	free(text);
}

/* Who is logged in need not log in, but let the file be read. */
static void
advise_unreadable(const struct subject *s, struct error *err)
{
	bool wanted = err->about == ERR_ABOUT_GATE ||
	              err->about == ERR_ABOUT_REPO || s->answer->status == 401;

	if (!wanted || s->hub->token || !s->hub->token_trouble)
		return;
	err_unadvised(err);
	advise_on_token(s, REMEDY_READ_TOKEN, err);
}

/* Whether an address ends in "/commit/<revision>": the clients name this endpoint,
 * and no other. */
static bool
is_commit(const char *url)
{
	static const char verb[] = "/commit/";
	size_t n = strcspn(url, "?");

	while (n && url[n - 1] != '/')
		n--;
	return n >= strlen(verb) &&
	       !strncmp(url + n - strlen(verb), verb, strlen(verb));
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
	else if (is_message(s, DISABLED))
		disabled(s, err);
	else if (about == ERR_ABOUT_REPO)
		no_repo(s, err);
	else if (status == 401)
		bad_token(s, err);
	else if (status == 402 || status == 403)
		forbidden(s, err);
	else if (status == 400 || status == 409 || status == 412)
		refused(s, err);
	else
		other(s, err);
	err->detail = status;
	add_url(&url, s);
	err_about(err, about, url.v, s->server.v);
	add_request(s, err);
	advise_unreadable(s, err);
	err->of_commit = is_commit(url.v);
	err->disabled =
	    status == 403 && !strncmp(s->server.v, DISABLED, strlen(DISABLED));
	str_fini(&url);
}

/* Adds a line, trimmed, unless it is there already. */
static void
add_words(struct str *out, struct span words)
{
	char *line;

	words = span_trim(words);
	if (!words.n)
		return;
	line = mem_strndup(words.p, words.n);
	if (!strstr(out->v, line))
		str_addf(out, "%s%s", out->n ? "\n" : "", line);
	free(line);
}

static void
add_json_words(struct str *out, const struct cJSON *root)
{
	const struct cJSON *error = json_get(root, "error");

	if (json_text(error))
		add_words(out, span_of(json_text(error)));
	else if (json_is_array(error))
		json_each (one, error)
			add_words(
			    out, span_of(json_text(one) ? json_text(one) : ""));
	json_each (one, json_get(root, "errors"))
		add_words(out, span_of(json_str(one, "message", "")));
}

/* The server's words: the header's, then the body's (huggingface_hub 2.4.0,
 * utils/_http.py: _format). */
static void
server_words(struct str *out, const struct http_answer *answer)
{
	struct span type = http_header(answer, "Content-Type");
	struct error ignored;
	struct cJSON *root = NULL;

	add_words(out, http_header(answer, "X-Error-Message"));
	if (answer->body.n)
		root = json_parse(answer->body.v, answer->body.n, &ignored);
	if (root)
		add_json_words(out, root);
	else if (type.n && span_starts_nocase(type, "text/plain"))
		add_words(out, (struct span){ answer->body.v, answer->body.n });
	json_free(root);
}

/* For a message, which is one line whatever the server says. */
static void
join_lines(struct str *out, const struct str *lines)
{
	struct span rest = { lines->v, lines->n }, line;

	while (span_next(&rest, '\n', &line)) {
		line = span_trim(line);
		if (!line.n)
			continue;
		str_addz(out, out->n ? "; " : "");
		str_add(out, line.p, line.n);
	}
}

static void
request_id(struct str *out, const struct http_answer *answer)
{
	struct span id = http_header(answer, "X-Request-Id");

	if (!id.n || id.n > 100)
		return;
	text_addf(out, " (request %.*s)", (int)id.n, id.p);
}

/* Finishes it, and lets `say` put it in words. */
static void
with_subject(struct subject *s,
    void (*say)(const struct subject *s, struct error *err), struct error *err)
{
	if (s->repo)
		str_addf(&s->what, "%s %s", repo_type_name(s->repo->type),
		    s->repo->id);
	else
		str_addz(&s->what, "this");
	say(s, err);
	if (s->repo)
		err_repo(err, s->repo->type, s->repo->id);
	err->in_url = s->repo && strstr(err->url, s->repo->id);
	str_fini(&s->what);
	str_fini(&s->server);
	str_fini(&s->line);
	str_fini(&s->id);
}

void
hub_answer_error(const struct hub *hub, const struct http_answer *answer,
    const struct repo *repo, const char *revision, const char *path,
    struct error *err)
{
	struct subject s = { .hub = hub,
		.answer = answer,
		.repo = repo,
		.revision = revision,
		.path = path,
		.what = STR_INIT,
		.server = STR_INIT,
		.line = STR_INIT,
		.id = STR_INIT };

	server_words(&s.server, answer);
	join_lines(&s.line, &s.server);
	request_id(&s.id, answer);
	with_subject(&s, put_in_words, err);
}

void
hub_no_file_error(const struct hub *hub, const struct repo *repo,
    const char *revision, const char *path, struct error *err)
{
	struct subject s = { .hub = hub,
		.repo = repo,
		.revision = revision,
		.path = path,
		.what = STR_INIT,
		.server = STR_INIT,
		.line = STR_INIT,
		.id = STR_INIT };

	with_subject(&s, no_entry, err);
	err->about = ERR_ABOUT_FILE;
}

void
hub_wrap_foreign(const struct http_answer *answer, struct error *err)
{
	struct str url = STR_INIT;
	struct span type = http_header(answer, "Content-Type");

	url_shown(&url, answer->url);
	if (err->code == ERR_LIMIT) {
		err_wrap(err, "%.300s answers with too much", url.v);
	} else {
		err->code = ERR_NETWORK;
		err_wrap(err, "%.300s does not answer as a Hub does (%.*s)",
		    url.v, (int)(type.n > 40 ? 40 : type.n),
		    type.n ? type.p : "");
	}
	err_remedy(err, REMEDY_CHECK_SETTINGS);
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
	err->offline = true;
	err_remedy(err, REMEDY_GO_ONLINE);
	str_fini(&safe);
}

bool
hub_is_out_of_reach(const struct error *err)
{
	switch (err->code) {
	case ERR_NETWORK:
	case ERR_AUTH:
	case ERR_GATED:
		return true;
	default:
		/* An expired token makes repositories look missing. */
		return err->code == ERR_NOT_FOUND && err->detail == 401;
	}
}
