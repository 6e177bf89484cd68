/*
 * fetch.c: one blob, from the Hub into the cache, checked.
 *
 *	wait for lock -> open partial -> request <-> (broken: wait, go on)
 *	      |                |            |
 *	      |                |            v
 *	      |                +--------> check --(wrong sum, once)--> request
 *	      v                             |
 *	   link (another made the blob)     v
 *	      +---------------------------> end
 *
 * Each step ends in the callback that begins the next; `step_*` functions begin
 * one, `on_*` functions are called when it ends.
 */
#include "core/xfer/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/utf8.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/filemeta.h"
#include "core/net/http.h"
#include "core/net/retry.h"
#include "core/net/url.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/store/layout.h"
#include "core/store/snapshot.h"
#include "core/xfer/plan.h"
#include "core/xfer/sink.h"

/* How often a lock that another holds is tried: as the official client. */
#define LOCK_EVERY_MS 50

/* After this the user is told what we wait for. */
#define LOCK_NOTE_MS 1000

/* An error page in the place of a file. */
#define ERROR_BODY_MAX (64 * 1024)

struct fetch {
	const struct fetch_scope *scope;
	size_t blob;
	const struct plan_file *file; /* the first that is made of it */
	struct job job;
	char *name; /* the file's, safe to show */
	int lock;   /* -1: not held */
	bool unlockable;
	uint64_t waiting_since_ms;
	struct loop_timer timer;
	struct sink sink;
	struct http_call *http;
	struct retry retry;
	bool paused;     /* the request waits for the disk */
	uint64_t best;   /* most bytes that were here when a request ended */
	bool whole;      /* it ended as if that were all */
	bool wrong;      /* the bytes are not the file's: begin anew */
	bool refetched;  /* that was done once already */
	bool may_repeat; /* after repeat_ms */
	uint64_t repeat_ms;
	bool cancelled;
	struct error failure; /* of the last request */
};

static void step_lock(void *context);
static void step_request(void *context);
static void step_next(void *context);

static void
end(struct fetch *fetch, const struct error *err)
{
	const struct fetch_scope *scope = fetch->scope;
	struct error copy;
	size_t blob = fetch->blob;

	if (err)
		copy = *err;
	loop_timer_stop(&fetch->timer);
	/* An empty partial file keeps nothing. */
	if (err && fetch->sink.fd >= 0 && !fetch->sink.offset) {
		struct error ignored;

		(void)!file_remove(fetch->sink.path, &ignored);
	}
	sink_fini(&fetch->sink);
	file_close(fetch->lock);
	job_end(&fetch->job, err ? &copy : NULL);
	free(fetch->name);
	free(fetch);
	scope->done(scope->context, blob, err ? &copy : NULL);
}

static void
end_cancelled(struct fetch *fetch)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	end(fetch, &err);
}

/* Ends with an error of this file. */
static void
end_failed(struct fetch *fetch, struct error *err)
{
	if (err->code != ERR_CANCELLED)
		err_wrap(err, "%.300s", fetch->name);
	end(fetch, err);
}

/*
 * Counts what arrived. A restart takes back what the parent counted: the total
 * of bytes that are here is what it shows.
 */
static void
count(struct fetch *fetch, uint64_t done)
{
	fetch->scope->progress(fetch->scope->context,
	    (int64_t)done - (int64_t)fetch->job.event.done);
	fetch->job.event.done = done;
	job_changed(&fetch->job);
}

/* Every file that is made of this blob gets its link. Runs on a worker too. */
static bool
make_links(struct fetch *fetch, struct error *err)
{
	const struct fetch_scope *scope = fetch->scope;
	size_t i = scope->plan->blobs.v[fetch->blob].first;

	for (;;) {
		const struct plan_file *file = &scope->plan->files.v[i];

		if (!snapshot_point(scope->cache, scope->commit, file->path,
			file->etag, err))
			return false;
		if (!file->next)
			return true;
		i = file->next - 1;
	}
}

/* On a worker: the sum is compared, and the bytes get their name. */
static bool
publish(void *context, const char *sum, struct error *err)
{
	struct fetch *fetch = context;
	char *blob;
	bool ok;

	if (strcmp(sum, fetch->file->etag))
		return err_set(err, ERR_CORRUPT,
		    "the bytes that came have the sum %s, not %s", sum,
		    fetch->file->etag);
	blob = cache_blob(fetch->scope->cache, fetch->file->etag);
	ok = file_rename(fetch->sink.path, blob, err);
	free(blob);
	return ok && make_links(fetch, err);
}

