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

/* The strings of the entry that is being read; "" if it has none. */
struct listing {
	void (*entry)(void *context, const struct tree_entry *entry);
	void (*done)(void *context, const struct error *err);
	void *context;
	struct str path, oid, sha256, xet;
	uint64_t size, lfs_size;
	bool sized, lfs_sized;
	bool is_file;
	bool in_lfs;
	size_t entries; /* of this page */
};

static void
forget_entry(struct listing *l)
{
	str_clear(&l->path);
	str_clear(&l->oid);
	str_clear(&l->sha256);
	str_clear(&l->xet);
	l->sized = l->lfs_sized = l->is_file = l->in_lfs = false;
}

static const char *
text_or_null(const struct str *text)
{
	return text->n ? text->v : NULL;
}

static bool
give_entry(struct listing *l, struct error *err)
{
	const struct tree_entry entry = {
		.path = text_or_null(&l->path),
		.oid = text_or_null(&l->oid),
		.sha256 = text_or_null(&l->sha256),
		.xet = text_or_null(&l->xet),
		.size = l->lfs_sized ? l->lfs_size : l->size,
	};

	l->entries++;
	if (!l->is_file)
		return true;
	/* A file that was left out would be missing in silence. */
	if (!entry.path || !entry.oid || (!l->sized && !l->lfs_sized))
		return err_set(err, ERR_CORRUPT,
		    "a file in the list has no name, sum or size");
	l->entry(l->context, &entry);
	return true;
}

static void
take_fact(struct listing *l, const struct json_token *token)
{
	const char *key = token->key;

	l->in_lfs = token->kind == JSON_OBJECT && !strcmp(key, "lfs");
	if (!strcmp(key, "size"))
		l->sized = json_token_u64(token, &l->size);
	else if (token->kind != JSON_STRING)
		return;
	else if (!strcmp(key, "path"))
		str_set(&l->path, token->text);
	else if (!strcmp(key, "oid"))
		str_set(&l->oid, token->text);
	else if (!strcmp(key, "type"))
		l->is_file = !strcmp(token->text, "file");
	else if (!strcmp(key, "xetHash"))
		str_set(&l->xet, token->text);
}

/* [{"type": "file", "path": ..., "lfs": {"oid": ..., "size": ...}}, ...] */
static bool
on_token(void *context, const struct json_token *token, struct error *err)
{
	struct listing *l = context;

	switch (token->depth) {
	case 0:
		return token->kind == JSON_ARRAY || token->kind == JSON_CLOSE ||
		       err_set(err, ERR_NETWORK, "the answer is no list");
	case 1:
		if (token->kind == JSON_CLOSE)
			return give_entry(l, err);
		forget_entry(l);
		return token->kind == JSON_OBJECT ||
		       err_set(
			   err, ERR_NETWORK, "the list holds what is no file");
	case 2:
		take_fact(l, token);
		return true;
	case 3:
		if (l->in_lfs && !strcmp(token->key, "size"))
			l->lfs_sized = json_token_u64(token, &l->lfs_size);
		else if (l->in_lfs && token->kind == JSON_STRING &&
			 !strcmp(token->key, "oid"))
			str_set(&l->sha256, token->text);
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
	return json_scan_end(&scan, err);
}

static void
on_done(void *context, const struct error *err)
{
	struct listing *l = context;

	str_fini(&l->path);
	str_fini(&l->oid);
	str_fini(&l->sha256);
	str_fini(&l->xet);
	l->done(l->context, err);
}

struct hub_call *
tree_list(struct hub *hub, const struct tree_request *request,
    void (*entry)(void *context, const struct tree_entry *entry),
    void (*done)(void *context, const struct error *err), void *context)
{
	struct listing *listing = mem_new(struct listing);

	*listing = (struct listing){ .entry = entry,
		.done = done,
		.context = context,
		.path = STR_INIT,
		.oid = STR_INIT,
		.sha256 = STR_INIT,
		.xet = STR_INIT };
	return tree_pages(hub, request,
	    &(struct pages_taker){ .text = on_text,
		.done = on_done,
		.context = listing,
		.owned = true });
}
