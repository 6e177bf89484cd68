#include "core/hub/ask.h"

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/net/http.h"

/* Larger than any answer but listings. */
#define ANSWER_MAX ((size_t)256 * 1024 * 1024)

static void
on_answer(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	const struct asker *asker = context;
	struct cJSON *root = NULL;
	struct error ignored;

	(void)call;
	if (!err && answer->body.n)
		root = json_parse(answer->body.v, answer->body.n, &ignored);
	asker->done(asker->context, root, err);
}

struct hub_call *
hub_ask(struct hub *hub, const struct hub_request *request, struct asker asker)
{
	struct hub_request own = *request;
	struct asker *kept = mem_new(struct asker);

	*kept = asker;
	own.body_max = own.body_max ? own.body_max : ANSWER_MAX;
	own.done = on_answer;
	own.context = kept;
	return hub_call_start(hub, &own);
}
