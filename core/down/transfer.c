#include "core/down/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/down/plan.h"
#include "core/down/publish.h"
#include "core/down/view.h"
#include "core/down/waits.h"
#include "core/hub/endpoint.h"
#include "core/os/clock.h"
#include "core/os/fs.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/store/snapshot.h"
#include "core/xfer/limit.h"
#include "core/xfer/pace.h"
#include "core/xfer/slow.h"

/*
 * Files at once, those that wait for another process included: each keeps its
 * lock and its partial file open.
 */
#define RUNNING_MAX 96

/* How often the number of connections is thought over. */
#define TICK_MS 50

/* How often connections are compared with each other. */
#define COMPARE_MS 1000

struct transfer {
	struct transfer_request request;
	struct fetch_scope scope;
	struct running {
		size_t blob;
		struct fetch *fetch;
	} fetches[RUNNING_MAX]; /* as they began */
	unsigned running;
	size_t next_blob;
	uint64_t queued_bytes; /* of the blobs from there on */
	unsigned slots;        /* connections that they hold */
	struct pace pace;
	unsigned most; /* connections that the open files allow */
	struct limit limit;
	struct publisher *publisher;
	struct loop_timer tick;
	struct waits waits;
	uint64_t compared_ms;
	size_t finished;
	uint64_t finished_bytes;
	bool cancelled;
	unsigned failures;
	struct error failure; /* the first */
};

static void fetch_more(struct transfer *t);

static void
finish(struct transfer *t)
{
	loop_timer_stop(&t->tick);
	t->request.done(
	    t->request.context, t->failures, t->failures ? &t->failure : NULL);
}

static void
on_fetch_progress(void *context, uint64_t came, int64_t here)
{
	struct transfer *t = context;

	t->request.job->event.done += (uint64_t)here;
	t->request.job->event.came += came;
	pace_bytes(&t->pace, came);
	job_changed(t->request.job);
}

static void
on_fetch_held(void *context, int change)
{
	struct transfer *t = context;

	t->slots += (unsigned)change;
	if (change < 0)
		fetch_more(t);
}

static void
on_too_many(void *context)
{
	struct transfer *t = context;

	pace_too_many(&t->pace, clock_ms());
}

static void
cancel_fetches(struct transfer *t)
{
	t->next_blob = t->request.plan->blobs.n;
	t->queued_bytes = 0;
	for (unsigned i = 0; i < t->running; i++)
		fetch_cancel(t->fetches[i].fetch);
}

/* Whether other files may still succeed where this one failed. */
static bool
is_of_one_file(const struct error *err)
{
	switch (err->detail) {
	case EEXIST:
	case EISDIR:
	case ENOTDIR:
	case ENAMETOOLONG:
	case EILSEQ:
		return err->code == ERR_SYSTEM;
	default:
		return err->code == ERR_CORRUPT || err->code == ERR_NOT_FOUND;
	}
}

static unsigned
files_of(const struct plan *plan, size_t blob)
{
	size_t i = plan->blobs.v[blob].first;
	unsigned count = 1;

	while (plan->files.v[i].next) {
		i = plan->files.v[i].next - 1;
		count++;
	}
	return count;
}

/* What is not known counts as nothing. */
static uint64_t
size_of(const struct plan *plan, size_t blob)
{
	uint64_t size = plan->files.v[plan->blobs.v[blob].first].size;

	return size == SIZE_UNKNOWN ? 0 : size;
}

static void
forget(struct transfer *t, size_t blob)
{
	unsigned i = 0;

	while (t->fetches[i].blob != blob)
		i++;
	t->running--;
	memmove(&t->fetches[i], &t->fetches[i + 1],
	    (t->running - i) * sizeof(t->fetches[i]));
}

static void
on_fetch_done(
    void *context, size_t blob, unsigned slots, const struct error *err)
{
	struct transfer *t = context;

	forget(t, blob);
	t->slots -= slots;
	if (!err) {
		t->finished++;
		t->finished_bytes += size_of(t->request.plan, blob);
		pace_file(&t->pace);
		t->request.job->event.files_done +=
		    files_of(t->request.plan, blob);
		job_changed(t->request.job);
	} else if (err->code != ERR_CANCELLED) {
		if (!t->failures++)
			t->failure = *err;
		if (!is_of_one_file(err))
			cancel_fetches(t);
	}
	fetch_more(t);
	if (!t->running)
		finish(t);
}

/* The running fetch that could use another connection, NULL if none could. */
static struct fetch *
find_helpless(struct transfer *t)
{
	for (unsigned i = 0; i < t->running; i++) {
		if (fetch_wants_help(t->fetches[i].fetch))
			return t->fetches[i].fetch;
	}
	return NULL;
}

