/* keys.c: what the actions do on the Repo screen (screen.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/os/clock.h"
#include "core/queue/list.h"
#include "tui/engine/engine.h"
#include "tui/repo/screen.h"

/* -- what can be done -- */

static const char *
refuse_files(const struct repo_screen *s)
{
	if (!s->m.job)
		return "no repository is open: A opens one";
	if (!s->m.pick.files.n)
		return "no file is listed";
	return NULL;
}

static const char *
refuse_plan(const struct repo_screen *s)
{
	const char *why = refuse_files(s);

	if (why)
		return why;
	if (!*s->m.commit)
		return "the commit is not known yet";
	if (!pick_ticked(&s->m.pick).files &&
	    (s->m.pick.by_hand || s->m.pick.globs[PICK_INCLUDE].list.n ||
		s->m.pick.globs[PICK_EXCLUDE].list.n))
		return "nothing is ticked";
	return repo_is_at_work(&s->m) ? "the patterns are still being matched"
	                              : NULL;
}

const char *
repo_refuse(const struct screen *screen, enum action_id action)
{
	const struct repo_screen *s = repo_own_const(screen);

	switch (action) {
	case ACT_MARK:
	case ACT_MARK_UP:
	case ACT_RANGE:
	case ACT_MARK_ALL:
	case ACT_INVERT:
	case ACT_PRESETS:
	case ACT_COPY:
	case ACT_SORT:
	case ACT_SORT_BACK:
	case ACT_INCLUDE:
	case ACT_EXCLUDE:
		return refuse_files(s);
	case ACT_TICKED:
	case ACT_PREVIEW:
		return refuse_plan(s);
	case ACT_PAGE:
	case ACT_REVISIONS:
	case ACT_RELOAD:
		return s->m.job ? NULL : "no repository is open: A opens one";
	case ACT_RETRY:
		return s->m.state == REPO_STATE_FAILED ||
		               s->m.state == REPO_STATE_STALE ||
		               s->m.state == REPO_STATE_STOPPED
		           ? NULL
		           : "nothing has failed";
	case ACT_NEXT_MATCH:
	case ACT_PREVIOUS_MATCH:
		return repo_refuse_find(s);
	case ACT_STOP:
		return s->listing ? NULL : "nothing is running";
	case ACT_UNDO:
		return s->m.pick.undo.n ? NULL : "nothing to undo";
	case ACT_REDO:
		return s->m.pick.redo.n ? NULL : "nothing to redo";
	default:
		return NULL;
	}
}

/* -- ticks -- */

void
repo_tell_ticked(struct repo_screen *s, struct app *app)
{
	struct str text = STR_INIT;

	repo_add_ticked(&text, &s->m);
	app_tell(app, "%s", text.v);
	str_fini(&text);
}

static void
tick_between(struct repo_screen *s, size_t from, size_t to)
{
	size_t low = from < to ? from : to, high = from < to ? to : from;
	struct repo_row row;

	for (size_t at = low; at <= high && repo_row(&s->m, at, &row); at++)
		repo_tick(&s->m, &row, s->m.range_on);
}

static void
tick_row(struct repo_screen *s, struct app *app, long then)
{
	struct str text = STR_INIT;
	struct repo_row row;

	if (s->m.range) {
		s->m.range = false;
		app_tell(app, "range ended");
		return;
	}
	if (!repo_row(&s->m, s->m.table.rows.cursor, &row))
		return;
	pick_begin_step(&s->m.pick);
	repo_tick(&s->m, &row, repo_row_ticked(&s->m, &row) != REPO_ALL_TICKED);
	repo_add_sentence(&text, &s->m, &row);
	app_tell(app, "%s", text.v);
	str_fini(&text);
	rows_move(&s->m.table.rows, then);
}

static void
start_range(struct repo_screen *s, struct app *app)
{
	struct repo_row row;

	if (s->m.range || !repo_row(&s->m, s->m.table.rows.cursor, &row)) {
		s->m.range = false;
		app_tell(app, "range ended");
		return;
	}
	s->m.range = true;
	pick_begin_step(&s->m.pick);
	s->m.range_on = repo_row_ticked(&s->m, &row) != REPO_ALL_TICKED;
	repo_tick(&s->m, &row, s->m.range_on);
	app_tell(app, "range started: moving the cursor ticks rows, v ends it");
}

static void
tick_all(struct repo_screen *s, struct app *app)
{
	struct repo_row root = { .is_file = false };

	pick_begin_step(&s->m.pick);
	repo_tick(
	    &s->m, &root, repo_row_ticked(&s->m, &root) != REPO_ALL_TICKED);
	repo_tell_ticked(s, app);
}

static void
turn_one(void *context, uint32_t file)
{
	struct pick *pick = context;

	pick_set(pick, file, !(pick->files.v[file].flags & PICK_TICKED));
}

static void
undo(struct repo_screen *s, struct app *app, bool again)
{
	bool done = again ? pick_redo(&s->m.pick) : pick_undo(&s->m.pick);

	(void)repo_work(&s->m, clock_ms());
	if (!done)
		app_say(app, TOAST_INFO, "key",
		    again ? "nothing to redo" : "nothing to undo");
	else
		repo_tell_ticked(s, app);
}

