/*
 * download.c: a whole download request, as a job.
 *
 *	start -> resolve -> list, or ask for each name -> compare (worker)
 *	     -> fetch, some at once -> finish
 *
 * A step that fails goes to finish with the error; one that finds the Hub out
 * of reach first tries what the cache has (fall_back). Cancelling ends what
 * runs, and the step that then ends goes to finish.
 */
#include "core/xfer/download.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/hub/tree.h"
#include "core/os/file.h"
#include "core/os/fs.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/store/layout.h"
#include "core/store/listing.h"
#include "core/store/refs.h"
#include "core/store/snapshot.h"
#include "core/xfer/transfer.h"

/* More names than this are found in a listing. */
#define NAMES_MAX 64

/* Names asked for at once. */
#define ASK_MAX 16

/* One name whose metadata is asked for. */
struct asking {
	struct download *download;
	const struct want *want;
	struct hub_call *call;
};

struct download {
	struct hub *hub;
	struct workers *workers;
	struct download_request request;
	void (*done)(void *context, const struct download_result *result,
	    const struct error *err);
	void *context;

	struct job job;
	char *job_name;
	struct include include;
	struct cache cache;
	char commit[COMMIT_MAX]; /* "" until known */
	struct loop_timer begin;
	struct hub_call *call; /* that resolves or lists */

	struct folders folders; /* to list, one after the other */
	size_t folder;
	struct listing listing; /* of the current one */

	ARR(struct asking) asking; /* as many as wants */
	size_t asked, answered;    /* of the names */
	size_t settled;            /* those that needed no question */
	bool impatient; /* the cache may serve: a first failure is final */

	struct plan plan;
	struct work compare;
	bool comparing;

	struct transfer *transfer;

	bool cancelled;
	bool ended;
	unsigned failures;
	struct error failure; /* the first */
};

static void ask_names(struct download *d);
static void compare(struct download *d);
static void list_folder(struct download *d);
static void resolve(struct download *d);
static bool asks_for_names(const struct download *d);

/* -- the end -- */

static void
fail(struct download *d, const struct error *err)
{
	if (!d->failures++)
		d->failure = *err;
}

/* "org/name: why", and how many more. */
static void
word_failure(struct download *d)
{
	struct error *err = &d->failure;

	if (d->cancelled) {
		err_set(
		    err, ERR_CANCELLED, "stopped; what was fetched is kept");
		err_hint(err, "The same command goes on from there");
		return;
	}
	if (d->failures > 1)
		err_wrap(err, "%u files failed, the first", d->failures);
	if (!strstr(err->message, d->job_name))
		err_wrap(err, "%s", d->job_name);
}

/* A ref says where its name led when everything there was here. */
static void
write_ref(struct download *d)
{
	struct error err;
	char text[700];

	if (!*d->commit || d->request.dry_run ||
	    !strcmp(d->request.revision, d->commit))
		return;
	if (ref_write(&d->cache, d->request.revision, d->commit, &err))
		return;
	/* The files are there; only a later offline run will not find them. */
	snprintf(text, sizeof(text), "the revision could not be noted: %.500s",
	    err.message);
	job_note(&d->job, text);
}

static char *
result_path(const struct download *d)
{
	if (d->request.files.n == 1 && !d->include.wants.v[0].pattern)
		return cache_pointer(
		    &d->cache, d->commit, d->include.wants.v[0].text);
	return cache_snapshot(&d->cache, d->commit);
}

/* Ends the requests that still run. */
static void
drop_calls(struct download *d)
{
	hub_call_cancel(d->call);
	d->call = NULL;
	arr_each (asking, &d->asking) {
		hub_call_cancel(asking->call);
		asking->call = NULL;
	}
}

static void
finish(struct download *d)
{
	struct download_result result = { NULL, &d->plan };
	char *path;

	d->ended = true;
	drop_calls(d);
	if (d->failures || d->cancelled) {
		word_failure(d);
		job_end(&d->job, &d->failure);
		d->done(d->context, NULL, &d->failure);
		return;
	}
	write_ref(d);
	path = result_path(d);
	result.path = path;
	job_end(&d->job, NULL);
	d->done(d->context, &result, NULL);
	free(path);
}