/* Uses the connections that are free: for new files, then for large ones. */
static void
fetch_more(struct transfer *t)
{
	struct fetch *fetch;

	while (t->slots < t->pace.limit && t->running < RUNNING_MAX &&
	       t->running < 2 * t->most &&
	       t->next_blob < t->request.plan->blobs.n) {
		size_t blob = t->next_blob++;

		t->slots++;
		t->queued_bytes -= size_of(t->request.plan, blob);
		t->fetches[t->running++] =
		    (struct running){ blob, fetch_start(&t->scope, blob) };
	}
	while (!t->cancelled && t->next_blob == t->request.plan->blobs.n &&
	       t->slots < t->pace.limit && (fetch = find_helpless(t))) {
		t->slots++;
		fetch_help(fetch);
	}
}

static void
look_at_waits(struct transfer *t)
{
	unsigned waiting[JOB_WAITS] = { 0 };
	char text[100];
	uint64_t ms;

	for (unsigned i = 0; i < t->running; i++)
		fetch_count_waits(t->fetches[i].fetch, waiting);
	waits_add(&t->waits, waiting, clock_ms());
	t->request.job->event.waits_for = waits_most(&t->waits);
	if (!waits_stuck(&t->waits, clock_ms(), &ms))
		return;
	snprintf(text, sizeof(text),
	    "waiting for the disk, which has taken nothing for %.1f s",
	    (double)ms / 1000);
	job_note(t->request.job, text);
}

/* Replaces connections that are slow. Nothing ends in here. */
static void
compare_connections(struct transfer *t)
{
	uint64_t now = clock_ms();
	struct slow_field field = { 0 };

	for (unsigned i = 0; i < t->running; i++)
		fetch_sample(t->fetches[i].fetch);
	if (now - t->compared_ms < clock_scaled(COMPARE_MS))
		return;
	t->compared_ms = now;
	for (unsigned i = 0; i < t->running; i++)
		fetch_count_moving(t->fetches[i].fetch, &field);
	for (unsigned i = 0; i < t->running; i++)
		fetch_replace_slow(t->fetches[i].fetch, &field);
}

static void
on_tick(void *context)
{
	struct transfer *t = context;

	compare_connections(t);
	pace_look(&t->pace, t->slots >= t->pace.limit, clock_ms());
	look_at_waits(t);
	fetch_more(t);
	/* What was held back goes out, though nothing new comes. */
	job_changed(t->request.job);
	loop_timer_start(t->request.hub->loop, &t->tick, TICK_MS, on_tick, t);
}

/* A connection needs its socket, its file and its lock. */
static unsigned
most_connections(unsigned chosen)
{
	unsigned files = fs_open_limit();
	unsigned most = files > 24 + 8 ? (files - 24) / 5 : 1;

	return chosen && chosen < most ? chosen : most;
}

struct transfer *
transfer_start(const struct transfer_request *request)
{
	struct transfer *t = mem_new(struct transfer);

	t->request = *request;
	t->publisher = publisher_new(request->workers);
	limit_set(&t->limit, request->rate);
	t->limit.above = request->limit;
	t->most = most_connections(request->connections);
	pace_init(&t->pace, request->connections ? t->most : 0, clock_ms());
	if (t->pace.most > t->most)
		t->pace.most = t->pace.limit = t->most;
	t->scope = (struct fetch_scope){ .hub = request->hub,
		.workers = request->workers,
		.publisher = t->publisher,
		.limit = &t->limit,
		.place = request->place,
		.repo = request->repo,
		.plan = request->plan,
		.parent = request->job,
		.force = request->force,
		.verify = request->verify,
		.patience_s = request->patience_s,
		.progress = on_fetch_progress,
		.held = on_fetch_held,
		.too_many = on_too_many,
		.done = on_fetch_done,
		.context = t };
	t->compared_ms = clock_ms();
	for (size_t i = 0; i < request->plan->blobs.n; i++)
		t->queued_bytes += size_of(request->plan, i);
	/* By the loop: `done` must not come before the caller has this. */
	loop_timer_start(request->hub->loop, &t->tick, 0, on_tick, t);
	return t;
}

void
transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return;
	publisher_free(transfer->publisher);
	free(transfer);
}

void
transfer_set_rate(struct transfer *transfer, uint64_t rate)
{
	limit_set(&transfer->limit, rate);
}

void
transfer_hurry(struct transfer *transfer)
{
	for (unsigned i = 0; i < transfer->running; i++)
		fetch_hurry(transfer->fetches[i].fetch);
}

void
transfer_look(const struct transfer *t, struct download_view *view)
{
	view->queued = t->request.plan->blobs.n - t->next_blob;
	view->queued_bytes = t->queued_bytes;
	view->finished = t->finished;
	view->finished_bytes = t->finished_bytes;
	view->failed = t->failures;
	for (unsigned i = 0; i < t->running; i++)
		fetch_look(t->fetches[i].fetch, view);
}

static void
on_cancelled(void *context)
{
	struct transfer *t = context;

	if (!t->running)
		finish(t);
}

void
transfer_cancel(struct transfer *transfer)
{
	if (transfer->cancelled)
		return;
	transfer->cancelled = true;
	cancel_fetches(transfer);
	loop_timer_start(transfer->request.hub->loop, &transfer->tick, 0,
	    on_cancelled, transfer);
}
