/* keys.c: what the actions do on the Cache screen (screen.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/purge/tally.h"
#include "tui/cache/screen.h"
#include "tui/engine/engine.h"

bool
cache_has_marks(const struct cache_screen *s)
{
	struct tally_sum sum;

	if (!s->m.tally)
		return false;
	sum = tally_sum(s->m.tally);
	return sum.revisions || sum.files || sum.strays || sum.whole;
}

/* -- what can be done -- */

const char *
cache_refuse_change(const struct cache_screen *s)
{
	if (s->busy == BUSY_DELETING)
		return "a deletion is running";
	if (s->busy == BUSY_UNDOING)
		return "a deletion is being undone";
	if (s->busy == BUSY_FREEING)
		return "a deletion is being freed";
	if (s->m.state == CACHE_LOADING || s->m.state == CACHE_PARTIAL)
		return "the cache is still being read";
	if (s->m.state == CACHE_FAILED)
		return "there is no cache to change";
	if (s->scanning)
		return "the cache is being read again";
	return NULL;
}

static const char *
refuse_row(const struct cache_screen *s, bool or_marked)
{
	struct node node;

	if (or_marked && cache_has_marks(s))
		return NULL;
	if (!cache_node(&s->m, s->m.table.rows.cursor, &node))
		return "there is no row";
	return cache_cannot_mark(&s->m, &node);
}

static bool
can_undo(const struct cache_screen *s)
{
	return s->m.tally && tally_can_undo(s->m.tally);
}

const char *
cache_refuse(const struct screen *screen, enum action_id action)
{
	const struct cache_screen *s = cache_own_const(screen);
	const char *why;

	switch (action) {
	case ACT_DELETE:
	case ACT_VERIFY:
		if (action == ACT_VERIFY && s->busy == BUSY_CHECKING)
			return "a verification is running: x stops it";
		why = cache_refuse_change(s);
		return why ? why : refuse_row(s, true);
	case ACT_PLAN:
		if (!s->m.own)
			return cache_refuse_change(s);
		return cache_has_marks(s) ? NULL : "nothing is marked";
	case ACT_FETCH:
	case ACT_CHOOSE:
	case ACT_REVISIONS:
		return cache_refuse_fetch(s);
	case ACT_RULES:
		return cache_refuse_change(s);
	case ACT_MARK:
	case ACT_MARK_UP:
	case ACT_RANGE:
		return s->busy == BUSY_DELETING ? cache_refuse_change(s)
		                                : refuse_row(s, false);
	case ACT_RELOAD:
		return s->busy ? "something is running: x stops it" : NULL;
	case ACT_STOP:
		return s->busy || s->scanning ? NULL : "nothing is running";
	case ACT_UNDO:
		return s->undos.n || can_undo(s) ? NULL : "nothing to undo";
	case ACT_REDO:
		return s->m.tally && tally_can_redo(s->m.tally)
		           ? NULL
		           : "nothing to redo";
	case ACT_RETRY:
		return s->m.state == CACHE_FAILED ? NULL : "nothing has failed";
	default:
		return NULL;
	}
}

/* -- moving and marking -- */

/* With a range every row that the cursor passes is marked. */
static void
mark_between(struct cache_screen *s, size_t from, size_t to)
{
	size_t low = from < to ? from : to, high = from < to ? to : from;
	struct node node;
	bool more = cache_node(&s->m, low, &node);

	for (size_t row = low; more && row <= high; row++) {
		cache_mark(&s->m, &node, s->m.range_on);
		more = cache_next(&s->m, &node);
	}
}

static bool
act_move(struct cache_screen *s, enum action_id action)
{
	size_t before = s->m.table.rows.cursor;
	enum rows_step step;

	if (!action_is_step(action, &step))
		return false;
	if (s->base.panes.focus == PANE_INFO) {
		cache_scroll_info(s, rows_step_by(&s->known, step));
		return true;
	}
	table_move(&s->m.table, step);
	s->known.top = 0;
	if (s->m.range)
		mark_between(s, before, s->m.table.rows.cursor);
	return true;
}

/* Says in the linear look what a row is now. */
static void
tell_row(const struct cache_screen *s, struct app *app, const struct node *node)
{
	struct str text = STR_INIT;

	if (!app->surface.linear)
		return;
	cache_add_sentence(&s->m, node, &text);
	app_tell(app, "%s", text.v);
	str_fini(&text);
}

