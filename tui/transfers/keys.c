/* keys.c: what the actions do on the Transfers screen (screen.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/timefmt.h"
#include "core/queue/record.h"
#include "core/xfer/schedule.h"
#include "tui/engine/engine.h"
#include "tui/frame/command.h"
#include "tui/transfers/screen.h"

static struct xfer_screen *
own(struct screen *screen)
{
	return CONTAINER_OF(screen, struct xfer_screen, base);
}

/* -- changes -- */

static void
send(struct xfer_screen *s, struct app *app, struct str *lines)
{
	if (lines->n)
		(void)engine_xfer_change(app->engine, &s->base, lines->v);
	str_fini(lines);
}

static void
add_state(
    struct str *lines, const struct queue_job *job, enum queue_state state)
{
	record_add_state(lines, job->id, queue_state_name(state), NULL, NULL);
}

/* Which of the jobs that are meant a change is for. */
static bool
takes(enum action_id action, const struct queue_job *job)
{
	switch (action) {
	case ACT_PAUSE:
	case ACT_STOP:
		return queue_is_open(job);
	case ACT_RETRY:
		return job->state == QUEUE_FAILED || job->running ||
		       job->state == QUEUE_STOPPED ||
		       (job->state == QUEUE_PAUSED && job->error);
	default:
		return true;
	}
}

static bool
any_taken(const struct xfer_screen *s, enum action_id action)
{
	xfer_jobs jobs = xfer_meant(&s->m);
	bool any = false;

	arr_each (job, &jobs)
		any = any || takes(action, *job);
	arr_free(&jobs);
	return any;
}

/* -- what can be done -- */

static const char *
refuse_change(const struct xfer_screen *s)
{
	if (!s->m.picture)
		return "the list is still being read";
	return s->m.picture->owner
	           ? "another hug has these transfers; change them there"
	           : NULL;
}

const char *
xfer_refuse(const struct screen *screen, enum action_id action)
{
	const struct xfer_screen *s =
	    (const struct xfer_screen *)(const void *)screen;
	const char *why = refuse_change(s);

	switch (action) {
	case ACT_PAUSE_ALL:
		return why                ? why
		       : s->m.totals.open ? NULL
		                          : "no transfer is unfinished";
	case ACT_PAUSE:
	case ACT_STOP:
		if (!why && !any_taken(s, action))
			why = "no transfer here is unfinished";
		return why;
	case ACT_RETRY:
		if (!why && !any_taken(s, action))
			why = "nothing failed here";
		return why;
	case ACT_REMOVE:
	case ACT_EARLIER:
	case ACT_LATER:
	case ACT_MARK:
	case ACT_MARK_UP:
	case ACT_MARK_ALL:
	case ACT_RULES:
		return why               ? why
		       : xfer_row(&s->m) ? NULL
		                         : "no transfer is here";
	case ACT_LIMIT:
	case ACT_ADD:
		return why;
	case ACT_COPY:
		return xfer_row(&s->m) ? NULL : "no transfer is here";
	case ACT_UNDO:
		return s->removed.n ? NULL : "nothing was removed";
	case ACT_REDO:
		return "there is nothing to do again";
	default:
		return NULL;
	}
}

/* -- pausing and going on -- */

/* What is to run is paused; where nothing is, all goes on. */
static void
pause_or_go(struct xfer_screen *s, struct app *app)
{
	xfer_jobs jobs = xfer_meant(&s->m);
	struct str lines = STR_INIT;
	bool any = false;

	arr_each (job, &jobs)
		any = any || (*job)->state == QUEUE_WAITING;
	arr_each (job, &jobs) {
		if (any && (*job)->state == QUEUE_WAITING)
			add_state(&lines, *job, QUEUE_PAUSED);
		else if (!any && (*job)->state == QUEUE_PAUSED)
			add_state(&lines, *job, QUEUE_WAITING);
	}
	app_tell(app, any ? "paused" : "going on");
	arr_free(&jobs);
	send(s, app, &lines);
}

static void
pause_or_go_all(struct xfer_screen *s, struct app *app)
{
	struct str lines = STR_INIT;
	bool any = false;

	arr_each (job, &s->m.picture->list.jobs)
		any = any || (*job)->state == QUEUE_WAITING;
	arr_each (job, &s->m.picture->list.jobs) {
		if (any && (*job)->state == QUEUE_WAITING)
			add_state(&lines, *job, QUEUE_PAUSED);
		else if (!any && (*job)->state == QUEUE_PAUSED)
			add_state(&lines, *job, QUEUE_WAITING);
	}
	app_say(app, TOAST_INFO, "transfers",
	    any ? "all are paused; P continues them" : "all go on");
	send(s, app, &lines);
}

