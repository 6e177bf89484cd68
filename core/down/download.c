/*
 * download.c: a whole download request, as a job.
 *
 *	start -> find (pool) -> compare (pool) -> fetch, some at once -> finish
 *
 * A step that fails goes to finish with the error; one that finds the Hub out
 * of reach first tries what is here (fall_back, on the pool). Cancelling ends
 * what runs, and the step that then ends goes to finish. What the pool has at
 * work is not looked at until it is back.
 */
#include "core/down/download.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/down/compare.h"
#include "core/down/enough.h"
#include "core/down/find.h"
#include "core/down/place.h"
#include "core/down/transfer.h"
#include "core/down/view.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/net/http.h"
#include "core/net/url.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/fs.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/store/fresh.h"
#include "core/store/layout.h"
#include "core/store/listing.h"
#include "core/store/refs.h"
#include "core/store/snapshot.h"

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
	struct place place;
	bool placed; /* `place` is set */
	struct fresh fresh;
	struct loop_timer begin;
	struct find find;
	bool finding;

	struct plan plan;
	struct plan_look look;
	struct work work;

	/* Without the Hub. */
	struct error without; /* why it is without */
	char cached[COMMIT_MAX];
	struct enough_question question;
	enum enough enough;

	struct transfer *transfer;

	enum view_stage stage;
	char told[VIEW_TEXT_MAX]; /* by the Hub's side, last */
	bool cancelled;
	bool ended;
	bool nothing; /* is wanted */
	unsigned failures;
	struct error failure; /* the first */
};

static void find(struct download *d);

static void
submit(struct download *d, void (*run)(struct work *work),
    void (*done)(struct work *work))
{
	d->work.run = run;
	d->work.done = done;
	workers_submit(d->workers, &d->work);
}

/* -- the end -- */

/* Counts failures, of which this is the first one. */
static void
fail_some(struct download *d, unsigned n, const struct error *err)
{
	if (n && !d->failures)
		d->failure = *err;
	d->failures += n;
}

static void
fail(struct download *d, const struct error *err)
{
	fail_some(d, 1, err);
}

