#include "tui/engine/cache.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/os/fs.h"
#include "core/os/users.h"
#include "core/purge/rule.h"
#include "core/purge/trash_back.h"
#include "core/purge/trash_throw.h"
#include "core/run/job.h"
#include "core/run/lane.h"
#include "core/run/workers.h"
#include "core/store/busy.h"
#include "core/store/trash.h"

/* Progress is told no more often. */
#define TELL_EVERY_MS 100

/* A deletion that can be undone. */
struct kept {
	unsigned deletion;
	struct trash *trash;
};

struct channel {
	struct engine_channel base;
	struct engine *engine;
	struct lane trash_lane; /* all work on the trash */
	ARR(struct kept) kept;  /* the lane's */
};

struct request {
	struct engine_request base;
	struct work work;
	char *root;
	struct purge *purge;
	bool keep;
	unsigned deletion;
	ARR(char *) names; /* of batches in the trash */
	struct check *check;
	struct job_bus bus;
	struct cache_event *end; /* what is told when the work is done */
	uint64_t bytes, told_ms;
};

static struct request *
own(struct engine_request *request)
{
	return CONTAINER_OF(request, struct request, base);
}

static struct channel *
channel_of(const struct request *request)
{
	return CONTAINER_OF(request->base.channel, struct channel, base);
}

/* -- events -- */

static struct cache_event *
event_new(const struct request *request, enum cache_event_kind kind)
{
	struct cache_event *event = mem_new(struct cache_event);

	event->kind = kind;
	event->of = (enum cache_request)request->base.kind;
	return event;
}

static void
tell(struct request *request, struct cache_event *event)
{
	engine_tell(&request->base, &event->base);
}

struct cache_event *
cache_event_take(struct cache_event *event)
{
	struct cache_event *copy = mem_new(struct cache_event);

	*copy = *event;
	*event = (struct cache_event){
		.base = event->base, .kind = event->kind, .of = event->of
	};
	return copy;
}

void
cache_event_free(struct cache_event *event)
{
	if (event->scan && event->kind == CACHE_EVENT_SCANNED) {
		scan_fini(event->scan);
		free(event->scan);
	}
	if (event->stores) {
		stores_fini(event->stores);
		free(event->stores);
	}
	check_free(event->check);
	checked_free(event->checked);
	arr_free(&event->uses);
	free(event->text);
	free(event);
}

static void
free_event(struct engine_event *event)
{
	cache_event_free(CONTAINER_OF(event, struct cache_event, base));
}

static void
fail(struct request *request, const struct error *err)
{
	request->end = event_new(request, CACHE_EVENT_FAILED);
	request->end->error = *err;
}

/* -- scans, on the pool -- */

struct scanning {
	struct request *request;
	struct scan *scan;
};

static void
on_begun(void *context)
{
	struct scanning *scanning = context;
	struct cache_event *event =
	    event_new(scanning->request, CACHE_EVENT_BEGUN);

	event->scan = scanning->scan;
	tell(scanning->request, event);
}

static void
on_found(void *context, const struct scan_repo *repo)
{
	struct scanning *scanning = context;
	struct cache_event *event =
	    event_new(scanning->request, CACHE_EVENT_FOUND);

	event->scan = scanning->scan;
	event->repo = repo;
	tell(scanning->request, event);
}

static void
find_uses(struct cache_event *event)
{
	const struct scan *scan = event->scan;
	struct users users = { .paths = MAP_INIT };

	users_look(&users, scan->root);
	for (size_t i = 0; i < scan->repos.n; i++) {
		const struct scan_repo *repo = &scan->repos.v[i];
		struct engine_cache_use use = { i, SIZE_MAX, 0 };

		if (!repo->type)
			continue;
		if (busy_repo(scan->root, repo->folder))
			arr_push(&event->uses, use);
		for (size_t k = 0; users.files.n && k < repo->revisions.n;
		     k++) {
			use.revision = k;
			use.pid = rule_user(
			    &users, scan, repo, &repo->revisions.v[k]);
			if (use.pid)
				arr_push(&event->uses, use);
		}
	}
	users_fini(&users);
}

