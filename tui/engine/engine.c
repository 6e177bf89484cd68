#include "tui/engine/engine.h"

#include <stdlib.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/run/loop.h"
#include "core/run/post.h"
#include "core/run/thread.h"
#include "core/run/workers.h"

/* One that scans, one that deletes, and two that read files for checksums. */
#define POOL_THREADS 4

/* What is not freed this long after the end began is freed by the next run. */
#define LEAVE_MS 2000

/* What goes down. */
struct message {
	struct list link;
	struct engine_request *request; /* to be started; NULL: to stop */
	unsigned generation; /* of what is to stop; 0: all, and the engine */
};

/* A request, as the screens' thread sees it: the request itself belongs to the
 * engine's. */
struct asked {
	unsigned generation;
	const void *owner;
	const struct engine_channel_ops *channel;
	int kind;
	bool cancelled, watches;
};

struct engine {
	/* Of the screens' thread. */
	void (*tell)(void *context, struct engine_event *event);
	void *context;
	unsigned last_generation;
	ARR(struct asked) asked; /* whose last event was not told yet */
	ARR(struct engine_channel *) channels;
	struct thread *thread;

	/* Of both. */
	struct post *up, *down;
	atomic_ullong until;

	/* Of the engine's thread. */
	struct loop *loop;
	struct workers *workers;
	struct list running; /* struct engine_request */
	bool ending;
};

/* -- on the engine's loop -- */

static void
end_if_idle(struct engine *engine)
{
	if (engine->ending && list_empty(&engine->running))
		loop_stop(engine->loop);
}

static void
stop_request(struct engine_request *request)
{
	const struct engine_channel_ops *ops = request->channel->ops;

	atomic_store(&request->off, true);
	if (ops->stop)
		ops->stop(request);
}

static void
stop_requests(struct engine *engine, unsigned generation)
{
	struct list *next;

	for (struct list *item = engine->running.next; item != &engine->running;
	     item = next) {
		struct engine_request *request =
		    CONTAINER_OF(item, struct engine_request, link);

		/* Stopping may finish it. */
		next = item->next;
		if (!generation || request->generation == generation)
			stop_request(request);
	}
}

static void
on_message(void *context, struct list *item)
{
	struct engine *engine = context;
	struct message *message = CONTAINER_OF(item, struct message, link);
	struct engine_request *request = message->request;
	unsigned generation = message->generation;

	free(message);
	if (request) {
		list_append(&engine->running, &request->link);
		request->channel->ops->start(request);
		return;
	}
	engine->ending = engine->ending || !generation;
	stop_requests(engine, generation);
	end_if_idle(engine);
}

static void
address(const struct engine_request *request, struct engine_event *event)
{
	event->channel = request->channel->ops;
	event->owner = request->owner;
	event->generation = request->generation;
}

void
engine_tell(struct engine_request *request, struct engine_event *event)
{
	address(request, event);
	post_put(request->engine->up, &event->link);
}

void
engine_finish(struct engine_request *request, struct engine_event *event)
{
	struct engine *engine = request->engine;

	list_remove(&request->link);
	address(request, event);
	event->last = true;
	/* First, as with its last event the owner may free what it lent. */
	request->channel->ops->free_request(request);
	post_put(engine->up, &event->link);
	end_if_idle(engine);
}

struct loop *
engine_loop(const struct engine *engine)
{
	return engine->loop;
}

struct workers *
engine_workers(const struct engine *engine)
{
	return engine->workers;
}

const atomic_ullong *
engine_until(const struct engine *engine)
{
	return &engine->until;
}

static void
run_thread(void *context)
{
	struct engine *engine = context;

	loop_run(engine->loop);
}

/* -- on the screens' thread -- */

static struct asked *
find_asked(struct engine *engine, unsigned generation)
{
	arr_each (asked, &engine->asked) {
		if (asked->generation == generation)
			return asked;
	}
	return NULL;
}

static void
free_event(struct engine_event *event)
{
	event->channel->free_event(event);
}

