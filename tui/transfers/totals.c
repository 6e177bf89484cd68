#include "tui/transfers/totals.h"

#include <string.h>

#include "tui/engine/xfer.h"

static enum queue_kind
kind_of(const struct xfer_run *run)
{
	return run->upload ? QUEUE_UPLOAD : QUEUE_DOWNLOAD;
}

/* Begins seconds of which nothing is known yet. */
static void
turn(struct xfer_totals *t, uint64_t second)
{
	if (!t->history_s || second - t->history_s >= HISTORY) {
		for (int kind = 0; kind < QUEUE_KINDS; kind++)
			memset(t->ways[kind].history, 0,
			    sizeof(t->ways[kind].history));
		t->history_s = second;
	}
	for (; t->history_s < second; t->history_s++) {
		for (int kind = 0; kind < QUEUE_KINDS; kind++) {
			double *history = t->ways[kind].history;

			memmove(history, history + 1,
			    (HISTORY - 1) * sizeof(*history));
			history[HISTORY - 1] = 0;
		}
	}
}

/* Bytes that were moved since the last picture, in the second that this is. */
static void
note_speed(struct xfer_totals *t, const struct xfer_picture *before,
    const struct xfer_picture *now, uint64_t now_ms)
{
	turn(t, now_ms / 1000);
	arr_each (run, &now->runs) {
		const struct xfer_run *was =
		    before ? xfer_run_of(before, run->id) : NULL;
		struct xfer_way *way = &t->ways[kind_of(run)];
		uint64_t last = was ? was->came : 0;
		uint64_t came = run->came > last ? run->came - last : 0;

		way->history[HISTORY - 1] += (double)came;
		way->came += came;
	}
	for (int kind = 0; kind < QUEUE_KINDS; kind++) {
		struct xfer_way *way = &t->ways[kind];

		if (!before || !way->running)
			rate_begin(&way->pace, way->came, now_ms);
		rate_sample(&way->pace, way->came, now_ms);
	}
}

static void
add_job(struct xfer_totals *t, const struct xfer_picture *now,
    const struct queue_job *job)
{
	struct xfer_way *way = &t->ways[job->kind];
	bool running = job->state == QUEUE_WAITING && xfer_run_of(now, job->id);

	t->running += running;
	way->running += running;
	t->open += queue_is_open(job);
	t->paused += job->state == QUEUE_PAUSED;
	t->failed += job->state == QUEUE_FAILED;
	if (job->state != QUEUE_WAITING)
		return;
	way->done += job->counts.done;
	way->total += job->counts.total;
	way->unknown = way->unknown || !job->counts.total;
}

void
xfer_totals_take(struct xfer_totals *t, const struct xfer_picture *before,
    const struct xfer_picture *now, uint64_t now_ms)
{
	note_speed(t, before, now, now_ms);
	t->running = t->open = t->paused = t->failed = 0;
	for (int kind = 0; kind < QUEUE_KINDS; kind++) {
		struct xfer_way *way = &t->ways[kind];

		way->running = 0;
		way->done = way->total = 0;
		way->rate = 0;
		way->unknown = false;
	}
	arr_each (run, &now->runs)
		t->ways[kind_of(run)].rate += run->stalled ? 0 : run->rate;
	arr_each (job, &now->list.jobs)
		add_job(t, now, *job);
	for (int kind = 0; kind < QUEUE_KINDS; kind++) {
		struct xfer_way *way = &t->ways[kind];

		way->timed = !way->unknown && way->total > way->done &&
		             rate_left(&way->left, &way->pace,
				 way->total - way->done, now_ms, &way->left_s);
	}
}

static bool
has_moved(const struct xfer_way *way)
{
	for (size_t i = 0; i < HISTORY; i++) {
		if (way->history[i] > 0)
			return true;
	}
	return way->running;
}

bool
xfer_way_shows(const struct xfer_totals *t, enum queue_kind kind)
{
	return has_moved(&t->ways[kind]) ||
	       (kind == QUEUE_DOWNLOAD && !has_moved(&t->ways[QUEUE_UPLOAD]));
}

uint64_t
xfer_all_rest_s(const struct xfer_totals *t)
{
	uint64_t rest = 0;

	for (int kind = 0; kind < QUEUE_KINDS; kind++) {
		const struct xfer_way *way = &t->ways[kind];
		bool waits = way->unknown || way->total > way->done;

		/* Until the later one is done, which must be known of both. */
		if (waits && !way->timed)
			return 0;
		if (way->timed && way->left_s + 1 > rest)
			rest = way->left_s + 1;
	}
	return rest;
}
