/*
 * peek.c: the pool looks into the cache first. What is not there comes from the Hub,
 * range by range: the loop receives one, the pool reads it and names the next.
 */
#include "tui/engine/peek.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/os/file.h"
#include "core/os/log.h"
#include "core/queue/list.h"
#include "core/queue/work.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "core/run/workers.h"
#include "core/store/layout.h"
#include "core/weights/contents.h"
#include "core/xfer/source.h"

/* A server that sends all of a file, whatever part is asked for, is not waited for
 * longer than this. */
#define PASSED_MAX ((uint64_t)1024 * 1024)

/* Who looks on does not wait for many tries. */
#define TRIES_MAX 2

enum peek_request {
	PEEK_REQUEST_READ,
};

struct channel {
	struct engine_channel base;
	struct log log;
};

/* The pool has it while `working`, the loop else. */
struct request {
	struct engine_request base;
	struct queue_job *job;
	struct repo repo; /* borrows from the job */
	char *commit, *path, *etag;
	struct contents *contents;
	bool working, cached, ended;
	struct work work;
	struct hub *hub;
	struct source source;
	struct source_call *call;
	struct str held;   /* of the range */
	uint64_t from, to; /* that is asked for */
	unsigned tries;
	struct loop_timer timer;
	struct peek_event *answer;
};

static struct request *
own(struct engine_request *request)
{
	return CONTAINER_OF(request, struct request, base);
}

static bool
is_off(const struct request *request)
{
	return atomic_load_explicit(&request->base.off, memory_order_relaxed);
}

/* -- the end -- */

static void
bury(void *context)
{
	struct request *request = context;
	struct peek_event *answer = request->answer;

	source_fini(&request->source);
	hub_free(request->hub);
	str_fini(&request->held);
	request->answer = NULL;
	engine_finish(&request->base, &answer->base);
}

/* Not at once: who ends it is still at work with it. */
static void
finish(struct request *request, const struct error *err)
{
	struct peek_event *answer = request->answer;

	if (request->ended)
		return;
	request->ended = true;
	if (err) {
		answer->error = *err;
	} else {
		answer->contents = request->contents;
		request->contents = NULL;
		answer->cached = request->cached;
	}
	loop_timer_start(engine_loop(request->base.engine), &request->timer, 0,
	    bury, request);
}

static void
finish_stopped(struct request *request)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	finish(request, &err);
}

/* -- from the Hub -- */

static void next_range(struct request *request);

static void
read_range(struct work *work)
{
	struct request *request = CONTAINER_OF(work, struct request, work);

	thread_take_time();
	contents_take(request->contents, request->held.v, request->held.n);
}

static void
on_range(struct work *work)
{
	struct request *request = CONTAINER_OF(work, struct request, work);

	request->working = false;
	next_range(request);
}

static size_t
take(void *context, uint64_t at, const char *bytes, size_t n, size_t passed)
{
	struct request *request = context;
	uint64_t have = request->from + request->held.n;
	size_t room = at == have ? (size_t)(request->to - have) : 0;

	(void)passed;
	if (room > n)
		room = n;
	str_add(&request->held, bytes, room);
	return room;
}

static void
give_up(void *context)
{
	struct request *request = context;
	struct error err;

	source_cancel(request->call);
	request->call = NULL;
	err_set(&err, ERR_LIMIT,
	    "the server sends whole files only, and this one is large");
	finish(request, &err);
}

/* From a later turn of the loop: the call cannot end inside of this. */
static void
head(void *context, const struct http_answer *answer)
{
	struct request *request = context;

	if (answer->status == 200 &&
	    request->from + request->held.n > PASSED_MAX)
		loop_timer_start(engine_loop(request->base.engine),
		    &request->timer, 0, give_up, request);
}

static void ask_range(void *context);

static void
on_ended(void *context, const struct source_end *end)
{
	struct request *request = context;
	uint64_t have = request->from + request->held.n;

	request->call = NULL;
	loop_timer_stop(&request->timer);
	if (is_off(request)) {
		finish_stopped(request);
	} else if (end->outcome == SOURCE_GOT || have == request->to) {
		request->working = true;
		request->work.run = read_range;
		request->work.done = on_range;
		workers_submit(
		    engine_workers(request->base.engine), &request->work);
	} else if (end->outcome == SOURCE_AGAIN && request->tries < TRIES_MAX) {
		request->tries++;
		loop_timer_start(engine_loop(request->base.engine),
		    &request->timer, end->wait_ms, ask_range, request);
	} else {
		finish(request, &end->err);
	}
}

static void
ask_range(void *context)
{
	struct request *request = context;

	request->call = source_start(&request->source,
	    request->from + request->held.n, request->to,
	    &(struct source_reader){ .head = head,
		.take = take,
		.ended = on_ended,
		.context = request });
}

static void
next_range(struct request *request)
{
	if (is_off(request)) {
		finish_stopped(request);
		return;
	}
	if (!contents_wants(request->contents, &request->from, &request->to)) {
		finish(request, NULL);
		return;
	}
	str_clear(&request->held);
	ask_range(request);
}

