#include "core/hub/pages.h"

#include <stdlib.h>

#include "core/base/arr.h"
#include "core/base/json.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/run/workers.h"

/* A page has at most 1,000 entries, each some hundreds of bytes. */
#define PAGE_MAX ((size_t)16 * 1024 * 1024)

struct pages {
	struct pages_taker taker;
	size_t seen;           /* items */
	uint64_t bytes;        /* of all pages */
	ARR(char *) addresses; /* of the pages behind the first */
	struct map known;      /* the same, by address */
	bool enough;

	/* Where the pool reads. A page comes, is read, and is gone; no url: none
	 * is there. */
	struct hub_call *call; /* held while nothing is asked for */
	struct http_answer came, read;
	bool asking;          /* for the next one */
	bool last;            /* the one that is read names no next one */
	struct error failure; /* it is told when all that came was read */
	bool given_up;        /* nobody waits for the end any more */

	/* The pool's, with the page's body, while `reading`. */
	bool reading;
	struct work work;
	size_t items;
	bool sound;
	struct error damage;
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
may_go_on(struct pages *pages, const char *next, struct error *err)
{
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

static bool
refuse_empty(struct error *err)
{
	return err_set(err, ERR_NETWORK, "an empty page names a next one");
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
		ok = (pages->seen > before || refuse_empty(&own)) &&
		     may_go_on(pages, next, &own) &&
		     hub_call_continue(call, answer, next, &own);
	if (!ok)
		hub_wrap_foreign(answer, &own);
	if (!ok || !next)
		taker->done(taker->context, ok ? NULL : &own);
	free(next);
}

/* -- on the pool -- */

static void
forget_page(struct http_answer *page)
{
	free(page->url);
	str_fini(&page->head);
	str_fini(&page->body);
	*page = (struct http_answer){ .head = STR_INIT, .body = STR_INIT };
}

/* The answer is gone when its done returns. */
static void
keep_page(struct http_answer *page, const struct http_answer *answer)
{
	page->url = mem_strdup(answer->url);
	str_add(&page->head, answer->head.v, answer->head.n);
	str_add(&page->body, answer->body.v, answer->body.n);
}

static void
run_read(struct work *work)
{
	struct pages *pages = CONTAINER_OF(work, struct pages, work);
	const struct str *body = &pages->read.body;

	pages->items = 0;
	pages->sound = pages->taker.text(pages->taker.context, body->v, body->n,
	    &pages->items, &pages->damage);
}

static void
end(struct pages *pages, const struct error *err)
{
	pages->taker.done(pages->taker.context, err);
	hub_call_cancel(pages->call);
}

/* Asks for what comes after the page that is being read. */
static void
ask_next(struct pages *pages)
{
	char *next = http_next_link(&pages->read);

	pages->last = !next;
	pages->asking =
	    next && may_go_on(pages, next, &pages->failure) &&
	    hub_call_continue(pages->call, &pages->read, next, &pages->failure);
	if (next && !pages->asking)
		hub_wrap_foreign(&pages->read, &pages->failure);
	free(next);
}

/* Has the page read that came, while the next one is under way. */
static void
go_on(struct pages *pages)
{
	if (pages->reading)
		return;
	if (pages->came.url) {
		pages->read = pages->came;
		pages->came =
		    (struct http_answer){ .head = STR_INIT, .body = STR_INIT };
		pages->bytes += pages->read.body.n;
		pages->reading = true;
		workers_submit(pages->taker.workers, &pages->work);
		ask_next(pages);
	} else if (!pages->asking) {
		end(pages,
		    pages->failure.code == ERR_NONE ? NULL : &pages->failure);
	}
}

static void release(void *context);

static void
on_read(struct work *work)
{
	struct pages *pages = CONTAINER_OF(work, struct pages, work);

	pages->reading = false;
	if (pages->given_up) {
		release(pages);
		return;
	}
	if (pages->sound && !pages->items && !pages->last)
		pages->sound = refuse_empty(&pages->damage);
	if (!pages->sound)
		hub_wrap_foreign(&pages->read, &pages->damage);
	forget_page(&pages->read);
	if (pages->sound)
		go_on(pages);
	else
		end(pages, &pages->damage);
}

static void
on_page_for_pool(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	struct pages *pages = context;

	pages->call = call;
	pages->asking = false;
	hub_call_hold(call);
	if (err)
		pages->failure = *err;
	else
		keep_page(&pages->came, answer);
	go_on(pages);
}

/* -- both -- */

static void
release(void *context)
{
	struct pages *pages = context;

	pages->given_up = true;
	if (pages->reading)
		return;
	if (pages->taker.release)
		pages->taker.release(pages->taker.context);
	forget_page(&pages->came);
	forget_page(&pages->read);
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
	pages->came = pages->read =
	    (struct http_answer){ .head = STR_INIT, .body = STR_INIT };
	pages->failure.code = ERR_NONE;
	pages->work.run = run_read;
	pages->work.done = on_read;
	own.method = "GET";
	own.body_max = PAGE_MAX;
	own.done = taker->workers ? on_page_for_pool : on_page;
	own.context = pages;
	own.release = release;
	return hub_call_start(hub, &own);
}
