/*
 * fetch.c: one blob, from the Hub into the cache, checked.
 *
 *	wait for lock -> open partial -> streams -> check -> publish -> end
 *	      |               ^                       |
 *	      |               +---(wrong bytes, once)-+
 *	      v
 *	   link (another process made the blob) -> end
 *
 * Each step ends in the callback that begins the next. While bytes come, what
 * is next is open; `decide` chooses it once nothing runs any more.
 */
#include "core/down/fetch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/down/fetch_own.h"
#include "core/down/partial.h"
#include "core/down/place.h"
#include "core/down/plan.h"
#include "core/down/publish.h"
#include "core/down/stream.h"
#include "core/hub/endpoint.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/store/snapshot.h"

/* How often a lock that another holds is tried: as the official client. */
#define LOCK_EVERY_MS 50

/* After this the user is told what we wait for. */
#define LOCK_NOTE_MS 1000

static void step_lock(void *context);
static void step_stream(struct fetch *fetch);
static void decide(struct fetch *fetch);

/* Without a size the sum is all that can tell a whole file from a part. */
static bool
checks_sum(const struct fetch *fetch)
{
	return fetch->scope->verify != VERIFY_SIZE ||
	       fetch->file->size == SIZE_UNKNOWN;
}

static void
end(struct fetch *fetch, const struct error *err)
{
	const struct fetch_scope *scope = fetch->scope;
	struct error copy, ignored;
	size_t blob = fetch->blob;
	unsigned slots = fetch->slots;

	if (err)
		copy = *err;
	loop_timer_stop(&fetch->timer);
	if (err && fetch->partial.fd >= 0 &&
	    !pieces_bytes(&fetch->partial.pieces))
		MAY_FAIL(file_remove(fetch->partial.path, &ignored),
		    "an empty partial file keeps nothing");
	partial_fini(&fetch->partial);
	file_close(fetch->lock);
	source_fini(&fetch->streams.source);
	job_end(&fetch->job, err ? &copy : NULL);
	free(fetch->name);
	free(fetch);
	scope->done(scope->context, blob, slots, err ? &copy : NULL);
}

/* Ends with an error of this file. */
static void
end_failed(struct fetch *fetch, struct error *err)
{
	if (err->code != ERR_CANCELLED)
		err_wrap(err, "%.300s", fetch->name);
	end(fetch, err);
}

static void
end_cancelled(struct fetch *fetch)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	end(fetch, &err);
}

/* Sets how many bytes are here, and tells by how much that changes. */
static void
count(struct fetch *fetch, uint64_t here, uint64_t came)
{
	fetch->scope->progress(fetch->scope->context, came,
	    (int64_t)here - (int64_t)fetch->job.event.done);
	fetch->job.event.done = here;
	job_changed(&fetch->job);
}

/* -- connections held -- */

/* Gives connections back but for those that run, or `keep`. */
static void
release(struct fetch *fetch, unsigned keep)
{
	unsigned held = fetch->slots;

	if (keep < fetch->streams.source.readers)
		keep = fetch->streams.source.readers;
	if (keep >= held)
		return;
	fetch->slots = keep;
	fetch->scope->held(fetch->scope->context, -(int)(held - keep));
}

/* -- waiting for the lock -- */

static void
note_lock(struct fetch *fetch, const char *lock)
{
	char text[400];
	long pid = flock_holder(lock);

	if (pid > 0)
		snprintf(text, sizeof(text),
		    "%.300s: waiting for process %ld, which is fetching it",
		    fetch->name, pid);
	else
		snprintf(text, sizeof(text),
		    "%.300s: waiting for another process that is fetching it",
		    fetch->name);
	job_note(&fetch->job, text);
}

static void
lock_is_busy(struct fetch *fetch, const char *lock)
{
	uint64_t waited = clock_ms() - fetch->waiting_since_ms;

	/* What others fetch meanwhile needs no connection of ours. */
	release(fetch, 0);
	if (waited >= LOCK_NOTE_MS && !fetch->told) {
		fetch->told = true;
		note_lock(fetch, lock);
	}
	loop_timer_start(fetch->scope->hub->loop, &fetch->timer, LOCK_EVERY_MS,
	    step_lock, fetch);
}

