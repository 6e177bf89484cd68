#include "core/queue/runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/down/download.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"
#include "core/os/clock.h"
#include "core/os/dirwatch.h"
#include "core/os/file.h"
#include "core/os/fs.h"
#include "core/os/log.h"
#include "core/queue/inbox.h"
#include "core/queue/work.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/up/upload.h"
#include "core/xfer/limit.h"
#include "core/xfer/schedule.h"

/* How often rates are measured, and what is shown may change. */
#define TICK_MS 250

/* How often counts are kept for the next start. */
#define NOTE_MS 2000

/* How long a job keeps trying through an outage. */
#define PATIENCE_S (12 * 3600)

/* How often the inbox is looked into where nothing tells of it. */
#define POST_MS 2000

struct running {
	struct run run;
	struct hub *hub;
	struct job_bus bus;
	struct download_request request;
	struct upload_request sending; /* in its place */
	struct repo_settings settings;
	struct limit own;      /* of an upload */
	struct error refused;  /* why one is not begun; ERR_NONE: it is */
	struct queue_job *job; /* a copy, as the queue's may go meanwhile */
	struct loop_timer burial;
	uint64_t noted_ms;
};

struct runner {
	struct queue *queue;
	struct loop *loop;
	struct workers *workers;
	const struct log *log;
	struct runner_face face;
	ARR(struct running *) runs;
	struct limit down, up;
	struct loop_timer tick, clock, post;
	int inbox;                /* -1: none, or nothing tells of it */
	struct inbox_taken taken; /* whose changes are not on disk yet */
	bool unkept;              /* that was told */
	bool stopping;
};

static void look_again(void *context);

/* -- telling -- */

static void
tell_changed(const struct runner *runner)
{
	if (runner->face.changed)
		runner->face.changed(runner->face.context);
}

static void
tell_ended(const struct runner *runner, unsigned id)
{
	const struct queue_job *job = queue_find(&runner->queue->list, id);

	if (job && runner->face.ended)
		runner->face.ended(runner->face.context, job);
}

static void
on_job(void *context, const struct job_event *event)
{
	struct running *r = context;
	const struct runner *runner = r->run.runner;
	struct queue_job *job = queue_find(&runner->queue->list, r->run.id);

	if (runner->face.event)
		runner->face.event(runner->face.context, event);
	if (event->note && job && runner->face.told)
		runner->face.told(runner->face.context, job, event->note);
	if (event->note) {
		free(r->run.note);
		r->run.note = mem_strdup(event->note);
	}
	if (event->parent)
		return;
	r->run.counts = (struct queue_counts){ event->done, event->total,
		event->kept, event->files_done, event->files_total };
	r->run.came = event->came;
	r->run.waits_for = event->waits_for;
	if (job)
		job->counts = r->run.counts;
}

/* -- the end of a job -- */

static void
bury(void *context)
{
	struct running *r = context;
	struct runner *runner = r->run.runner;

	for (size_t i = 0; i < runner->runs.n; i++) {
		if (runner->runs.v[i] != r)
			continue;
		runner->runs.v[i] = runner->runs.v[--runner->runs.n];
		break;
	}
	download_free(r->run.download);
	upload_free(r->run.upload);
	hub_free(r->hub);
	queue_job_free(r->job);
	free(r->run.note);
	free(r);
	look_again(runner);
}

/* Not at once: who ends it is still at work with it. */
static void
bury_soon(struct running *r)
{
	loop_timer_start(r->run.runner->loop, &r->burial, 0, bury, r);
}

/* A change that the runner makes; without a disk it holds until the end. */
static void
set_state(struct runner *runner, unsigned id, enum queue_state state,
    const char *path, const struct error *why)
{
	struct error err;
	struct queue_job *job = queue_find(&runner->queue->list, id);

	if (job &&
	    !queue_set_state(runner->queue, id, state, path, why, &err) &&
	    runner->face.told)
		runner->face.told(runner->face.context, job, err.message);
}

static const char *
target_of(const struct queue_job *job)
{
	return job->folder ? job->folder : job->root;
}

/* No job that writes to the full disk goes on by itself. */
static void
pause_disk(struct runner *runner, const char *target, const struct error *why)
{
	for (size_t i = 0; i < runner->queue->list.jobs.n; i++) {
		const struct queue_job *job = runner->queue->list.jobs.v[i];

		if (job->state == QUEUE_WAITING &&
		    fs_is_same(target_of(job), target))
			set_state(runner, job->id, QUEUE_PAUSED, NULL, why);
	}
}

