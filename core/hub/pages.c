#include "core/hub/pages.h"

#include <stdlib.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/net/header.h"
#include "core/net/http.h"

/* A page has at most 1,000 entries, each some hundreds of bytes. */
#define PAGE_MAX ((size_t)16 * 1024 * 1024)

/* Nothing has so many items; a server that goes on lies. */
#define ITEMS_MAX 20000000u

struct pages {
	struct pages_taker taker;
	size_t seen;
	bool enough;
};

static bool
take_all(struct pages *pages, const struct cJSON *root, struct error *err)
{
	json_each (item, root) {
		err->code = ERR_NONE;
		pages->enough =
		    !pages->taker.item(pages->taker.context, item, err);
		if (pages->enough)
			return err->code == ERR_NONE;
		if (++pages->seen > ITEMS_MAX)
			return err_set(err, ERR_LIMIT, "the list does not end");
	}
	return true;
}

static bool
read_page(
    struct pages *pages, const struct http_answer *answer, struct error *err)
{
	struct cJSON *root = json_parse(answer->body.v, answer->body.n, err);
	bool ok = root && json_is_array(root);

	if (root && !ok)
		err_set(err, ERR_NETWORK, "the answer is no list");
	ok = ok && take_all(pages, root, err);
	json_free(root);
	if (ok && pages->taker.page)
		pages->taker.page(pages->taker.context);
	return ok;
}

static void
on_page(void *context, struct hub_call *call, const struct http_answer *answer,
    const struct error *err)
{
	struct pages *pages = context;
	const struct pages_taker *taker = &pages->taker;
	size_t before = pages->seen;
	struct error own;
	char *next = NULL;

	if (err) {
		taker->done(taker->context, err);
		return;
	}
	if (!read_page(pages, answer, &own)) {
		hub_wrap_foreign(answer, &own);
		taker->done(taker->context, &own);
		return;
	}
	if (!pages->enough)
		next = http_next_link(answer);
	if (next && pages->seen > before) {
		hub_call_continue(call, next);
	} else if (next) {
		/* It would go on for ever, and ending here would be a lie. */
		err_set(&own, ERR_NETWORK, "an empty page names a next one");
		hub_wrap_foreign(answer, &own);
		taker->done(taker->context, &own);
	} else {
		taker->done(taker->context, NULL);
	}
	free(next);
}

static void
release(void *context)
{
	struct pages *pages = context;

	if (pages->taker.owned)
		free(pages->taker.context);
	free(pages);
}

struct hub_call *
pages_start(struct hub *hub, const struct hub_request *request,
    const struct pages_taker *taker)
{
	struct hub_request own = *request;
	struct pages *pages = mem_new(struct pages);

	pages->taker = *taker;
	own.method = "GET";
	own.body_max = PAGE_MAX;
	own.done = on_page;
	own.context = pages;
	own.release = release;
	return hub_call_start(hub, &own);
}
