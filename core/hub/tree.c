#include "core/hub/tree.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/repo.h"
#include "core/net/url.h"

struct hub_call *
tree_pages(struct hub *hub, const struct tree_request *request,
    const struct pages_taker *taker)
{
	struct str url = STR_INIT;
	struct hub_call *call;

	repo_api_url(&url, hub, request->repo);
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

struct listing {
	void (*entry)(void *context, const struct tree_entry *entry);
	void (*done)(void *context, const struct error *err);
	void *context;
};

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
on_item(void *context, const struct cJSON *item, struct error *err)
{
	const struct listing *listing = context;
	struct tree_entry entry;

	if (strcmp(json_str(item, "type", ""), "file") != 0)
		return true;
	/* A file that was left out would be missing in silence. */
	if (!read_entry(item, &entry))
		return err_set(err, ERR_CORRUPT,
		    "a file in the list has no name, sum or size");
	listing->entry(listing->context, &entry);
	return true;
}

static void
on_done(void *context, const struct error *err)
{
	struct listing *listing = context;

	listing->done(listing->context, err);
}

struct hub_call *
tree_list(struct hub *hub, const struct repo *repo, const char *commit,
    const char *folder,
    void (*entry)(void *context, const struct tree_entry *entry),
    void (*done)(void *context, const struct error *err), void *context)
{
	struct listing *listing = mem_new(struct listing);

	*listing = (struct listing){ entry, done, context };
	return tree_pages(hub,
	    &(struct tree_request){ .repo = repo,
		.revision = commit,
		.folder = folder,
		.recursive = true },
	    &(struct pages_taker){ .item = on_item,
		.done = on_done,
		.context = listing,
		.owned = true });
}
