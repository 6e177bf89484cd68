#include "tui/repo/screen.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/queue/list.h"
#include "tui/engine/engine.h"
#include "tui/engine/hub.h"
#include "tui/engine/peek.h"
#include "tui/frame/palette.h"
#include "tui/frame/remedy.h"

struct repo_screen *
repo_own(struct screen *screen)
{
	return CONTAINER_OF(screen, struct repo_screen, base);
}

const struct repo_screen *
repo_own_const(const struct screen *screen)
{
	return (const struct repo_screen *)(const void *)screen;
}

/* -- opening -- */

static void
take_line(struct repo_screen *s, enum pick_side side, queue_names *names)
{
	struct str line = STR_INIT;

	arr_each (name, names) {
		pick_add_word(&line, *name);
		free(*name);
	}
	if (names->n)
		(void)repo_set_globs(s, side, line.v);
	arr_free(names);
	str_fini(&line);
}

/* Another repository has other files. */
static void
forget_wishes(struct repo_screen *s)
{
	(void)repo_set_globs(s, PICK_INCLUDE, "");
	(void)repo_set_globs(s, PICK_EXCLUDE, "");
	free(s->folder);
	s->folder = NULL;
}

/* What a job says of the files that are wanted is where the user begins. */
static void
take_wishes(struct repo_screen *s, struct queue_job *job)
{
	take_line(s, PICK_INCLUDE, &job->includes);
	take_line(s, PICK_EXCLUDE, &job->excludes);
	if (!job->folder)
		return;
	free(s->folder);
	s->folder = job->folder;
	job->folder = NULL;
}

static void
open_repo(struct screen *screen, struct app *app, struct queue_job *job)
{
	struct repo_screen *s = repo_own(screen);

	repo_drop_plan(s, app);
	repo_drop_refs(s);
	engine_cancel(app->engine, s->asking);
	s->asking = 0;
	engine_cancel(app->engine, s->listing);
	if (!repo_is_same(&s->m, job))
		forget_wishes(s);
	engine_cancel(app->engine, s->peeks.asking);
	s->peeks.asking = 0;
	repo_forget_contents(s);
	take_wishes(s, job);
	repo_begin(&s->m, job);
	s->listing = engine_repo_list(app->engine, &s->base, s->m.job);
	s->known.top = 0;
}

void
repo_reload(struct repo_screen *s, struct app *app)
{
	open_repo(&s->base, app, queue_job_copy(s->m.job));
}

/* -- events -- */

static void
event(struct screen *screen, struct app *app, struct engine_event *what)
{
	struct repo_screen *s = repo_own(screen);
	struct repo_event *event = repo_event_of(what);

	if (hub_event_of(what)) {
		repo_on_plan(s, app, hub_event_of(what));
		return;
	}
	if (peek_event_of(what)) {
		repo_on_contents(s, app, peek_event_of(what));
		return;
	}
	if (!event)
		return;
	if (what->generation == s->asking) {
		s->asking = 0;
		repo_on_refs(s, app, event);
		return;
	}
	if (what->generation == s->changes.asking) {
		repo_on_changes(s, event);
		return;
	}
	if (event->kind == REPO_EVENT_NOTE) {
		app_say(app, TOAST_WARN, "repo", "%.400s", event->text.v);
		return;
	}
	repo_take(&s->m, event);
	if (what->generation != s->listing || !what->last)
		return;
	s->listing = 0;
	str_clear(&s->m.advice);
	if (event->kind == REPO_EVENT_FAILED)
		remedy_on_screen(&s->m.advice, &event->error,
		    &app->options.settings.keys, ACT_RETRY);
	if (event->kind == REPO_EVENT_FAILED && app_screen(app) == &s->base)
		journal_add(
		    &app->journal, JOURNAL_ERROR, "repo", event->error.message);
	else if (event->kind == REPO_EVENT_FAILED)
		app_fail(app, TOAST_ERROR, "repo", &event->error);
	else
		app_tell(app, "%zu files are listed", s->m.pick.files.n);
}

/* -- drawing -- */

