#include "core/hub/tree.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/repo.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/net/url.h"

/* A page has at most 1,000 entries, each some hundreds of bytes. */
#define PAGE_MAX (16u * 1024 * 1024)

/* No repository has so many files; a server that goes on lies. */
#define ENTRIES_MAX 20000000u

struct listing {
	void (*entry)(void *context, const struct tree_entry *entry);
	void (*done)(void *context, const struct error *err);
	void *context;
	size_t seen;
};

static bool
is_file(const struct cJSON *item)
{
	return !strcmp(json_str(item, "type", ""), "file");
}

/* False if the item lacks what a file must have. */
static bool
read_entry(const struct cJSON *item, struct tree_entry *entry)
{
	const struct cJSON *lfs = json_get(item, "lfs");

	*entry = (struct tree_entry){
		.path = json_str(item, "path", NULL),
		.oid = json_str(item, "oid", NULL),
		.sha256 = json_str(lfs, "oid", NULL),
		.xet = json_str(item, "xetHash", NULL),
	};
	return entry->path && entry->oid &&
	       (json_u64(lfs, "size", &entry->size) ||
		   json_u64(item, "size", &entry->size));
}

static bool
read_page(struct listing *listing, const struct http_answer *answer,
    struct error *err)
{
	struct cJSON *root = json_parse(answer->body.v, answer->body.n, err);
	struct tree_entry entry;
	bool ok = true;

	if (!root)
		return false;
	if (!json_is_array(root)) {
		json_free(root);
		return err_set(err, ERR_NETWORK, "the answer is no list");
	}
	json_each (item, root) {
		listing->seen++;
		if (!is_file(item))
			continue;
		/* A file that was left out would be missing in silence. */
		ok = read_entry(item, &entry);
		if (!ok)
			break;
		listing->entry(listing->context, &entry);
	}
	json_free(root);
	if (!ok)
		return err_set(err, ERR_CORRUPT,
		    "a file in the list has no name, sum or size");
	if (listing->seen > ENTRIES_MAX)
		return err_set(err, ERR_LIMIT, "the list does not end");
	return true;
}

static void
page_done(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	struct listing *listing = context;
	struct error own;
	size_t before = listing->seen;
	char *next;

	if (err) {
		listing->done(listing->context, err);
		return;
	}
	if (!read_page(listing, answer, &own)) {
		hub_wrap_foreign(answer, &own);
		listing->done(listing->context, &own);
		return;
	}
	next = http_next_link(answer);
	if (next && listing->seen > before) {
		hub_call_continue(call, next);
	} else if (next) {
		/* It would go on for ever, and ending here would be a lie. */
		err_set(&own, ERR_NETWORK, "an empty page names a next one");
		hub_wrap_foreign(answer, &own);
		listing->done(listing->context, &own);
	} else {
		listing->done(listing->context, NULL);
	}
	free(next);
}

struct hub_call *
tree_list(struct hub *hub, const struct repo *repo, const char *commit,
    const char *folder,
    void (*entry)(void *context, const struct tree_entry *entry),
    void (*done)(void *context, const struct error *err), void *context)
{
	struct listing *listing = mem_new(struct listing);
	struct str url = STR_INIT;
	struct hub_call *call;

	*listing = (struct listing){ entry, done, context, 0 };
	repo_api_url(&url, hub, repo);
	str_addf(&url, "/tree/%s", commit);
	if (*folder) {
		str_addc(&url, '/');
		url_escape(&url, folder, false);
	}
	str_addz(&url, "?recursive=true&expand=false");
	call = hub_call_start(hub, &(struct hub_request){ .method = "GET",
				       .url = url.v,
				       .repo = repo,
				       .revision = commit,
				       .path = folder,
				       .body_max = PAGE_MAX,
				       .done = page_done,
				       .context = listing });
	str_fini(&url);
	return call;
}