static void
mark_row(struct cache_screen *s, struct app *app, long then)
{
	struct node node;

	if (s->m.range) {
		s->m.range = false;
		app_tell(app, "range ended");
		return;
	}
	if (!cache_node(&s->m, s->m.table.rows.cursor, &node))
		return;
	cache_mark(&s->m, &node, cache_marked(&s->m, &node) != TALLY_ALL);
	tell_row(s, app, &node);
	rows_move(&s->m.table.rows, then);
}

static void
start_range(struct cache_screen *s, struct app *app)
{
	struct node node;

	if (s->m.range || !cache_node(&s->m, s->m.table.rows.cursor, &node)) {
		s->m.range = false;
		app_tell(app, "range ended");
		return;
	}
	s->m.range = true;
	app_tell(app, "range started: moving the cursor marks rows, v ends it");
	s->m.range_on = cache_marked(&s->m, &node) != TALLY_ALL;
	cache_mark(&s->m, &node, s->m.range_on);
}

/* Says in the linear look how much is marked. */
static void
tell_marks(const struct cache_screen *s, struct app *app)
{
	struct str text = STR_INIT;

	cache_add_marked(&s->m, &text);
	app_tell(app, "%s", text.v);
	str_fini(&text);
}

/* The same; marks that were all dropped at once are said everywhere. */
static void
tell_change(const struct cache_screen *s, struct app *app, bool before)
{
	tell_marks(s, app);
	if (before && !cache_has_marks(s) && !app->surface.linear)
		app_say(
		    app, TOAST_INFO, "marks", "marks cleared; z restores them");
}

/* What is not marked with all others. */
static void
tell_spared(const struct cache_screen *s, struct app *app)
{
	size_t n = s->m.own ? scan_unclear(s->m.own) : 0;

	if (n && cache_has_marks(s))
		app_say(app, TOAST_INFO, "marks",
		    "%zu repo%s not marked: see warnings; Space marks one", n,
		    n == 1 ? "" : "s");
}

static bool
act_mark(struct cache_screen *s, struct app *app, enum action_id action)
{
	bool before;

	if (action < ACT_MARK || action > ACT_INVERT)
		return false;
	if (!s->m.tally)
		return true;
	before = cache_has_marks(s);
	tally_step(s->m.tally);
	switch (action) {
	case ACT_MARK:
		mark_row(s, app, 1);
		break;
	case ACT_MARK_UP:
		mark_row(s, app, -1);
		break;
	case ACT_RANGE:
		start_range(s, app);
		break;
	case ACT_MARK_ALL:
		cache_mark_all(&s->m);
		tell_change(s, app, before);
		tell_spared(s, app);
		break;
	default:
		cache_invert(&s->m);
		tell_change(s, app, before);
		tell_spared(s, app);
		break;
	}
	return true;
}

/* What was done last is taken back: marks come after a deletion. */
static void
undo(struct cache_screen *s, struct app *app)
{
	if (!can_undo(s)) {
		cache_undo_delete(s, app);
		return;
	}
	tally_undo(s->m.tally);
	tell_marks(s, app);
}

void
cache_open_row(struct cache_screen *s, struct app *app)
{
	struct node node;

	if (!cache_node(&s->m, s->m.table.rows.cursor, &node))
		return;
	if (s->m.items.v[node.item].kind == ITEM_TRASH) {
		if (cache_can_recover(s))
			cache_ask_recover(s, app);
		else
			app_say(app, TOAST_INFO, "undo",
			    "z undoes the last deletion");
		return;
	}
	cache_open(&s->m, &node, !cache_is_open(&s->m, &node));
	if (cache_is_open(&s->m, &node))
		app_tell(app, "open, %zu inside", cache_children(&s->m, &node));
	else
		app_tell(app, "folded");
}

/* Folds; what is folded already leads to what it is part of. */
static void
fold_row(struct cache_screen *s, struct app *app)
{
	struct node node;

	if (!cache_node(&s->m, s->m.table.rows.cursor, &node))
		return;
	if (cache_is_open(&s->m, &node)) {
		cache_open(&s->m, &node, false);
		app_tell(app, "folded");
		return;
	}
	if (node.file >= 0)
		node.file = -1;
	else
		node.child = -1;
	rows_go(&s->m.table.rows, cache_row(&s->m, &node));
}

