/* cmd_queue_run.c: hug queue run. */
#include <stdlib.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/queue_text.h"
#include "cli/remedy.h"
#include "cli/session.h"
#include "core/queue/queue.h"
#include "core/queue/runner.h"
#include "core/run/loop.h"

struct working {
	struct session base;
	const struct cli *cli;
	struct queue queue;
	struct runner *runner;
	bool began;
	unsigned failed;
};

static void
on_event(void *context, const struct job_event *event)
{
	struct working *w = context;

	/* The block on the terminal is of one transfer. */
	if (w->queue.list.settings.at_once == 1)
		progress_tell(w->base.progress, event);
}

static void
on_told(void *context, const struct queue_job *job, const char *text)
{
	const struct working *w = context;

	if (w->queue.list.settings.at_once > 1)
		out_note(w->cli, "%u: %s", job->id, text);
}

static void
tell_failure(const struct working *w, const struct queue_job *job)
{
	struct str target = STR_INIT, advice = STR_INIT, why = STR_INIT;
	struct error err;

	queue_job_failure(job, &err);
	queue_add_target(&target, job);
	remedy_add(&advice, &err);
	err_join(&why, &err, advice.v ? advice.v : "");
	out_note(w->cli, "transfer %u, %s, %s: %s", job->id, target.v,
	    job->state == QUEUE_FAILED ? "has failed" : "is paused", why.v);
	str_fini(&target);
	str_fini(&advice);
	str_fini(&why);
}

static void
on_ended(void *context, const struct queue_job *job)
{
	struct working *w = context;
	bool failed = job->state == QUEUE_FAILED ||
	              (job->state == QUEUE_PAUSED && job->error);

	if (job->state == QUEUE_DONE && job->path)
		out_exact(job->path);
	else if (failed && job->error)
		tell_failure(w, job);
	w->failed += failed;
	out_flush();
}

static void
on_unkept(void *context, const struct error *err)
{
	const struct working *w = context;

	out_note(w->cli, "%s", err->message);
}

static void
on_idle(void *context)
{
	struct working *w = context;

	if (w->began)
		loop_stop(w->base.loop);
}

static void
on_interrupt(void *context)
{
	struct working *w = context;

	runner_stop(w->runner);
}

/* Until nothing is left to run. */
static bool
work_off(struct working *w, struct error *err)
{
	const struct runner_face face = { .event = on_event,
		.told = on_told,
		.ended = on_ended,
		.unkept = on_unkept,
		.idle = on_idle,
		.context = w };

	w->runner = runner_new(
	    &w->queue, w->base.loop, w->base.workers, &w->base.log, &face);
	w->base.cancel = on_interrupt;
	w->base.context = w;
	if (!runner_open_inbox(w->runner, err))
		return false;
	w->began = true;
	runner_look_again(w->runner);
	if (runner_running(w->runner) || queue_is_writing(&w->queue))
		loop_run(w->base.loop);
	return true;
}

static bool
open_queue(struct working *w, struct error *err)
{
	if (!queue_open(&w->queue, err))
		return false;
	if (w->queue.trouble)
		out_note(w->cli, "%s", w->queue.trouble);
	if (!w->queue.owner)
		return true;
	if (w->queue.owner > 0)
		err_set(err, ERR_CONFLICT, "process %ld already runs the queue",
		    w->queue.owner);
	else
		err_set(
		    err, ERR_CONFLICT, "another hug already runs the queue");
	return err_hint(err, "`hug queue ls` shows its progress");
}

static enum exit_code
run_run(const struct cli *cli, const void *args)
{
	struct working w = { .cli = cli };
	struct session_options options = { .look = session_look(
					       cli, PROGRESS_AUTO) };
	enum exit_code code = EXIT_ALL;
	struct error err;
	bool ok;

	(void)args;
	ok = open_queue(&w, &err) &&
	     session_open(&w.base, cli, &options, &err) && work_off(&w, &err);
	if (!ok)
		out_error(cli, &err);
	if (w.base.loop) {
		session_halt(&w.base);
		runner_free(w.runner);
		session_close(&w.base);
	}
	queue_close(&w.queue);
	if (w.base.interrupted)
		code = (enum exit_code)(128 + w.base.interrupted);
	else if (!ok || w.failed)
		code = EXIT_NOT_ALL;
	return out_finish(cli) ? code : EXIT_NOT_ALL;
}

static const struct arg run_args[] = { { .name = NULL } };
static const struct opt run_opts[] = { { .name = NULL } };

static const struct example examples[] = {
	{ "hug queue run", "Download what is queued, and print each path" },
	{ "hug queue run 2>queue.log &", "The same in the background" },
	{ NULL, NULL },
};

const struct command cmd_queue_run = {
	.name = "queue run",
	.summary = "Run the queued transfers without the app",
	.details = "Ends when nothing is left to run. It also runs transfers "
		   "that are queued meanwhile; paused transfers stay paused. "
		   "After an interruption, the next run resumes.\n",
	.examples = examples,
	.args = run_args,
	.opts = run_opts,
	.run = run_run,
	.faces = FACE_HUG,
};
