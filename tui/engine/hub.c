#include "tui/engine/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/sums.h"
#include "core/down/download.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/resolve.h"
#include "core/know/know.h"
#include "core/os/fs.h"
#include "core/os/log.h"
#include "core/queue/list.h"
#include "core/queue/work.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/store/snapshot.h"

enum hub_kind {
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
	struct hub_listing *listing; /* NULL: only the plan is asked for */
	struct hub_call *resolve;
	struct know know;
	bool knowing;
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

	know_fini(&request->know);
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

/* -- what one should know -- */

static void
add_caution(struct request *request, const char *text, const char *more)
{
	struct str out = STR_INIT;

	str_addz(&out, text);
	if (more)
		str_addf(&out, ": %s", more);
	arr_push(&request->answer->cautions, str_steal(&out));
}

static void
on_known(void *context, const struct error *err)
{
	struct request *request = context;
	const struct cautions *c = &request->know.cautions;

	request->knowing = false;
	if (err) {
		add_caution(request, "what to know of it could not be asked",
		    err->message);
	} else {
		arr_each (caution, &c->list)
			add_caution(request, caution->text,
			    caution->paths.n ? caution->paths.v[0] : NULL);
		arr_each (unchecked, &c->unchecked) {
			struct str text = STR_INIT;

			str_addf(&text, "not checked: %s", unchecked->what);
			add_caution(request, text.v, unchecked->why);
			str_fini(&text);
		}
	}
	answer(request, NULL);
}

/* Of all of the repository's files, though only some are wanted. */
static void
ask_cautions(struct request *request)
{
	struct hub_event *early;
	struct error err;

	if (!request->listing ||
	    !know_init(&request->know, &request->what, 0, &err)) {
		answer(request, NULL);
		return;
	}
	/* What is known is told before that, which may take its time. */
	early = mem_new(struct hub_event);
	early->plan = request->answer->plan;
	early->more = true;
	engine_tell(&request->base, &early->base);
	arr_each (file, &request->listing->files)
		know_add_file(&request->know,
		    request->listing->text.v + file->path, file->size);
	know_listed(&request->know);
	request->knowing = true;
	know_start(&request->know, request->hub, on_known, request);
}

/* Without an answer it is not said. */
static void
on_resolved(void *context, const char *commit, const struct error *err)
{
	struct request *request = context;
	struct hub_plan *plan = &request->answer->plan;

	(void)err;
	request->resolve = NULL;
	if (commit && strcmp(commit, plan->commit) != 0)
		memcpy(plan->moved, commit, COMMIT_MAX);
	ask_cautions(request);
}

/* What was listed is fetched; that there is something newer is worth knowing. */
static void
ask_moved(struct request *request)
{
	const struct queue_job *job = request->job;

	if (!job->commit || repo_is_commit(job->revision) ||
	    request->hub->offline)
		ask_cautions(request);
	else
		request->resolve =
		    repo_resolve(request->hub, &request->what.repo,
			job->revision, false, on_resolved, request);
}

/* Of a whole repository the plan has the files, if nobody listed them before. */
static void
take_listing(struct request *request, const struct plan *plan)
{
	const struct download_request *what = &request->what;

	if (request->listing || what->files.n || what->includes.n ||
	    what->excludes.n || plan->files.n > HUB_LISTING_MAX)
		return;
	request->listing = hub_listing_new();
	arr_each (file, &plan->files)
		hub_listing_add(request->listing, file->path,
		    file->size == SIZE_UNKNOWN ? 0 : file->size);
}

static void
on_planned(void *context, const struct download_result *result,
    const struct error *err)
{
	struct request *request = context;
	struct hub_plan *plan = &request->answer->plan;
	const struct queue_job *job = request->job;

	if (!err && result->plan) {
		count(plan, result->plan);
		take_listing(request, result->plan);
	}
	if (!err) {
		snprintf(
		    plan->commit, sizeof(plan->commit), "%s", result->commit);
		/* What is to be known is about the files of the plan. */
		if (*plan->commit)
			request->what.commit = plan->commit;
	}
	plan->disk_known =
	    fs_free_bytes(job->folder ? job->folder : job->root, &plan->disk);
	if (err)
		answer(request, err);
	else
		ask_moved(request);
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

	if (request->resolve) {
		hub_call_cancel(request->resolve);
		request->resolve = NULL;
		answer(request, NULL);
	} else if (request->knowing)
		know_stop(&request->know);
	else if (request->download && !request->answered)
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
	if (own(request)->listing) {
		str_fini(&own(request)->listing->text);
		arr_free(&own(request)->listing->files);
		free(own(request)->listing);
	}
	free(own(request));
}

static void
free_event(struct engine_event *event)
{
	struct hub_event *own = CONTAINER_OF(event, struct hub_event, base);

	arr_each (text, &own->cautions)
		free(*text);
	arr_free(&own->cautions);
	free(own);
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

struct hub_listing *
hub_listing_new(void)
{
	struct hub_listing *listing = mem_new(struct hub_listing);

	listing->text = (struct str)STR_INIT;
	return listing;
}

void
hub_listing_add(struct hub_listing *listing, const char *path, uint64_t size)
{
	const struct hub_listed file = { listing->text.n, size };

	str_add(&listing->text, path, strlen(path) + 1);
	arr_push(&listing->files, file);
}

unsigned
engine_hub_plan(struct engine *engine, void *owner, const struct queue_job *job,
    struct hub_listing *listing)
{
	struct request *request = mem_new(struct request);

	request->listing = listing;
	request->job = queue_job_copy(job);
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = HUB_REQUEST_PLAN;
	return engine_ask(engine, owner, &request->base);
}