static void
set_all(struct xfer_screen *s, struct app *app, enum action_id action,
    enum queue_state state)
{
	xfer_jobs jobs = xfer_meant(&s->m);
	struct str lines = STR_INIT;

	arr_each (job, &jobs) {
		if (takes(action, *job))
			add_state(&lines, *job, state);
	}
	arr_free(&jobs);
	if (state == QUEUE_STOPPED)
		app_say(app, TOAST_INFO, "transfers",
		    "stopped; what was downloaded is kept, and r continues it");
	send(s, app, &lines);
}

/* What runs does not wait any longer. */
static void
hurry(struct xfer_screen *s, struct app *app)
{
	xfer_jobs jobs = xfer_meant(&s->m);

	arr_each (job, &jobs) {
		if (xfer_run_of(s->m.picture, (*job)->id))
			(void)engine_xfer_hurry(
			    app->engine, &s->base, (*job)->id);
	}
	arr_free(&jobs);
}

/* -- order -- */

/* Before the job in front of it, or behind the next one. */
static void
move(struct xfer_screen *s, struct app *app, bool earlier)
{
	const struct queue_list *list = &s->m.picture->list;
	const struct xfer_row *row = xfer_row(&s->m);
	struct str lines = STR_INIT;
	size_t at = 0;

	while (at < list->jobs.n && list->jobs.v[at]->id != row->id)
		at++;
	if (earlier && at > 0)
		record_add_move(&lines, row->id, list->jobs.v[at - 1]->id);
	else if (!earlier && at + 1 < list->jobs.n)
		record_add_move(&lines, row->id,
		    at + 2 < list->jobs.n ? list->jobs.v[at + 2]->id : 0);
	else
		app_say(app, TOAST_INFO, "key",
		    earlier ? "it is the first one" : "it is the last one");
	send(s, app, &lines);
}

/* -- marks -- */

enum mark_by {
	MARK_FAILED,
	MARK_PAUSED,
	MARK_DONE,
	MARK_NONE,
};

static void
ask_mark(struct xfer_screen *s, struct app *app)
{
	struct menu *menu =
	    app_choose(app, &s->base, XFER_ASK_MARK, "mark", false);

	menu_add(menu, 'f', "all that have failed", NULL, MARK_FAILED);
	menu_add(menu, 'p', "all that are paused", NULL, MARK_PAUSED);
	menu_add(menu, 'd', "all that are done", NULL, MARK_DONE);
	menu_add(menu, 'n', "none", NULL, MARK_NONE);
}

static void
mark_by(struct xfer_screen *s, struct app *app, int by)
{
	size_t n = 0;

	arr_each (item, &s->m.picture->list.jobs) {
		const struct queue_job *job = *item;
		bool on = (by == MARK_FAILED && job->state == QUEUE_FAILED) ||
		          (by == MARK_PAUSED && job->state == QUEUE_PAUSED) ||
		          (by == MARK_DONE && job->state == QUEUE_DONE);

		xfer_mark(&s->m, job->id, on);
		n += on;
	}
	app_say(app, TOAST_INFO, "marks", "%zu marked", n);
}

static void
mark_row(struct xfer_screen *s, long then)
{
	const struct xfer_row *row = xfer_row(&s->m);

	xfer_mark(&s->m, row->id, !xfer_is_marked(&s->m, row->id));
	rows_move(&s->m.table.rows, then);
}

static void
mark_all(struct xfer_screen *s)
{
	bool all = s->m.marked.n == s->m.picture->list.jobs.n;

	arr_each (job, &s->m.picture->list.jobs)
		xfer_mark(&s->m, (*job)->id, !all);
}

/* -- limits -- */

enum limit_answer {
	LIMIT_ALL,
	LIMIT_ALL_UP,
	LIMIT_ONE,
	LIMIT_AT_ONCE,
	LIMIT_ORDER,
};

static void
ask_limits(struct xfer_screen *s, struct app *app)
{
	const struct queue_settings *settings = &s->m.picture->list.settings;
	const struct xfer_row *row = xfer_row(&s->m);
	struct menu *menu = app_choose(
	    app, &s->base, XFER_ASK_LIMITS, "limits and order", false);
	char text[TIMEFMT_MAX];

	menu_add(menu, 'a', "limit for all downloads",
	    settings->down ? settings->down : "off", LIMIT_ALL);
	menu_add(menu, 'u', "limit for all uploads",
	    settings->up ? settings->up : "off", LIMIT_ALL_UP);
	fmt_bytes(text, row ? row->job->rate : 0);
	if (row)
		menu_add(menu, 't', "limit for this transfer",
		    row->job->rate ? text : "off", LIMIT_ONE);
	snprintf(text, sizeof(text), "%u", settings->at_once);
	menu_add(menu, 'n', "transfers at a time", text, LIMIT_AT_ONCE);
	menu_add(menu, 'o', "begin with",
	    settings->smallest ? "the smallest" : "the first of the list",
	    LIMIT_ORDER);
}