static void
finish_failed(struct download *d, const struct error *err)
{
	fail(d, err);
	finish(d);
}

/* -- without the Hub -- */

/* Whether the failure says nothing about what the cache may serve. */
static bool
is_out_of_reach(const struct error *err)
{
	switch (err->code) {
	case ERR_NETWORK:
	case ERR_AUTH:
	case ERR_GATED:
		return true;
	default:
		/* An expired token makes repositories look missing. */
		return err->code == ERR_NOT_FOUND && err->detail == 401;
	}
}

/* The commit that the revision was last time; false if that is not known. */
static bool
cached_commit(const struct download *d, char commit[COMMIT_MAX])
{
	char *folder;
	bool found;

	if (*d->commit)
		memcpy(commit, d->commit, COMMIT_MAX);
	else if (!ref_read(&d->cache, d->request.revision, commit))
		return false;
	folder = cache_snapshot(&d->cache, commit);
	found = file_kind(folder, NULL) == FILE_FOLDER;
	free(folder);
	return found;
}

/* What was matched by an earlier look says nothing about the next. */
static void
forget_hits(struct download *d)
{
	arr_each (want, &d->include.wants)
		want->hit = false;
}

/* Whether the snapshot has all wanted files of the listing. */
static bool
has_listed(struct download *d, const char *commit)
{
	bool all = true;

	arr_each (file, &d->listing.files)
		include_settle(&d->include, file->path);
	arr_each (file, &d->listing.files) {
		if (include_wants(&d->include, file->path))
			all = all && snapshot_has(&d->cache, commit, file->path,
					 NULL, file->size);
	}
	return all;
}

/* Whether the snapshot has all that is wanted by name. */
static bool
has_names(struct download *d, const char *commit)
{
	bool all = true;

	arr_each (want, &d->include.wants) {
		if (!want->pattern && include_wants(&d->include, want->text))
			all = all && snapshot_has(&d->cache, commit, want->text,
					 NULL, SIZE_UNKNOWN);
	}
	return all;
}

/*
 * Whether the cache alone has everything that is wanted of a commit. Without a
 * listing, as in caches of older clients, the folder is all there is to go by:
 * that is enough only when the Hub was asked in earnest, and if the snapshot
 * is not known to be a part.
 */
static bool
cache_serves(struct download *d, const char *commit)
{
	bool all = true;

	forget_hits(d);
	if (include_is_names(&d->include))
		return has_names(d, commit);
	for (size_t i = 0; all && i < d->folders.list.n; i++) {
		if (listing_read(&d->cache, commit, "", &d->listing) ||
		    listing_read(
			&d->cache, commit, d->folders.list.v[i], &d->listing))
			all = has_listed(d, commit);
		else if (d->impatient || listing_has_parts(&d->cache, commit))
			all = false;
		else
			return has_names(d, commit);
		listing_fini(&d->listing);
	}
	arr_each (want, &d->include.wants)
		all = all && (want->hit || !want->must);
	return all;
}

/* Ends with what the cache has, or with the error. */
static void
fall_back(struct download *d, const struct error *err)
{
	char text[900];
	char commit[COMMIT_MAX];
	struct error own = *err;

	if (d->cancelled || d->request.force || d->request.dry_run ||
	    !is_out_of_reach(err) || !cached_commit(d, commit)) {
		finish_failed(d, err);
		return;
	}
	if (!cache_serves(d, commit)) {
		if (d->impatient) {
			d->impatient = false;
			resolve(d);
			return;
		}
		err_wrap(&own,
		    "the cache has not all of it, and the Hub is out of "
		    "reach");
		finish_failed(d, &own);
		return;
	}
	if (d->hub->offline)
		snprintf(text, sizeof(text),
		    "offline: using commit %.12s from the cache", commit);
	else
		snprintf(text, sizeof(text),
		    "%.600s; using commit %.12s from the cache", err->message,
		    commit);
	job_note(&d->job, text);
	memcpy(d->commit, commit, COMMIT_MAX);
	finish(d);
}

/* -- fetching what is missing -- */

