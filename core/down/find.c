#include "core/down/find.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/down/place.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/hub/resolve.h"
#include "core/hub/tree.h"
#include "core/run/thread.h"
#include "core/store/layout.h"
#include "core/store/listing.h"
#include "core/store/snapshot.h"

/* More names than this are found in a listing. */
#define NAMES_MAX 64

/* Names asked for at once. */
#define ASK_MAX 16

/* One name whose metadata is asked for. */
struct find_name {
	struct find *find;
	struct want *want;
	struct filemeta_call *call;
	bool needless; /* excluded, or here and of this commit */
};

static void ask_names(struct find *find);
static void list_folder(struct find *find);

/* Asks for nothing more. The pool may still be busy. */
static void
hang_up(struct find *find)
{
	hub_call_cancel(find->call);
	find->call = NULL;
	arr_each (name, &find->names) {
		filemeta_cancel(name->call);
		name->call = NULL;
	}
}

static void
end(struct find *find, const struct error *err)
{
	struct error copy;

	if (err)
		copy = *err;
	hang_up(find);
	loop_timer_stop(&find->timer);
	arr_free(&find->names);
	listing_drop(find->writer);
	find->writer = NULL;
	folders_fini(&find->folders);
	find->done(find->context, err ? &copy : NULL);
}

static void
on_cancelled(void *context)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	end(context, &err);
}

/* Ends it if it was cancelled, now that nothing of it runs. */
static bool
is_cancelled(struct find *find)
{
	if (!atomic_load(&find->cancelled))
		return false;
	loop_timer_start(find->hub->loop, &find->timer, 0, on_cancelled, find);
	return true;
}

/* Gives work to the pool. */
static void
submit(
    struct find *find, void (*run)(struct work *), void (*done)(struct work *))
{
	find->working = true;
	find->work.run = run;
	find->work.done = done;
	workers_submit(find->workers, &find->work);
}

/* Takes it back. */
static struct find *
take_back(struct work *work)
{
	struct find *find = CONTAINER_OF(work, struct find, work);

	find->working = false;
	return find;
}

/* What was matched by an earlier look says nothing about the next. */
static void
forget_hits(struct find *find)
{
	arr_each (want, &find->include->wants)
		want->hit = want->absent = false;
}

/* Adds a file to the plan, or notes why it must not reach the disk. */
static void
add(struct find *find, const char *path, const char *etag, const char *xet,
    uint64_t size)
{
	struct error err;

	if (place_allows(find->place, path, &err) &&
	    plan_add(find->plan, path, etag, xet, size, &err))
		return;
	if (!find->refused++)
		find->refusal = err;
}

/* -- listing: on the pool -- */

static bool
take_listed(void *context, const struct treefile *file)
{
	struct find *find = context;

	find->narrowed =
	    include_settle(find->include, file->path) || find->narrowed;
	if (include_wants(find->include, file->path))
		add(find, file->path, treefile_etag(file), file->xet,
		    file->size);
	return !atomic_load_explicit(&find->cancelled, memory_order_relaxed);
}

static bool
take_entry(void *context, const struct treefile *file)
{
	struct find *find = context;

	thread_take_time();
	if (find->writer)
		listing_add(find->writer, file);
	return take_listed(find, file);
}

/* Drops what a pattern matched that was a name all along. */
static void
narrow(struct find *find)
{
	if (!find->narrowed)
		return;
	for (size_t i = 0; i < find->plan->files.n;) {
		if (include_wants(find->include, find->plan->files.v[i].path))
			i++;
		else
			plan_drop(find->plan, i);
	}
}

/* Takes a listing that the cache has. */
static bool
take_cached(struct find *find, const char *folder)
{
	size_t before = find->plan->files.n;

	if (listing_read(&find->place->cache, find->plan->commit, folder,
		take_listed, find))
		return true;
	while (find->plan->files.n > before)
		plan_drop(find->plan, find->plan->files.n - 1);
	return false;
}

/* Keeps the listing that came, and goes on to the first that has to come. */
static void
run_folders(struct work *work)
{
	struct find *find = CONTAINER_OF(work, struct find, work);
	size_t n = find->folders.list.n;
	struct error ignored;

	if (find->writer)
		MAY_FAIL(listing_finish(find->writer, &ignored),
		    "what is not kept is only asked for again");
	find->writer = NULL;
	/* The listing of the whole commit serves every folder. */
	if (!find->folder && take_cached(find, ""))
		find->folder = n;
	while (find->folder < n && !atomic_load(&find->cancelled) &&
	       take_cached(find, find->folders.list.v[find->folder]))
		find->folder++;
	if (find->folder == n)
		narrow(find);
	else if (!find->dry_run)
		find->writer = listing_begin(&find->place->cache,
		    find->plan->commit, find->folders.list.v[find->folder]);
}

/* -- listing: on the loop -- */

static void
on_listed(void *context, const struct error *err)
{
	struct find *find = context;
	const char *folder = find->folders.list.v[find->folder];

	find->call = NULL;
	find->listing = false;
	if (err && (!*folder || err->code != ERR_NOT_FOUND)) {
		end(find, err);
		return;
	}
	/* No such folder: its patterns match nothing. */
	if (err) {
		listing_drop(find->writer);
		find->writer = NULL;
	}
	find->folder++;
	list_folder(find);
}