/* "org/name: why", and how many more. */
static void
word_failure(struct download *d)
{
	struct error *err = &d->failure;

	if (d->cancelled) {
		err_set(
		    err, ERR_CANCELLED, "stopped; what was fetched is kept");
		err_remedy(err, REMEDY_RUN_AGAIN);
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

	if (!*d->plan.commit || d->request.dry_run || d->place.folder ||
	    !strcmp(d->request.revision, d->plan.commit))
		return;
	if (ref_write(
		&d->place.cache, d->request.revision, d->plan.commit, &err))
		return;
	/* The files are there; only a later offline run will not find them. */
	snprintf(text, sizeof(text), "the revision could not be noted: %.500s",
	    err.message);
	job_note(&d->job, text);
}

/*
 * That a commit has no such file is worth knowing the next time. In a cache that
 * has nothing else of the repository it would be all there is, and a scan would
 * warn of it.
 */
static void
note_missing(struct download *d)
{
	struct cache *cache = &d->place.cache;
	bool any = false;
	char *folder;

	if (d->request.dry_run || d->place.folder || !*d->plan.commit)
		return;
	folder = path_join(cache->repo, "snapshots");
	if (file_kind(folder, NULL) == FILE_FOLDER) {
		arr_each (want, &d->include.wants) {
			any = any || want->absent;
			if (want->absent && want->must)
				snapshot_note_missing(
				    cache, d->plan.commit, want->text);
		}
	}
	free(folder);
	if (any)
		write_ref(d);
}

/* What a failed run leaves is what it can go on with. */
static void
clear_up(struct download *d)
{
	if (d->placed && !d->request.dry_run && !d->place.folder)
		fresh_clear(&d->fresh, &d->place.cache, d->plan.commit);
}

static char *
result_path(const struct download *d)
{
	bool one = d->request.files.n == 1 && !d->include.wants.v[0].pattern;

	return place_path(
	    &d->place, d->plan.commit, one ? d->include.wants.v[0].text : NULL);
}

static void
finish(struct download *d)
{
	struct download_result result = { .plan = &d->plan,
		.commit = d->plan.commit,
		.nothing = d->nothing };
	char *path;

	d->ended = true;
	d->stage = VIEW_END;
	if (d->placed)
		note_missing(d);
	if (d->failures || d->cancelled) {
		clear_up(d);
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

#define CANNOT_SERVE "the %s has not all of it, and the Hub is out of reach"

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

	if (*d->plan.commit)
		memcpy(commit, d->plan.commit, COMMIT_MAX);
	else if (!ref_read(&d->place.cache, d->request.revision, commit))
		return false;
	folder = cache_snapshot(&d->place.cache, commit);
	found = file_kind(folder, NULL) == FILE_FOLDER;
	free(folder);
	return found;
}

/* Why the cache cannot serve, if the ref is there. */
static void
finish_without_ref(struct download *d, const struct error *err)
{
	struct error why;
	char text[1000];

	if (!*d->plan.commit && is_out_of_reach(err) && !d->cancelled &&
	    ref_is_unread(&d->place.cache, d->request.revision, &why)) {
		snprintf(text, sizeof(text),
		    "the cache cannot serve this revision: %.900s",
		    why.message);
		job_note(&d->job, text);
	}
	finish_failed(d, err);
}

/* What is used without the Hub, and what is not known of it. */
static void
note_enough(struct download *d, const char *what)
{
	char text[1000];

	snprintf(text, sizeof(text), "%s%s", what,
	    d->enough == ENOUGH_PERHAPS
		? ", which is not known to be complete: there is no list of "
		  "its files"
		: "");
	job_note(&d->job, text);
}

/* What is enough of a snapshot: not much before the Hub was asked with
 * patience. */
static enum enough_by
least(const struct download *d)
{
	if (d->find.impatient)
		return ENOUGH_BY_LISTING;
	return d->request.trusting ? ENOUGH_BY_FOLDER : ENOUGH_BY_FILES;
}

/* Says what there is, and why that is used. */
static void
note_use(struct download *d)
{
	const char *why = d->without.message;
	char text[900];

	if (d->place.folder)
		snprintf(text, sizeof(text),
		    "%.600s; using the files in %.200s as they are", why,
		    d->place.folder);
	else if (d->hub->offline)
		snprintf(text, sizeof(text),
		    "offline: using commit %.12s from the cache", d->cached);
	else
		snprintf(text, sizeof(text),
		    "%.600s; using commit %.12s from the cache", why,
		    d->cached);
	note_enough(d, text);
}

static void
look_for_enough(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, work);

	d->enough = enough_here(&d->question);
}

/* Ends with what is here, or with the error. */
static void
on_enough_known(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, work);
	bool folder = d->place.folder;

	if (d->cancelled) {
		finish(d);
	} else if (d->enough != ENOUGH_NO) {
		note_use(d);
		if (!folder)
			memcpy(d->plan.commit, d->cached, COMMIT_MAX);
		finish(d);
	} else if (d->find.impatient) {
		d->find.impatient = false;
		find(d);
	} else {
		if (!folder || !d->request.trusting)
			err_wrap(&d->without, CANNOT_SERVE,
			    folder ? "folder" : "cache");
		finish_failed(d, &d->without);
	}
}

/* Looks for what is wanted without the Hub, if that may do. */
static void
fall_back(struct download *d, const struct error *err)
{
	bool may = !d->cancelled && !d->request.force && !d->request.dry_run &&
	           is_out_of_reach(err);

	if (!may || (!d->place.folder && !cached_commit(d, d->cached))) {
		finish_without_ref(d, err);
		return;
	}
	d->without = *err;
	d->question = (struct enough_question){ .place = &d->place,
		.commit = d->place.folder ? NULL : d->cached,
		.include = &d->include,
		.by = least(d),
		.cancelled = &d->look.cancelled };
	d->stage = VIEW_SEARCH;
	submit(d, look_for_enough, on_enough_known);
}

/* -- fetching what is missing -- */

static void
on_transferred(void *context, unsigned failures, const struct error *err)
{
	struct download *d = context;

	fail_some(d, failures, err);
	if (find_asks_for_names(&d->find) && !d->place.folder)
		listing_note_part(&d->place.cache, d->plan.commit);
	if (atomic_load(&d->place.copied) &&
	    !env_flag("HF_HUB_DISABLE_SYMLINKS_WARNING"))
		job_note(&d->job,
		    "no links can be made here: files of several revisions "
		    "take their room each "
		    "(HF_HUB_DISABLE_SYMLINKS_WARNING=1 hides this)");
	finish(d);
}

