/*
 * peek.c: the pool looks into the cache first. What is not there comes from the Hub
 * (core/know/look.h).
 */
#include "tui/engine/peek.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/know/look.h"
#include "core/os/file.h"
#include "core/os/log.h"
#include "core/queue/list.h"
#include "core/queue/work.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "core/run/workers.h"
#include "core/store/layout.h"
#include "core/weights/contents.h"

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
	uint64_t size;
	bool working, cached, looking, ended;
	struct work work;
	struct hub *hub;
	struct look look; /* while `looking` */
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

	hub_free(request->hub);
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

static void
on_looked(void *context, const struct error *err)
{
	struct request *request = context;

	request->looking = false;
	finish(request, err);
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
	return true;
}

static void
look(struct request *request)
{
	request->look = (struct look){ .hub = request->hub,
		.workers = engine_workers(request->base.engine),
		.repo = &request->repo,
		.revision = request->commit,
		.path = request->path,
		.size = request->size,
		.contents = request->contents,
		.done = on_looked,
		.context = request };
	request->looking = true;
	look_start(&request->look);
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
	uint64_t size = request->size;
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
	else if (err.code != ERR_NONE || (more && !open_hub(request, &err)))
		finish(request, &err);
	else if (more)
		look(request);
	else
		finish(request, NULL);
}

/* -- the channel -- */

static void
start(struct engine_request *engine_request)
{
	struct request *request = own(engine_request);
	struct error err;

	request->answer = mem_new(struct peek_event);
	request->repo = (struct repo){ request->job->type, request->job->repo };
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
	if (request->looking)
		look_stop(&request->look);
	else
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
	request->size = size;
	request->contents = contents;
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = PEEK_REQUEST_READ;
	return engine_ask(engine, owner, &request->base);
}