static void
on_event(void *context, struct list *item)
{
	struct engine *engine = context;
	struct engine_event *event =
	    CONTAINER_OF(item, struct engine_event, link);
	struct asked *asked = find_asked(engine, event->generation);
	bool wanted = asked && !asked->cancelled;

	/* First, as who is told may ask for more. */
	if (asked && event->last)
		*asked = engine->asked.v[--engine->asked.n];
	if (wanted)
		engine->tell(engine->context, event);
	free_event(event);
}

static void
drop_event(struct list *item)
{
	free_event(CONTAINER_OF(item, struct engine_event, link));
}

struct engine *
engine_new(struct loop *screen,
    void (*tell)(void *context, struct engine_event *event), void *context,
    struct error *err)
{
	struct engine *engine = mem_new(struct engine);

	engine->tell = tell;
	engine->context = context;
	list_init(&engine->running);
	engine->loop = loop_new();
	engine->up = post_new(screen, on_event, engine, err);
	if (engine->up)
		engine->down = post_new(engine->loop, on_message, engine, err);
	if (engine->down)
		engine->workers = workers_new(engine->loop, POOL_THREADS, err);
	if (engine->workers)
		engine->thread = thread_start(run_thread, engine, err);
	if (engine->thread)
		return engine;
	engine_free(engine, false, NULL);
	return NULL;
}

static void
send(struct engine *engine, const struct message *what)
{
	struct message *message = mem_new(struct message);

	*message = *what;
	post_put(engine->down, &message->link);
}

void
engine_end(struct engine *engine)
{
	atomic_store(&engine->until, clock_ms() + LEAVE_MS);
	if (!engine->thread)
		return;
	send(engine, &(struct message){ .generation = 0 });
	thread_join(engine->thread);
	engine->thread = NULL;
}

void
engine_free(struct engine *engine, bool free_kept, uint64_t *freed)
{
	uint64_t bytes = 0;

	if (!engine)
		return;
	engine_end(engine);
	arr_each (channel, &engine->channels)
		(*channel)->ops->close(*channel, free_kept, &bytes);
	if (freed)
		*freed += bytes;
	workers_free(engine->workers);
	post_free(engine->down, NULL);
	post_free(engine->up, drop_event);
	loop_free(engine->loop);
	arr_free(&engine->channels);
	arr_free(&engine->asked);
	free(engine);
}

struct engine_channel *
engine_channel(struct engine *engine, const struct engine_channel_ops *ops)
{
	struct engine_channel *opened;

	arr_each (channel, &engine->channels) {
		if ((*channel)->ops == ops)
			return *channel;
	}
	opened = ops->open(engine);
	arr_push(&engine->channels, opened);
	return opened;
}

unsigned
engine_ask(struct engine *engine, void *owner, struct engine_request *request)
{
	struct asked asked = { ++engine->last_generation, owner,
		request->channel->ops, request->kind, false, request->watches };

	request->engine = engine;
	request->owner = owner;
	request->generation = asked.generation;
	arr_push(&engine->asked, asked);
	send(engine, &(struct message){ .request = request });
	return asked.generation;
}

unsigned
engine_busy(const struct engine *engine)
{
	unsigned n = 0;

	arr_each (asked, &engine->asked)
		n += !asked->watches;
	return n;
}

unsigned
engine_runs(const struct engine *engine, const void *owner,
    const struct engine_channel_ops *channel, int kind)
{
	unsigned n = 0;

	arr_each (asked, &engine->asked)
		n += asked->owner == owner && asked->channel == channel &&
		     asked->kind == kind && !asked->cancelled;
	return n;
}

void
engine_stop(struct engine *engine, unsigned generation)
{
	if (find_asked(engine, generation))
		send(engine, &(struct message){ .generation = generation });
}

void
engine_stop_all(struct engine *engine, const void *owner)
{
	arr_each (asked, &engine->asked) {
		if (asked->owner == owner)
			engine_stop(engine, asked->generation);
	}
}

void
engine_cancel(struct engine *engine, unsigned generation)
{
	struct asked *asked = find_asked(engine, generation);

	if (asked)
		asked->cancelled = true;
	engine_stop(engine, generation);
}