static void
answer_limits(struct xfer_screen *s, struct app *app, int answer)
{
	const struct queue_settings *settings = &s->m.picture->list.settings;
	const struct xfer_row *row = xfer_row(&s->m);
	struct str line = STR_INIT;
	char text[24];

	snprintf(text, sizeof(text), "%u", settings->at_once);
	s->of = row ? row->id : 0;
	if (answer == LIMIT_ALL)
		app_type(app, &s->base, XFER_ASK_LIMIT_ALL, "limit (20M, off)",
		    settings->down ? settings->down : "");
	else if (answer == LIMIT_ALL_UP)
		app_type(app, &s->base, XFER_ASK_LIMIT_UP, "limit (20M, off)",
		    settings->up ? settings->up : "");
	else if (answer == LIMIT_ONE)
		app_type(
		    app, &s->base, XFER_ASK_LIMIT_ONE, "limit (20M, off)", "");
	else if (answer == LIMIT_AT_ONCE)
		app_type(app, &s->base, XFER_ASK_AT_ONCE, "transfers at a time",
		    text);
	else if (answer == LIMIT_ORDER)
		record_add_order(&line, !settings->smallest);
	send(s, app, &line);
}

static bool
typed_limit(
    struct xfer_screen *s, struct app *app, const char *text, int question)
{
	bool up = question == XFER_ASK_LIMIT_UP;
	struct schedule schedule;
	struct error err;
	struct str line = STR_INIT;
	struct queue_job *job;

	if (!schedule_read(text, &schedule, &err)) {
		app_fail(app, TOAST_WARN, "limit", &err);
		return false;
	}
	if (question != XFER_ASK_LIMIT_ONE) {
		record_add_limit(
		    &line, up ? QUEUE_UPLOAD : QUEUE_DOWNLOAD, text);
		send(s, app, &line);
		return true;
	}
	if (schedule.n) {
		app_say(app, TOAST_WARN, "limit",
		    "times of the day are for all transfers together");
		return false;
	}
	job = queue_find(&s->m.picture->list, s->of);
	if (!job)
		return true;
	job = queue_job_copy(job);
	job->rate = schedule.rate;
	record_add_news(&line, job);
	queue_job_free(job);
	send(s, app, &line);
	return true;
}

static bool
typed_at_once(struct xfer_screen *s, struct app *app, const char *text)
{
	struct str line = STR_INIT;
	uint64_t n;

	if (!span_u64(span_trim(span_of(text)), &n) || !n || n > 100) {
		app_say(app, TOAST_WARN, "limit", "a number from 1 to 100");
		return false;
	}
	record_add_at_once(&line, (unsigned)n);
	send(s, app, &line);
	return true;
}

/* -- copying -- */

enum copy_answer {
	COPY_PATH,
	COPY_ID,
	COPY_COMMAND,
	COPY_WHY,
};

static void
ask_copy(struct xfer_screen *s, struct app *app)
{
	const struct queue_job *job = xfer_row(&s->m)->job;
	struct menu *menu =
	    app_choose(app, &s->base, XFER_ASK_COPY, "copy", false);

	if (job->path)
		menu_add(menu, 'p', "path", NULL, COPY_PATH);
	menu_add(menu, 'i', "id", NULL, COPY_ID);
	menu_add(menu, 'd',
	    job->kind == QUEUE_UPLOAD ? "command that uploads it"
				      : "command that downloads it",
	    NULL, COPY_COMMAND);
	if (job->error)
		menu_add(menu, 'e', "why it failed", NULL, COPY_WHY);
}

static void
copy(struct xfer_screen *s, struct app *app, int answer)
{
	const struct xfer_row *row = xfer_row(&s->m);
	struct str text = STR_INIT;

	if (!row)
		return;
	if (answer == COPY_PATH && row->job->path)
		str_addz(&text, row->job->path);
	else if (answer == COPY_WHY && row->job->error)
		str_addz(&text, row->job->error);
	else if (answer == COPY_COMMAND && row->job->kind == QUEUE_UPLOAD)
		command_add_upload(&text, row->job);
	else if (answer == COPY_COMMAND)
		command_add_download(&text, row->job, false);
	else
		str_addz(&text, row->job->repo);
	app_copy(app, text.v, NULL);
	str_fini(&text);
}