static void
on_transferred(void *context, unsigned failures, const struct error *err)
{
	struct download *d = context;

	if (failures)
		d->failure = d->failures ? d->failure : *err;
	d->failures += failures;
	if (asks_for_names(d))
		listing_note_part(&d->cache, d->commit);
	finish(d);
}

/* Ends now what would end later, when the disk is full. */
static bool
check_space(const struct download *d, struct error *err)
{
	char need[TIMEFMT_MAX], have[TIMEFMT_MAX];
	uint64_t bytes;

	if (!fs_free_bytes(d->cache.root, &bytes) || bytes >= d->plan.missing)
		return true;
	fmt_bytes(need, d->plan.missing);
	fmt_bytes(have, bytes);
	err_set(err, ERR_SYSTEM,
	    "%s are to be fetched, but only %s are free in %.300s", need, have,
	    d->cache.root);
	return err_hint(err,
	    "Free some space, or choose another folder with --cache-dir or "
	    "HF_HUB_CACHE");
}

static void
start_fetching(struct download *d)
{
	struct error err;

	d->job.event.files_total = (unsigned)(d->plan.files.n + d->settled);
	d->job.event.files_done = (unsigned)d->settled;
	arr_each (file, &d->plan.files)
		d->job.event.files_done += file->present;
	if (!d->plan.unknown)
		d->job.event.total = d->plan.missing + d->plan.kept;
	d->job.event.kept = d->plan.kept;
	job_tell(&d->job);
	if (d->request.dry_run || !d->plan.blobs.n) {
		finish(d);
		return;
	}
	if (!cache_prepare(&d->cache, &err) || !check_space(d, &err)) {
		finish_failed(d, &err);
		return;
	}
	d->transfer = transfer_start(&(struct transfer_request){ .hub = d->hub,
	    .workers = d->workers,
	    .cache = &d->cache,
	    .repo = &d->request.repo,
	    .commit = d->commit,
	    .plan = &d->plan,
	    .job = &d->job,
	    .force = d->request.force,
	    .verify = d->request.verify,
	    .connections = d->request.workers,
	    .rate = d->request.rate,
	    .done = on_transferred,
	    .context = d });
}

/* -- comparing with the cache -- */

static void
run_compare(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, compare);

	plan_compare(&d->plan, &d->cache, d->commit, d->request.force,
	    d->request.dry_run);
}

static void
on_compared(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, compare);

	d->comparing = false;
	if (d->cancelled)
		finish(d);
	else
		start_fetching(d);
}

/* Says which wants matched nothing; false if that leaves nothing to do. */
static bool
report_unmatched(struct download *d, struct error *err)
{
	struct str safe = STR_INIT;
	char text[400];

	arr_each (want, &d->include.wants) {
		if (want->hit)
			continue;
		str_clear(&safe);
		utf8_safe(&safe, want->text);
		if (want->must) {
			err_set(err, ERR_NOT_FOUND,
			    "%s %s has no file '%.300s' in revision %.100s",
			    repo_type_name(d->request.repo.type), d->job_name,
			    safe.v, d->request.revision);
			err_hint(err,
			    "Names are case-sensitive; `hug download %s "
			    "--dry-run` lists them",
			    d->job_name);
			fail(d, err);
			continue;
		}
		snprintf(
		    text, sizeof(text), "no file matches '%.300s'", safe.v);
		job_note(&d->job, text);
	}
	str_fini(&safe);
	if (d->plan.files.n + d->settled)
		return true;
	if (d->failures || !(d->include.wants.n + d->include.excludes.n))
		return !d->failures;
	err_set(err, ERR_NOT_FOUND,
	    "no file of %s %s matches what was asked for",
	    repo_type_name(d->request.repo.type), d->request.repo.id);
	err_hint(err,
	    "Patterns match the whole path (*.json, onnx/*); `hug download "
	    "%s --dry-run` lists the files",
	    d->request.repo.id);
	fail(d, err);
	return false;
}

/* All wanted files are known now. */
static void
compare(struct download *d)
{
	struct error err;

	if (!report_unmatched(d, &err)) {
		finish(d);
		return;
	}
	d->comparing = true;
	d->compare.run = run_compare;
	d->compare.done = on_compared;
	workers_submit(d->workers, &d->compare);
}