/* Ends now what would end later, when the disk is full. */
static bool
check_space(const struct download *d, struct error *err)
{
	char need[TIMEFMT_MAX], have[TIMEFMT_MAX];
	uint64_t bytes;

	if (!fs_free_bytes(place_root(&d->place), &bytes) ||
	    bytes >= d->plan.missing)
		return true;
	fmt_bytes(need, d->plan.missing);
	fmt_bytes(have, bytes);
	err_set(err, ERR_SYSTEM,
	    "%s are to be fetched, but only %s are free in %.300s", need, have,
	    place_root(&d->place));
	err->in_folder = d->place.folder != NULL;
	return err_remedy(err, REMEDY_FREE_SPACE);
}

static void
start_fetching(struct download *d)
{
	struct error err;

	d->job.event.files_total =
	    (unsigned)(d->plan.files.n + d->find.settled);
	d->job.event.files_done = (unsigned)d->find.settled;
	arr_each (file, &d->plan.files)
		d->job.event.files_done += file->present;
	if (!d->plan.unknown)
		d->job.event.total = sum_of(d->plan.missing, d->plan.kept);
	d->job.event.kept = d->plan.kept;
	job_tell(&d->job);
	if (d->request.dry_run || !d->plan.blobs.n) {
		finish(d);
		return;
	}
	if (!place_prepare(&d->place, &err) || !check_space(d, &err)) {
		finish_failed(d, &err);
		return;
	}
	d->stage = VIEW_TRANSFER;
	d->transfer = transfer_start(&(struct transfer_request){ .hub = d->hub,
	    .workers = d->workers,
	    .place = &d->place,
	    .repo = &d->request.repo,
	    .plan = &d->plan,
	    .job = &d->job,
	    .force = d->request.force,
	    .verify = d->request.verify,
	    .connections = d->request.workers,
	    .rate = d->request.rate,
	    .limit = d->request.limit,
	    .patience_s = d->request.patience_s,
	    .done = on_transferred,
	    .context = d });
}

/* -- comparing with the cache -- */

static void
run_compare(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, work);

	plan_compare(&d->plan, &d->place, &d->look);
	if (d->request.small_first)
		plan_order(&d->plan);
}

static void
on_compared(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, work);

	arr_each (note, &d->look.notes) {
		job_note(&d->job, *note);
		free(*note);
	}
	arr_free(&d->look.notes);
	if (d->cancelled)
		finish(d);
	else
		start_fetching(d);
}

/* The address that a file would have. */
static void
say_where(const struct download *d, const struct want *want, struct error *err)
{
	struct str url = STR_INIT;
	struct str shown = STR_INIT;

	filemeta_url(
	    &url, d->hub, &d->request.repo, d->request.revision, want->text);
	url_shown(&shown, url.v);
	err_about(err, ERR_ABOUT_FILE, shown.v, NULL);
	err_repo(err, d->request.repo.type, d->request.repo.id);
	err_fact(err->path, sizeof(err->path), want->text);
	err->in_url = true;
	str_fini(&url);
	str_fini(&shown);
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
			err_remedy(err, REMEDY_LIST_DOWNLOAD);
			say_where(d, want, err);
			fail(d, err);
			continue;
		}
		snprintf(
		    text, sizeof(text), "no file matches '%.300s'", safe.v);
		job_note(&d->job, text);
	}
	str_fini(&safe);
	if (d->plan.files.n + d->find.settled)
		return true;
	d->nothing = true;
	if (d->request.may_be_nothing && !d->failures)
		return true;
	if (d->failures || !(d->include.wants.n + d->include.excludes.n))
		return !d->failures;
	err_set(err, ERR_NOT_FOUND,
	    "no file of %s %s matches what was asked for",
	    repo_type_name(d->request.repo.type), d->request.repo.id);
	err_remedy(err, REMEDY_CHECK_PATTERNS);
	err_repo(err, d->request.repo.type, d->request.repo.id);
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
	d->stage = VIEW_COMPARE;
	submit(d, run_compare, on_compared);
}