/* -- waiting for the lock -- */

static void
note_lock(struct fetch *fetch)
{
	char text[400];

	snprintf(text, sizeof(text),
	    "%.300s: waiting for another process that is fetching it",
	    fetch->name);
	job_note(&fetch->job, text);
}

static void
lock_is_busy(struct fetch *fetch)
{
	uint64_t waited = clock_ms() - fetch->waiting_since_ms;
	bool told = waited >= LOCK_NOTE_MS;

	loop_timer_start(fetch->scope->hub->loop, &fetch->timer, LOCK_EVERY_MS,
	    step_lock, fetch);
	if (told && waited < LOCK_NOTE_MS + LOCK_EVERY_MS)
		note_lock(fetch);
}

static void
on_locked(struct fetch *fetch)
{
	const struct fetch_scope *scope = fetch->scope;
	struct error err;

	job_start(&fetch->job);
	/* Whoever held the lock may have fetched it for us. */
	if (!scope->force &&
	    blob_has(scope->cache, fetch->file->etag, fetch->file->size)) {
		if (!make_links(fetch, &err)) {
			end_failed(fetch, &err);
			return;
		}
		if (fetch->file->size != SIZE_UNKNOWN)
			count(fetch, fetch->file->size);
		end(fetch, NULL);
		return;
	}
	if (fetch->unlockable) {
		free(fetch->sink.path);
		fetch->sink.path =
		    cache_partial_unique(scope->cache, fetch->file->etag);
	}
	sink_open(&fetch->sink, scope->force);
}

static void
step_lock(void *context)
{
	struct fetch *fetch = context;
	const struct cache *cache = fetch->scope->cache;
	char *path = cache_lock(cache, fetch->file->etag);
	enum flock_result result = FLOCK_FAILED;
	struct error err;

	if (dir_make_parent(path, &err))
		result = flock_try(path, &fetch->lock, &err);
	free(path);
	switch (result) {
	case FLOCK_NONE:
		fetch->unlockable = true;
		on_locked(fetch);
		break;
	case FLOCK_HELD:
		on_locked(fetch);
		break;
	case FLOCK_BUSY:
		lock_is_busy(fetch);
		break;
	case FLOCK_FAILED:
		end_failed(fetch, &err);
		break;
	}
}

/* -- the request -- */

/* "bytes 100-199/200": the part that came, and of how much. */
static bool
read_content_range(
    const struct http_answer *answer, uint64_t *first, uint64_t *total)
{
	struct span value = http_header(answer, "Content-Range");
	struct span word, part;

	*total = SIZE_UNKNOWN;
	if (!span_next(&value, ' ', &word) || !span_is_nocase(word, "bytes") ||
	    !span_next(&value, '-', &part) ||
	    !span_u64(span_trim(part), first) || !span_next(&value, '/', &part))
		return false;
	if (value.p && span_is(span_trim(value), "*"))
		return true;
	return value.p && span_u64(span_trim(value), total);
}

/* Whether the part that a 206 brings is the one that was asked for. */
static bool
is_right_part(const struct fetch *fetch, const struct http_answer *answer)
{
	uint64_t first, total;

	return read_content_range(answer, &first, &total) &&
	       first == fetch->sink.offset &&
	       (total == SIZE_UNKNOWN || fetch->sink.size == SIZE_UNKNOWN ||
		   total == fetch->sink.size);
}

static bool
is_right_length(const struct fetch *fetch, const struct http_answer *answer)
{
	uint64_t length;

	return fetch->sink.size == SIZE_UNKNOWN ||
	       !span_u64(http_header(answer, "Content-Length"), &length) ||
	       length == fetch->sink.size;
}

/* Decides from the headers where the bytes that follow belong. */
static bool
on_head(void *context, const struct http_answer *answer)
{
	struct fetch *fetch = context;

	if (answer->status == 206 && !is_right_part(fetch, answer)) {
		fetch->wrong = true;
		return err_set(&fetch->failure, ERR_CORRUPT,
		    "the server sends another part than was asked for");
	}
	/* Another length is another thing: a sign-in page, an error. */
	if (answer->status == 200 && !is_right_length(fetch, answer)) {
		fetch->wrong = true;
		return err_set(&fetch->failure, ERR_CORRUPT,
		    "the server sends something else, of another size");
	}
	/* Some servers and proxies ignore a Range: all of it comes again. */
	if (answer->status == 200 && fetch->sink.offset) {
		sink_restart(&fetch->sink);
		count(fetch, 0);
	}
	return true;
}

