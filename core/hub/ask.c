#include "core/hub/ask.h"

#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/hub/call.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/os/clock.h"

/* Larger than any answer but listings: it and its values are in memory. */
#define ANSWER_MAX ((size_t)64 * 1024 * 1024)

#define AGAIN_MS 1000

/* A Hub that is busy for longer has another problem. */
#define AGAIN_TIMES 60

struct asking {
	struct asker asker;
	const char *words; /* NULL: none are waited for */
	unsigned times;
	bool reads; /* there is no answer without JSON */
};

/*
 * The JSON of a good answer; false if it is none of the Hub's. A page of some
 * gateway must not pass for "done".
 */
static bool
read_answer(const struct asking *asking, const struct http_answer *answer,
    struct cJSON **root, struct error *err)
{
	struct span type = http_header(answer, "Content-Type");

	err_set(err, ERR_NETWORK, "the answer is empty");
	if (answer->body.n)
		*root = json_parse(answer->body.v, answer->body.n, err);
	if (*root || (!asking->reads && !span_starts_nocase(type, "text/html")))
		return true;
	hub_wrap_foreign(answer, err);
	return false;
}

static void
on_answer(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	struct asking *asking = context;
	struct cJSON *root = NULL;
	struct error own;

	if (err && asking->words && strstr(err->said, asking->words) &&
	    ++asking->times <= AGAIN_TIMES) {
		hub_call_repeat(call, clock_scaled(AGAIN_MS));
		return;
	}
	if (err && answer && answer->body.n)
		root = json_parse(answer->body.v, answer->body.n, &own);
	else if (!err && !read_answer(asking, answer, &root, &own))
		err = &own;
	asking->asker.done(asking->asker.context, root, err);
}

struct hub_call *
hub_ask_while(struct hub *hub, const struct hub_request *request,
    const char *words, struct asker asker)
{
	struct hub_request own = *request;
	struct asking *asking = mem_new(struct asking);

	*asking = (struct asking){ .asker = asker,
		.words = words,
		.reads = !strcmp(request->method, "GET") };
	own.body_max = own.body_max ? own.body_max : ANSWER_MAX;
	own.done = on_answer;
	own.context = asking;
	return hub_call_start(hub, &own);
}

struct hub_call *
hub_ask(struct hub *hub, const struct hub_request *request, struct asker asker)
{
	return hub_ask_while(hub, request, NULL, asker);
}