void
repo_scroll_info(struct repo_screen *s, long by)
{
	s->known.seen = s->layout.info.rows - 1;
	s->known.count =
	    (size_t)repo_info_lines(&s->m, &s->layout, &s->peeks.inside);
	s->known.cursor = s->known.top;
	rows_scroll(&s->known, by);
}

static void
size(struct screen *screen, const struct area *body)
{
	struct repo_screen *s = repo_own(screen);
	struct panes *panes = &s->base.panes;

	repo_divide(body, s->info, &s->layout);
	repo_place(&s->m, &s->layout.list);
	panes->areas[REPO_PANE_LIST] = s->layout.list;
	panes->areas[REPO_PANE_INFO] = s->layout.info;
	panes_settle(panes);
	s->m.table.away = panes->focus != REPO_PANE_LIST;
	repo_scroll_info(s, 0);
}

static void
draw(const struct screen *screen, const struct app *app,
    const struct area *context, const struct area *body)
{
	const struct repo_screen *s = repo_own_const(screen);

	(void)app;
	(void)body;
	repo_draw_context(&s->m, context);
	repo_draw(
	    &s->m, &s->layout, &s->base.panes, &s->known, &s->peeks.inside);
}

static bool
field(const struct screen *screen, int question, struct area *where)
{
	const struct repo_screen *s = repo_own_const(screen);

	if (question != REPO_ASK_INCLUDE && question != REPO_ASK_EXCLUDE)
		return false;
	return repo_field(&s->m, &s->layout.form,
	    question == REPO_ASK_INCLUDE ? PICK_INCLUDE : PICK_EXCLUDE, where);
}

static void
status(const struct screen *screen, const struct app *app, struct str *left,
    struct str *right)
{
	const struct repo_screen *s = repo_own_const(screen);

	(void)app;
	(void)right;
	if (s->m.table.rows.count)
		str_addf(left, "row %zu of %zu", s->m.table.rows.cursor + 1,
		    s->m.table.rows.count);
	if (repo_is_sorting(&s->m))
		str_addz(left, "   sorting");
	if (s->m.range)
		str_addz(left, "   range");
	if (*s->m.filter)
		str_addf(left, "   filter: %s", s->m.filter);
	if (s->peeks.inside.found)
		str_addf(left, "   find: %s, %zu of %zu", s->find, s->match,
		    s->matches);
	if (!s->layout.form.rows && s->m.pick.files.n) {
		str_addz(left, "   ");
		repo_add_ticked(left, &s->m);
	}
}

/* Milliseconds until there is more to do: at once, or never. */
static uint64_t
pass(struct screen *screen, struct app *app)
{
	struct repo_screen *s = repo_own(screen);
	bool more = repo_work(&s->m, app->now_ms);
	uint64_t rest = repo_pass_contents(s, app);
	uint64_t also = repo_pass_changes(s, app);

	if (!rest || (also && also < rest))
		rest = also;
	return more ? 1 : rest;
}

/* -- the mouse -- */

static void
press(struct repo_screen *s, struct app *app, const struct pointer *pointer)
{
	struct table *table = &s->m.table;
	enum repo_sort sort;
	struct repo_row what;
	size_t row;

	if (table_bar_at(table, pointer->x, pointer->y)) {
		table_drag(table, pointer->y);
		return;
	}
	if (!pointer->y && !app->surface.linear) {
		sort = repo_sort_at(&s->m, pointer->x);
		if (sort < REPO_SORTS)
			repo_sort_by(
			    &s->m, sort, sort == s->m.sort && !s->m.up);
		return;
	}
	if (!table_row_at(table, pointer->y, &row) ||
	    !repo_row(&s->m, row, &what))
		return;
	rows_go(&table->rows, row);
	if (pointer->kind == POINTER_CLICK && pointer->x >= 1 &&
	    pointer->x <= 3) {
		pick_begin_step(&s->m.pick);
		repo_tick(&s->m, &what,
		    repo_row_ticked(&s->m, &what) != REPO_ALL_TICKED);
	} else if (pointer->kind == POINTER_TWICE ||
		   (!what.is_file &&
		       pointer->x <= table->x[0] + 2 * what.depth))
		app_act(app, ACT_OPEN);
	else if (pointer->kind == POINTER_OTHER)
		palette_offer(app);
}