static bool
is_full(const struct error *err)
{
	return err->remedy == REMEDY_FREE_SPACE ||
	       (err->code == ERR_SYSTEM &&
		   (err->detail == ENOSPC || err->detail == EDQUOT));
}

static void
end(struct running *r, const char *path, const struct error *err)
{
	struct runner *runner = r->run.runner;
	struct queue_job *job = queue_find(&runner->queue->list, r->run.id);

	if (job)
		job->running = false;
	/* What was told to stop has the state that it was given. */
	if (job && job->state == QUEUE_WAITING && !runner->stopping) {
		if (!err)
			set_state(runner, job->id, QUEUE_DONE, path, NULL);
		else if (is_full(err))
			pause_disk(runner, target_of(r->job), err);
		else if (err->code != ERR_CANCELLED)
			set_state(runner, job->id, QUEUE_FAILED, NULL, err);
	}
	tell_ended(runner, r->run.id);
	bury_soon(r);
}

static void
on_done(void *context, const struct download_result *result,
    const struct error *err)
{
	struct running *r = context;
	struct queue_job *job =
	    queue_find(&r->run.runner->queue->list, r->run.id);

	if (result && *result->commit && job && !job->commit)
		job->commit = mem_strdup(result->commit);
	end(r, result ? result->path : NULL, err);
}

/* -- the begin of a job -- */

static void
begin_download(struct running *r)
{
	struct runner *runner = r->run.runner;

	work_request(r->job, &r->request);
	r->request.small_first = true;
	r->request.rate = r->job->rate;
	r->request.limit = &runner->down;
	r->request.patience_s = PATIENCE_S;
	r->bus = (struct job_bus){ on_job, r, 0 };
	r->hub->workers = runner->workers;
	r->run.download = download_start(
	    r->hub, runner->workers, &r->bus, &r->request, on_done, r);
}

/* -- the same of an upload -- */

static void
on_uploaded(
    void *context, const struct upload_result *result, const struct error *err)
{
	struct running *r = context;
	const char *url = result->pull_url ? result->pull_url : result->url;

	if (r->refused.code != ERR_NONE)
		err = &r->refused;
	end(r, err ? NULL : url, err);
}

/* Nobody is there to be asked: what seems to be secret is not sent. */
static void
on_planned(void *context)
{
	struct running *r = context;
	size_t n;
	const size_t *secrets = upload_secrets(r->run.upload, &n);

	if (!n) {
		upload_go(r->run.upload);
		return;
	}
	err_set(&r->refused, ERR_CONFLICT,
	    "nothing was uploaded, as '%s' seems to be secret (%zu in all)",
	    upload_selection(r->run.upload)->files.v[secrets[0]].path, n);
	err_remedy(&r->refused, REMEDY_SECRETS);
	upload_cancel(r->run.upload);
}

static void
on_news(void *context, enum upload_news what, const char *text, uint64_t n)
{
	struct running *r = context;
	const struct runner *runner = r->run.runner;
	struct queue_job *job = queue_find(&runner->queue->list, r->run.id);
	struct str note = STR_INIT;

	if (what == UPLOAD_FILES)
		return;
	upload_add_news(&note, what, text, n);
	if (note.n) {
		free(r->run.note);
		r->run.note = mem_strdup(note.v);
	}
	if (note.n && job && runner->face.told)
		runner->face.told(runner->face.context, job, note.v);
	str_fini(&note);
}

static void
begin_upload(struct running *r)
{
	struct runner *runner = r->run.runner;

	work_upload(r->job, &r->sending, &r->settings);
	r->own.above = &runner->up;
	limit_set(&r->own, r->job->rate);
	r->sending.limit = &r->own;
	r->sending.planned = on_planned;
	r->sending.news = on_news;
	r->bus = (struct job_bus){ on_job, r, 0 };
	r->hub->workers = runner->workers;
	r->hub->patience_s = PATIENCE_S;
	r->run.upload = upload_start(
	    r->hub, runner->workers, &r->bus, &r->sending, on_uploaded, r);
}

