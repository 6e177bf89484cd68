/* remove.c: transfers taken out of the list, with or without what they left (screen.h). */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/queue/record.h"
#include "tui/engine/engine.h"
#include "tui/transfers/screen.h"

enum remove_answer {
	REMOVE_NO,
	REMOVE_ROWS,
	REMOVE_ALL, /* and unfinished files */
};

/* Ids of what is meant, in `ids`, and the lines that bring it back; `anew`: there is
 * nothing of it any more. */
static size_t
note_meant(struct xfer_screen *s, xfer_ids *ids, bool anew)
{
	xfer_jobs jobs = xfer_meant(&s->m);
	size_t n = jobs.n;

	str_clear(&s->removed);
	arr_each (job, &jobs) {
		struct queue_job *copy = queue_job_copy(*job);

		arr_push(ids, copy->id);
		copy->id = 0;
		copy->running = false;
		if (anew)
			copy->counts = (struct queue_counts){ 0 };
		record_add_job(&s->removed, copy);
		queue_job_free(copy);
	}
	arr_free(&jobs);
	return n;
}

static void
remove_meant(struct xfer_screen *s, struct app *app)
{
	struct str lines = STR_INIT;
	xfer_ids ids = { 0 };
	size_t n = note_meant(s, &ids, false);

	arr_each (id, &ids)
		record_add_drop(&lines, *id);
	arr_free(&ids);
	app_say(app, TOAST_INFO, "transfers",
	    "%zu transfer%s removed; z restores %s", n, n == 1 ? "" : "s",
	    n == 1 ? "it" : "them");
	if (lines.n)
		(void)engine_xfer_change(app->engine, &s->base, lines.v);
	str_fini(&lines);
}

static void
discard_meant(struct xfer_screen *s, struct app *app)
{
	xfer_ids ids = { 0 };
	size_t n = note_meant(s, &ids, true);

	(void)engine_xfer_discard(app->engine, &s->base, ids.v, ids.n);
	arr_free(&ids);
	app_say(app, TOAST_INFO, "transfers",
	    "%zu transfer%s removed; discarding unfinished files...", n,
	    n == 1 ? "" : "s");
}

/* -- the question -- */

static struct dialog *
ask(struct xfer_screen *s, struct app *app, const xfer_jobs *jobs)
{
	struct dialog *dialog =
	    app_ask(app, &s->base, XFER_ASK_REMOVE, "remove from the list?");
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];

	arr_each (job, jobs) {
		str_clear(&text);
		str_addz(&text, "  ");
		xfer_add_name(&text, *job);
		fmt_bytes(size, (*job)->counts.done);
		dialog_line(dialog, ROLE_TEXT, text.v,
		    queue_is_open(*job) ? size
					: queue_state_name((*job)->state));
	}
	dialog_foot(dialog);
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	str_fini(&text);
	return dialog;
}

static void
put_buttons(struct dialog *dialog, bool discard)
{
	dialog_button(dialog, "No (n)", 'n', REMOVE_NO);
	dialog_button(dialog, "Remove (y)", 'y', REMOVE_ROWS);
	if (discard)
		dialog_button(dialog, "Discard too (x)", 'x', REMOVE_ALL);
}

/* Whether something of a job may be left that is of no use without it. */
static bool
may_leave(const struct queue_job *job)
{
	return job->kind == QUEUE_DOWNLOAD && !job->folder &&
	       job->state != QUEUE_DONE;
}

/* Where an unfinished one would go, or something of it is left, it is asked first. */
void
xfer_ask_remove(struct xfer_screen *s, struct app *app)
{
	xfer_jobs jobs = xfer_meant(&s->m);
	xfer_ids ids = { 0 };
	struct dialog *dialog;
	size_t open = 0;

	arr_each (job, &jobs) {
		open += queue_is_open(*job) || may_leave(*job);
		arr_push(&ids, (*job)->id);
	}
	if (open) {
		dialog = ask(s, app, &jobs);
		dialog_line(dialog, ROLE_DIM,
		    "Downloaded bytes stay; a later download resumes from "
		    "them.",
		    NULL);
		put_buttons(dialog, false);
		s->looks =
		    engine_xfer_left(app->engine, &s->base, ids.v, ids.n);
	} else {
		remove_meant(s, app);
	}
	arr_free(&ids);
	arr_free(&jobs);
}

static void
put_left(struct dialog *dialog, const struct discard_sum *left)
{
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];

	fmt_bytes(size, left->files.bytes);
	str_addf(&text, "unfinished in the cache: %zu file%s",
	    left->files.files, left->files.files == 1 ? "" : "s");
	dialog_line(dialog, ROLE_TITLE, text.v, size);
	dialog_line(dialog, ROLE_DIM,
	    "These are all of the same repository, whatever download began "
	    "them.",
	    NULL);
	str_clear(&text);
	str_addf(&text, "another program is downloading %zu file%s, which %s",
	    left->files.busy, left->files.busy == 1 ? "" : "s",
	    left->files.busy == 1 ? "stays" : "stay");
	if (left->files.busy)
		dialog_line(dialog, ROLE_DIM, text.v, NULL);
	if (left->shared)
		dialog_line(dialog, ROLE_DIM,
		    "Those that other transfers of the list need stay.", NULL);
	str_fini(&text);
}

/* The same question, now that it is known what there is to discard. */
void
xfer_on_left(
    struct xfer_screen *s, struct app *app, const struct xfer_event *event)
{
	xfer_jobs jobs;
	struct dialog *dialog;

	if (event->base.generation != s->looks || !event->left.files.files)
		return;
	/* It was answered, or another one has come in front of it. */
	if (!dialog_is_open(&app->dialog) || app->asker != &s->base ||
	    app->question != XFER_ASK_REMOVE)
		return;
	jobs = xfer_meant(&s->m);
	dialog = ask(s, app, &jobs);
	arr_free(&jobs);
	put_left(dialog, &event->left);
	dialog_line(dialog, ROLE_DIM,
	    "Remove keeps them: a later download resumes from them.", NULL);
	dialog_line(dialog, ROLE_DIM,
	    "Discard too deletes them, which cannot be undone.", NULL);
	put_buttons(dialog, true);
}

void
xfer_answer_remove(struct xfer_screen *s, struct app *app, int answer)
{
	s->looks = 0;
	if (answer == REMOVE_ROWS)
		remove_meant(s, app);
	else if (answer == REMOVE_ALL)
		discard_meant(s, app);
}

void
xfer_on_discarded(struct app *app, const struct discard_sum *left)
{
	char size[TIMEFMT_MAX];

	fmt_bytes(size, left->files.bytes);
	if (left->err.code != ERR_NONE)
		app_say(app, TOAST_WARN, "transfers",
		    "%s discarded, but not all: %.600s", size,
		    left->err.message);
	else
		app_say(app, TOAST_INFO, "transfers",
		    "%s of unfinished files discarded%s", size,
		    left->files.busy ? "; what is being downloaded stays" : "");
}

void
xfer_bring_back(struct xfer_screen *s, struct app *app)
{
	app_say(app, TOAST_INFO, "transfers", "restored");
	if (s->removed.n)
		(void)engine_xfer_change(app->engine, &s->base, s->removed.v);
	str_clear(&s->removed);
}