static void
on_locked(struct fetch *fetch)
{
	const struct fetch_scope *scope = fetch->scope;
	struct error err;

	job_start(&fetch->job);
	/* Whoever held the lock may have fetched it for us. */
	if (!scope->force && place_has(scope->place, fetch->file)) {
		if (!place_put(
			scope->place, scope->plan, fetch->blob, NULL, &err)) {
			end_failed(fetch, &err);
			return;
		}
		MAY_FAIL(file_remove(fetch->partial.path, &err),
		    "what we had begun of it is of no use now");
		if (fetch->file->size != SIZE_UNKNOWN)
			count(fetch, fetch->file->size, 0);
		end(fetch, NULL);
		return;
	}
	if (fetch->unlockable) {
		partial_use_spare(&fetch->partial);
	} else if (!scope->force) {
		place_adopt(scope->place, fetch->file);
	}
	fetch->phase = PHASE_OPEN;
	partial_open(&fetch->partial, scope->force);
}

static void
step_lock(void *context)
{
	struct fetch *fetch = context;
	enum flock_result result = FLOCK_FAILED;
	struct error err;
	char *path;

	if (fetch->cancelled) {
		end_cancelled(fetch);
		return;
	}
	path = place_lock(fetch->scope->place, fetch->file);
	if (dir_make_parent(path, &err))
		result = flock_try(path, &fetch->lock, &err);
	switch (result) {
	case FLOCK_NONE:
		fetch->unlockable = true;
		on_locked(fetch);
		break;
	case FLOCK_HELD:
		on_locked(fetch);
		break;
	case FLOCK_BUSY:
		lock_is_busy(fetch, path);
		break;
	case FLOCK_FAILED:
		end_failed(fetch, &err);
		break;
	}
	free(path);
}

/* -- streams -- */

static void
add_stream(struct fetch *fetch)
{
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (fetch->stream[i])
			continue;
		fetch->stream[i] = stream_start(&fetch->streams, i);
		return;
	}
}

/* Begins with one connection, more are given later (fetch_help). */
static void
begin_streams(struct fetch *fetch)
{
	fetch->phase = PHASE_STREAM;
	fetch->moved_ms = clock_ms();
	if (!fetch->slots) {
		fetch->slots = 1;
		fetch->scope->held(fetch->scope->context, 1);
	}
	add_stream(fetch);
}

static void
cancel_streams(struct fetch *fetch)
{
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (fetch->stream[i])
			stream_cancel(fetch->stream[i]);
	}
}

bool
fetch_wants_help(const struct fetch *fetch)
{
	return fetch->phase == PHASE_STREAM && !fetch->cancelled &&
	       fetch->failure.code == ERR_NONE &&
	       !fetch->streams.source.no_ranges &&
	       fetch->streams.source.readers &&
	       fetch->streams.source.readers < STREAMS_MAX &&
	       !source_fails(&fetch->streams.source) &&
	       pieces_free(&fetch->partial.pieces, 1);
}

void
fetch_count_waits(const struct fetch *fetch, unsigned *waiting)
{
	switch (fetch->phase) {
	case PHASE_LOCK:
	case PHASE_OPEN:
	case PHASE_DECIDE:
		break;
	case PHASE_STREAM:
		for (unsigned i = 0; i < STREAMS_MAX; i++) {
			if (fetch->stream[i])
				waiting[stream_waits_for(fetch->stream[i])]++;
		}
		if (!fetch->streams.source.readers)
			waiting[JOB_WAIT_SUM]++;
		break;
	case PHASE_CHECK:
		waiting[JOB_WAIT_SUM]++;
		break;
	case PHASE_PUBLISH:
		waiting[JOB_WAIT_DISK]++;
		break;
	}
}

void
fetch_help(struct fetch *fetch)
{
	fetch->slots++;
	add_stream(fetch);
}

static void
on_came(void *context, uint64_t bytes, uint64_t here)
{
	struct fetch *fetch = context;

	fetch->came += bytes;
	fetch->moved_ms = clock_ms();
	count(fetch, fetch->job.event.done + here, bytes);
}

static void
on_wrote(void *context)
{
	struct fetch *fetch = context;

	/* After a failure the same task would only fail again, for ever. */
	if (checks_sum(fetch) && !fetch->cancelled &&
	    fetch->failure.code == ERR_NONE)
		partial_sum(&fetch->partial);
}

static void
on_note(void *context, const char *text)
{
	struct fetch *fetch = context;
	char line[700];

	snprintf(line, sizeof(line), "%.200s: %.450s", fetch->name, text);
	job_note(&fetch->job, line);
}