/* Why the Hub is not asked; true: it is. */
static bool
open_hub(struct request *request, struct error *err)
{
	struct channel *channel =
	    CONTAINER_OF(request->base.channel, struct channel, base);

	request->hub = work_open_hub(engine_loop(request->base.engine),
	    &channel->log, request->job, err);
	if (!request->hub)
		return false;
	if (request->hub->offline) {
		hub_offline_error(request->hub->site, err);
		return false;
	}
	request->source.hub = request->hub;
	return true;
}

/* -- from the cache, on the pool -- */

/* The copy that has all of it; -1: there is none. */
static int
open_copy(char *path, uint64_t wanted)
{
	struct error err;
	uint64_t size = 0;
	int fd = file_open_unseen(path, &size, &err);

	free(path);
	if (fd < 0 || size == wanted)
		return fd;
	file_close(fd);
	return -1;
}

static int
open_cached(const struct request *request)
{
	uint64_t size = request->source.size;
	enum digest_kind kind;
	struct cache cache;
	struct error err;
	int fd = -1;

	cache_init(&cache, request->job->root, &request->repo);
	/* Names come from the Hub: none may lead out of the snapshot. */
	if (path_check(request->path, &err))
		fd = open_copy(
		    cache_pointer(&cache, request->commit, request->path),
		    size);
	if (fd < 0 && digest_kind_of(request->etag, &kind))
		fd = open_copy(cache_blob(&cache, request->etag), size);
	cache_fini(&cache);
	return fd;
}

static void
read_cached(struct work *work)
{
	struct request *request = CONTAINER_OF(work, struct request, work);
	struct error err;
	uint64_t from, to;
	size_t got;
	int fd = open_cached(request);

	thread_take_time();
	if (fd < 0)
		return;
	request->cached = true;
	while (
	    !is_off(request) && contents_wants(request->contents, &from, &to)) {
		char *block = mem_zalloc((size_t)(to - from));

		if (!file_read_at(
			fd, block, (size_t)(to - from), from, &got, &err)) {
			request->answer->error = err;
			free(block);
			break;
		}
		contents_take(request->contents, block, got);
		free(block);
	}
	file_close(fd);
}

static void
on_cached(struct work *work)
{
	struct request *request = CONTAINER_OF(work, struct request, work);
	struct error err = request->answer->error;
	uint64_t from, to;
	bool more = contents_wants(request->contents, &from, &to);

	request->working = false;
	if (is_off(request))
		finish_stopped(request);
	else if (err.code == ERR_NONE && (!more || open_hub(request, &err)))
		next_range(request);
	else
		finish(request, &err);
}

/* -- the channel -- */

static void
start(struct engine_request *engine_request)
{
	struct request *request = own(engine_request);
	struct error err;

	request->answer = mem_new(struct peek_event);
	request->repo = (struct repo){ request->job->type, request->job->repo };
	request->source.repo = &request->repo;
	request->source.revision = request->commit;
	request->source.path = request->path;
	request->source.readers = 1;
	if (!repo_check_id(request->repo.id, &err)) {
		finish(request, &err);
		return;
	}
	request->working = true;
	request->work.run = read_cached;
	request->work.done = on_cached;
	workers_submit(engine_workers(engine_request->engine), &request->work);
}

static void
stop(struct engine_request *engine_request)
{
	struct request *request = own(engine_request);

	/* The pool looks at `off` itself. */
	if (request->working || request->ended)
		return;
	source_cancel(request->call);
	request->call = NULL;
	loop_timer_stop(&request->timer);
	finish_stopped(request);
}

static const struct engine_channel_ops ops;

static struct engine_channel *
open_channel(struct engine *engine)
{
	struct channel *channel = mem_new(struct channel);

	(void)engine;
	channel->base.ops = &ops;
	channel->log = (struct log)LOG_OFF;
	return &channel->base;
}

static void
close_channel(struct engine_channel *opened, bool free_kept, uint64_t *freed)
{
	(void)free_kept;
	(void)freed;
	free(CONTAINER_OF(opened, struct channel, base));
}

static void
free_event(struct engine_event *event)
{
	struct peek_event *peek = CONTAINER_OF(event, struct peek_event, base);

	contents_free(peek->contents);
	free(peek);
}

static void
free_request(struct engine_request *engine_request)
{
	struct request *request = own(engine_request);

	contents_free(request->contents);
	queue_job_free(request->job);
	free(request->commit);
	free(request->path);
	free(request->etag);
	free(request);
}

static const struct engine_channel_ops ops = {
	.open = open_channel,
	.close = close_channel,
	.start = start,
	.stop = stop,
	.free_request = free_request,
	.free_event = free_event,
};

struct peek_event *
peek_event_of(struct engine_event *event)
{
	if (event->channel != &ops)
		return NULL;
	return CONTAINER_OF(event, struct peek_event, base);
}

unsigned
engine_peek(struct engine *engine, void *owner, const struct queue_job *job,
    const char *commit, const char *path, const char *etag, uint64_t size,
    struct contents *contents)
{
	struct request *request = mem_new(struct request);

	request->job = queue_job_copy(job);
	request->commit = mem_strdup(commit);
	request->path = mem_strdup(path);
	request->etag = mem_strdup(etag);
	request->source.size = size;
	request->contents = contents;
	str_init(&request->held);
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = PEEK_REQUEST_READ;
	return engine_ask(engine, owner, &request->base);
}
