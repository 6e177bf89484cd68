#include "tui/engine/engine.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/os/fs.h"
#include "core/os/users.h"
#include "core/purge/carry.h"
#include "core/purge/rule.h"
#include "core/purge/trash_back.h"
#include "core/purge/trash_throw.h"
#include "core/run/job.h"
#include "core/run/lane.h"
#include "core/run/loop.h"
#include "core/run/post.h"
#include "core/run/thread.h"
#include "core/run/workers.h"
#include "core/store/busy.h"
#include "core/store/trash.h"

/* One that scans, one that deletes, and two that read files for sums. */
#define POOL_THREADS 4

/* What is not freed in so long when it ends, the next run frees. */
#define LEAVE_MS 2000

/* Progress is told no more often. */
#define TELL_EVERY_MS 100

enum command_kind {
	COMMAND_SCAN,
	COMMAND_DELETE,
	COMMAND_UNDO,
	COMMAND_EMPTY,
	COMMAND_RECOVER,
	COMMAND_CHECK,
	COMMAND_STOP,
	COMMAND_END,
};

/* A command, and then the work that it makes. */
struct command {
	struct list link;
	struct work work;
	struct engine *engine;
	enum command_kind kind;
	char *root;
	struct purge *purge;
	unsigned id; /* of a deletion */
	bool keep;
	ARR(char *) names; /* of batches in the trash */
	struct check *check;
	struct engine_event *end; /* what will be told when it is done */
	uint64_t bytes, told_ms;
};

/* A deletion that undo can bring back. */
struct kept {
	unsigned id;
	struct trash *trash;
};

struct engine {
	struct post *up, *down;
	void (*tell)(void *context, struct engine_event *event);
	void *context;
	unsigned busy; /* of the screen */
	unsigned last_id;
	struct thread *thread;
	atomic_bool scan_off, delete_off;
	atomic_bool known; /* what earlier runs found was told */
	atomic_ullong
	    until; /* when it has to end, in clock_ms; 0: it need not */

	/* Of the engine's thread. */
	struct loop *loop;
	struct workers *workers;
	struct lane trash_lane; /* all work on the trash */
	ARR(struct kept) kept;  /* the lane's */
	struct job_bus bus;
	struct command *checking;
	unsigned running;
	bool ending;
};

/* -- events -- */

static struct engine_event *
event_new(enum engine_kind kind)
{
	struct engine_event *event = mem_new(struct engine_event);

	event->kind = kind;
	return event;
}

static void
tell(struct engine *engine, struct engine_event *event)
{
	post_put(engine->up, &event->link);
}

struct engine_event *
engine_event_take(struct engine_event *event)
{
	struct engine_event *copy = mem_new(struct engine_event);

	*copy = *event;
	*event = (struct engine_event){ .kind = event->kind };
	return copy;
}

