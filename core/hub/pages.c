#include "core/hub/pages.h"

#include <stdlib.h>

#include "core/base/arr.h"
#include "core/base/json.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/net/header.h"
#include "core/net/http.h"

/* A page has at most 1,000 entries, each some hundreds of bytes. */
#define PAGE_MAX ((size_t)16 * 1024 * 1024)

struct pages {
	struct pages_taker taker;
	size_t seen;           /* items */
	uint64_t bytes;        /* of all pages */
	ARR(char *) addresses; /* of the pages behind the first */
	struct map known;      /* the same, by address */
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
		pages->seen++;
	}
	return true;
}

static bool
read_items(
    struct pages *pages, const struct http_answer *answer, struct error *err)
{
	struct cJSON *root = json_parse(answer->body.v, answer->body.n, err);
	bool ok = root && json_is_array(root);

	if (root && !ok)
		err_set(err, ERR_NETWORK, "the answer is no list");
	ok = ok && take_all(pages, root, err);
	json_free(root);
	return ok;
}

static bool
read_text(
    struct pages *pages, const struct http_answer *answer, struct error *err)
{
	size_t items = 0;

	if (!pages->taker.text(pages->taker.context, answer->body.v,
		answer->body.n, &items, err))
		return false;
	pages->seen += items;
	return true;
}

static bool
read_page(
    struct pages *pages, const struct http_answer *answer, struct error *err)
{
	bool ok = pages->taker.text ? read_text(pages, answer, err)
	                            : read_items(pages, answer, err);

	pages->bytes += answer->body.n;
	if (ok && pages->taker.page)
		pages->taker.page(pages->taker.context);
	return ok;
}

/* Whether a further page is one that a list can have. It would go on for ever
 * else, and ending in silence would be a lie. */
static bool
may_go_on(struct pages *pages, size_t seen_before, const char *next,
    struct error *err)
{
	if (pages->seen == seen_before)
		return err_set(
		    err, ERR_NETWORK, "an empty page names a next one");
	if (map_find(&pages->known, next, NULL))
		return err_set(err, ERR_NETWORK,
		    "the list leads back to a page that was read");
	if (pages->addresses.n == PAGES_MAX)
		return err_set(
		    err, ERR_LIMIT, "the list has more than 100,000 pages");
	if (pages->bytes > LIST_MAX)
		return err_set(
		    err, ERR_LIMIT, "the list has more than 512 MiB");
	arr_push(&pages->addresses, mem_strdup(next));
	map_add(&pages->known, pages->addresses.v[pages->addresses.n - 1], 0);
	return true;
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
	bool ok;

	if (err) {
		taker->done(taker->context, err);
		return;
	}
	ok = read_page(pages, answer, &own);
	if (ok && !pages->enough)
		next = http_next_link(answer);
	if (next)
		ok = may_go_on(pages, before, next, &own) &&
		     hub_call_continue(call, answer, next, &own);
	if (!ok)
		hub_wrap_foreign(answer, &own);
	if (!ok || !next)
		taker->done(taker->context, ok ? NULL : &own);
	free(next);
}

static void
release(void *context)
{
	struct pages *pages = context;

	if (pages->taker.owned)
		free(pages->taker.context);
	map_fini(&pages->known);
	arr_each (address, &pages->addresses)
		free(*address);
	arr_free(&pages->addresses);
	free(pages);
}

struct hub_call *
pages_start(struct hub *hub, const struct hub_request *request,
    const struct pages_taker *taker)
{
	struct hub_request own = *request;
	struct pages *pages = mem_new(struct pages);

	pages->taker = *taker;
	pages->known = (struct map)MAP_INIT;
	own.method = "GET";
	own.body_max = PAGE_MAX;
	own.done = on_page;
	own.context = pages;
	own.release = release;
	return hub_call_start(hub, &own);
}