/* -- actions -- */

static bool
act_move(struct xfer_screen *s, enum action_id action)
{
	enum rows_step step;

	if (!action_is_step(action, &step))
		return false;
	if (s->base.panes.focus == XFER_PANE_INFO) {
		xfer_scroll_info(s, rows_step_by(&s->known, step));
		return true;
	}
	table_move(&s->m.table, step);
	s->known.top = 0;
	return true;
}

static bool
act_list(struct xfer_screen *s, enum action_id action)
{
	const struct xfer_row *row = xfer_row(&s->m);

	switch (action) {
	case ACT_OPEN:
		if (row && row->run)
			xfer_open(
			    &s->m, row->id, !xfer_is_open(&s->m, row->id));
		else
			s->info = !s->info;
		return true;
	case ACT_FOLD:
		if (row)
			xfer_open(&s->m, row->id, false);
		return true;
	case ACT_MARK:
		mark_row(s, 1);
		return true;
	case ACT_MARK_UP:
		mark_row(s, -1);
		return true;
	case ACT_MARK_ALL:
		mark_all(s);
		return true;
	case ACT_INFO:
		s->info = !s->info;
		return true;
	case ACT_INFO_DOWN:
	case ACT_INFO_UP:
		xfer_scroll_info(s, action == ACT_INFO_DOWN ? 1 : -1);
		return true;
	default:
		return false;
	}
}

/* Esc drops marks, which cost nothing to make again. */
static bool
drop_marks(struct xfer_screen *s, struct app *app)
{
	if (!s->m.marked.n)
		return false;
	s->m.marked.n = 0;
	app_tell(app, "no marks");
	return true;
}

bool
xfer_act(struct screen *screen, struct app *app, enum action_id action)
{
	struct xfer_screen *s = own(screen);

	if (act_move(s, action) || act_list(s, action))
		return true;
	switch (action) {
	case ACT_PAUSE:
		pause_or_go(s, app);
		return true;
	case ACT_PAUSE_ALL:
		pause_or_go_all(s, app);
		return true;
	case ACT_STOP:
		set_all(s, app, action, QUEUE_STOPPED);
		return true;
	case ACT_RETRY:
		hurry(s, app);
		set_all(s, app, action, QUEUE_WAITING);
		return true;
	case ACT_REMOVE:
		xfer_ask_remove(s, app);
		return true;
	case ACT_EARLIER:
	case ACT_LATER:
		move(s, app, action == ACT_EARLIER);
		return true;
	case ACT_RULES:
		ask_mark(s, app);
		return true;
	case ACT_LIMIT:
		ask_limits(s, app);
		return true;
	case ACT_ADD:
		app_type(app, &s->base, XFER_ASK_ADD,
		    "download (repository, then files or patterns)", "");
		return true;
	case ACT_COPY:
		ask_copy(s, app);
		return true;
	case ACT_UNDO:
		xfer_bring_back(s, app);
		return true;
	case ACT_BACK:
		return drop_marks(s, app);
	default:
		return false;
	}
}

void
xfer_answer(struct screen *screen, struct app *app, int question, int answer)
{
	struct xfer_screen *s = own(screen);

	if (answer < 0 || !s->m.picture)
		return;
	switch (question) {
	case XFER_ASK_REMOVE:
		xfer_answer_remove(s, app, answer);
		break;
	case XFER_ASK_LIMITS:
		answer_limits(s, app, answer);
		break;
	case XFER_ASK_MARK:
		mark_by(s, app, answer);
		break;
	case XFER_ASK_COPY:
		copy(s, app, answer);
		break;
	default:
		break;
	}
}

bool
xfer_typed(struct screen *screen, struct app *app, int question,
    const char *text, bool done)
{
	struct xfer_screen *s = own(screen);
	struct error err;

	if (!done || !text || !s->m.picture)
		return true;
	if (question == XFER_ASK_LIMIT_ALL || question == XFER_ASK_LIMIT_UP ||
	    question == XFER_ASK_LIMIT_ONE)
		return typed_limit(s, app, text, question);
	if (question == XFER_ASK_AT_ONCE)
		return typed_at_once(s, app, text);
	if (!*text || xfer_add(app, screen, text, &err))
		return true;
	app_fail(app, TOAST_WARN, "transfers", &err);
	return false;
}
