#include "tui/engine/repo.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/revision.h"
#include "core/hub/tree.h"
#include "core/os/clock.h"
#include "core/os/fs.h"
#include "core/os/log.h"
#include "core/queue/list.h"
#include "core/queue/work.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "core/run/workers.h"
#include "core/store/layout.h"
#include "core/store/listing.h"
#include "core/store/refs.h"
#include "tui/engine/repo_info.h"
#include "tui/engine/repo_own.h"

/* Files of one event: a few at first, so that something is seen. */
#define FIRST_FILES 50
#define MORE_FILES 1000

/* What came is not kept back longer than this. */
#define HOLD_MS 100

enum repo_kind {
	REPO_REQUEST_LIST,
	REPO_REQUEST_REFS,
	REPO_REQUEST_LOOK,
	REPO_REQUEST_CHANGES,
};

struct channel {
	struct engine_channel base;
	struct log log;
};

static struct repo_request *
own(struct engine_request *request)
{
	return CONTAINER_OF(request, struct repo_request, base);
}

static bool
is_off(const struct repo_request *request)
{
	return atomic_load_explicit(&request->base.off, memory_order_relaxed);
}

/* -- the end, on the loop -- */

static void
free_event(struct engine_event *event)
{
	struct repo_event *own = CONTAINER_OF(event, struct repo_event, base);

	arr_each (ref, &own->refs)
		repo_ref_fini(ref);
	arr_free(&own->refs);
	arr_free(&own->files);
	str_fini(&own->text);
	free(own);
}

static void
bury(void *context)
{
	struct repo_request *request = context;
	struct repo_event *answer = request->answer;

	if (request->batch)
		free_event(&request->batch->base);
	here_free(request->here);
	repo_root_fini(&request->root);
	if (request->cached)
		cache_fini(&request->cache);
	hub_free(request->hub);
	request->answer = NULL;
	engine_finish(&request->base, &answer->base);
}

/* Not at once: who ends it is still at work with it. */
void
repo_finish(struct repo_request *request, enum repo_event_kind kind)
{
	struct repo_event *answer = request->answer;

	answer->kind = kind;
	answer->error = request->failure;
	memcpy(answer->commit, request->commit, COMMIT_MAX);
	loop_timer_start(engine_loop(request->base.engine), &request->burial, 0,
	    bury, request);
}

void
repo_finish_failed(struct repo_request *request, const struct error *err)
{
	request->failure = *err;
	repo_finish(request, REPO_EVENT_FAILED);
}

/* -- files, on the pool or the loop, never on both -- */

static size_t
keep_text(struct repo_event *event, const char *text)
{
	size_t at = event->text.n;

	str_add(&event->text, text, strlen(text) + 1);
	return at;
}

struct repo_event *
repo_event_new(const char *commit)
{
	struct repo_event *event = mem_new(struct repo_event);

	event->text = (struct str)STR_INIT;
	text_copy(event->commit, COMMIT_MAX, commit);
	return event;
}

void
repo_event_add(struct repo_event *event, const char *path, const char *etag,
    const struct repo_file *file)
{
	struct repo_file item = *file;

	item.path = keep_text(event, path);
	item.etag = keep_text(event, etag);
	arr_push(&event->files, item);
}

static void
give(struct repo_request *request)
{
	struct repo_event *batch = request->batch;

	if (!batch)
		return;
	memcpy(batch->commit, request->commit, COMMIT_MAX);
	batch->gated = request->answer->gated;
	batch->closed = request->answer->closed;
	batch->disk_known = request->answer->disk_known;
	batch->disk = request->answer->disk;
	request->given += batch->files.n;
	request->given_ms = clock_ms();
	request->batch = NULL;
	engine_tell(&request->base, &batch->base);
}

static bool
take_file(void *context, const struct treefile *file)
{
	struct repo_request *request = context;
	size_t most = request->given ? MORE_FILES : FIRST_FILES;
	const char *etag = treefile_etag(file);
	struct repo_file item = { .size = file->size };

	thread_take_time();
	if (request->rooted && repo_root_has(&request->root, file->path))
		return !is_off(request);
	if (!request->here)
		request->here = here_open(&request->cache);
	if (!request->batch) {
		request->batch = mem_new(struct repo_event);
		request->batch->text = (struct str)STR_INIT;
		request->batch->first = request->again;
		request->again = false;
	}
	item.here = here_of(request->here, request->commit, file->path, etag,
	    file->size, &item.kept);
	repo_event_add(request->batch, file->path, etag, &item);
	if (request->batch->files.n >= most ||
	    clock_ms() - request->given_ms > HOLD_MS)
		give(request);
	return !is_off(request);
}

/* The next page may take its time. */
static void
on_page(void *context)
{
	give(context);
}

/* -- from the Hub -- */

static void
end_list(struct repo_request *request, bool stopped)
{
	give(request);
	request->answer->stopped = stopped;
	repo_finish(request, REPO_EVENT_LISTED);
}