/* -- listing -- */

static void
take_listed(struct download *d)
{
	struct error err;

	arr_each (file, &d->listing.files)
		include_settle(&d->include, file->path);
	arr_each (file, &d->listing.files) {
		if (include_wants(&d->include, file->path) &&
		    !plan_add(&d->plan, file->path, listing_etag(file),
			file->size, &err))
			fail(d, &err);
	}
	listing_fini(&d->listing);
	d->folder++;
	list_folder(d);
}

static void
on_entry(void *context, const struct tree_entry *entry)
{
	struct download *d = context;

	arr_push(&d->listing.files,
	    (struct listing_file){ .path = mem_strdup(entry->path),
		.oid = mem_strdup(entry->oid),
		.sha256 = mem_strdup(entry->sha256),
		.xet = mem_strdup(entry->xet),
		.size = entry->size });
}

static void
on_listed(void *context, const struct error *err)
{
	struct download *d = context;
	const char *folder = d->folders.list.v[d->folder];
	struct error own;

	d->call = NULL;
	if (err && *folder && err->code == ERR_NOT_FOUND) {
		/* No such folder: its patterns match nothing. */
		listing_fini(&d->listing);
	} else if (err) {
		listing_fini(&d->listing);
		fall_back(d, err);
		return;
	} else if (!d->request.dry_run) {
		/* What is not kept is only asked for again. */
		(void)!listing_write(
		    &d->cache, d->commit, folder, &d->listing, &own);
	}
	take_listed(d);
}

static void
list_folder(struct download *d)
{
	const char *folder;

	if (d->folder == d->folders.list.n) {
		compare(d);
		return;
	}
	folder = d->folders.list.v[d->folder];
	/* The listing of the whole commit serves every folder. */
	if (listing_read(&d->cache, d->commit, "", &d->listing)) {
		d->folder = d->folders.list.n - 1;
		take_listed(d);
	} else if (*folder &&
		   listing_read(&d->cache, d->commit, folder, &d->listing)) {
		take_listed(d);
	} else {
		d->call = tree_list(d->hub, &d->request.repo, d->commit, folder,
		    on_entry, on_listed, d);
	}
}

/* -- asking for names -- */

static void
on_answer(void *context, const struct filemeta *meta, const struct error *err)
{
	struct asking *asking = context;
	struct download *d = asking->download;
	struct error own;

	asking->call = NULL;
	d->answered++;
	if (meta->commit_known && !*d->commit)
		memcpy(d->commit, meta->commit, COMMIT_MAX);
	if (err && err->code == ERR_NOT_FOUND && meta->commit_known) {
		/* That it is missing is said when all are known. */
		if (!d->request.dry_run && asking->want->must)
			snapshot_note_missing(
			    &d->cache, meta->commit, asking->want->text);
		write_ref(d);
	} else if (err) {
		drop_calls(d);
		fall_back(d, err);
		return;
	} else {
		include_wants(&d->include, asking->want->text);
		if (!plan_add(&d->plan, asking->want->text, meta->etag,
			meta->size_known ? meta->size : SIZE_UNKNOWN, &own))
			fail(d, &own);
	}
	ask_names(d);
}

/* Whether a name needs no question: excluded, or here and of this commit. */
static bool
is_settled(struct download *d, struct want *want)
{
	if (!include_wants(&d->include, want->text))
		return true;
	want->hit =
	    *d->commit && !d->request.force && !d->request.dry_run &&
	    snapshot_has(&d->cache, d->commit, want->text, NULL, SIZE_UNKNOWN);
	return want->hit;
}

static void
ask_names(struct download *d)
{
	while (
	    d->asked < d->include.wants.n && d->asked - d->answered < ASK_MAX) {
		struct want *want = &d->include.wants.v[d->asked];
		struct asking *asking = &d->asking.v[d->asked++];

		assert(d->asking.n == d->include.wants.n && asking);
		if (is_settled(d, want)) {
			d->answered++;
			d->settled += want->hit;
			continue;
		}
		asking->call = filemeta_ask(d->hub, &d->request.repo,
		    *d->commit ? d->commit : d->request.revision, want->text,
		    !d->impatient, on_answer, asking);
	}
	if (d->answered == d->include.wants.n)
		compare(d);
}