static enum http_take
on_data(void *context, const char *bytes, size_t n)
{
	struct fetch *fetch = context;

	if (fetch->sink.size != SIZE_UNKNOWN &&
	    fetch->job.event.done + n > fetch->sink.size) {
		fetch->wrong = true;
		err_set(&fetch->failure, ERR_CORRUPT,
		    "more bytes come than the file has");
		return HTTP_STOP;
	}
	if (!sink_put(&fetch->sink, bytes, n)) {
		fetch->paused = true;
		return HTTP_PAUSE;
	}
	count(fetch, fetch->job.event.done + n);
	sink_flush(&fetch->sink);
	return HTTP_TAKEN;
}

/* A store refuses a signed address that has run out; the Hub gives a new one. */
static bool
is_expired(const struct fetch *fetch, const struct http_answer *answer)
{
	char *origin = url_origin(answer->url);
	bool foreign = origin && strcmp(origin, fetch->scope->hub->origin);

	free(origin);
	return foreign && (answer->status == 403 || answer->status == 401);
}

/* Words for the end of a request that did not bring all. */
static void
explain(struct fetch *fetch, const struct http_answer *answer,
    const struct error *err)
{
	const struct fetch_scope *scope = fetch->scope;

	if (err)
		fetch->failure = *err;
	else if (fetch->whole)
		err_set(&fetch->failure, ERR_NETWORK,
		    "the connection ended after %llu of %llu bytes",
		    (unsigned long long)fetch->job.event.done,
		    (unsigned long long)fetch->sink.size);
	else
		hub_answer_error(scope->hub, answer, scope->repo, scope->commit,
		    fetch->file->path, &fetch->failure);
	if (answer->status == 416) {
		fetch->wrong = true;
		fetch->failure.code = ERR_CORRUPT;
	}
}

static void
on_request_done(
    void *context, const struct http_answer *answer, const struct error *err)
{
	struct fetch *fetch = context;
	struct http_answer judged = *answer;
	bool failed = err != NULL;

	fetch->http = NULL;
	fetch->whole = !err && (answer->status == 200 || answer->status == 206);
	if (!fetch->wrong)
		explain(fetch, answer, err);
	/* Only what is new counts: the same first bytes again and again are
	 * no reason to hope. */
	if (fetch->job.event.done > fetch->best) {
		fetch->best = fetch->job.event.done;
		fetch->retry.used = 0;
	}
	if (fetch->whole || (!err && is_expired(fetch, answer)))
		judged.passing = failed = true;
	fetch->may_repeat =
	    fetch->failure.code != ERR_CORRUPT &&
	    retry_wait(&fetch->retry, &judged, failed, &fetch->repeat_ms);
	step_next(fetch);
}

static void
step_request(void *context)
{
	struct fetch *fetch = context;
	const struct fetch_scope *scope = fetch->scope;
	struct hub *hub = scope->hub;
	struct str url = STR_INIT;

	fetch->whole = fetch->wrong = fetch->paused = false;
	fetch->failure.code = ERR_NONE;
	filemeta_url(&url, hub, scope->repo, scope->commit, fetch->file->path);
	fetch->http =
	    http_start(hub->http, &(struct http_request){ .method = "GET",
				      .url = url.v,
				      .origin = hub->origin,
				      .token = hub->token,
				      .from = fetch->sink.offset,
				      .silence_ms = hub->body_ms,
				      .body_max = ERROR_BODY_MAX,
				      .follow = HTTP_FOLLOW,
				      .download = hub->download,
				      .head = on_head,
				      .data = on_data,
				      .done = on_request_done,
				      .context = fetch });
	str_fini(&url);
}

/* -- after a request, and after each task of the sink -- */

static void
begin_anew(struct fetch *fetch)
{
	char text[700];

	fetch->refetched = true;
	snprintf(text, sizeof(text), "%.200s: %.400s; fetching it again",
	    fetch->name, fetch->failure.message);
	job_note(&fetch->job, text);
	sink_restart(&fetch->sink);
	count(fetch, 0);
	step_request(fetch);
}

/* Bytes that are not the file's are of no use to a later run. */
static void
end_wrong(struct fetch *fetch)
{
	struct error ignored;

	(void)!file_remove(fetch->sink.path, &ignored);
	err_hint(&fetch->failure,
	    "Something between here and the Hub changes the bytes, or the "
	    "Hub's copy is damaged: try again, then another network");
	end_failed(fetch, &fetch->failure);
}

