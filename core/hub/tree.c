#include "core/hub/tree.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/jsonscan.h"
#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"

struct hub_call *
tree_pages(struct hub *hub, const struct tree_request *request,
    const struct pages_taker *taker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	repo_api_url(&url, hub->base, request->repo);
	str_addz(&url, "/tree/");
	url_escape(&url, request->revision, false);
	if (*request->folder) {
		str_addc(&url, '/');
		url_escape(&url, request->folder, false);
	}
	str_addf(&url, "?recursive=%s&expand=%s",
	    request->recursive ? "true" : "false",
	    request->expand ? "true" : "false");
	call = pages_start(hub,
	    &(struct hub_request){ .url = url.v,
		.repo = request->repo,
		.revision = request->revision,
		.path = request->folder },
	    taker);
	str_fini(&url);
	return call;
}

/* A list that is being read. */
struct listing {
	struct tree_taker taker;
	bool ended;
	struct treefile_draft draft;
	bool is_file;
	bool in_lfs;
	size_t entries; /* of this page */
};

static bool
give_entry(struct listing *l, struct error *err)
{
	struct treefile file;

	l->entries++;
	if (!l->is_file)
		return true;
	/* A file that was left out would be missing in silence. */
	if (!treefile_draft_read(&l->draft, &file))
		return err_set(err, ERR_CORRUPT,
		    "a file in the list has no name, sum or size");
	return l->taker.take(l->taker.context, &file) ||
	       err_set(err, ERR_CANCELLED, "stopped");
}

static void
take_fact(struct listing *l, const struct json_token *token)
{
	static const struct treefile_key keys[] = {
		{ "path", TREEFILE_PATH },
		{ "oid", TREEFILE_OID },
		{ "size", TREEFILE_SIZE },
		{ "xetHash", TREEFILE_XET },
		{ NULL, TREEFILE_PATH },
	};

	l->in_lfs = token->kind == JSON_OBJECT && !strcmp(token->key, "lfs");
	if (token->kind == JSON_STRING && !strcmp(token->key, "type"))
		l->is_file = !strcmp(token->text, "file");
	else
		treefile_draft_take(&l->draft, keys, token);
}

static void
take_lfs(struct listing *l, const struct json_token *token)
{
	static const struct treefile_key keys[] = {
		{ "oid", TREEFILE_SHA256 },
		{ "size", TREEFILE_LFS_SIZE },
		{ NULL, TREEFILE_PATH },
	};

	if (l->in_lfs)
		treefile_draft_take(&l->draft, keys, token);
}

/* [{"type": "file", "path": ..., "lfs": {"oid": ..., "size": ...}}, ...] */
static bool
on_token(void *context, const struct json_token *token, struct error *err)
{
	struct listing *l = context;

	switch (token->depth) {
	case 0:
		return token->kind == JSON_ARRAY || token->kind == JSON_CLOSE ||
		       err_set(err, ERR_NETWORK, "the answer is not a list");
	case 1:
		if (token->kind == JSON_CLOSE)
			return give_entry(l, err);
		treefile_draft_clear(&l->draft);
		l->is_file = l->in_lfs = false;
		return token->kind == JSON_OBJECT ||
		       err_set(err, ERR_NETWORK,
			   "the list has an entry that is not a file");
	case 2:
		take_fact(l, token);
		return true;
	case 3:
		take_lfs(l, token);
		return true;
	default:
		return true;
	}
}

static bool
on_text(
    void *context, const char *text, size_t n, size_t *items, struct error *err)
{
	struct listing *l = context;
	struct json_scan scan = { .take = on_token, .context = l };

	l->entries = 0;
	if (!json_scan_feed(&scan, text, n, err)) {
		json_scan_drop(&scan);
		return false;
	}
	*items = l->entries;
	if (!json_scan_end(&scan, err))
		return false;
	if (l->taker.page)
		l->taker.page(l->taker.context);
	return true;
}

static void
on_done(void *context, const struct error *err)
{
	struct listing *l = context;

	l->ended = true;
	l->taker.done(l->taker.context, err);
}

static void
release(void *context)
{
	struct listing *l = context;

	if (!l->ended && l->taker.stopped)
		l->taker.stopped(l->taker.context);
	treefile_draft_fini(&l->draft);
	free(l);
}

struct hub_call *
tree_list(struct hub *hub, const struct tree_request *request,
    const struct tree_taker *taker)
{
	struct listing *listing = mem_new(struct listing);

	*listing =
	    (struct listing){ .taker = *taker, .draft = TREEFILE_DRAFT_INIT };
	return tree_pages(hub, request,
	    &(struct pages_taker){ .text = on_text,
		.workers = taker->workers,
		.done = on_done,
		.release = release,
		.context = listing });
}
