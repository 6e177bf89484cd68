#include "tui/engine/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/sums.h"
#include "core/down/download.h"
#include "core/hub/endpoint.h"
#include "core/os/fs.h"
#include "core/os/log.h"
#include "core/queue/list.h"
#include "core/queue/work.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/store/snapshot.h"

enum hub_request {
	HUB_REQUEST_PLAN,
};

struct channel {
	struct engine_channel base;
	struct log log;
};

struct request {
	struct engine_request base;
	struct queue_job *job;
	struct hub *hub;
	struct job_bus bus;
	struct download_request what;
	struct download *download;
	struct loop_timer burial;
	struct hub_event *answer;
	bool answered;
};

static struct request *
own(struct engine_request *request)
{
	return CONTAINER_OF(request, struct request, base);
}

static void
count(struct hub_plan *sum, const struct plan *plan)
{
	arr_each (file, &plan->files) {
		sum->files++;
		if (!file->present)
			continue;
		sum->here++;
		if (file->size != SIZE_UNKNOWN)
			sum_add(&sum->here_bytes, file->size);
	}
	arr_each (blob, &plan->blobs) {
		sum->partial += blob->kept > 0;
		for (size_t i = blob->first + 1; i;
		     i = plan->files.v[i - 1].next)
			sum->missing++;
	}
	sum->kept = plan->kept;
	sum->missing_bytes = plan->missing;
	sum->unknown = plan->unknown;
}

static void
finish(void *context)
{
	struct request *request = context;

	download_free(request->download);
	hub_free(request->hub);
	engine_finish(&request->base, &request->answer->base);
}

/* Not at once: who ends it is still at work with it. */
static void
answer(struct request *request, const struct error *err)
{
	if (err) {
		request->answer->kind = HUB_EVENT_FAILED;
		request->answer->error = *err;
	}
	request->answered = true;
	loop_timer_start(engine_loop(request->base.engine), &request->burial, 0,
	    finish, request);
}

static void
on_planned(void *context, const struct download_result *result,
    const struct error *err)
{
	struct request *request = context;
	struct hub_plan *plan = &request->answer->plan;
	const struct queue_job *job = request->job;

	if (!err && result->plan)
		count(plan, result->plan);
	if (!err)
		snprintf(
		    plan->commit, sizeof(plan->commit), "%s", result->commit);
	plan->disk_known =
	    fs_free_bytes(job->folder ? job->folder : job->root, &plan->disk);
	answer(request, err);
}

/* How far it is, is not shown. */
static void
on_job(void *context, const struct job_event *event)
{
	(void)context;
	(void)event;
}

static void
start(struct engine_request *engine_request)
{
	struct request *request = own(engine_request);
	struct channel *channel =
	    CONTAINER_OF(engine_request->channel, struct channel, base);
	struct workers *workers = engine_workers(engine_request->engine);
	struct error err;

	request->answer = mem_new(struct hub_event);
	request->hub = work_open_hub(engine_loop(engine_request->engine),
	    &channel->log, request->job, &err);
	if (!request->hub) {
		answer(request, &err);
		return;
	}
	work_request(request->job, &request->what);
	request->what.dry_run = true;
	request->bus = (struct job_bus){ on_job, request, 0 };
	request->hub->workers = workers;
	request->download = download_start(request->hub, workers, &request->bus,
	    &request->what, on_planned, request);
}

static void
stop(struct engine_request *engine_request)
{
	struct request *request = own(engine_request);

	if (request->download && !request->answered)
		download_cancel(request->download);
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
free_request(struct engine_request *request)
{
	queue_job_free(own(request)->job);
	free(own(request));
}

static void
free_event(struct engine_event *event)
{
	free(CONTAINER_OF(event, struct hub_event, base));
}

static const struct engine_channel_ops ops = {
	.open = open_channel,
	.close = close_channel,
	.start = start,
	.stop = stop,
	.free_request = free_request,
	.free_event = free_event,
};

struct hub_event *
hub_event_of(struct engine_event *event)
{
	if (event->channel != &ops)
		return NULL;
	return CONTAINER_OF(event, struct hub_event, base);
}

unsigned
engine_hub_plan(struct engine *engine, void *owner, const struct queue_job *job)
{
	struct request *request = mem_new(struct request);

	request->job = queue_job_copy(job);
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = HUB_REQUEST_PLAN;
	return engine_ask(engine, owner, &request->base);
}