static void
on_listed(void *context, const struct error *err)
{
	struct repo_request *request = context;

	request->call = NULL;
	request->listing = false;
	if (err)
		repo_finish_failed(request, err);
	else
		end_list(request, false);
}

static void
on_stopped(void *context)
{
	struct repo_request *request = context;

	request->call = NULL;
	request->listing = false;
	end_list(request, true);
}

static void
ask_for_files(struct repo_request *request)
{
	request->listing = true;
	request->call = tree_list(request->hub,
	    &(struct tree_request){ .repo = &request->repo,
		.revision = request->commit,
		.folder = "",
		.recursive = true },
	    &(struct tree_taker){ .take = take_file,
		.workers = engine_workers(request->base.engine),
		.page = on_page,
		.done = on_listed,
		.stopped = on_stopped,
		.context = request });
}

/* -- the root first -- */

static void
give_root(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);

	repo_root_each(&request->root, take_file, request);
	give(request);
	request->rooted = true;
}

/* If there are no folders, that was all. */
static void
on_given(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);

	request->working = false;
	if (is_off(request))
		end_list(request, true);
	else if (request->root.more || request->pages)
		ask_for_files(request);
	else
		end_list(request, false);
}

static bool
on_root_item(void *context, const struct cJSON *item, struct error *err)
{
	struct repo_request *request = context;

	(void)err;
	repo_root_take(&request->root, item);
	return true;
}

static void
on_root(void *context, const struct error *err)
{
	struct repo_request *request = context;

	request->call = NULL;
	if (err) {
		repo_finish_failed(request, err);
		return;
	}
	request->again = true;
	request->working = true;
	request->work.run = give_root;
	request->work.done = on_given;
	workers_submit(engine_workers(request->base.engine), &request->work);
}

static void
ask_for_root(struct repo_request *request)
{
	request->call = tree_pages(request->hub,
	    &(struct tree_request){ .repo = &request->repo,
		.revision = request->commit,
		.folder = "" },
	    &(struct pages_taker){ .item = on_root_item,
		.more = &request->pages,
		.done = on_root,
		.context = request });
}

/* -- what was kept -- */

/* A file system of the network may take its time. */
static void
look_at_disk(struct repo_request *request)
{
	struct repo_event *answer = request->answer;

	answer->disk_known = fs_free_bytes(request->job->root, &answer->disk);
}

/* Which commit the revision was last, if the Hub does not say, and what it has. */
static void
read_kept(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);

	look_at_disk(request);
	if (!*request->commit &&
	    !ref_read(&request->cache, request->job->revision, request->commit))
		return;
	request->again = true;
	request->found = listing_read(
	    &request->cache, request->commit, "", take_file, request);
}

static void
on_kept(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);
	bool reached = request->failure.code == ERR_NONE;

	request->working = false;
	if (is_off(request)) {
		end_list(request, !request->found);
	} else if (request->found) {
		request->answer->stale = !reached;
		end_list(request, false);
	} else if (reached) {
		ask_for_root(request);
	} else {
		repo_finish(request, REPO_EVENT_FAILED);
	}
}

static void
look_for_kept(struct repo_request *request)
{
	request->working = true;
	request->work.run = read_kept;
	request->work.done = on_kept;
	workers_submit(engine_workers(request->base.engine), &request->work);
}

static void
on_unresolved(struct repo_request *request, const struct error *err)
{
	request->failure = *err;
	if (hub_is_out_of_reach(err))
		look_for_kept(request);
	else
		repo_finish(request, REPO_EVENT_FAILED);
}

/* Of a repository without a commit there is nothing to list. */
static void
on_branches(void *context, struct cJSON *answer, const struct error *err)
{
	struct repo_request *request = context;
	bool empty = !err && repo_is_empty(answer);

	request->call = NULL;
	json_free(answer);
	if (empty)
		request->failure.code = ERR_NONE;
	repo_finish(request, empty ? REPO_EVENT_LISTED : REPO_EVENT_FAILED);
}

static void
on_info(void *context, struct cJSON *answer, const struct error *err)
{
	struct repo_request *request = context;
	struct repo_event *event = request->answer;
	struct error own;

	request->call = NULL;
	if (!err &&
	    !repo_info_read(answer, request->commit, &event->gated, &own))
		err = &own;
	json_free(answer);
	event->closed = event->gated && !request->hub->token;
	if (!err) {
		look_for_kept(request);
	} else if (repo_may_be_empty(request->job->revision, err)) {
		request->failure = *err;
		request->call = revision_list(request->hub, &request->repo,
		    false, (struct asker){ on_branches, request });
	} else {
		on_unresolved(request, err);
	}
}

