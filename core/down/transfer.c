#include "core/down/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/arr.h"
#include "core/down/plan.h"
#include "core/down/publish.h"
#include "core/down/waits.h"
#include "core/hub/endpoint.h"
#include "core/os/clock.h"
#include "core/os/fs.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/xfer/limit.h"
#include "core/xfer/pace.h"

/*
 * Files at once, those that wait for another process included: each keeps its
 * lock and its partial file open.
 */
#define RUNNING_MAX 96

/* How often the number of connections is thought over. */
#define TICK_MS 50

struct transfer {
	struct transfer_request request;
	struct fetch_scope scope;
	ARR(struct fetch *) fetches; /* one a blob; NULL: not running */
	size_t next_blob;
	size_t first_running; /* none runs before it */
	unsigned running;     /* fetches */
	unsigned slots;       /* connections that they hold */
	struct pace pace;
	unsigned most; /* connections that the open files allow */
	struct limit limit;
	struct publisher *publisher;
	struct loop_timer tick;
	struct waits waits;
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
	arr_each (fetch, &t->fetches) {
		if (*fetch)
			fetch_cancel(*fetch);
	}
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

static void
on_fetch_done(
    void *context, size_t blob, unsigned slots, const struct error *err)
{
	struct transfer *t = context;

	t->fetches.v[blob] = NULL;
	t->running--;
	t->slots -= slots;
	if (!err) {
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
	for (size_t i = t->first_running; i < t->next_blob; i++) {
		struct fetch *fetch = t->fetches.v[i];

		if (!fetch && i == t->first_running)
			t->first_running++;
		if (fetch && fetch_wants_help(fetch))
			return fetch;
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

		t->running++;
		t->slots++;
		t->fetches.v[blob] = fetch_start(&t->scope, blob);
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

	for (size_t i = t->first_running; i < t->next_blob; i++) {
		if (t->fetches.v[i])
			fetch_count_waits(t->fetches.v[i], waiting);
	}
	waits_add(&t->waits, waiting, clock_ms());
	t->request.job->event.waits_for = waits_most(&t->waits);
	if (!waits_stuck(&t->waits, clock_ms(), &ms))
		return;
	snprintf(text, sizeof(text),
	    "waiting for the disk, which has taken nothing for %.1f s",
	    (double)ms / 1000);
	job_note(t->request.job, text);
}

static void
on_tick(void *context)
{
	struct transfer *t = context;

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
	for (size_t i = 0; i < request->plan->blobs.n; i++)
		arr_push(&t->fetches, NULL);
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
	arr_free(&transfer->fetches);
	free(transfer);
}

void
transfer_set_rate(struct transfer *transfer, uint64_t rate)
{
	limit_set(&transfer->limit, rate);
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
