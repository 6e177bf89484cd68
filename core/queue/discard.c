#include "core/queue/discard.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/down/download.h"
#include "core/down/view.h"
#include "core/queue/queue.h"
#include "core/queue/runner.h"
#include "core/run/loop.h"
#include "core/run/workers.h"

/* How often it is looked whether a job has stopped. */
#define LOOK_MS 50

/* A repository of a cache. */
struct target {
	char *root, *folder;
	unfinished_sums ours;
};

struct discard {
	const struct queue *queue;
	const struct runner *runner;
	struct loop *loop;
	struct workers *workers;
	ARR(unsigned) ids;
	ARR(struct target) targets;
	bool removes;
	struct discard_sum sum;
	void (*done)(void *context, const struct discard_sum *sum);
	void *context;
	struct loop_timer timer;
	struct work work;
};

/* -- what is meant -- */

static bool
is_meant(const struct discard *d, unsigned id)
{
	arr_each (meant, &d->ids) {
		if (*meant == id)
			return true;
	}
	return false;
}

/* Into the cache, and maybe not all of it is there. */
static bool
leaves_files(const struct queue_job *job)
{
	return job->kind == QUEUE_DOWNLOAD && !job->folder &&
	       job->state != QUEUE_DONE;
}

static bool
same_place(const struct queue_job *a, const struct queue_job *b)
{
	return a->type == b->type && !strcmp(a->repo, b->repo) &&
	       !strcmp(a->root, b->root);
}

/* Whether another job may need what it has left. */
static bool
is_shared(const struct discard *d, const struct queue_job *job)
{
	arr_each (other, &d->queue->list.jobs) {
		if (!is_meant(d, (*other)->id) && leaves_files(*other) &&
		    same_place(*other, job))
			return true;
	}
	return false;
}

/* The place of a job; a new one unless there is one. */
static struct target *
target_of(struct discard *d, const struct queue_job *job)
{
	const struct repo repo = { job->type, job->repo };
	struct str folder = STR_INIT;

	repo_add_folder(&folder, &repo);
	arr_each (target, &d->targets) {
		if (strcmp(target->folder, folder.v) != 0 ||
		    strcmp(target->root, job->root) != 0)
			continue;
		str_fini(&folder);
		return target;
	}
	arr_push(&d->targets, (struct target){ mem_strdup(job->root),
				  str_steal(&folder), { 0 } });
	return &d->targets.v[d->targets.n - 1];
}

/* What it holds now, it will have let go of. */
static void
add_ours(struct target *target, const struct run *run)
{
	struct download_view view = { 0 };

	if (run && run->download)
		download_look(run->download, &view);
	arr_each (file, &view.files) {
		if (file->phase != VIEW_WAIT_LOCK)
			arr_push(&target->ours, mem_strdup(file->etag));
	}
	download_view_fini(&view);
}

static void
find_targets(struct discard *d)
{
	arr_each (id, &d->ids) {
		const struct queue_job *job = queue_find(&d->queue->list, *id);

		if (!job || !leaves_files(job))
			continue;
		if (is_shared(d, job))
			d->sum.shared = true;
		else
			add_ours(
			    target_of(d, job), runner_find(d->runner, *id));
	}
}

/* -- the work -- */

static void
run(struct work *work)
{
	struct discard *d = CONTAINER_OF(work, struct discard, work);
	struct error err;

	arr_each (target, &d->targets) {
		if (!d->removes)
			unfinished_look(target->root, target->folder,
			    &target->ours, &d->sum.files);
		else if (!unfinished_discard(
			     target->root, target->folder, &d->sum.files, &err))
			d->sum.err = err;
	}
}

static void
on_done(struct work *work)
{
	struct discard *d = CONTAINER_OF(work, struct discard, work);

	d->done(d->context, &d->sum);
}

static void
work_off(struct discard *d)
{
	d->work = (struct work){ .run = run, .done = on_done };
	workers_submit(d->workers, &d->work);
}

/* Whoever writes to them holds their locks until it has ended. */
static void
wait_for_ends(void *context)
{
	struct discard *d = context;

	arr_each (id, &d->ids) {
		if (!runner_find(d->runner, *id))
			continue;
		loop_timer_start(d->loop, &d->timer, LOOK_MS, wait_for_ends, d);
		return;
	}
	work_off(d);
}

/* -- life -- */

static struct discard *
begin(struct queue *queue, const struct runner *runner, struct loop *loop,
    struct workers *workers, const unsigned *ids, size_t n,
    void (*done)(void *context, const struct discard_sum *sum), void *context)
{
	struct discard *d = mem_new(struct discard);

	d->queue = queue;
	d->runner = runner;
	d->loop = loop;
	d->workers = workers;
	d->done = done;
	d->context = context;
	for (size_t i = 0; i < n; i++)
		arr_push(&d->ids, ids[i]);
	find_targets(d);
	return d;
}

struct discard *
discard_look(struct queue *queue, const struct runner *runner,
    struct loop *loop, struct workers *workers, const unsigned *ids, size_t n,
    void (*done)(void *context, const struct discard_sum *sum), void *context)
{
	struct discard *d =
	    begin(queue, runner, loop, workers, ids, n, done, context);

	work_off(d);
	return d;
}

struct discard *
discard_start(struct queue *queue, const struct runner *runner,
    struct loop *loop, struct workers *workers, const unsigned *ids, size_t n,
    void (*done)(void *context, const struct discard_sum *sum), void *context)
{
	struct discard *d =
	    begin(queue, runner, loop, workers, ids, n, done, context);

	d->removes = true;
	/* Not before the caller has told them to stop. */
	loop_timer_start(loop, &d->timer, 0, wait_for_ends, d);
	return d;
}

void
discard_free(struct discard *d)
{
	if (!d)
		return;
	loop_timer_stop(&d->timer);
	arr_each (target, &d->targets) {
		arr_each (sum, &target->ours)
			free(*sum);
		arr_free(&target->ours);
		free(target->root);
		free(target->folder);
	}
	arr_free(&d->targets);
	arr_free(&d->ids);
	free(d);
}
