/*
 * pages.h: lists that the Hub hands out page by page (huggingface_hub 2.4.0,
 * utils/_pagination.py: paginate).
 *
 * A page is an array; the next one's address stands in its Link header. A list
 * ends in an error that leads to a page twice, has more than PAGES_MAX of them,
 * or LIST_MAX bytes: no list of the Hub does.
 */
#ifndef CORE_HUB_PAGES_H
#define CORE_HUB_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct cJSON;
struct hub;
struct hub_call;
struct hub_request;
struct workers;

#define PAGES_MAX 100000u
#define LIST_MAX ((uint64_t)512 * 1024 * 1024)

struct pages_taker {
	/* Gets each item, borrowed. False ends the list: no further page is
	 * asked for. With `err` filled it ends in failure. */
	bool (*item)(
	    void *context, const struct cJSON *item, struct error *err);
	/* Instead of `item`: reads a page by itself, and gives how many items it
	 * has; a large list is faster read so. */
	bool (*text)(void *context, const char *text, size_t n, size_t *items,
	    struct error *err);
	/* Whose pool calls `text`, one page after the other, while the next is
	 * asked for; no more than two are in memory. NULL: it is called on the
	 * loop. */
	struct workers *workers;
	/* After each page that was not read by the pool, maybe NULL. */
	void (*page)(void *context);
	/* Not NULL: only the first page is asked for, and this gets whether there
	 * is another. Not with `workers`. */
	bool *more;
	/* Once; err NULL: that was all that is wanted. */
	void (*done)(void *context, const struct error *err);
	/* Once, on the loop, after done or a cancelled call, as soon as the pool
	 * is done with the context; maybe NULL. */
	void (*release)(void *context);
	void *context;
};

/*
 * `request` (GET) without `done` and `context`; the call must not be used after
 * done.
 */
struct hub_call *pages_start(struct hub *hub, const struct hub_request *request,
    const struct pages_taker *taker);

#endif