void
engine_event_free(struct engine_event *event)
{
	if (event->scan && event->kind == ENGINE_SCANNED) {
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

static bool
is_last(enum engine_kind kind)
{
	return kind == ENGINE_STORES || kind == ENGINE_DELETED ||
	       kind == ENGINE_RESTORED || kind == ENGINE_EMPTIED ||
	       kind == ENGINE_CHECKED || kind == ENGINE_FAILED;
}

/* On the screen's loop. */
static void
on_event(void *context, struct list *item)
{
	struct engine *engine = context;
	struct engine_event *event =
	    CONTAINER_OF(item, struct engine_event, link);

	engine->busy -= is_last(event->kind);
	engine->tell(engine->context, event);
}

static void
drop_event(struct list *item)
{
	engine_event_free(CONTAINER_OF(item, struct engine_event, link));
}

static void
fail(struct command *command, enum engine_kind failed, const struct error *err)
{
	command->end = event_new(ENGINE_FAILED);
	command->end->failed = failed;
	command->end->error = *err;
}

/* -- on the pool -- */

struct scanning {
	struct engine *engine;
	struct scan *scan;
};

static void
on_begun(void *context)
{
	struct scanning *scanning = context;
	struct engine_event *event = event_new(ENGINE_BEGUN);

	event->scan = scanning->scan;
	tell(scanning->engine, event);
}

static void
on_found(void *context, const struct scan_repo *repo)
{
	struct scanning *scanning = context;
	struct engine_event *event = event_new(ENGINE_FOUND);

	event->scan = scanning->scan;
	event->repo = repo;
	tell(scanning->engine, event);
}

static void
look_at_stores(struct command *command)
{
	command->end = event_new(ENGINE_STORES);
	command->end->stores = mem_zalloc(STORES * sizeof(struct store));
	stores_look(command->end->stores, &command->engine->scan_off);
}

static void
find_uses(struct engine_event *event)
{
	const struct scan *scan = event->scan;
	struct users users = { .paths = MAP_INIT };

	users_look(&users, scan->root);
	for (size_t i = 0; i < scan->repos.n; i++) {
		const struct scan_repo *repo = &scan->repos.v[i];
		struct engine_use use = { i, SIZE_MAX, 0 };

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

/* What is known of files that were read before. */
static void
tell_known(struct engine *engine, struct checked *checked)
{
	struct engine_event *event = event_new(ENGINE_KNOWN);

	event->checked = checked;
	tell(engine, event);
}

static void
run_scan(struct command *command)
{
	struct engine *engine = command->engine;
	struct scanning scanning = { engine, mem_new(struct scan) };
	struct scan_watch watch = { .cancelled = &engine->scan_off,
		.begun = on_begun,
		.found = on_found,
		.context = &scanning };
	struct engine_event *event;
	struct error err;

	if (!scan_cache(scanning.scan, command->root, &watch, &err)) {
		scan_fini(scanning.scan);
		free(scanning.scan);
		fail(command, ENGINE_SCANNED, &err);
		return;
	}
	event = event_new(ENGINE_SCANNED);
	event->scan = scanning.scan;
	find_uses(event);
	event->all = !atomic_load(&engine->scan_off);
	fs_look(command->root, &event->disk_free, &event->disk_size,
	    &event->no_atime);
	tell(engine, event);
	if (!atomic_exchange(&engine->known, true))
		tell_known(engine, checked_load());
	look_at_stores(command);
}

static void
on_told(void *context, const char *text)
{
	struct command *command = context;
	struct engine_event *event = event_new(ENGINE_TOLD);

	event->text = mem_strdup(text);
	tell(command->engine, event);
}

static void
on_went(void *context, uint64_t bytes)
{
	struct command *command = context;
	struct engine_event *event;
	uint64_t now = clock_ms();

	command->bytes += bytes;
	if (now - command->told_ms < TELL_EVERY_MS)
		return;
	command->told_ms = now;
	event = event_new(ENGINE_WENT);
	event->bytes = command->bytes;
	tell(command->engine, event);
}

static struct carry_watch
watch_of(struct command *command)
{
	return (struct carry_watch){ on_told, on_went, command,
		&command->engine->delete_off };
}

static void
run_delete(struct command *command)
{
	struct engine *engine = command->engine;
	struct engine_event *end = event_new(ENGINE_DELETED);
	struct carry_watch watch = watch_of(command);
	struct kept kept = { command->id, NULL };
	struct error err;

	purge_plan(command->purge);
	end->id = command->id;
	command->end = end;
	if (!command->keep) {
		end->all = trash_delete(
		    command->purge, &engine->until, &watch, &end->result);
	} else {
		kept.trash =
		    trash_throw(command->purge, &watch, &end->result, &err);
		end->all = !end->result.left;
		end->kept = kept.trash != NULL;
	}
	if (kept.trash) {
		arr_push(&engine->kept, kept);
	} else if (command->keep) {
		/* It was not asked whether it may go for good. */
		engine_event_free(end);
		fail(command, ENGINE_DELETED, &err);
	}
	purge_fini(command->purge);
	free(command->purge);
}

/* What undo keeps of a deletion, taken out; NULL if it keeps nothing. */
static struct trash *
take_kept(struct engine *engine, unsigned id)
{
	for (size_t i = 0; i < engine->kept.n; i++) {
		struct trash *trash = engine->kept.v[i].trash;

		if (engine->kept.v[i].id != id)
			continue;
		engine->kept.v[i] = engine->kept.v[--engine->kept.n];
		return trash;
	}
	return NULL;
}

static void
run_undo(struct command *command)
{
	struct trash *trash = take_kept(command->engine, command->id);

	command->end = event_new(ENGINE_RESTORED);
	command->end->id = command->id;
	if (trash)
		command->end->all = trash_restore(trash, on_told, command);
	trash_free(trash);
}

static void
run_empty(struct command *command)
{
	struct engine *engine = command->engine;
	struct trash *trash = take_kept(engine, command->id);
	struct carry_watch watch = watch_of(command);

	command->end = event_new(ENGINE_EMPTIED);
	command->end->id = command->id;
	if (trash)
		command->end->all = trash_empty(
		    trash, &engine->until, &watch, &command->end->result);
	trash_free(trash);
}

static void
run_recover(struct command *command)
{
	struct engine *engine = command->engine;
	struct carry_watch watch = watch_of(command);
	bool all = true;

	command->end =
	    event_new(command->keep ? ENGINE_RESTORED : ENGINE_EMPTIED);
	arr_each (name, &command->names) {
		struct error err;
		struct trash *trash = trash_open(command->root, *name, &err);

		if (!trash) {
			on_told(command, err.message);
			all = false;
		} else if (command->keep) {
			all = trash_restore(trash, on_told, command) && all;
		} else {
			all = trash_empty(trash, &engine->until, &watch,
				  &command->end->result) &&
			      all;
		}
		trash_free(trash);
		free(*name);
	}
	arr_free(&command->names);
	command->end->all = all;
}

static void
run_work(struct work *work)
{
	struct command *command = CONTAINER_OF(work, struct command, work);

	switch (command->kind) {
	case COMMAND_SCAN:
		run_scan(command);
		break;
	case COMMAND_DELETE:
		run_delete(command);
		break;
	case COMMAND_UNDO:
		run_undo(command);
		break;
	case COMMAND_EMPTY:
		run_empty(command);
		break;
	case COMMAND_RECOVER:
		run_recover(command);
		break;
	case COMMAND_CHECK:
	case COMMAND_STOP:
	case COMMAND_END:
		break;
	}
}

/* -- on the engine's loop -- */

static void
end_if_idle(struct engine *engine)
{
	if (engine->ending && !engine->running)
		loop_stop(engine->loop);
}

static void
on_work_done(struct work *work)
{
	struct command *command = CONTAINER_OF(work, struct command, work);
	struct engine *engine = command->engine;

	engine->running--;
	tell(engine, command->end);
	free(command->root);
	free(command);
	end_if_idle(engine);
}

static void
on_checked(void *context, const struct error *err)
{
	struct command *command = context;
	struct engine *engine = command->engine;
	struct engine_event *event = event_new(ENGINE_CHECKED);

	event->check = command->check;
	event->all = !err;
	tell_known(engine, checked_record(command->check));
	engine->running--;
	engine->checking = NULL;
	tell(engine, event);
	free(command);
	end_if_idle(engine);
}

static void
on_job(void *context, const struct job_event *job)
{
	struct engine *engine = context;
	struct engine_event *event;

	if (job->kind != JOB_CHECK || job->state != JOB_RUNNING)
		return;
	event = event_new(ENGINE_CHECKING);
	event->bytes = job->done;
	tell(engine, event);
}

static void
start_check(struct engine *engine, struct command *command)
{
	engine->checking = command;
	engine->bus = (struct job_bus){ on_job, engine, 0 };
	check_start(command->check, engine->loop, engine->workers, &engine->bus,
	    "verify", on_checked, command);
}

static void
on_command(void *context, struct list *item)
{
	struct engine *engine = context;
	struct command *command = CONTAINER_OF(item, struct command, link);

	if (command->kind >= COMMAND_STOP) {
		engine->ending = command->kind == COMMAND_END;
		if (engine->checking)
			check_cancel(engine->checking->check);
		free(command);
		end_if_idle(engine);
		return;
	}
	engine->running++;
	command->engine = engine;
	if (command->kind == COMMAND_CHECK) {
		start_check(engine, command);
		return;
	}
	command->work.run = run_work;
	command->work.done = on_work_done;
	if (command->kind == COMMAND_SCAN)
		workers_submit(engine->workers, &command->work);
	else
		lane_submit(&engine->trash_lane, &command->work);
}

static void
run_thread(void *context)
{
	struct engine *engine = context;

	loop_run(engine->loop);
}

/* -- on the screen's thread -- */

struct engine *
engine_new(struct loop *screen,
    void (*tell_screen)(void *context, struct engine_event *event),
    void *context, struct error *err)
{
	struct engine *engine = mem_new(struct engine);

	engine->tell = tell_screen;
	engine->context = context;
	engine->loop = loop_new();
	engine->up = post_new(screen, on_event, engine, err);
	if (engine->up)
		engine->down = post_new(engine->loop, on_command, engine, err);
	if (engine->down)
		engine->workers = workers_new(engine->loop, POOL_THREADS, err);
	if (engine->workers)
		lane_init(&engine->trash_lane, engine->workers);
	if (engine->workers)
		engine->thread = thread_start(run_thread, engine, err);
	if (engine->thread)
		return engine;
	engine_free(engine, false, NULL);
	return NULL;
}

static void
command_put(
    struct engine *engine, enum command_kind kind, const struct command *what)
{
	struct command *command = mem_new(struct command);

	if (what)
		*command = *what;
	command->kind = kind;
	engine->busy += kind < COMMAND_STOP;
	post_put(engine->down, &command->link);
}

static void
ignore(void *context, const char *text)
{
	(void)context;
	(void)text;
}

/* What undo still keeps, when all else has ended. */
static void
end_kept(struct engine *engine, bool free_trash, uint64_t *freed)
{
	struct carry_watch watch = { .tell = ignore };
	struct carry_result result = { 0 };

	arr_each (kept, &engine->kept) {
		if (free_trash)
			MAY_FAIL(trash_empty(kept->trash, &engine->until,
				     &watch, &result),
			    "what stays is in the trash, where `hug cache "
			    "prune` frees it");
		trash_free(kept->trash);
	}
	arr_free(&engine->kept);
	if (freed)
		*freed += result.freed;
}

void
engine_end(struct engine *engine)
{
	atomic_store(&engine->until, clock_ms() + LEAVE_MS);
	if (!engine->thread)
		return;
	atomic_store(&engine->scan_off, true);
	atomic_store(&engine->delete_off, true);
	command_put(engine, COMMAND_END, NULL);
	thread_join(engine->thread);
	engine->thread = NULL;
}

void
engine_free(struct engine *engine, bool free_trash, uint64_t *freed)
{
	if (!engine)
		return;
	engine_end(engine);
	end_kept(engine, free_trash, freed);
	workers_free(engine->workers);
	post_free(engine->down, NULL);
	post_free(engine->up, drop_event);
	loop_free(engine->loop);
	free(engine);
}

unsigned
engine_busy(const struct engine *engine)
{
	return engine->busy;
}

void
engine_scan(struct engine *engine, const char *root)
{
	atomic_store(&engine->scan_off, false);
	command_put(engine, COMMAND_SCAN,
	    &(struct command){ .root = mem_strdup(root) });
}

unsigned
engine_delete(struct engine *engine, struct purge *purge, bool keep)
{
	unsigned id = ++engine->last_id;

	atomic_store(&engine->delete_off, false);
	command_put(engine, COMMAND_DELETE,
	    &(struct command){ .purge = purge, .keep = keep, .id = id });
	return id;
}

void
engine_undo(struct engine *engine, unsigned id)
{
	command_put(engine, COMMAND_UNDO, &(struct command){ .id = id });
}

void
engine_recover(struct engine *engine, const char *root,
    const trash_list *batches, bool bring_back)
{
	struct command command = { .root = mem_strdup(root),
		.keep = bring_back };

	arr_each (batch, batches) {
		if (batch->state == TRASH_LEFT ||
		    (!bring_back && batch->state != TRASH_WAITING))
			arr_push(&command.names, mem_strdup(batch->name));
	}
	command_put(engine, COMMAND_RECOVER, &command);
}

void
engine_empty(struct engine *engine, unsigned id)
{
	command_put(engine, COMMAND_EMPTY, &(struct command){ .id = id });
}

void
engine_check(struct engine *engine, struct check *check)
{
	command_put(engine, COMMAND_CHECK, &(struct command){ .check = check });
}

void
engine_stop(struct engine *engine)
{
	atomic_store(&engine->scan_off, true);
	atomic_store(&engine->delete_off, true);
	command_put(engine, COMMAND_STOP, NULL);
}