static void
on_stopped(void *context)
{
	struct find *find = context;

	find->listing = false;
	(void)is_cancelled(find);
}

static void
on_folders(struct work *work)
{
	struct find *find = take_back(work);

	if (is_cancelled(find))
		return;
	if (find->folder == find->folders.list.n) {
		end(find, NULL);
		return;
	}
	find->listing = true;
	find->call = tree_list(find->hub,
	    &(struct tree_request){ .repo = find->repo,
		.revision = find->plan->commit,
		.folder = find->folders.list.v[find->folder],
		.recursive = true },
	    &(struct tree_taker){ .take = take_entry,
		.workers = find->workers,
		.done = on_listed,
		.stopped = on_stopped,
		.context = find });
}

static void
list_folder(struct find *find)
{
	submit(find, run_folders, on_folders);
}

/* -- asking for names -- */

static void
on_answer(void *context, const struct filemeta *meta, const struct error *err)
{
	struct find_name *name = context;
	struct find *find = name->find;
	struct want *want = name->want;

	name->call = NULL;
	find->answered++;
	if (meta->commit_known && !*find->plan->commit)
		memcpy(find->plan->commit, meta->commit, COMMIT_MAX);
	if (err && err->code == ERR_NOT_FOUND && meta->commit_known) {
		/* It is told when all are known. */
		want->absent = true;
	} else if (err) {
		end(find, err);
		return;
	} else {
		include_wants(find->include, want->text);
		add(find, want->text, meta->etag, *meta->xet ? meta->xet : NULL,
		    meta->size_known ? meta->size : SIZE_UNKNOWN);
	}
	ask_names(find);
}

/* Which names need no question. In a folder its listing says so. */
static void
run_names(struct work *work)
{
	struct find *find = CONTAINER_OF(work, struct find, work);
	const char *commit = find->plan->commit;
	bool look = *commit && !find->force && !find->dry_run;

	arr_each (name, &find->names) {
		struct want *want = name->want;

		name->needless = !include_wants(find->include, want->text);
		if (name->needless)
			continue;
		want->hit = look && !atomic_load(&find->cancelled) &&
		            place_knows(find->place, commit, want->text);
		name->needless = want->hit;
	}
}

static void
on_names(struct work *work)
{
	struct find *find = take_back(work);

	if (!is_cancelled(find))
		ask_names(find);
}

static void
ask_names(struct find *find)
{
	const char *commit = find->plan->commit;

	while (find->asked < find->names.n &&
	       find->asked - find->answered < ASK_MAX) {
		struct find_name *name = &find->names.v[find->asked++];

		if (name->needless) {
			find->answered++;
			find->settled += name->want->hit;
			continue;
		}
		name->call = filemeta_ask(find->hub, find->repo,
		    *commit ? commit : find->revision, name->want->text,
		    !find->impatient, on_answer, name);
	}
	if (find->answered == find->names.n)
		end(find, NULL);
}

bool
find_asks_for_names(const struct find *find)
{
	return include_is_names(find->include) &&
	       find->include->wants.n <= NAMES_MAX;
}

/* -- which commit -- */

static void
find_files(struct find *find)
{
	if (!find_asks_for_names(find)) {
		include_folders(find->include, &find->folders);
		list_folder(find);
		return;
	}
	arr_each (want, &find->include->wants)
		arr_push(&find->names,
		    (struct find_name){ .find = find, .want = want });
	submit(find, run_names, on_names);
}

static void
on_resolved(void *context, const char *commit, const struct error *err)
{
	struct find *find = context;

	find->call = NULL;
	if (err) {
		end(find, err);
		return;
	}
	memcpy(find->plan->commit, commit, COMMIT_MAX);
	find_files(find);
}

void
find_start(struct find *find)
{
	assert(!find->call && !find->working && !find->names.n);
	forget_hits(find);
	plan_clear(find->plan);
	find->folder = find->asked = find->answered = find->settled = 0;
	find->refused = 0;
	find->narrowed = false;
	/* A single name needs no question of its own: its answer names the
	 * commit. */
	if (*find->plan->commit ||
	    (find_asks_for_names(find) && find->include->wants.n == 1))
		find_files(find);
	else
		find->call = repo_resolve(find->hub, find->repo, find->revision,
		    !find->impatient, on_resolved, find);
}

void
find_cancel(struct find *find)
{
	atomic_store(&find->cancelled, true);
	/* What the pool has comes back first. */
	if (find->working)
		return;
	hang_up(find);
	if (!find->listing)
		(void)is_cancelled(find);
}

void
find_hurry(struct find *find)
{
	hub_call_hurry(find->call);
	arr_each (name, &find->names)
		filemeta_hurry(name->call);
}

uint64_t
find_waits(const struct find *find)
{
	uint64_t first = hub_call_waits(find->call);

	arr_each (name, &find->names) {
		uint64_t ms = filemeta_waits(name->call);

		if (ms && (!first || ms < first))
			first = ms;
	}
	return first;
}