void
cache_sort_by(struct cache_screen *s, struct app *app, enum cache_sort sort)
{
	/* Again is the other way round. */
	s->m.up = sort == s->m.sort ? !s->m.up : sort == SORT_NAME;
	s->m.sort = sort;
	cache_refresh(&s->m);
	app_tell(app, "sorted by %s, %s", cache_sort_name(sort),
	    s->m.up ? "ascending" : "descending");
}

static void
close_something(struct cache_screen *s, struct app *app, bool *closed)
{
	struct error ignored;

	*closed = true;
	if (s->m.range) {
		s->m.range = false;
		app_tell(app, "range ended");
	} else if (*s->m.filter) {
		MAY_FAIL(cache_set_filter(&s->m, "", &ignored),
		    "no filter is always a valid one");
		app_tell(app, "no filter");
	} else if (s->m.kind) {
		s->m.kind = NULL;
		cache_refresh(&s->m);
		app_tell(app, "all kinds");
	} else {
		*closed = false;
	}
}

static void
next_kind(struct cache_screen *s, struct app *app)
{
	static const char *const kinds[] = { NULL, "model", "dataset",
		"space" };
	size_t i = 0;

	while (i < 3 && s->m.kind != kinds[i])
		i++;
	s->m.kind = kinds[(i + 1) % 4];
	cache_refresh(&s->m);
	app_tell(app, "%ss, %zu rows", s->m.kind ? s->m.kind : "all kind",
	    s->m.table.rows.count);
}

static bool
act_rest(struct cache_screen *s, struct app *app, enum action_id action)
{
	bool closed;

	switch (action) {
	case ACT_OPEN:
		cache_open_row(s, app);
		return true;
	case ACT_FOLD:
		fold_row(s, app);
		return true;
	case ACT_BACK:
		close_something(s, app, &closed);
		if (!closed && cache_has_marks(s))
			cache_ask_drop_marks(s, app);
		return true;
	case ACT_UP_LEVEL:
		return true;
	case ACT_FILTER:
		free(s->filter_before);
		s->filter_before = mem_strdup(s->m.filter);
		app_type(app, &s->base, ASK_FILTER, "filter", s->m.filter);
		return true;
	case ACT_SORT_BACK:
		cache_sort_by(s, app, s->m.sort);
		return true;
	case ACT_KIND:
		next_kind(s, app);
		return true;
	case ACT_INFO:
		s->info = !s->info;
		return true;
	case ACT_INFO_DOWN:
		cache_scroll_info(s, 1);
		return true;
	case ACT_INFO_UP:
		cache_scroll_info(s, -1);
		return true;
	case ACT_EXPORT:
		app_type(app, &s->base, ASK_EXPORT,
		    "write to (.csv .json .txt)", "cache.csv");
		return true;
	default:
		return false;
	}
}

bool
cache_act(struct screen *screen, struct app *app, enum action_id action)
{
	struct cache_screen *s = cache_own(screen);

	s->m.touched = true;
	if (act_move(s, action) || act_mark(s, app, action) ||
	    act_rest(s, app, action))
		return true;
	switch (action) {
	case ACT_SORT:
		cache_ask_sort(s, app);
		return true;
	case ACT_COPY:
		cache_ask_copy(s, app);
		return true;
	case ACT_PAGE:
		cache_open_page(s, app);
		return true;
	case ACT_RULES:
		cache_ask_rule(s, app);
		return true;
	case ACT_DELETE:
		cache_ask_delete(s, app);
		return true;
	case ACT_PLAN:
		cache_show_plan(s, app);
		return true;
	case ACT_FETCH:
		cache_ask_fetch(s, app);
		return true;
	case ACT_CHOOSE:
		cache_choose_files(s, app);
		return true;
	case ACT_REVISIONS:
		cache_choose_files(s, app);
		app_act(app, ACT_REVISIONS);
		return true;
	case ACT_VERIFY:
		cache_verify(s, app);
		return true;
	case ACT_UNDO:
		undo(s, app);
		return true;
	case ACT_REDO:
		tally_redo(s->m.tally);
		tell_marks(s, app);
		return true;
	case ACT_RELOAD:
	case ACT_RETRY:
		cache_reload(s, app);
		return true;
	case ACT_STOP:
		engine_stop_all(app->engine, &s->base);
		return true;
	default:
		return false;
	}
}
