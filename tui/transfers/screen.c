#include "tui/transfers/screen.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "tui/engine/engine.h"
#include "tui/frame/palette.h"
#include "tui/transfers/advice.h"
#include "tui/transfers/speed.h"

static struct xfer_screen *
own(struct screen *screen)
{
	return CONTAINER_OF(screen, struct xfer_screen, base);
}

static const struct xfer_screen *
own_const(const struct screen *screen)
{
	return (const struct xfer_screen *)(const void *)screen;
}

/* -- events -- */

/* Nothing starts by itself; that there is something is said once. */
static void
tell_old(struct xfer_screen *s, struct app *app)
{
	unsigned n = s->m.totals.paused;

	if (s->seen)
		return;
	s->seen = true;
	if (s->m.picture->owner > 0)
		app_say(app, TOAST_INFO, "transfers",
		    "process %ld has the transfers: they are only shown here",
		    s->m.picture->owner);
	else if (n && !s->m.picture->owner)
		app_say(app, TOAST_INFO, "transfers",
		    "%u transfer%s from last time %s paused: 3 shows, P "
		    "continues %s",
		    n, n == 1 ? "" : "s", n == 1 ? "is" : "are",
		    n == 1 ? "it" : "them");
}

static void
on_picture(struct xfer_screen *s, struct app *app)
{
	struct xfer_picture *picture = xfer_look(app->engine);

	if (!picture)
		return;
	xfer_model_take(&s->m, picture, app->now_ms);
	tell_old(s, app);
	/* Between one and the next none runs for a moment. */
	if (app->quit_when_done && s->m.totals.open == s->m.totals.paused)
		app->quit = true;
}

/* What has arrived is to be seen on other screens. */
static void
tell_screens(struct app *app, const struct queue_job *job)
{
	for (size_t i = 0; i < app->n_screens; i++) {
		struct screen *screen = app->screens[i];

		if (screen->ops->arrived)
			screen->ops->arrived(screen, app, job);
	}
}

static void
on_ended(struct xfer_screen *s, struct app *app, const struct queue_job *job)
{
	struct str name = STR_INIT, advice = STR_INIT;

	(void)s;
	xfer_add_name(&name, job);
	xfer_add_advice(&advice, job);
	if (job->state == QUEUE_DONE)
		app_say(app, TOAST_INFO, "transfers", "done: %.200s  %.400s",
		    name.v, job->path ? job->path : "");
	else if (job->state == QUEUE_FAILED)
		app_say(app, TOAST_ERROR, "transfers", "%.200s failed: %.600s",
		    name.v, job->error ? job->error : "");
	else if (job->state == QUEUE_PAUSED && job->error)
		app_say(app, TOAST_ERROR, "transfers",
		    "%.200s is paused: %.600s", name.v, job->error);
	if (advice.n)
		journal_add(&app->journal, JOURNAL_INFO, "transfers", advice.v);
	str_fini(&advice);
	str_addf(&name, " %s", queue_state_name(job->state));
	if (!queue_is_open(job) && job->state != QUEUE_STOPPED)
		app_notify(app, name.v);
	if (job->state == QUEUE_DONE)
		tell_screens(app, job);
	str_fini(&name);
}

/* Where the list is not shown. */
static void
on_added(struct xfer_screen *s, struct app *app, const struct queue_job *job)
{
	if (app_screen(app) != &s->base)
		app_say(app, TOAST_INFO, "transfers",
		    "added: %.200s; 3 shows it", job->repo);
}

static void
on_same(struct xfer_screen *s, struct app *app, const struct queue_job *job)
{
	struct str name = STR_INIT;

	xfer_add_name(&name, job);
	app_say(app, TOAST_INFO, "transfers",
	    "already queued as #%u%s: %.200s%s", job->id,
	    job->state == QUEUE_PAUSED ? ", paused" : "", name.v,
	    app_screen(app) == &s->base ? "" : "; 3 shows it");
	str_fini(&name);
	xfer_go(&s->m, job->id);
}

static void
on_told(struct app *app, const struct xfer_event *event)
{
	struct str text = STR_INIT;

	if (event->job) {
		xfer_add_name(&text, event->job);
		str_addz(&text, ": ");
	}
	str_addz(&text, event->text);
	journal_add(&app->journal, JOURNAL_WARN, "transfers", text.v);
	str_fini(&text);
}

static void
event(struct screen *screen, struct app *app, struct engine_event *what)
{
	struct xfer_screen *s = own(screen);
	struct xfer_event *event = xfer_event_of(what);

	if (!event)
		return;
	switch (event->kind) {
	case XFER_EVENT_CHANGED:
		on_picture(s, app);
		break;
	case XFER_EVENT_TOLD:
		on_told(app, event);
		break;
	case XFER_EVENT_ENDED:
		on_ended(s, app, event->job);
		break;
	case XFER_EVENT_ADDED:
		on_added(s, app, event->job);
		break;
	case XFER_EVENT_SAME:
		on_same(s, app, event->job);
		break;
	case XFER_EVENT_FAILED:
		app_fail(app, TOAST_ERROR, "transfers", &event->error);
		break;
	case XFER_EVENT_LEFT:
		xfer_on_left(s, app, event);
		break;
	case XFER_EVENT_DISCARDED:
		xfer_on_discarded(app, &event->left);
		break;
	case XFER_EVENT_DONE:
		break;
	}
}

/* -- drawing -- */

void
xfer_scroll_info(struct xfer_screen *s, long by)
{
	s->known.seen = s->layout.info.rows - 1;
	s->known.count = (size_t)xfer_info_lines(&s->m, &s->layout.info);
	s->known.cursor = s->known.top;
	rows_scroll(&s->known, by);
}