static void
start(struct runner *runner, struct queue_job *job)
{
	struct running *r = mem_new(struct running);
	struct error err;

	r->run.runner = runner;
	r->run.id = job->id;
	r->run.counts = job->counts;
	r->noted_ms = clock_ms();
	rate_begin(&r->run.rate, 0, clock_ms());
	r->job = queue_job_copy(job);
	arr_push(&runner->runs, r);
	job->running = true;
	queue_note(runner->queue, job->id);
	r->hub = work_open_hub(runner->loop, runner->log, job, &err);
	if (!r->hub)
		end(r, NULL, &err);
	else if (job->kind == QUEUE_UPLOAD)
		begin_upload(r);
	else
		begin_download(r);
}

/* -- comparing -- */

static struct running *
find_run(const struct runner *runner, unsigned id)
{
	arr_each (r, &runner->runs) {
		if ((*r)->run.id == id)
			return *r;
	}
	return NULL;
}

static void
stop_run(struct running *r)
{
	if (r->run.ending || !(r->run.download || r->run.upload))
		return;
	r->run.ending = true;
	if (r->run.upload)
		upload_cancel(r->run.upload);
	else
		download_cancel(r->run.download);
}

/* Whether `a` comes before `b`, where the smallest are first: what is left of them,
 * where that is known. */
static bool
is_smaller(const struct queue_job *a, const struct queue_job *b)
{
	uint64_t left_a = a->counts.total - a->counts.done;
	uint64_t left_b = b->counts.total - b->counts.done;

	if (!a->counts.total || !b->counts.total)
		return a->counts.total && !b->counts.total;
	return left_a < left_b;
}

static struct queue_job *
next_job(const struct runner *runner)
{
	struct queue_job *best = NULL;

	arr_each (job, &runner->queue->list.jobs) {
		if ((*job)->state != QUEUE_WAITING ||
		    find_run(runner, (*job)->id))
			continue;
		if (!best || (runner->queue->list.settings.smallest &&
				 is_smaller(*job, best)))
			best = *job;
	}
	return best;
}

static void
stop_unwanted(struct runner *runner)
{
	arr_each (r, &runner->runs) {
		const struct queue_job *job =
		    queue_find(&runner->queue->list, (*r)->run.id);

		if (runner->stopping || !job || job->state != QUEUE_WAITING)
			stop_run(*r);
		else if (job->rate != (*r)->job->rate && (*r)->run.download)
			download_set_rate((*r)->run.download, job->rate);
		else if (job->rate != (*r)->job->rate)
			limit_set(&(*r)->own, job->rate);
		if (job)
			(*r)->job->rate = job->rate;
	}
}

static void
start_wanted(struct runner *runner)
{
	struct queue_job *job;

	while (!runner->stopping &&
	       runner->runs.n < runner->queue->list.settings.at_once &&
	       (job = next_job(runner)))
		start(runner, job);
}

/* -- time -- */

/* Sets a limit as it is at this time of the day, and `minutes` to when one changes,
 * unless another one does before (0: none does). */
static void
set_limit(struct limit *limit, const char *text, unsigned *minutes)
{
	struct schedule schedule;
	unsigned changes = 0;
	struct error ignored;
	uint64_t rate = 0;

	if (schedule_read(text, &schedule, &ignored))
		rate = schedule_now(&schedule, &changes);
	if (rate != limit->rate)
		limit_set(limit, rate);
	if (changes && (!*minutes || changes < *minutes))
		*minutes = changes;
}

static void
set_limits(void *context)
{
	struct runner *runner = context;
	const struct queue_settings *settings = &runner->queue->list.settings;
	unsigned minutes = 0;

	set_limit(&runner->down, settings->down, &minutes);
	set_limit(&runner->up, settings->up, &minutes);
	loop_timer_stop(&runner->clock);
	/* Within a minute of it, as this looks at minutes only. */
	if (minutes && runner->runs.n)
		loop_timer_start(runner->loop, &runner->clock,
		    minutes > 1 ? (minutes - 1) * 60000 : 1000, set_limits,
		    runner);
}

static void
measure(struct run *run, uint64_t now)
{
	const struct queue_counts *counts = &run->counts;

	rate_sample(&run->rate, run->came, now);
	run->timed = counts->total > counts->done &&
	             rate_left(&run->left, &run->rate,
			 counts->total - counts->done, now, &run->left_s);
}