static void
on_too_many(void *context)
{
	struct fetch *fetch = context;

	fetch->scope->too_many(fetch->scope->context);
}

static void
on_stream_ended(void *context, unsigned number, const struct error *err)
{
	struct fetch *fetch = context;

	fetch->stream[number] = NULL;
	if (err && err->code != ERR_CANCELLED &&
	    fetch->failure.code == ERR_NONE) {
		fetch->failure = *err;
		cancel_streams(fetch);
	}
	step_stream(fetch);
}

/* -- slow connections, and those that wait -- */

void
fetch_sample(struct fetch *fetch)
{
	rate_sample(&fetch->rate, fetch->came, clock_ms());
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (fetch->stream[i])
			stream_sample(fetch->stream[i]);
	}
}

void
fetch_count_moving(const struct fetch *fetch, struct slow_field *field)
{
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (fetch->stream[i])
			stream_count(fetch->stream[i], field);
	}
}

void
fetch_replace_slow(struct fetch *fetch, const struct slow_field *field)
{
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (fetch->stream[i])
			stream_replace_slow(fetch->stream[i], field);
	}
}

void
fetch_hurry(struct fetch *fetch)
{
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (fetch->stream[i])
			stream_hurry(fetch->stream[i]);
	}
}

/* -- check and publish -- */

/* On a worker, after the sync. */
static bool
give_name(struct publication *publication, struct error *err)
{
	struct fetch *fetch =
	    CONTAINER_OF(publication, struct fetch, publication);

	return place_put(fetch->scope->place, fetch->scope->plan, fetch->blob,
	    fetch->partial.path, err);
}

static void
on_published(struct publication *publication, const struct error *err)
{
	struct fetch *fetch =
	    CONTAINER_OF(publication, struct fetch, publication);
	struct error own = *err;

	if (err->code == ERR_NONE)
		end(fetch, NULL);
	else
		end_failed(fetch, &own);
}

static void
on_checked(struct fetch *fetch)
{
	const struct fetch_scope *scope = fetch->scope;

	if (checks_sum(fetch) &&
	    strcmp(fetch->partial.sum, fetch->file->etag)) {
		err_set(&fetch->failure, ERR_CORRUPT,
		    "the bytes that came have the sum %s, not %s",
		    fetch->partial.sum, fetch->file->etag);
		fetch->phase = PHASE_DECIDE;
		decide(fetch);
		return;
	}
	fetch->phase = PHASE_PUBLISH;
	fetch->publication.fd = fetch->partial.fd;
	fetch->publication.name = give_name;
	fetch->publication.done = on_published;
	publisher_add(scope->publisher, &fetch->publication);
}

/* -- what is next -- */

static void
begin_anew(struct fetch *fetch)
{
	char text[700];

	fetch->anew = true;
	snprintf(text, sizeof(text), "%.200s: %.400s; fetching it again",
	    fetch->name, fetch->failure.message);
	job_note(&fetch->job, text);
	fetch->failure.code = ERR_NONE;
	source_forget(&fetch->streams.source);
	fetch->found = 0;
	count(fetch, 0, 0);
	fetch->phase = PHASE_OPEN;
	partial_open(&fetch->partial, true);
}

/* Bytes that are not the file's are of no use to a later run. */
static void
end_wrong(struct fetch *fetch)
{
	struct error ignored;

	MAY_FAIL(file_remove(fetch->partial.path, &ignored),
	    "a later run compares its sum and begins anew");
	err_hint(&fetch->failure,
	    "Something between here and the Hub changes the bytes, or the "
	    "Hub's copy is damaged: try again, then another network");
	end_failed(fetch, &fetch->failure);
}

/* Chooses what is next. */
static void
decide(struct fetch *fetch)
{
	assert(fetch->phase == PHASE_DECIDE);
	if (fetch->cancelled)
		end_cancelled(fetch);
	else if (fetch->failure.code == ERR_CORRUPT && !fetch->anew)
		begin_anew(fetch);
	else if (fetch->failure.code == ERR_CORRUPT)
		end_wrong(fetch);
	else if (fetch->failure.code != ERR_NONE)
		end_failed(fetch, &fetch->failure);
	else if (fetch->partial.size != PIECE_NO_END &&
		 !partial_is_whole(&fetch->partial))
		begin_streams(fetch);
	else {
		fetch->phase = PHASE_CHECK;
		release(fetch, 0);
		partial_check(&fetch->partial, checks_sum(fetch));
	}
}

