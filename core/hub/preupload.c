#include "core/hub/preupload.h"

#include <string.h>

#include "core/base/base64.h"
#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/net/body.h"
#include "core/net/url.h"

void
preupload_add(struct preupload *question, const char *path, uint64_t size,
    const char *sample, size_t n)
{
	struct str *text = &question->text;

	str_addz(text, text->n ? ", " : "{\"files\": [");
	json_add_pair(text, true, "path", path);
	json_add_key(text, false, "sample");
	str_addc(text, '"');
	base64_add(text, sample, n);
	str_addc(text, '"');
	json_add_key(text, false, "size");
	str_addf(text, "%llu}", (unsigned long long)size);
}

struct hub_call *
preupload_send(struct preupload *question, struct hub *hub,
    const struct repo *repo, const char *revision, bool pull_request,
    const char *ignore, struct asker asker)
{
	struct str url = STR_INIT;
	struct body *body = body_new(NULL);
	struct hub_call *call;

	str_addc(&question->text, ']');
	if (ignore)
		json_add_pair(&question->text, false, "gitIgnore", ignore);
	str_addc(&question->text, '}');
	body_add_text(body, question->text.v, question->text.n);
	str_fini(&question->text);
	repo_api_url(&url, hub->base, repo);
	str_addz(&url, "/preupload/");
	url_escape(&url, revision, false);
	str_addz(&url, pull_request ? "?create_pr=1" : "");
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

bool
preupload_read(const struct cJSON *answer,
    void (*each)(void *context, const struct preupload_verdict *verdict),
    void *context, struct error *err)
{
	const struct cJSON *files = json_get(answer, "files");

	if (!json_is_array(files))
		return err_set(err, ERR_NETWORK,
		    "the answer does not say how files are to be sent");
	json_each (file, files) {
		const struct preupload_verdict verdict = {
			.path = json_str(file, "path", NULL),
			.lfs = !strcmp(json_str(file, "uploadMode", ""), "lfs"),
			.ignored = json_bool(file, "shouldIgnore", false),
			.oid = json_str(file, "oid", NULL),
		};

		if (verdict.path)
			each(context, &verdict);
	}
	return true;
}
