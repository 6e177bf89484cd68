#include "core/hub/paths.h"

#include <string.h>

#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/url.h"

void
paths_add(struct paths *question, const char *path)
{
	str_addz(&question->text, question->text.n ? ", " : "{\"paths\": [");
	json_add_string(&question->text, path);
}

struct hub_call *
paths_send(struct paths *question, struct hub *hub, const struct repo *repo,
    const char *revision, struct asker asker)
{
	struct str url = STR_INIT;
	struct body *body = body_new(NULL);
	struct hub_call *call;

	str_addf(&question->text, "], \"expand\": %s}",
	    question->expand ? "true" : "false");
	body_add_text(body, question->text.v, question->text.n);
	str_fini(&question->text);
	repo_api_url(&url, hub->base, repo);
	str_addz(&url, "/paths-info/");
	url_escape(&url, revision, false);
	call = hub_ask(hub,
	    &(struct hub_request){ .method = "POST",
		.url = url.v,
		.body = body,
		.repeatable = true,
		.repo = repo,
		.revision = revision },
	    asker);
	body_free(body);
	str_fini(&url);
	return call;
}

static bool
read_entry(const struct cJSON *item, struct paths_entry *entry)
{
	const struct cJSON *lfs = json_get(item, "lfs");
	struct treefile *file = &entry->file;

	entry->folder = strcmp(json_str(item, "type", ""), "file") != 0;
	file->path = json_str(item, "path", NULL);
	file->oid = json_str(item, "oid", NULL);
	file->sha256 = json_str(lfs, "oid", NULL);
	file->xet = json_str(item, "xetHash", NULL);
	if (!file->path)
		return false;
	return entry->folder ||
	       (file->oid && json_u64(lfs ? lfs : item, "size", &file->size));
}

bool
paths_read(const struct cJSON *answer,
    void (*each)(void *context, const struct paths_entry *entry), void *context,
    struct error *err)
{
	bool ok = json_is_array(answer);

	json_each (item, ok ? answer : NULL) {
		struct paths_entry entry = { 0 };

		ok = ok && read_entry(item, &entry);
		if (ok)
			each(context, &entry);
	}
	return ok || err_set(err, ERR_NETWORK,
			 "the answer does not say which files there are");
}
