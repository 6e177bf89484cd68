#include "core/down/publish.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/os/file.h"
#include "core/run/workers.h"

/* A batch holds this many files open and locked at the most. */
#define BATCH_MAX 64

struct publisher {
	struct workers *workers;
	struct list waiting;
	struct list batch; /* the pool's while `running` */
	struct work work;
	bool running;
};

static void
run_batch(struct work *work)
{
	struct publisher *p = CONTAINER_OF(work, struct publisher, work);
	struct publication *first =
	    CONTAINER_OF(p->batch.next, struct publication, link);
	struct error err;
	bool alone = p->batch.next == p->batch.prev;
	bool ok =
	    alone ? file_sync(first->fd, &err) : file_sync_all(first->fd, &err);

	for (struct list *l = p->batch.next; l != &p->batch; l = l->next) {
		struct publication *item =
		    CONTAINER_OF(l, struct publication, link);

		item->err.code = ERR_NONE;
		if (!ok)
			item->err = err;
		else if (item->name(item, &item->err))
			item->err.code = ERR_NONE;
	}
}

static void
start_batch(struct publisher *p)
{
	for (unsigned i = 0; i < BATCH_MAX && !list_empty(&p->waiting); i++) {
		struct list *item = p->waiting.next;

		list_remove(item);
		list_append(&p->batch, item);
	}
	p->running = true;
	workers_submit(p->workers, &p->work);
}

static void
batch_done(struct work *work)
{
	struct publisher *p = CONTAINER_OF(work, struct publisher, work);
	struct list done;

	/* A done may add more, which then waits for the next batch. */
	list_init(&done);
	while (!list_empty(&p->batch)) {
		struct list *item = p->batch.next;

		list_remove(item);
		list_append(&done, item);
	}
	p->running = false;
	if (!list_empty(&p->waiting))
		start_batch(p);
	while (!list_empty(&done)) {
		struct publication *item =
		    CONTAINER_OF(done.next, struct publication, link);

		list_remove(&item->link);
		item->done(item, &item->err);
	}
}

struct publisher *
publisher_new(struct workers *workers)
{
	struct publisher *p = mem_new(struct publisher);

	p->workers = workers;
	list_init(&p->waiting);
	list_init(&p->batch);
	p->work.run = run_batch;
	p->work.done = batch_done;
	return p;
}

void
publisher_free(struct publisher *publisher)
{
	if (!publisher)
		return;
	assert(!publisher->running && list_empty(&publisher->waiting));
	free(publisher);
}

void
publisher_add(struct publisher *publisher, struct publication *publication)
{
	list_append(&publisher->waiting, &publication->link);
	if (!publisher->running)
		start_batch(publisher);
}