/* Called whenever something ended while bytes came. */
static void
step_stream(struct fetch *fetch)
{
	if (fetch->phase != PHASE_STREAM || fetch->streams.source.readers ||
	    fetch->partial.working || fetch->partial.writing) {
		release(fetch, 1);
		return;
	}
	fetch->phase = PHASE_DECIDE;
	decide(fetch);
}

static void
on_opened(struct fetch *fetch)
{
	uint64_t kept = pieces_bytes(&fetch->partial.pieces);

	fetch->phase = PHASE_DECIDE;
	if (!fetch->anew)
		fetch->job.event.kept = fetch->found = kept;
	if (kept)
		count(fetch, kept, 0);
	if (fetch->failure.code != ERR_NONE || fetch->cancelled ||
	    partial_is_whole(&fetch->partial)) {
		decide(fetch);
		return;
	}
	begin_streams(fetch);
	on_wrote(fetch);
}

static void
on_task_done(void *context, enum partial_task task)
{
	struct fetch *fetch = context;

	if (fetch->partial.err.code != ERR_NONE &&
	    fetch->failure.code == ERR_NONE && !fetch->cancelled) {
		fetch->failure = fetch->partial.err;
		cancel_streams(fetch);
	}
	switch (task) {
	case PARTIAL_OPEN:
		on_opened(fetch);
		break;
	case PARTIAL_SUM:
		on_wrote(fetch);
		step_stream(fetch);
		break;
	case PARTIAL_CHECK:
		if (fetch->partial.err.code == ERR_NONE) {
			on_checked(fetch);
		} else {
			fetch->phase = PHASE_DECIDE;
			decide(fetch);
		}
		break;
	}
}

struct fetch *
fetch_start(const struct fetch_scope *scope, size_t blob)
{
	struct fetch *fetch = mem_new(struct fetch);
	struct str safe = STR_INIT;
	enum digest_kind kind = DIGEST_SHA256;

	fetch->scope = scope;
	fetch->blob = blob;
	fetch->file = &scope->plan->files.v[scope->plan->blobs.v[blob].first];
	fetch->lock = -1;
	fetch->slots = 1;
	utf8_safe(&safe, fetch->file->path);
	fetch->name = str_steal(&safe);
	job_init(&fetch->job, scope->parent->bus, scope->parent, JOB_FILE,
	    fetch->name);
	if (fetch->file->size != SIZE_UNKNOWN)
		fetch->job.event.total = fetch->file->size;
	digest_kind_of(fetch->file->etag, &kind);
	partial_init(&fetch->partial, scope->workers,
	    place_partial(scope->place, fetch->file),
	    place_partial_unique(scope->place, fetch->file), kind,
	    fetch->file->size);
	fetch->partial.done = on_task_done;
	fetch->partial.context = fetch;
	fetch->streams = (struct stream_scope){
		.source = { .hub = scope->hub,
		    .repo = scope->repo,
		    .revision = scope->plan->commit,
		    .path = fetch->file->path,
		    .size = fetch->file->size,
		    .retry = { .patience_s = scope->patience_s },
		    .counted = scope->hub->download },
		.partial = &fetch->partial,
		.limit = scope->limit,
		.context = fetch,
		.came = on_came,
		.wrote = on_wrote,
		.note = on_note,
		.too_many = on_too_many,
		.ended = on_stream_ended
	};
	fetch->waiting_since_ms = clock_ms();
	rate_begin(&fetch->rate, 0, clock_ms());
	/* From the loop, so that done never comes before we return. */
	loop_timer_start(scope->hub->loop, &fetch->timer, 0, step_lock, fetch);
	return fetch;
}

static void
on_cancelled(void *context)
{
	struct fetch *fetch = context;

	if (fetch->phase == PHASE_LOCK)
		end_cancelled(fetch);
	else
		step_stream(fetch);
}

void
fetch_cancel(struct fetch *fetch)
{
	if (fetch->cancelled)
		return;
	fetch->cancelled = true;
	partial_cancel(&fetch->partial);
	cancel_streams(fetch);
	loop_timer_start(
	    fetch->scope->hub->loop, &fetch->timer, 0, on_cancelled, fetch);
}