/* -- which commit -- */

/* Whether each wanted file is asked for alone: more are cheaper listed. */
static bool
asks_for_names(const struct download *d)
{
	return include_is_names(&d->include) && d->include.wants.n <= NAMES_MAX;
}

static void
find_files(struct download *d)
{
	forget_hits(d);
	plan_fini(&d->plan);
	d->folder = 0;
	if (!asks_for_names(d)) {
		list_folder(d);
		return;
	}
	d->asked = d->answered = d->settled = 0;
	arr_free(&d->asking);
	arr_each (want, &d->include.wants)
		arr_push(
		    &d->asking, (struct asking){ .download = d, .want = want });
	ask_names(d);
}

static void
on_resolved(void *context, const char *commit, const struct error *err)
{
	struct download *d = context;

	d->call = NULL;
	if (err) {
		fall_back(d, err);
		return;
	}
	memcpy(d->commit, commit, COMMIT_MAX);
	find_files(d);
}

/* A single name needs no question of its own: its answer names the commit. */
static void
resolve(struct download *d)
{
	if (*d->commit || (asks_for_names(d) && d->include.wants.n == 1))
		find_files(d);
	else
		d->call = repo_resolve(d->hub, &d->request.repo,
		    d->request.revision, !d->impatient, on_resolved, d);
}

static void
begin(void *context)
{
	struct download *d = context;
	char commit[COMMIT_MAX];
	struct error err;

	if (d->cancelled) {
		finish(d);
		return;
	}
	job_start(&d->job);
	if (!repo_check_id(d->request.repo.id, &err) ||
	    !include_init(&d->include, d->request.files, d->request.literal,
		d->request.includes, d->request.excludes, &err)) {
		finish_failed(d, &err);
		return;
	}
	include_folders(&d->include, &d->folders);
	cache_init(&d->cache, d->request.root,
	    repo_type_name(d->request.repo.type), d->request.repo.id);
	if (repo_is_commit(d->request.revision))
		memcpy(d->commit, d->request.revision, COMMIT_MAX);
	/* Where the cache may serve, it is looked at before waiting long. */
	d->impatient = !d->request.force && cached_commit(d, commit);
	resolve(d);
}

static void
on_hub_note(void *context, const char *text)
{
	struct download *d = context;

	job_note(&d->job, text);
}

struct download *
download_start(struct hub *hub, struct workers *workers, struct job_bus *bus,
    const struct download_request *request,
    void (*done)(void *context, const struct download_result *result,
	const struct error *err),
    void *context)
{
	struct download *d = mem_new(struct download);
	struct str safe = STR_INIT;

	d->hub = hub;
	d->workers = workers;
	d->request = *request;
	d->done = done;
	d->context = context;
	utf8_safe(&safe, request->repo.id);
	d->job_name = str_steal(&safe);
	job_init(&d->job, bus, NULL, JOB_DOWNLOAD, d->job_name);
	hub->download = true;
	hub->note = on_hub_note;
	hub->note_context = d;
	loop_timer_start(hub->loop, &d->begin, 0, begin, d);
	return d;
}

void
download_free(struct download *download)
{
	if (!download)
		return;
	download->hub->note = NULL;
	loop_timer_stop(&download->begin);
	include_fini(&download->include);
	folders_fini(&download->folders);
	listing_fini(&download->listing);
	transfer_free(download->transfer);
	plan_fini(&download->plan);
	cache_fini(&download->cache);
	arr_free(&download->asking);
	free(download->job_name);
	free(download);
}

void
download_cancel(struct download *download)
{
	if (download->cancelled || download->ended)
		return;
	download->cancelled = true;
	if (download->comparing)
		return;
	if (download->transfer) {
		transfer_cancel(download->transfer);
		return;
	}
	drop_calls(download);
	loop_timer_start(
	    download->hub->loop, &download->begin, 0, begin, download);
}