static void
repeat(struct fetch *fetch)
{
	char text[700];

	snprintf(text, sizeof(text),
	    "%.200s: %.400s; going on in %.1f s (%u "
	    "of %u)",
	    fetch->name, fetch->failure.message,
	    (double)fetch->repeat_ms / 1000, fetch->retry.used, RETRY_TRIES);
	job_note(&fetch->job, text);
	loop_timer_start(fetch->scope->hub->loop, &fetch->timer,
	    fetch->repeat_ms, step_request, fetch);
}

static bool
has_all(const struct fetch *fetch)
{
	if (fetch->sink.size == SIZE_UNKNOWN)
		return fetch->whole;
	return fetch->sink.offset == fetch->sink.size;
}

/* The request is over: chooses what is next once all bytes are on disk. */
static void
step_next(void *context)
{
	struct fetch *fetch = context;

	if (fetch->sink.task != SINK_IDLE)
		return;
	if (fetch->sink.err.code != ERR_NONE && !fetch->cancelled)
		end_failed(fetch, &fetch->sink.err);
	else if (!fetch->wrong && sink_flush(&fetch->sink))
		return;
	else if (fetch->cancelled)
		end_cancelled(fetch);
	else if (fetch->wrong && !fetch->refetched)
		begin_anew(fetch);
	else if (fetch->wrong)
		end_wrong(fetch);
	else if (has_all(fetch))
		sink_end(&fetch->sink);
	else if (fetch->may_repeat)
		repeat(fetch);
	else
		end_failed(fetch, &fetch->failure);
}

static void
on_opened(struct fetch *fetch)
{
	uint64_t kept = fetch->sink.offset;

	fetch->job.event.kept = kept;
	if (kept)
		count(fetch, kept);
	if (fetch->sink.err.code != ERR_NONE || fetch->cancelled ||
	    (fetch->sink.size != SIZE_UNKNOWN && kept == fetch->sink.size))
		step_next(fetch);
	else
		step_request(fetch);
}

static void
on_written(struct fetch *fetch)
{
	if (fetch->sink.err.code != ERR_NONE) {
		http_cancel(fetch->http);
		fetch->http = NULL;
	}
	if (!fetch->http) {
		step_next(fetch);
	} else if (fetch->paused) {
		fetch->paused = false;
		http_resume(fetch->http);
	} else {
		sink_flush(&fetch->sink);
	}
}

static void
on_checked(struct fetch *fetch)
{
	if (fetch->sink.err.code == ERR_CORRUPT && !fetch->cancelled) {
		fetch->wrong = true;
		fetch->failure = fetch->sink.err;
		fetch->sink.err.code = ERR_NONE;
		step_next(fetch);
	} else if (fetch->sink.err.code != ERR_NONE) {
		step_next(fetch);
	} else {
		end(fetch, NULL);
	}
}

static void
on_idle(void *context, enum sink_task task)
{
	struct fetch *fetch = context;

	switch (task) {
	case SINK_IDLE:
		break;
	case SINK_OPEN:
		on_opened(fetch);
		break;
	case SINK_WRITE:
		on_written(fetch);
		break;
	case SINK_END:
		on_checked(fetch);
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
	utf8_safe(&safe, fetch->file->path);
	fetch->name = str_steal(&safe);
	job_init(&fetch->job, scope->parent->bus, scope->parent, JOB_FILE,
	    fetch->name);
	if (fetch->file->size != SIZE_UNKNOWN)
		fetch->job.event.total = fetch->file->size;
	digest_kind_of(fetch->file->etag, &kind);
	sink_init(&fetch->sink, scope->workers,
	    cache_partial(scope->cache, fetch->file->etag), kind,
	    fetch->file->size);
	fetch->sink.idle = on_idle;
	fetch->sink.publish = publish;
	fetch->sink.context = fetch;
	fetch->waiting_since_ms = clock_ms();
	/* From the loop, so that done never comes before we return. */
	loop_timer_start(scope->hub->loop, &fetch->timer, 0, step_lock, fetch);
	return fetch;
}

void
fetch_cancel(struct fetch *fetch)
{
	if (fetch->cancelled)
		return;
	fetch->cancelled = true;
	atomic_store_explicit(
	    &fetch->sink.cancelled, true, memory_order_relaxed);
	http_cancel(fetch->http);
	fetch->http = NULL;
	loop_timer_start(
	    fetch->scope->hub->loop, &fetch->timer, 0, step_next, fetch);
}