static void
size(struct screen *screen, const struct area *body)
{
	struct xfer_screen *s = own(screen);
	struct panes *panes = &s->base.panes;

	xfer_divide(body, s->info, &s->layout);
	xfer_place(&s->m, &s->layout.list);
	panes->areas[XFER_PANE_LIST] = s->layout.list;
	panes->areas[XFER_PANE_INFO] = s->layout.info;
	panes_settle(panes);
	s->m.table.away = panes->focus != XFER_PANE_LIST;
	xfer_scroll_info(s, 0);
}

static void
draw(const struct screen *screen, const struct app *app,
    const struct area *context, const struct area *body)
{
	const struct xfer_screen *s = own_const(screen);

	(void)app;
	(void)body;
	xfer_draw_context(&s->m, context);
	xfer_draw(&s->m, &s->layout, &s->base.panes, &s->known);
}

static void
status(const struct screen *screen, const struct app *app, struct str *left,
    struct str *right)
{
	const struct xfer_screen *s = own_const(screen);

	(void)app;
	if (s->m.rows.n)
		str_addf(left, "row %zu of %zu", s->m.table.rows.cursor + 1,
		    s->m.rows.n);
	if (s->m.marked.n)
		str_addf(left, "   %zu marked", s->m.marked.n);
	if (s->m.picture && s->m.picture->owner > 0)
		str_addf(left, "   process %ld has these transfers",
		    s->m.picture->owner);
	if (s->m.picture && s->m.picture->temporary && !s->m.picture->owner)
		str_addz(left, "   not kept when hug ends: see the Log (7)");
	xfer_add_pace(right, &s->m.totals);
}

static void
add_badge(const struct screen *screen, struct str *badge, struct str *pace)
{
	const struct xfer_screen *s = own_const(screen);

	xfer_add_badge(badge, &s->m);
	xfer_add_pace(pace, &s->m.totals);
}

/* -- the mouse -- */

static void
pointed(struct screen *screen, struct app *app, const struct pointer *pointer)
{
	struct xfer_screen *s = own(screen);
	struct table *table = &s->m.table;
	int below = s->layout.info.y - s->layout.list.y;
	size_t row;

	if (pointer->kind == POINTER_WHEEL) {
		if (s->layout.info.rows && pointer->y >= below)
			xfer_scroll_info(s, pointer->by);
		else
			rows_scroll(&table->rows, pointer->by);
		return;
	}
	if (table_bar_at(table, pointer->x, pointer->y)) {
		table_drag(table, pointer->y);
		return;
	}
	if (pointer->kind == POINTER_DROP ||
	    !table_row_at(table, pointer->y, &row))
		return;
	rows_go(&table->rows, row);
	if (pointer->kind == POINTER_CLICK && pointer->x >= 1 &&
	    pointer->x <= 3 && xfer_row(&s->m)->kind == ROW_JOB)
		xfer_mark(&s->m, xfer_row(&s->m)->id,
		    !xfer_is_marked(&s->m, xfer_row(&s->m)->id));
	else if (pointer->kind == POINTER_TWICE ||
		 (pointer->kind == POINTER_CLICK && pointer->x == 5))
		app_act(app, ACT_OPEN);
	else if (pointer->kind == POINTER_OTHER)
		palette_offer(app);
}

/* -- life -- */

static unsigned
losing(
    const struct screen *screen, const struct app *app, struct dialog *dialog)
{
	const struct xfer_screen *s = own_const(screen);
	char text[80];

	(void)app;
	if (!s->m.totals.running)
		return 0;
	snprintf(text, sizeof(text), "%u transfer%s running",
	    s->m.totals.running, s->m.totals.running == 1 ? " is" : "s are");
	if (dialog)
		dialog_line(
		    dialog, ROLE_TEXT, text, "stays in the list, paused");
	return LOSES_TRANSFERS;
}

static void
close_screen(struct screen *screen)
{
	struct xfer_screen *s = own(screen);

	xfer_model_fini(&s->m);
	str_fini(&s->removed);
	free(s);
}

static const enum action_id hints[] = { ACT_PAUSE, ACT_STOP, ACT_RETRY,
	ACT_REMOVE, ACT_UNDO, ACT_ADD, ACT_LIMIT, ACT_EARLIER, ACT_LATER,
	ACT_RULES, ACT_INFO, ACT_COPY, ACT_PALETTE, ACT_NONE };

static const enum action_id offers[] = { ACT_PAUSE, ACT_STOP, ACT_RETRY,
	ACT_REMOVE, ACT_EARLIER, ACT_LATER, ACT_LIMIT, ACT_COPY, ACT_NONE };

static const struct screen_ops ops = {
	.id = SCREEN_TRANSFERS,
	.digit = '3',
	.name = "Transfers",
	.hints = hints,
	.offers = offers,
	.refuse = xfer_refuse,
	.act = xfer_act,
	.pointed = pointed,
	.event = event,
	.answer = xfer_answer,
	.typed = xfer_typed,
	.size = size,
	.draw = draw,
	.status = status,
	.badge = add_badge,
	.losing = losing,
	.close = close_screen,
};

struct screen *
transfers_screen_new(const struct app *app)
{
	struct xfer_screen *s;

	if (app->options.pick || app->options.choose)
		return NULL;
	s = mem_new(struct xfer_screen);
	s->base.ops = &ops;
	s->base.panes = (struct panes){ .n = XFER_PANES,
		.names = { [XFER_PANE_LIST] = "transfers",
		    [XFER_PANE_INFO] = "info" } };
	s->removed = (struct str)STR_INIT;
	xfer_model_init(&s->m);
	xfer_view_init(&s->m);
	(void)engine_xfer_watch(app->engine, &s->base);
	return &s->base;
}