static void
begin_list(struct repo_request *request)
{
	const struct queue_job *job = request->job;

	cache_init(&request->cache, job->root, &request->repo);
	request->cached = true;
	if (job->commit)
		memcpy(request->commit, job->commit, COMMIT_MAX);
	else if (repo_is_commit(job->revision))
		memcpy(request->commit, job->revision, COMMIT_MAX);
	if (*request->commit)
		look_for_kept(request);
	else
		request->call = repo_info_ask(request->hub, &request->repo,
		    job->revision, (struct asker){ on_info, request });
}

/* -- what is here now -- */

static void
look_again(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);
	struct repo_event *answer = request->answer;

	look_at_disk(request);
	request->here = here_open(&request->cache);
	arr_each (file, &answer->files) {
		if (is_off(request))
			break;
		file->here = here_of(request->here, request->commit,
		    answer->text.v + file->path, answer->text.v + file->etag,
		    file->size, &file->kept);
	}
}

static void
on_looked(struct work *work)
{
	struct repo_request *request =
	    CONTAINER_OF(work, struct repo_request, work);

	request->working = false;
	repo_finish(request, REPO_EVENT_HERE);
}

static void
begin_look(struct repo_request *request)
{
	cache_init(&request->cache, request->job->root, &request->repo);
	request->cached = true;
	memcpy(request->commit, request->answer->commit, COMMIT_MAX);
	request->working = true;
	request->work.run = look_again;
	request->work.done = on_looked;
	workers_submit(engine_workers(request->base.engine), &request->work);
}

/* Why the Hub is waited for. */
static void
on_note(void *context, const char *text)
{
	struct repo_request *request = context;
	struct repo_event *event = mem_new(struct repo_event);

	event->text = (struct str)STR_INIT;
	event->kind = REPO_EVENT_NOTE;
	str_set(&event->text, text);
	engine_tell(&request->base, &event->base);
}

/* -- the channel -- */

static void
start(struct engine_request *engine_request)
{
	struct repo_request *request = own(engine_request);
	struct channel *channel =
	    CONTAINER_OF(engine_request->channel, struct channel, base);
	struct error err;

	request->repo = (struct repo){ request->job->type, request->job->repo };
	if (engine_request->kind == REPO_REQUEST_LOOK) {
		begin_look(request);
		return;
	}
	if (!request->answer)
		request->answer = repo_event_new("");
	request->hub = work_open_hub(engine_loop(engine_request->engine),
	    &channel->log, request->job, &err);
	if (request->hub) {
		request->hub->note = on_note;
		request->hub->note_context = request;
	}
	if (!request->hub || !repo_check_id(request->repo.id, &err) ||
	    !repo_check_revision(request->job->revision, &err))
		repo_finish_failed(request, &err);
	else if (engine_request->kind == REPO_REQUEST_LIST)
		begin_list(request);
	else if (engine_request->kind == REPO_REQUEST_CHANGES)
		repo_begin_changes(request);
	else
		repo_begin_refs(request);
}

static void
stop(struct engine_request *engine_request)
{
	struct repo_request *request = own(engine_request);
	struct hub_call *call = request->call;

	/* The pool looks at `off` itself. */
	if (request->working || !call)
		return;
	request->call = NULL;
	hub_call_cancel(call);
	/* Of a listing on_stopped tells. */
	request->answer->stopped = true;
	if (!request->listing)
		repo_finish(request, REPO_EVENT_LISTED);
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
	/* One that was never begun still has it. */
	if (own(request)->answer)
		free_event(&own(request)->answer->base);
	free(own(request));
}

static const struct engine_channel_ops ops = {
	.open = open_channel,
	.close = close_channel,
	.start = start,
	.stop = stop,
	.free_request = free_request,
	.free_event = free_event,
};

struct repo_event *
repo_event_of(struct engine_event *event)
{
	if (event->channel != &ops)
		return NULL;
	return CONTAINER_OF(event, struct repo_event, base);
}

static unsigned
ask(struct engine *engine, void *owner, const struct queue_job *job, int kind,
    struct repo_event *answer)
{
	struct repo_request *request = mem_new(struct repo_request);

	request->job = queue_job_copy(job);
	request->answer = answer;
	request->failure.code = ERR_NONE;
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = kind;
	return engine_ask(engine, owner, &request->base);
}

unsigned
engine_repo_list(
    struct engine *engine, void *owner, const struct queue_job *job)
{
	return ask(engine, owner, job, REPO_REQUEST_LIST, NULL);
}

unsigned
engine_repo_refs(
    struct engine *engine, void *owner, const struct queue_job *job)
{
	return ask(engine, owner, job, REPO_REQUEST_REFS, NULL);
}

unsigned
engine_repo_look(struct engine *engine, void *owner,
    const struct queue_job *job, struct repo_event *event)
{
	return ask(engine, owner, job, REPO_REQUEST_LOOK, event);
}

unsigned
engine_repo_changes(struct engine *engine, void *owner,
    const struct queue_job *job, struct repo_event *event)
{
	return ask(engine, owner, job, REPO_REQUEST_CHANGES, event);
}
