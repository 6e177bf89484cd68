/*
 * download.c: a whole download request, as a job.
 *
 *	start -> find -> compare (worker) -> fetch, some at once -> finish
 *
 * A step that fails goes to finish with the error; one that finds the Hub out
 * of reach first tries what the cache has (fall_back). Cancelling ends what
 * runs, and the step that then ends goes to finish.
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
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/down/compare.h"
#include "core/down/find.h"
#include "core/down/place.h"
#include "core/down/served.h"
#include "core/down/transfer.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
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

	struct plan plan;
	struct plan_look look;
	struct work compare;
	bool comparing;

	struct transfer *transfer;

	bool cancelled;
	bool ended;
	bool nothing; /* is wanted */
	unsigned failures;
	struct error failure; /* the first */
};

static void compare(struct download *d);

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

	if (!*d->place.commit || d->request.dry_run || d->place.folder ||
	    !strcmp(d->request.revision, d->place.commit))
		return;
	if (ref_write(
		&d->place.cache, d->request.revision, d->place.commit, &err))
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

	if (d->request.dry_run || d->place.folder || !*d->place.commit)
		return;
	folder = path_join(cache->repo, "snapshots");
	if (file_kind(folder, NULL) == FILE_FOLDER) {
		arr_each (want, &d->include.wants) {
			any = any || want->absent;
			if (want->absent && want->must)
				snapshot_note_missing(
				    cache, d->place.commit, want->text);
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
		fresh_clear(&d->fresh, &d->place.cache, d->place.commit);
}

static char *
result_path(const struct download *d)
{
	bool one = d->request.files.n == 1 && !d->include.wants.v[0].pattern;

	return place_path(&d->place, one ? d->include.wants.v[0].text : NULL);
}

static void
finish(struct download *d)
{
	struct download_result result = { .plan = &d->plan,
		.commit = d->place.commit,
		.nothing = d->nothing };
	char *path;

	d->ended = true;
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

	if (*d->place.commit)
		memcpy(commit, d->place.commit, COMMIT_MAX);
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

	if (!*d->place.commit && is_out_of_reach(err) && !d->cancelled &&
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
note_served(struct download *d, enum served served, const char *what)
{
	char text[1000];

	snprintf(text, sizeof(text), "%s%s", what,
	    served == SERVED_PERHAPS
		? ", which is not known to be complete: there is no list of "
		  "its files"
		: "");
	job_note(&d->job, text);
}

/* Ends with what the folder has, or with the error. */
static void
fall_back_on_folder(struct download *d, const struct error *err)
{
	struct error own = *err;
	enum served served = served_by_folder(&d->place, &d->include,
	    d->request.trusting ? SERVED_BY_FOLDER : SERVED_BY_FILES);
	char text[900];

	if (served == SERVED_NOT) {
		if (!d->request.trusting)
			err_wrap(&own, CANNOT_SERVE, "folder");
		finish_failed(d, &own);
		return;
	}
	snprintf(text, sizeof(text),
	    "%.600s; using the files in %.200s as they are", err->message,
	    d->place.folder);
	note_served(d, served, text);
	finish(d);
}

/* What is enough of a snapshot: not much before the Hub was asked with
 * patience. */
static enum served_by
enough(const struct download *d)
{
	if (d->find.impatient)
		return SERVED_BY_LISTING;
	return d->request.trusting ? SERVED_BY_FOLDER : SERVED_BY_FILES;
}

/* Ends with what the cache has, or with the error. */
static void
fall_back(struct download *d, const struct error *err)
{
	char text[900];
	char commit[COMMIT_MAX];
	struct error own = *err;
	enum served served;

	if (!d->cancelled && !d->request.force && !d->request.dry_run &&
	    is_out_of_reach(err) && d->place.folder) {
		fall_back_on_folder(d, err);
		return;
	}
	if (d->cancelled || d->request.force || d->request.dry_run ||
	    !is_out_of_reach(err) || !cached_commit(d, commit)) {
		finish_without_ref(d, err);
		return;
	}
	served =
	    served_by_cache(&d->place.cache, commit, &d->include, enough(d));
	if (served == SERVED_NOT) {
		/* The Hub was given one try, as the cache might have done. */
		if (d->find.impatient) {
			d->find.impatient = false;
			find_start(&d->find);
			return;
		}
		err_wrap(&own, CANNOT_SERVE, "cache");
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
	note_served(d, served, text);
	memcpy(d->place.commit, commit, COMMIT_MAX);
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
	if (find_asks_for_names(&d->find) && !d->place.folder)
		listing_note_part(&d->place.cache, d->place.commit);
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
	    .done = on_transferred,
	    .context = d });
}

/* -- comparing with the cache -- */

static void
run_compare(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, compare);

	plan_compare(&d->plan, &d->place, &d->look);
}

static void
on_compared(struct work *work)
{
	struct download *d = CONTAINER_OF(work, struct download, compare);

	d->comparing = false;
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
	d->comparing = true;
	d->compare.run = run_compare;
	d->compare.done = on_compared;
	workers_submit(d->workers, &d->compare);
}

/* -- finding -- */

static void
on_bad(void *context, const struct error *err)
{
	fail(context, err);
}

static void
on_found(void *context, const struct error *err)
{
	struct download *d = context;

	if (err)
		fall_back(d, err);
	else
		compare(d);
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
	if (repo_is_commit(d->request.revision))
		memcpy(d->place.commit, d->request.revision, COMMIT_MAX);
	/* Where the cache may serve, it is looked at before waiting long. */
	d->find.impatient =
	    !d->request.force && !d->request.folder && cached_commit(d, commit);
	find_start(&d->find);
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
	d->find = (struct find){ .hub = hub,
		.place = &d->place,
		.repo = &d->request.repo,
		.revision = d->request.revision,
		.include = &d->include,
		.plan = &d->plan,
		.force = request->force,
		.dry_run = request->dry_run,
		.bad = on_bad,
		.done = on_found,
		.context = d };
	hub->download = true;
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
	find_stop(&download->find);
	include_fini(&download->include);
	transfer_free(download->transfer);
	plan_fini(&download->plan);
	place_fini(&download->place);

	free(download->job_name);
	free(download);
}

void
download_cancel(struct download *download)
{
	if (download->cancelled || download->ended)
		return;
	download->cancelled = true;
	atomic_store(&download->look.cancelled, true);
	if (download->comparing)
		return;
	if (download->transfer) {
		transfer_cancel(download->transfer);
		return;
	}
	find_stop(&download->find);
	loop_timer_start(
	    download->hub->loop, &download->begin, 0, begin, download);
}