/* -- finding -- */

static void
on_found(void *context, const struct error *err)
{
	struct download *d = context;

	d->finding = false;
	fail_some(d, d->find.refused, &d->find.refusal);
	if (d->cancelled)
		finish(d);
	else if (err)
		fall_back(d, err);
	else
		compare(d);
}

static void
find(struct download *d)
{
	d->finding = true;
	d->stage = VIEW_FIND;
	find_start(&d->find);
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
	    !repo_check_revision(d->request.revision, &err) ||
	    !include_init(&d->include, d->request.files, d->request.literal,
		d->request.includes, d->request.excludes, &err)) {
		finish_failed(d, &err);
		return;
	}
	place_init(
	    &d->place, d->request.root, &d->request.repo, d->request.folder);
	d->placed = true;
	fresh_look(&d->fresh, &d->place.cache);
	if (!place_trusts(&d->place, &err)) {
		finish_failed(d, &err);
		return;
	}
	d->look.force = d->request.force;
	d->look.look_only = d->request.dry_run;
	if (d->request.commit)
		memcpy(d->plan.commit, d->request.commit, COMMIT_MAX);
	else if (repo_is_commit(d->request.revision))
		memcpy(d->plan.commit, d->request.revision, COMMIT_MAX);
	/* Where the cache may serve, it is looked at before waiting long. */
	d->find.impatient =
	    !d->request.force && !d->request.folder && cached_commit(d, commit);
	find(d);
}

static void
on_hub_note(void *context, const char *text)
{
	struct download *d = context;

	text_copy(d->told, sizeof(d->told), text);
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
	d->find = (struct find){ .hub = hub,
		.workers = workers,
		.place = &d->place,
		.repo = &d->request.repo,
		.revision = d->request.revision,
		.include = &d->include,
		.plan = &d->plan,
		.force = request->force,
		.dry_run = request->dry_run,
		.done = on_found,
		.context = d };
	hub->download = true;
	hub->patience_s = request->patience_s;
	hub->note = on_hub_note;
	hub->note_context = d;
	/* By the loop: `done` must not come before the caller has this. */
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
	transfer_free(download->transfer);
	plan_fini(&download->plan);
	place_fini(&download->place);

	free(download->job_name);
	free(download);
}

void
download_set_rate(struct download *download, uint64_t rate)
{
	download->request.rate = rate;
	if (download->transfer)
		transfer_set_rate(download->transfer, rate);
}

void
download_retry_now(struct download *d)
{
	http_hurry(d->hub->http);
	if (d->finding)
		find_hurry(&d->find);
	if (d->transfer && !d->ended)
		transfer_hurry(d->transfer);
}

/* What the first file to go on waits for, if nothing else moves it. */
static void
look_at_waits(struct download_view *view)
{
	arr_each (file, &view->files) {
		if (file->phase != VIEW_AGAIN ||
		    (view->again_ms && file->again_ms >= view->again_ms))
			continue;
		view->again_ms = file->again_ms;
		memcpy(view->why, file->why, sizeof(view->why));
	}
}

void
download_look(const struct download *d, struct download_view *view)
{
	const struct job_event *event = &d->job.event;

	view->stage = d->stage;
	view->again_ms = d->finding ? find_waits(&d->find) : 0;
	text_copy(view->why, sizeof(view->why), view->again_ms ? d->told : "");
	view->done = event->done;
	view->total = event->total;
	view->kept = event->kept;
	view->came = event->came;
	view->files_done = event->files_done;
	view->files_total = event->files_total;
	view->waits_for = event->waits_for;
	view->queued = view->finished = view->failed = 0;
	view->queued_bytes = view->finished_bytes = 0;
	view->connections = 0;
	view->files.n = view->streams.n = 0;
	if (d->transfer)
		transfer_look(d->transfer, view);
	look_at_waits(view);
}

void
download_cancel(struct download *download)
{
	if (download->cancelled || download->ended)
		return;
	download->cancelled = true;
	atomic_store(&download->look.cancelled, true);
	/* Else it has not begun, or the pool has it and gives it back soon. */
	if (download->transfer)
		transfer_cancel(download->transfer);
	else if (download->finding)
		find_cancel(&download->find);
}
