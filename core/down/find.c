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
};

static void ask_names(struct find *find);
static void list_folder(struct find *find);

static void
end(struct find *find, const struct error *err)
{
	struct error copy;

	if (err)
		copy = *err;
	find_stop(find);
	find->done(find->context, err ? &copy : NULL);
}

/* What was matched by an earlier look says nothing about the next. */
static void
forget_hits(struct find *find)
{
	arr_each (want, &find->include->wants)
		want->hit = want->absent = false;
}

/* Adds a file to the plan, or says why it must not reach the disk. */
static void
add(struct find *find, const char *path, const char *etag, const char *xet,
    uint64_t size)
{
	struct error err;

	if (!place_allows(find->place, path, &err) ||
	    !plan_add(find->plan, path, etag, xet, size, &err))
		find->bad(find->context, &err);
}

/* -- listing -- */

static void
take_listed(void *context, const struct listing_file *file)
{
	struct find *find = context;

	find->narrowed =
	    include_settle(find->include, file->path) || find->narrowed;
	if (include_wants(find->include, file->path))
		add(find, file->path, listing_etag(file), file->xet,
		    file->size);
}

static void
on_entry(void *context, const struct tree_entry *entry)
{
	struct find *find = context;
	const struct listing_file file = { .path = entry->path,
		.oid = entry->oid,
		.sha256 = entry->sha256,
		.xet = entry->xet,
		.size = entry->size };

	if (find->writer)
		listing_add(find->writer, &file);
	take_listed(find, &file);
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

static void
on_listed(void *context, const struct error *err)
{
	struct find *find = context;
	const char *folder = find->folders.list.v[find->folder];
	struct error own;

	find->call = NULL;
	if (err && (!*folder || err->code != ERR_NOT_FOUND)) {
		end(find, err);
		return;
	}
	/* No such folder: its patterns match nothing. */
	if (err)
		listing_drop(find->writer);
	else if (find->writer)
		MAY_FAIL(listing_finish(find->writer, &own),
		    "what is not kept is only asked for again");
	find->writer = NULL;
	find->folder++;
	list_folder(find);
}

/* Takes a listing that the cache has. */
static bool
take_cached(struct find *find, const char *folder)
{
	size_t before = find->plan->files.n;

	if (listing_read(&find->place->cache, find->place->commit, folder,
		take_listed, find))
		return true;
	while (find->plan->files.n > before)
		plan_drop(find->plan, find->plan->files.n - 1);
	return false;
}

static void
list_folder(struct find *find)
{
	size_t n = find->folders.list.n;
	const char *folder;

	/* The listing of the whole commit serves every folder. */
	if (!find->folder && take_cached(find, ""))
		find->folder = n;
	while (find->folder < n &&
	       take_cached(find, find->folders.list.v[find->folder]))
		find->folder++;
	if (find->folder == n) {
		narrow(find);
		end(find, NULL);
		return;
	}
	folder = find->folders.list.v[find->folder];
	if (!find->dry_run)
		find->writer = listing_begin(
		    &find->place->cache, find->place->commit, folder);
	find->call = tree_list(find->hub,
	    &(struct tree_request){ .repo = find->repo,
		.revision = find->place->commit,
		.folder = folder,
		.recursive = true },
	    on_entry, on_listed, find);
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
	if (meta->commit_known && !*find->place->commit)
		memcpy(find->place->commit, meta->commit, COMMIT_MAX);
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

/* Whether a name needs no question: excluded, or here and of this commit. */
static bool
is_settled(struct find *find, struct want *want)
{
	if (!include_wants(find->include, want->text))
		return true;
	want->hit = *find->place->commit && !find->force && !find->dry_run &&
	            place_knows(find->place, find->place->commit, want->text);
	return want->hit;
}

static void
ask_names(struct find *find)
{
	while (find->asked < find->names.n &&
	       find->asked - find->answered < ASK_MAX) {
		struct find_name *name = &find->names.v[find->asked++];

		if (is_settled(find, name->want)) {
			find->answered++;
			find->settled += name->want->hit;
			continue;
		}
		name->call = filemeta_ask(find->hub, find->repo,
		    *find->place->commit ? find->place->commit : find->revision,
		    name->want->text, !find->impatient, on_answer, name);
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
	ask_names(find);
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
	memcpy(find->place->commit, commit, COMMIT_MAX);
	find_files(find);
}

void
find_start(struct find *find)
{
	assert(!find->call && !find->names.n);
	forget_hits(find);
	plan_fini(find->plan);
	find->folder = find->asked = find->answered = find->settled = 0;
	find->narrowed = false;
	/* A single name needs no question of its own: its answer names the
	 * commit. */
	if (*find->place->commit ||
	    (find_asks_for_names(find) && find->include->wants.n == 1))
		find_files(find);
	else
		find->call = repo_resolve(find->hub, find->repo, find->revision,
		    !find->impatient, on_resolved, find);
}

void
find_stop(struct find *find)
{
	hub_call_cancel(find->call);
	find->call = NULL;
	arr_each (name, &find->names)
		filemeta_cancel(name->call);
	arr_free(&find->names);
	listing_drop(find->writer);
	find->writer = NULL;
	folders_fini(&find->folders);
}
