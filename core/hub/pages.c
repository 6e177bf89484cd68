#include "core/hub/pages.h"

#include <stdlib.h>

#include "core/base/arr.h"
#include "core/base/json.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/net/header.h"
#include "core/net/http.h"
#include "core/run/thread.h"
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

	/* Where the pool reads. */
	struct hub_call *call; /* held while nothing is asked for */
	struct mailbox *came;  /* pages to read */
	unsigned unread;       /* those, and the one that is read */
	struct page *newest;   /* whose next one is not asked for yet */
	bool asking;           /* for a page */
	bool damaged;          /* a page was, which is the failure */
	bool given_up;         /* nobody waits for the end any more */
	struct error failure;  /* told when the pool has nothing of ours */

	struct work work;
	bool reading; /* the pool has `work` */
	bool broken;  /* the pool's: nothing more is to be read */
};

/* A page for the pool, which it gives back when it has read it. */
struct page {
	struct work work;
	struct pages *pages;
	struct http_answer answer;
	bool more; /* it names a next one */

	/* What was found. */
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
		err_set(err, ERR_NETWORK, "the answer is not a list");
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
		    "the list repeats a page that was already read");
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
	if (taker->more) {
		*taker->more = next;
		free(next);
		next = NULL;
	}
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

static void on_read(struct work *work);
static void drop_page(struct work *work);

/* The answer is gone when its done returns. */
static struct page *
page_new(struct pages *pages, const struct http_answer *answer)
{
	struct page *page = mem_new(struct page);
	char *next = http_next_link(answer);

	page->pages = pages;
	page->work.done = on_read;
	page->work.drop = drop_page;
	page->answer = (struct http_answer){ .url = mem_strdup(answer->url),
		.head = STR_INIT,
		.body = STR_INIT };
	str_add(&page->answer.head, answer->head.v, answer->head.n);
	str_add(&page->answer.body, answer->body.v, answer->body.n);
	page->more = next;
	free(next);
	return page;
}

static void
page_free(struct page *page)
{
	free(page->answer.url);
	str_fini(&page->answer.head);
	str_fini(&page->answer.body);
	free(page);
}

/* Reads until nothing is left: the loop, which has to ask for more meanwhile,
 * need not be waited for between two pages. */
static void
run_read(struct work *work)
{
	struct pages *pages = CONTAINER_OF(work, struct pages, work);
	const struct pages_taker *taker = &pages->taker;
	struct list *item;

	while ((item = mailbox_take(pages->came))) {
		struct page *page = CONTAINER_OF(item, struct page, work.link);
		const struct str *body = &page->answer.body;

		page->sound =
		    !pages->broken && taker->text(taker->context, body->v,
					  body->n, &page->items, &page->damage);
		pages->broken = !page->sound;
		workers_give_back(taker->workers, &page->work);
	}
}

static void
start_reading(struct pages *pages)
{
	pages->reading = true;
	workers_submit(pages->taker.workers, &pages->work);
}

/* Asks for what comes after the newest page, which is not read yet. */
static void
ask_next(struct pages *pages)
{
	const struct http_answer *answer = &pages->newest->answer;
	char *next = http_next_link(answer);

	pages->newest = NULL;
	pages->asking =
	    may_go_on(pages, next, &pages->failure) &&
	    hub_call_continue(pages->call, answer, next, &pages->failure);
	if (!pages->asking)
		hub_wrap_foreign(answer, &pages->failure);
	free(next);
}

static void
go_on(struct pages *pages)
{
	const struct pages_taker *taker = &pages->taker;

	if (pages->newest && pages->unread < 2)
		ask_next(pages);
	if (pages->reading || pages->unread ||
	    (pages->asking && !pages->damaged))
		return;
	taker->done(taker->context,
	    pages->failure.code == ERR_NONE ? NULL : &pages->failure);
	hub_call_cancel(pages->call);
}

static void
on_read(struct work *work)
{
	struct page *page = CONTAINER_OF(work, struct page, work);
	struct pages *pages = page->pages;

	pages->unread--;
	if (page->sound && !page->items && page->more)
		page->sound = refuse_empty(&page->damage);
	if (!page->sound && !pages->damaged) {
		hub_wrap_foreign(&page->answer, &page->damage);
		pages->failure = page->damage;
		pages->damaged = true;
	}
	if (pages->damaged)
		pages->newest = NULL;
	if (!pages->given_up)
		go_on(pages);
	page_free(page);
}

static void release(void *context);

static void
on_all_read(struct work *work)
{
	struct pages *pages = CONTAINER_OF(work, struct pages, work);

	pages->reading = false;
	if (pages->unread)
		start_reading(pages);
	else if (pages->given_up)
		release(pages);
	else
		go_on(pages);
}

/* The pool ends before the loop came to it. */
static void
drop_page(struct work *work)
{
	page_free(CONTAINER_OF(work, struct page, work));
}

static void
drop_reading(struct work *work)
{
	struct pages *pages = CONTAINER_OF(work, struct pages, work);

	pages->reading = false;
	if (pages->given_up)
		release(pages);
}

static void
on_page_for_pool(void *context, struct hub_call *call,
    const struct http_answer *answer, const struct error *err)
{
	struct pages *pages = context;

	pages->call = call;
	pages->asking = false;
	hub_call_hold(call);
	if (err && !pages->damaged)
		pages->failure = *err;
	if (!err) {
		struct page *page = page_new(pages, answer);

		pages->bytes += answer->body.n;
		pages->unread++;
		pages->newest = page->more && !pages->damaged ? page : NULL;
		mailbox_put(pages->came, &page->work.link);
		if (!pages->reading)
			start_reading(pages);
	}
	go_on(pages);
}

static void
release(void *context)
{
	struct pages *pages = context;

	pages->given_up = true;
	if (pages->reading)
		return;
	if (pages->taker.release)
		pages->taker.release(pages->taker.context);
	mailbox_free(pages->came);
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
	pages->failure.code = ERR_NONE;
	if (taker->workers)
		pages->came = mailbox_new(NULL, NULL);
	pages->work.run = run_read;
	pages->work.done = on_all_read;
	pages->work.drop = drop_reading;
	own.method = "GET";
	own.body_max = PAGE_MAX;
	own.done = taker->workers ? on_page_for_pool : on_page;
	own.context = pages;
	own.release = release;
	return hub_call_start(hub, &own);
}