/* -- moving -- */

static bool
act_move(struct repo_screen *s, enum action_id action)
{
	size_t before = s->m.table.rows.cursor;
	enum rows_step step;

	if (!action_is_step(action, &step))
		return false;
	if (s->base.panes.focus == REPO_PANE_INFO) {
		repo_scroll_info(s, rows_step_by(&s->known, step));
		return true;
	}
	table_move(&s->m.table, step);
	s->known.top = 0;
	if (s->m.range)
		tick_between(s, before, s->m.table.rows.cursor);
	return true;
}

static void
open_row(struct repo_screen *s)
{
	struct repo_row row;

	if (!repo_row(&s->m, s->m.table.rows.cursor, &row))
		return;
	if (row.is_file)
		s->info = !s->info;
	else
		repo_open(&s->m, row.number, !row.open);
}

static void
fold_row(struct repo_screen *s)
{
	struct repo_row row;

	if (!repo_row(&s->m, s->m.table.rows.cursor, &row))
		return;
	if (row.open)
		repo_open(&s->m, row.number, false);
	else
		repo_go_up(&s->m, &row);
}

/* -- sorting -- */

static void
ask_sort(struct repo_screen *s, struct app *app)
{
	struct menu *menu =
	    app_choose(app, &s->base, REPO_ASK_SORT, "sort by", false);

	menu_add(menu, 'n', "name", NULL, REPO_SORT_NAME);
	menu_add(menu, 's', "size", NULL, REPO_SORT_SIZE);
	menu_add(menu, 'k', "kind", NULL, REPO_SORT_KIND);
	menu_add(menu, 'c', "what is in the cache", NULL, REPO_SORT_HERE);
}

/* -- what is typed -- */

bool
repo_set_globs(struct repo_screen *s, enum pick_side side, const char *line)
{
	struct error *err = &s->m.bad_glob[side];

	err->code = ERR_NONE;
	if (!pick_set_globs(&s->m.pick, side, line, err))
		return false;
	/* What there is time for at once is seen at once. */
	(void)repo_work(&s->m, clock_ms());
	return true;
}

static void
begin_input(struct repo_screen *s, struct app *app, int question,
    const char *prompt, const char *text)
{
	free(s->before);
	s->before = mem_strdup(text ? text : "");
	app_type(app, &s->base, question, prompt, s->before);
}

static void
type_globs(struct repo_screen *s, struct app *app, enum pick_side side)
{
	pick_begin_step(&s->m.pick);
	begin_input(s, app,
	    side == PICK_INCLUDE ? REPO_ASK_INCLUDE : REPO_ASK_EXCLUDE,
	    side == PICK_INCLUDE ? "include:" : "exclude:",
	    s->m.pick.globs[side].line);
}

/* A pattern that looks for a name alone finds only those at the top. */
static bool
tell_misses(struct repo_screen *s, struct app *app, enum pick_side side)
{
	if (repo_is_at_work(&s->m) || s->m.state == REPO_STATE_PARTIAL)
		return false;
	arr_each (glob, &s->m.pick.globs[side].list) {
		if (glob->hits || strchr(glob->text, '/') || *glob->text == '*')
			continue;
		app_say(app, TOAST_INFO, "patterns",
		    "no path matches %.60s: patterns are of whole paths, as "
		    "*/%.60s",
		    glob->text, glob->text);
		return true;
	}
	return false;
}

/* Each key counts; Esc brings back what was there before. */
static bool
typed_globs(struct repo_screen *s, struct app *app, enum pick_side side,
    const char *text, bool done)
{
	if (!text) {
		(void)repo_set_globs(s, side, s->before);
		return true;
	}
	if (!repo_set_globs(s, side, text)) {
		if (done)
			app_fail(
			    app, TOAST_WARN, "patterns", &s->m.bad_glob[side]);
		return false;
	}
	if (done && !tell_misses(s, app, side))
		repo_tell_ticked(s, app);
	return true;
}

static bool
typed_repo(struct app *app, const char *text)
{
	struct error err;

	if (!text || !*text || app_open_named(app, text, &err))
		return true;
	app_fail(app, TOAST_WARN, "repo", &err);
	return false;
}

bool
repo_typed(struct screen *screen, struct app *app, int question,
    const char *text, bool done)
{
	struct repo_screen *s = repo_own(screen);

	switch (question) {
	case REPO_ASK_OPEN:
		return !done || typed_repo(app, text);
	case REPO_ASK_FILTER:
		repo_set_filter(&s->m, text ? text : s->before);
		return true;
	case REPO_ASK_FIND:
		if (done && text) {
			repo_set_find(s, text);
			repo_find(s, app, 1);
		}
		return true;
	case REPO_ASK_INCLUDE:
		return typed_globs(s, app, PICK_INCLUDE, text, done);
	case REPO_ASK_EXCLUDE:
		return typed_globs(s, app, PICK_EXCLUDE, text, done);
	case REPO_ASK_SET:
		if (done && text && *text)
			repo_keep_patterns(s, app, text);
		return true;
	case REPO_ASK_FOLDER:
		if (done)
			repo_typed_folder(s, app, text);
		return true;
	default:
		return true;
	}
}

