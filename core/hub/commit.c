#include "core/hub/commit.h"

#include "core/base/base64.h"
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

static struct body *
body_of(struct commit *commit)
{
	if (!commit->body)
		commit->body = body_new(commit->workers);
	return commit->body;
}

static void
add_text(struct commit *commit, struct str *text)
{
	body_add_text(body_of(commit), text->v, text->n);
	str_fini(text);
}

static void
end_line(struct commit *commit, struct str *line)
{
	str_addz(line, "}}\n");
	add_text(commit, line);
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

/* What is to follow is the content, as base64, and a quote. */
static void
begin_file(struct str *line, const char *path)
{
	begin_line(line, "file");
	json_add_pair(line, true, "path", path);
	json_add_pair(line, false, "encoding", "base64");
	json_add_key(line, false, "content");
	str_addc(line, '"');
}

void
commit_add_file(
    struct commit *commit, const char *path, const char *local, uint64_t size)
{
	struct str line = STR_INIT;

	begin_file(&line, path);
	add_text(commit, &line);
	if (size)
		body_add_base64(body_of(commit), local, 0, size);
	str_addc(&line, '"');
	end_line(commit, &line);
}

void
commit_add_bytes(
    struct commit *commit, const char *path, const void *bytes, size_t n)
{
	struct str line = STR_INIT;

	begin_file(&line, path);
	base64_add(&line, bytes, n);
	str_addc(&line, '"');
	end_line(commit, &line);
}

static void
begin_object(struct str *line, const char *path, const char *sha256)
{
	begin_line(line, "lfsFile");
	json_add_pair(line, true, "path", path);
	json_add_pair(line, false, "algo", "sha256");
	json_add_pair(line, false, "oid", sha256);
}

void
commit_add_copy(struct commit *commit, const char *path, const char *sha256)
{
	struct str line = STR_INIT;

	begin_object(&line, path, sha256);
	end_line(commit, &line);
}

void
commit_add_object(
    struct commit *commit, const char *path, const char *sha256, uint64_t size)
{
	struct str line = STR_INIT;

	begin_object(&line, path, sha256);
	json_add_key(&line, false, "size");
	str_addf(&line, "%llu", (unsigned long long)size);
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
    const struct commit_way *way, struct asker asker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	repo_api_url(&url, hub->base, repo);
	str_addz(&url, "/commit/");
	url_escape(&url, way->branch, false);
	str_addz(&url, way->pull_request ? "?create_pr=1" : "");
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "POST",
		.url = url.v,
		.body = commit->body,
		.type = "application/x-ndjson",
		.repo = repo,
		.revision = way->branch,
		.waits_out = way->waits_out,
		.sent = way->sent,
		.gate = way->gate,
		.sender = way->sender },
	    asker);
	commit_drop(commit);
	str_fini(&url);
	return call;
}

void
commit_drop(struct commit *commit)
{
	body_free(commit->body);
	commit->body = NULL;
}