static void
pointed(struct screen *screen, struct app *app, const struct pointer *pointer)
{
	struct repo_screen *s = repo_own(screen);
	const struct area *info = &s->layout.info;
	bool on_info = info->rows && pointer->x >= info->x &&
	               pointer->y >= info->y - s->layout.list.y;

	if (pointer->kind == POINTER_WHEEL) {
		if (on_info)
			repo_scroll_info(s, pointer->by);
		else
			rows_scroll(&s->m.table.rows, pointer->by);
	} else if (pointer->kind == POINTER_DRAG) {
		if (table_bar_at(&s->m.table, pointer->x, pointer->y))
			table_drag(&s->m.table, pointer->y);
	} else if (pointer->kind != POINTER_DROP && !on_info) {
		press(s, app, pointer);
	}
}

/* -- life -- */

static unsigned
losing(
    const struct screen *screen, const struct app *app, struct dialog *dialog)
{
	const struct repo_screen *s = repo_own_const(screen);
	struct str text = STR_INIT;

	(void)app;
	if (!s->m.pick.by_hand)
		return 0;
	str_addf(&text, "%zu in the Repo screen", s->m.pick.by_hand);
	if (dialog)
		dialog_line(
		    dialog, ROLE_TEXT, "ticks by hand, forgotten:", text.v);
	str_fini(&text);
	return LOSES_MARKS;
}

static void
close_screen(struct screen *screen)
{
	struct repo_screen *s = repo_own(screen);

	repo_drop_refs(s);
	arr_free(&s->refs);
	repo_forget_contents(s);
	repo_forget_changes(s);
	repo_drop_quants(s);
	arr_free(&s->quants);
	saved_fini(&s->saved);
	queue_job_free(s->wanted);
	free(s->folder);
	free(s->before);
	free(s->find);
	repo_model_fini(&s->m);
	free(s);
}

/* What it brought is in the cache now. */
static void
arrived(struct screen *screen, struct app *app, const struct queue_job *job)
{
	struct repo_screen *s = repo_own(screen);

	if (!s->m.job || !*s->m.commit || job->type != s->m.job->type ||
	    strcmp(job->repo, s->m.job->repo) != 0)
		return;
	(void)engine_repo_look(
	    app->engine, &s->base, s->m.job, repo_what_may_be_here(&s->m));
}

static const enum action_id hints[] = { ACT_MARK, ACT_INCLUDE, ACT_EXCLUDE,
	ACT_PRESETS, ACT_TICKED, ACT_REVISIONS, ACT_FILTER, ACT_UNDO,
	ACT_PREVIEW, ACT_OPEN_REPO, ACT_SORT, ACT_INFO, ACT_COPY, ACT_PALETTE,
	ACT_NONE };

static const enum action_id offers[] = { ACT_MARK, ACT_TICKED, ACT_PREVIEW,
	ACT_COPY, ACT_PAGE, ACT_INFO, ACT_NONE };

static const struct screen_ops ops = {
	.id = SCREEN_REPO,
	.digit = '2',
	.name = "Repo",
	.hints = hints,
	.offers = offers,
	.refuse = repo_refuse,
	.act = repo_act,
	.pointed = pointed,
	.event = event,
	.answer = repo_answer,
	.typed = repo_typed,
	.field = field,
	.size = size,
	.draw = draw,
	.status = status,
	.pass = pass,
	.losing = losing,
	.open = open_repo,
	.arrived = arrived,
	.close = close_screen,
};

struct screen *
repo_screen_new(const struct app *app)
{
	struct repo_screen *s;

	if (app->options.pick)
		return NULL;
	s = mem_new(struct repo_screen);
	s->base.ops = &ops;
	s->base.panes = (struct panes){ .n = REPO_PANES,
		.names = {
		    [REPO_PANE_LIST] = "files", [REPO_PANE_INFO] = "info" } };
	s->changes.row = SIZE_MAX;
	s->chooses = app->options.choose;
	repo_model_init(&s->m);
	repo_view_init(&s->m);
	return &s->base;
}