/* -- actions -- */

/* In the details it searches them. */
static void
begin_filter(struct repo_screen *s, struct app *app)
{
	if (s->base.panes.focus == REPO_PANE_INFO && repo_can_find(s))
		begin_input(s, app, REPO_ASK_FIND,
		    "find in the file:", s->find ? s->find : "");
	else
		begin_input(s, app, REPO_ASK_FILTER, "filter:", s->m.filter);
}

/* Esc ends a range, then drops the words to find, then the filter. */
static bool
go_back(struct repo_screen *s, struct app *app)
{
	if (s->m.range) {
		s->m.range = false;
		app_tell(app, "range ended");
	} else if (s->find) {
		repo_set_find(s, NULL);
		app_tell(app, "nothing to find");
	} else if (*s->m.filter) {
		repo_set_filter(&s->m, "");
		app_tell(app, "no filter");
	} else {
		return false;
	}
	return true;
}

static bool
act_list(struct repo_screen *s, struct app *app, enum action_id action)
{
	switch (action) {
	case ACT_OPEN:
		open_row(s);
		return true;
	case ACT_FOLD:
		fold_row(s);
		return true;
	case ACT_MARK:
		tick_row(s, app, 1);
		return true;
	case ACT_MARK_UP:
		tick_row(s, app, -1);
		return true;
	case ACT_RANGE:
		start_range(s, app);
		return true;
	case ACT_MARK_ALL:
		tick_all(s, app);
		return true;
	case ACT_INVERT:
		pick_begin_step(&s->m.pick);
		repo_each_shown(&s->m, 0, turn_one, &s->m.pick);
		repo_tell_ticked(s, app);
		return true;
	case ACT_SORT:
		ask_sort(s, app);
		return true;
	case ACT_SORT_BACK:
		repo_sort_by(&s->m, s->m.sort, !s->m.up);
		return true;
	case ACT_INFO:
		s->info = !s->info;
		return true;
	case ACT_INFO_DOWN:
	case ACT_INFO_UP:
		repo_scroll_info(s, action == ACT_INFO_DOWN ? 1 : -1);
		return true;
	default:
		return false;
	}
}

bool
repo_act(struct screen *screen, struct app *app, enum action_id action)
{
	struct repo_screen *s = repo_own(screen);

	if (act_move(s, action) || act_list(s, app, action))
		return true;
	switch (action) {
	case ACT_FILTER:
		begin_filter(s, app);
		return true;
	case ACT_NEXT_MATCH:
	case ACT_PREVIOUS_MATCH:
		repo_find(s, app, action == ACT_NEXT_MATCH ? 1 : -1);
		return true;
	case ACT_INCLUDE:
		type_globs(s, app, PICK_INCLUDE);
		return true;
	case ACT_EXCLUDE:
		type_globs(s, app, PICK_EXCLUDE);
		return true;
	case ACT_PRESETS:
		repo_ask_preset(s, app);
		return true;
	case ACT_REVISIONS:
		repo_ask_revision(s, app);
		return true;
	case ACT_OPEN_REPO:
		begin_input(s, app, REPO_ASK_OPEN, "repository:", "");
		return true;
	case ACT_TICKED:
	case ACT_PREVIEW:
		repo_ask_plan(s, app, action == ACT_PREVIEW);
		return true;
	case ACT_UNDO:
	case ACT_REDO:
		undo(s, app, action == ACT_REDO);
		return true;
	case ACT_COPY:
		repo_ask_copy(s, app);
		return true;
	case ACT_PAGE:
		repo_show_page(s, app);
		return true;
	case ACT_RELOAD:
	case ACT_RETRY:
		repo_reload(s, app);
		return true;
	case ACT_STOP:
		engine_stop(app->engine, s->listing);
		return true;
	case ACT_BACK:
		return go_back(s, app);
	default:
		return false;
	}
}

void
repo_answer(struct screen *screen, struct app *app, int question, int answer)
{
	struct repo_screen *s = repo_own(screen);

	switch (question) {
	case REPO_ASK_PLAN:
		repo_answer_plan(s, app, answer);
		break;
	case REPO_ASK_REVISION:
		repo_answer_revision(s, app, answer);
		break;
	case REPO_ASK_PRESET:
		if (answer >= 0)
			repo_answer_preset(s, app, answer);
		break;
	case REPO_ASK_QUANT:
		repo_answer_quant(s, app, answer);
		break;
	case REPO_ASK_SORT:
		if (answer >= 0)
			repo_sort_by(&s->m, (enum repo_sort)answer, false);
		break;
	case REPO_ASK_COPY:
		if (answer >= 0)
			repo_copy(s, app, answer);
		break;
	default:
		break;
	}
}