static void
run_scan(struct request *request)
{
	struct scanning scanning = { request, mem_new(struct scan) };
	struct scan_watch watch = { .cancelled = &request->base.off,
		.begun = on_begun,
		.found = on_found,
		.context = &scanning };
	struct cache_event *end;
	struct error err;

	/* It fails only before on_begun: nobody knows of this scan. */
	if (!scan_cache(scanning.scan, request->root, &watch, &err)) {
		scan_fini(scanning.scan);
		free(scanning.scan);
		fail(request, &err);
		return;
	}
	end = event_new(request, CACHE_EVENT_SCANNED);
	end->scan = scanning.scan;
	find_uses(end);
	end->all = !atomic_load(&request->base.off);
	fs_look(
	    request->root, &end->disk_free, &end->disk_size, &end->no_atime);
	request->end = end;
}

static void
run_stores(struct request *request)
{
	request->end = event_new(request, CACHE_EVENT_STORES);
	request->end->stores = mem_zalloc(STORES * sizeof(struct store));
	stores_look(request->end->stores, &request->base.off);
}

static void
run_known(struct request *request)
{
	request->end = event_new(request, CACHE_EVENT_KNOWN);
	request->end->checked = checked_load();
}

/* -- the trash, in its lane -- */

static void
on_told(void *context, const char *text)
{
	struct request *request = context;
	struct cache_event *event = event_new(request, CACHE_EVENT_TOLD);

	event->text = mem_strdup(text);
	tell(request, event);
}

static void
on_went(void *context, uint64_t bytes)
{
	struct request *request = context;
	struct cache_event *event;
	uint64_t now = clock_ms();

	request->bytes += bytes;
	if (now - request->told_ms < TELL_EVERY_MS)
		return;
	request->told_ms = now;
	event = event_new(request, CACHE_EVENT_PROGRESS);
	event->bytes = request->bytes;
	tell(request, event);
}

static struct carry_watch
watch_of(struct request *request)
{
	return (struct carry_watch){ .tell = on_told,
		.went = on_went,
		.context = request,
		.cancelled = &request->base.off };
}

static void
run_delete(struct request *request)
{
	struct channel *channel = channel_of(request);
	struct cache_event *end = event_new(request, CACHE_EVENT_DELETED);
	struct carry_watch watch = watch_of(request);
	struct kept kept = { request->base.generation, NULL };
	struct error err;

	purge_plan(request->purge);
	request->end = end;
	if (!request->keep) {
		end->all = trash_delete(request->purge,
		    engine_until(channel->engine), &watch, &end->result);
	} else {
		kept.trash =
		    trash_throw(request->purge, &watch, &end->result, &err);
		end->all = !end->result.left;
		end->kept = kept.trash != NULL;
	}
	if (kept.trash) {
		arr_push(&channel->kept, kept);
	} else if (request->keep) {
		/* It was not asked whether it may go for good. */
		cache_event_free(end);
		fail(request, &err);
	}
}

/* What undo keeps of a deletion, taken out; NULL if it keeps nothing. */
static struct trash *
take_kept(struct channel *channel, unsigned deletion)
{
	for (size_t i = 0; i < channel->kept.n; i++) {
		struct trash *trash = channel->kept.v[i].trash;

		if (channel->kept.v[i].deletion != deletion)
			continue;
		channel->kept.v[i] = channel->kept.v[--channel->kept.n];
		return trash;
	}
	return NULL;
}

static void
run_undo(struct request *request)
{
	struct trash *trash = take_kept(channel_of(request), request->deletion);

	request->end = event_new(request, CACHE_EVENT_RESTORED);
	if (trash)
		request->end->all = trash_restore(trash, on_told, request);
	trash_free(trash);
}