static void
on_tick(void *context)
{
	struct runner *runner = context;
	uint64_t now = clock_ms();

	arr_each (r, &runner->runs) {
		measure(&(*r)->run, now);
		if (now - (*r)->noted_ms < NOTE_MS)
			continue;
		(*r)->noted_ms = now;
		queue_note(runner->queue, (*r)->run.id);
	}
	tell_changed(runner);
	if (runner->runs.n)
		loop_timer_start(
		    runner->loop, &runner->tick, TICK_MS, on_tick, runner);
}

static void
look_again(void *context)
{
	struct runner *runner = context;
	bool idle;

	stop_unwanted(runner);
	start_wanted(runner);
	set_limits(runner);
	idle = !runner->runs.n && !queue_is_writing(runner->queue);
	if (runner->runs.n)
		loop_timer_start(
		    runner->loop, &runner->tick, 0, on_tick, runner);
	tell_changed(runner);
	if (idle && runner->face.idle)
		runner->face.idle(runner->face.context);
}

void
runner_look_again(struct runner *runner)
{
	look_again(runner);
}

void
runner_stop(struct runner *runner)
{
	runner->stopping = true;
	look_again(runner);
}

const struct run *
runner_find(const struct runner *runner, unsigned id)
{
	const struct running *r = find_run(runner, id);

	return r ? &r->run : NULL;
}

void
runner_hurry(struct runner *runner, unsigned id)
{
	struct running *r = find_run(runner, id);

	if (r && r->run.download)
		download_retry_now(r->run.download);
}

uint64_t
runner_limit(const struct runner *runner)
{
	return runner->down.rate;
}

uint64_t
runner_limit_up(const struct runner *runner)
{
	return runner->up.rate;
}

unsigned
runner_running(const struct runner *runner)
{
	return (unsigned)runner->runs.n;
}

/* -- what others want -- */

static void
on_request(void *context, const char *line)
{
	struct runner *runner = context;
	struct error ignored;

	MAY_FAIL(queue_change(runner->queue, line, NULL, &ignored),
	    "who asked sees that nothing changed");
}

static void
take_requests(void *context)
{
	struct runner *runner = context;

	inbox_take(&runner->taken, on_request, runner);
	arr_each (one, &runner->taken.v)
		one->mark = one->mark ? one->mark : runner->queue->handed;
	inbox_done(&runner->taken, runner->queue->kept);
	if (runner->inbox < 0)
		loop_timer_start(runner->loop, &runner->post, POST_MS,
		    take_requests, runner);
	look_again(runner);
}

static void
on_inbox(void *context, int fd, unsigned events)
{
	(void)events;
	dirwatch_take(fd);
	take_requests(context);
}

/* Whoever asked for a change is told that it was made once it is on disk. */
static void
on_written(void *context, const struct error *err)
{
	struct runner *runner = context;

	inbox_done(&runner->taken, runner->queue->kept);
	if (err && !runner->unkept && runner->face.unkept)
		runner->face.unkept(runner->face.context, err);
	runner->unkept = err != NULL;
	/* The end may have waited for it. */
	if (!runner->runs.n)
		look_again(runner);
}

bool
runner_open_inbox(struct runner *runner, struct error *err)
{
	char *folder = inbox_folder(err);

	if (!folder)
		return false;
	/* First, so that nothing comes unseen. */
	runner->inbox = dirwatch_open(folder);
	if (runner->inbox >= 0)
		loop_watch(
		    runner->loop, runner->inbox, LOOP_READ, on_inbox, runner);
	free(folder);
	take_requests(runner);
	return true;
}

struct runner *
runner_new(struct queue *queue, struct loop *loop, struct workers *workers,
    const struct log *log, const struct runner_face *face)
{
	struct runner *runner = mem_new(struct runner);

	runner->queue = queue;
	runner->loop = loop;
	runner->workers = workers;
	runner->log = log;
	runner->face = *face;
	runner->inbox = -1;
	queue_write_on(queue, workers, on_written, runner);
	return runner;
}

void
runner_free(struct runner *runner)
{
	if (!runner)
		return;
	loop_timer_stop(&runner->tick);
	loop_timer_stop(&runner->clock);
	loop_timer_stop(&runner->post);
	if (runner->inbox >= 0)
		loop_unwatch(runner->loop, runner->inbox);
	file_close(runner->inbox);
	inbox_forget(&runner->taken);
	arr_free(&runner->runs);
	free(runner);
}