static void
run_empty(struct request *request)
{
	struct channel *channel = channel_of(request);
	struct trash *trash = take_kept(channel, request->deletion);
	struct carry_watch watch = watch_of(request);

	request->end = event_new(request, CACHE_EVENT_EMPTIED);
	if (trash)
		request->end->all =
		    trash_empty(trash, engine_until(channel->engine), &watch,
			&request->end->result);
	trash_free(trash);
}

static void
run_recover(struct request *request)
{
	bool bring_back = request->base.kind == CACHE_REQUEST_RESTORE;
	struct carry_watch watch = watch_of(request);
	bool all = true;

	request->end = event_new(
	    request, bring_back ? CACHE_EVENT_RESTORED : CACHE_EVENT_EMPTIED);
	arr_each (name, &request->names) {
		struct error err;
		struct trash *trash = trash_open(request->root, *name, &err);

		if (!trash) {
			on_told(request, err.message);
			all = false;
		} else if (bring_back) {
			all = trash_restore(trash, on_told, request) && all;
		} else {
			all = trash_empty(trash,
				  engine_until(channel_of(request)->engine),
				  &watch, &request->end->result) &&
			      all;
		}
		trash_free(trash);
	}
	request->end->all = all;
}

/* -- checks, on the engine's loop -- */

static void
on_checked(void *context, const struct error *err)
{
	struct request *request = context;
	struct cache_event *end = event_new(request, CACHE_EVENT_CHECKED);

	end->all = !err;
	end->checked = checked_record(request->check);
	end->check = request->check;
	request->check = NULL;
	engine_finish(&request->base, &end->base);
}

static void
on_job(void *context, const struct job_event *job)
{
	struct request *request = context;
	struct cache_event *event;

	if (job->kind != JOB_CHECK || job->state != JOB_RUNNING)
		return;
	event = event_new(request, CACHE_EVENT_PROGRESS);
	event->bytes = job->done;
	tell(request, event);
}

static void
start_check(struct request *request)
{
	struct engine *engine = request->base.engine;

	request->bus = (struct job_bus){ on_job, request, 0 };
	check_start(request->check, engine_loop(engine), engine_workers(engine),
	    &request->bus, "verify", on_checked, request);
}

/* -- what the transport calls -- */

/* On the pool; of CACHE_REQUEST_CHECK the job does it itself. */
static void (*const runs[CACHE_REQUESTS])(struct request *request) = {
	[CACHE_REQUEST_SCAN] = run_scan,
	[CACHE_REQUEST_STORES] = run_stores,
	[CACHE_REQUEST_KNOWN] = run_known,
	[CACHE_REQUEST_DELETE] = run_delete,
	[CACHE_REQUEST_UNDO] = run_undo,
	[CACHE_REQUEST_EMPTY] = run_empty,
	[CACHE_REQUEST_RESTORE] = run_recover,
	[CACHE_REQUEST_FREE] = run_recover,
};

static void
run_work(struct work *work)
{
	struct request *request = CONTAINER_OF(work, struct request, work);

	runs[request->base.kind](request);
}

static void
on_work_done(struct work *work)
{
	struct request *request = CONTAINER_OF(work, struct request, work);

	engine_finish(&request->base, &request->end->base);
}

static void
start(struct engine_request *what)
{
	struct request *request = own(what);

	request->work.run = run_work;
	request->work.done = on_work_done;
	switch ((enum cache_request)what->kind) {
	case CACHE_REQUEST_CHECK:
		start_check(request);
		break;
	case CACHE_REQUEST_SCAN:
	case CACHE_REQUEST_STORES:
	case CACHE_REQUEST_KNOWN:
		workers_submit(engine_workers(what->engine), &request->work);
		break;
	default:
		lane_submit(&channel_of(request)->trash_lane, &request->work);
		break;
	}
}

static void
stop(struct engine_request *what)
{
	if (what->kind == CACHE_REQUEST_CHECK)
		check_cancel(own(what)->check);
}

static void
free_request(struct engine_request *what)
{
	struct request *request = own(what);

	if (request->purge)
		purge_fini(request->purge);
	free(request->purge);
	arr_each (name, &request->names)
		free(*name);
	arr_free(&request->names);
	check_free(request->check);
	free(request->root);
	free(request);
}

static const struct engine_channel_ops ops;

static struct engine_channel *
open_channel(struct engine *engine)
{
	struct channel *channel = mem_new(struct channel);

	channel->base.ops = &ops;
	channel->engine = engine;
	lane_init(&channel->trash_lane, engine_workers(engine));
	return &channel->base;
}

static void
ignore(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static void
close_channel(struct engine_channel *what, bool free_kept, uint64_t *freed)
{
	struct channel *channel = CONTAINER_OF(what, struct channel, base);
	struct carry_watch watch = { .tell = ignore };
	struct carry_result result = { 0 };

	arr_each (kept, &channel->kept) {
		if (free_kept)
			MAY_FAIL(
			    trash_empty(kept->trash,
				engine_until(channel->engine), &watch, &result),
			    "what stays is in the trash, where `hug cache "
			    "prune` frees it");
		trash_free(kept->trash);
	}
	arr_free(&channel->kept);
	*freed += result.freed;
	free(channel);
}

static const struct engine_channel_ops ops = {
	.open = open_channel,
	.close = close_channel,
	.start = start,
	.stop = stop,
	.free_request = free_request,
	.free_event = free_event,
};

/* -- what screens call -- */

struct cache_event *
cache_event_of(struct engine_event *event)
{
	if (event->channel != &ops)
		return NULL;
	return CONTAINER_OF(event, struct cache_event, base);
}

unsigned
engine_cache_runs(
    const struct engine *engine, const void *owner, enum cache_request kind)
{
	return engine_runs(engine, owner, &ops, (int)kind);
}

static unsigned
ask(struct engine *engine, void *owner, enum cache_request kind,
    const struct request *what)
{
	struct request *request = mem_new(struct request);

	*request = *what;
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = (int)kind;
	return engine_ask(engine, owner, &request->base);
}

unsigned
engine_cache_scan(struct engine *engine, void *owner, const char *root)
{
	return ask(engine, owner, CACHE_REQUEST_SCAN,
	    &(struct request){ .root = mem_strdup(root) });
}

unsigned
engine_cache_stores(struct engine *engine, void *owner)
{
	return ask(engine, owner, CACHE_REQUEST_STORES, &(struct request){ 0 });
}

unsigned
engine_cache_known(struct engine *engine, void *owner)
{
	return ask(engine, owner, CACHE_REQUEST_KNOWN, &(struct request){ 0 });
}

unsigned
engine_cache_delete(
    struct engine *engine, void *owner, struct purge *purge, bool keep)
{
	return ask(engine, owner, CACHE_REQUEST_DELETE,
	    &(struct request){ .purge = purge, .keep = keep });
}

unsigned
engine_cache_undo(struct engine *engine, void *owner, unsigned deletion)
{
	return ask(engine, owner, CACHE_REQUEST_UNDO,
	    &(struct request){ .deletion = deletion });
}

unsigned
engine_cache_empty(struct engine *engine, void *owner, unsigned deletion)
{
	return ask(engine, owner, CACHE_REQUEST_EMPTY,
	    &(struct request){ .deletion = deletion });
}

unsigned
engine_cache_recover(struct engine *engine, void *owner, const char *root,
    const trash_list *batches, bool bring_back)
{
	struct request what = { .root = mem_strdup(root) };

	arr_each (batch, batches) {
		if (batch->state == TRASH_LEFT ||
		    (!bring_back && batch->state != TRASH_WAITING))
			arr_push(&what.names, mem_strdup(batch->name));
	}
	return ask(engine, owner,
	    bring_back ? CACHE_REQUEST_RESTORE : CACHE_REQUEST_FREE, &what);
}

unsigned
engine_cache_check(struct engine *engine, void *owner, struct check *check)
{
	return ask(engine, owner, CACHE_REQUEST_CHECK,
	    &(struct request){ .check = check });
}
