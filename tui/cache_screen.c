#include "tui/cache_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/os/clock.h"
#include "core/store/check.h"
#include "core/store/purge.h"
#include "tui/engine.h"

static struct cache_screen *
own(struct screen *screen)
{
	return CONTAINER_OF(screen, struct cache_screen, base);
}

static const struct cache_screen *
own_const(const struct screen *screen)
{
	return (const struct cache_screen *)(const void *)screen;
}

static bool
is_anything_marked(const struct cache_screen *s)
{
	struct tally_sum sum;

	if (!s->m.tally)
		return false;
	sum = tally_sum(s->m.tally);
	return sum.revisions || sum.files || sum.strays || sum.whole;
}

/* -- what can be done -- */

static const char *
refuse_change(const struct cache_screen *s)
{
	if (s->busy == BUSY_DELETING)
		return "a deletion is running";
	if (s->busy == BUSY_UNDOING)
		return "what was deleted is being brought back";
	if (s->m.state == CACHE_LOADING || s->m.state == CACHE_PARTIAL)
		return "the cache is still being read";
	if (s->m.state == CACHE_FAILED)
		return "there is no cache to change";
	return NULL;
}

static const char *
refuse_row(const struct cache_screen *s, bool or_marked)
{
	struct node node;

	if (or_marked && is_anything_marked(s))
		return NULL;
	if (!cache_node(&s->m, s->m.rows.cursor, &node))
		return "no row is here";
	return cache_cannot_mark(&s->m, &node);
}

static const char *
refuse(const struct screen *screen, enum action_id action)
{
	const struct cache_screen *s = own_const(screen);
	const char *why;

	switch (action) {
	case ACT_DELETE:
	case ACT_VERIFY:
		if (action == ACT_VERIFY && s->busy == BUSY_CHECKING)
			return "a verification is running: x stops it";
		why = refuse_change(s);
		return why ? why : refuse_row(s, true);
	case ACT_PLAN:
		return is_anything_marked(s) ? NULL : "nothing is marked";
	case ACT_RULES:
		return refuse_change(s);
	case ACT_MARK:
	case ACT_MARK_UP:
	case ACT_RANGE:
		return s->busy == BUSY_DELETING ? refuse_change(s)
		                                : refuse_row(s, false);
	case ACT_RELOAD:
		return s->busy ? "something is running: x stops it" : NULL;
	case ACT_STOP:
		return s->busy || s->scanning ? NULL : "nothing runs here";
	case ACT_UNDO:
		return s->undo_until_ms ? NULL : "nothing was deleted";
	case ACT_RETRY:
		return s->m.state == CACHE_FAILED ? NULL : "nothing failed";
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

static void
move(struct cache_screen *s, long by)
{
	size_t before = s->m.rows.cursor;

	rows_move(&s->m.rows, by);
	s->info_top = 0;
	if (s->m.range)
		mark_between(s, before, s->m.rows.cursor);
}

static bool
act_move(struct cache_screen *s, enum action_id action)
{
	long page = s->m.rows.seen, all = (long)s->m.rows.count;

	switch (action) {
	case ACT_DOWN:
		move(s, 1);
		return true;
	case ACT_UP:
		move(s, -1);
		return true;
	case ACT_FIRST:
		move(s, -all);
		return true;
	case ACT_LAST:
		move(s, all);
		return true;
	case ACT_HALF_DOWN:
		move(s, page / 2);
		return true;
	case ACT_HALF_UP:
		move(s, -page / 2);
		return true;
	case ACT_PAGE_DOWN:
		move(s, page);
		return true;
	case ACT_PAGE_UP:
		move(s, -page);
		return true;
	default:
		return false;
	}
}

static void
mark_row(struct cache_screen *s, long then)
{
	struct node node;

	if (s->m.range) {
		s->m.range = false;
		return;
	}
	if (!cache_node(&s->m, s->m.rows.cursor, &node))
		return;
	cache_mark(&s->m, &node, cache_marked(&s->m, &node) != TALLY_ALL);
	rows_move(&s->m.rows, then);
}

static void
start_range(struct cache_screen *s)
{
	struct node node;

	if (s->m.range || !cache_node(&s->m, s->m.rows.cursor, &node)) {
		s->m.range = false;
		return;
	}
	s->m.range = true;
	s->m.range_on = cache_marked(&s->m, &node) != TALLY_ALL;
	cache_mark(&s->m, &node, s->m.range_on);
}

static bool
act_mark(struct cache_screen *s, enum action_id action)
{
	switch (action) {
	case ACT_MARK:
		mark_row(s, 1);
		return true;
	case ACT_MARK_UP:
		mark_row(s, -1);
		return true;
	case ACT_RANGE:
		start_range(s);
		return true;
	case ACT_MARK_ALL:
		if (s->m.tally)
			cache_mark_all(&s->m);
		return true;
	case ACT_INVERT:
		if (s->m.tally)
			cache_invert(&s->m);
		return true;
	default:
		return false;
	}
}

static void
open_row(struct cache_screen *s)
{
	struct node node;

	if (cache_node(&s->m, s->m.rows.cursor, &node))
		cache_open(&s->m, &node, !cache_is_open(&s->m, &node));
}

/* Folds; what is folded already leads to what it is part of. */
static void
fold_row(struct cache_screen *s)
{
	struct node node;

	if (!cache_node(&s->m, s->m.rows.cursor, &node))
		return;
	if (cache_is_open(&s->m, &node)) {
		cache_open(&s->m, &node, false);
		return;
	}
	if (node.file >= 0)
		node.file = -1;
	else
		node.child = -1;
	rows_go(&s->m.rows, cache_row(&s->m, &node));
}

/* -- jobs -- */

static void
reload(struct cache_screen *s, struct app *app)
{
	s->scanning = true;
	s->scan_began_s = clock_unix_s();
	engine_scan(app->engine, s->m.root);
}

/* What is marked goes to whoever ends the app. */
static void
hand_over(struct cache_screen *s, struct app *app)
{
	struct purge *purge = mem_new(struct purge);

	purge->scan = s->m.own;
	tally_plan(s->m.tally, purge);
	app->picked = purge;
	app->picked_scan = cache_give(&s->m);
	app->quit = true;
}

void
cache_start_delete(struct cache_screen *s, struct app *app)
{
	struct tally_sum sum = tally_sum(s->m.tally);
	struct purge *purge;

	if (s->pick) {
		hand_over(s, app);
		return;
	}
	purge = mem_new(struct purge);
	purge->scan = s->m.own;
	tally_plan(s->m.tally, purge);
	s->busy = BUSY_DELETING;
	s->done = 0;
	s->goal = sum.freed;
	s->undo_until_ms = 0;
	s->row_only = false;
	engine_delete(app->engine, purge, !s->at_once && s->undo_s);
}

static void
undo(struct cache_screen *s, struct app *app)
{
	s->undo_until_ms = 0;
	s->busy = BUSY_UNDOING;
	engine_undo(app->engine);
}

/* Every blob of what is marked, or of the row. */
static void
verify(struct cache_screen *s, struct app *app)
{
	struct check *check = check_new();
	bool marked = is_anything_marked(s);
	struct node node;
	const struct scan_repo *row = NULL;

	if (!marked && cache_node(&s->m, s->m.rows.cursor, &node))
		row = cache_repo(&s->m, &node);
	for (size_t i = 0; i < s->m.own->repos.n; i++) {
		const struct scan_repo *repo = &s->m.own->repos.v[i];

		if (repo->type &&
		    (marked ? tally_repo(s->m.tally, repo) != TALLY_NONE
			    : repo == row))
			check_add_repo(check, s->m.own, i);
	}
	s->goal = 0;
	arr_each (file, check_result(check))
		s->goal += file->size;
	s->done = 0;
	s->busy = BUSY_CHECKING;
	engine_check(app->engine, check);
}

static void
close_something(struct cache_screen *s, struct app *app, bool *closed)
{
	struct error ignored;

	*closed = true;
	if (s->m.range)
		s->m.range = false;
	else if (*s->m.filter)
		(void)!cache_set_filter(&s->m, "", &ignored);
	else if (s->m.kind) {
		s->m.kind = NULL;
		cache_refresh(&s->m);
	} else
		*closed = false;
	(void)app;
}

static void
next_kind(struct cache_screen *s)
{
	static const char *const kinds[] = { NULL, "model", "dataset",
		"space" };
	size_t i = 0;

	while (i < 3 && s->m.kind != kinds[i])
		i++;
	s->m.kind = kinds[(i + 1) % 4];
	cache_refresh(&s->m);
}

static bool
act_rest(struct cache_screen *s, struct app *app, enum action_id action)
{
	bool closed;

	switch (action) {
	case ACT_OPEN:
		open_row(s);
		return true;
	case ACT_FOLD:
		fold_row(s);
		return true;
	case ACT_BACK:
		close_something(s, app, &closed);
		return closed;
	case ACT_FILTER:
		app_type(app, ASK_FILTER, "filter", s->m.filter);
		return true;
	case ACT_SORT_BACK:
		s->m.up = !s->m.up;
		cache_refresh(&s->m);
		return true;
	case ACT_KIND:
		next_kind(s);
		return true;
	case ACT_INFO:
		s->info = !s->info;
		return true;
	case ACT_INFO_DOWN:
		s->info_top++;
		return true;
	case ACT_INFO_UP:
		s->info_top -= s->info_top > 0;
		return true;
	case ACT_EXPORT:
		app_type(
		    app, ASK_EXPORT, "write to (.csv .json .txt)", "cache.csv");
		return true;
	default:
		return false;
	}
}

static bool
act(struct screen *screen, struct app *app, enum action_id action)
{
	struct cache_screen *s = own(screen);

	if (act_move(s, action) || act_mark(s, action) ||
	    act_rest(s, app, action))
		return true;
	switch (action) {
	case ACT_SORT:
		cache_ask_sort(s, app);
		return true;
	case ACT_COPY:
		cache_ask_copy(s, app);
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
	case ACT_VERIFY:
		verify(s, app);
		return true;
	case ACT_UNDO:
		undo(s, app);
		return true;
	case ACT_RELOAD:
	case ACT_RETRY:
		reload(s, app);
		return true;
	case ACT_STOP:
		engine_stop(app->engine);
		return true;
	default:
		return false;
	}
}

static void
click(struct screen *screen, struct app *app, int x, int y, bool again)
{
	struct cache_screen *s = own(screen);
	size_t row = s->m.rows.top + (size_t)(y - 1);
	struct node node;

	if (y < 1 || y > s->layout.list.rows || !cache_node(&s->m, row, &node))
		return;
	rows_go(&s->m.rows, row);
	if (x >= 1 && x <= 3)
		app_act(app, ACT_MARK);
	else if (again || (x == 5 && node.child < 0))
		open_row(s);
}

/* -- events -- */

static void
tell_scanned(struct cache_screen *s, struct app *app)
{
	char size[TIMEFMT_MAX], text[200];

	cache_size_text(size, s->m.total);
	s->m.scanned_s = clock_unix_s() - s->scan_began_s;
	snprintf(text, sizeof(text),
	    "hub cache: %zu repos, %zu revisions, %s in %.1f s", s->m.repos,
	    s->m.revisions, size, s->m.scanned_s);
	journal_add(&app->journal, JOURNAL_INFO, "scan", text);
}

static void
on_scanned(struct cache_screen *s, struct app *app, struct engine_event *event)
{
	s->scanning = false;
	if (s->coming == event->scan)
		cache_replace(&s->m, event->scan);
	else
		cache_scanned(&s->m, event->scan);
	s->m.disk_free = event->disk_free;
	s->m.disk_size = event->disk_size;
	s->m.no_atime = event->no_atime;
	arr_each (use, &event->uses)
		arr_push(&s->m.uses,
		    (struct cache_use){ use->repo, use->revision, use->pid });
	s->coming = NULL;
	event->scan = NULL;
	tell_scanned(s, app);
	if (event->abandoned && !s->recovered && !s->pick)
		cache_ask_recover(s, app);
	s->recovered = true;
	if (!event->all)
		app_say(app, TOAST_WARN, "scan",
		    "stopped: not all of the cache was read (Ctrl-R reads it)");
}

static void
on_begun(struct cache_screen *s, struct engine_event *event)
{
	s->coming = s->m.own ? event->scan : NULL;
	if (!s->m.own)
		cache_begin(&s->m, event->scan);
}

static void
on_deleted(struct cache_screen *s, struct app *app, struct engine_event *event)
{
	char size[TIMEFMT_MAX];

	s->busy = BUSY_NOT;
	cache_size_text(size, event->bytes);
	if (event->kept) {
		s->undo_bytes = event->bytes;
		s->undo_until_ms = app->now_ms + s->undo_s * 1000ULL;
		app_say(app, TOAST_INFO, "delete",
		    "%s are free in %u s; z brings them back", size, s->undo_s);
	} else {
		app_say(app, event->all ? TOAST_INFO : TOAST_WARN, "delete",
		    event->all ? "%s freed"
			       : "%s freed, but something stays: 7 says what",
		    size);
	}
	reload(s, app);
}

/* Lists what is damaged in a dialog. */
static void
show_damaged(struct cache_screen *s, struct app *app, const struct check *check)
{
	struct dialog *dialog =
	    app_ask(app, ASK_FOUND_BAD, "checksums are wrong");
	size_t n = 0;

	arr_each (file, check_result(check)) {
		if (file->state != CHECK_BAD && file->state != CHECK_FAILED)
			continue;
		cache_note_bad(&s->m, file->path);
		if (n++ < 200)
			dialog_line(dialog, ROLE_BAD, file->name,
			    file->state == CHECK_BAD ? "damaged"
						     : "unreadable");
		journal_add(&app->journal, JOURNAL_ERROR, "verify", file->name);
	}
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_line(dialog, ROLE_TEXT,
	    "hug cache verify --repair  fetches them again", NULL);
	dialog_button(dialog, "Close", 0, 0);
}

static void
on_checked(
    struct cache_screen *s, struct app *app, const struct engine_event *event)
{
	size_t good = 0, bad = 0;
	char size[TIMEFMT_MAX];

	s->busy = BUSY_NOT;
	arr_each (file, check_result(event->check)) {
		good += file->state == CHECK_GOOD;
		bad += file->state == CHECK_BAD || file->state == CHECK_FAILED;
	}
	cache_size_text(size, s->goal);
	if (bad)
		show_damaged(s, app, event->check);
	else if (event->all)
		app_say(app, TOAST_INFO, "verify",
		    "%zu files are what their names say (%s)", good, size);
	else
		app_say(app, TOAST_WARN, "verify",
		    "stopped; %zu files were good", good);
}

static void
on_failed(
    struct cache_screen *s, struct app *app, const struct engine_event *event)
{
	if (event->failed != ENGINE_SCANNED)
		return;
	s->scanning = false;
	s->coming = NULL;
	cache_failed(&s->m, event->text);
	app_say(app, TOAST_ERROR, "scan", "%s", event->text);
}

static void
event(struct screen *screen, struct app *app, struct engine_event *what)
{
	struct cache_screen *s = own(screen);

	switch (what->kind) {
	case ENGINE_BEGUN:
		on_begun(s, what);
		break;
	case ENGINE_FOUND:
		if (what->scan == s->m.scan && !s->m.own) {
			cache_found(&s->m, what->repo);
			s->stale = true;
		}
		break;
	case ENGINE_SCANNED:
		on_scanned(s, app, what);
		break;
	case ENGINE_STORES:
		cache_set_stores(&s->m, what->stores);
		free(what->stores);
		what->stores = NULL;
		break;
	case ENGINE_WENT:
	case ENGINE_CHECKING:
		s->done = what->bytes;
		break;
	case ENGINE_TOLD:
		journal_add(&app->journal, JOURNAL_WARN, "delete", what->text);
		break;
	case ENGINE_DELETED:
		on_deleted(s, app, what);
		break;
	case ENGINE_RESTORED:
		s->busy = BUSY_NOT;
		app_say(app, what->all ? TOAST_INFO : TOAST_WARN, "undo",
		    what->all ? "brought back"
			      : "brought back, but not all: 7 says what");
		reload(s, app);
		break;
	case ENGINE_EMPTIED:
		s->undo_until_ms = 0;
		if (s->busy == BUSY_UNDOING)
			s->busy = BUSY_NOT;
		break;
	case ENGINE_CHECKED:
		on_checked(s, app, what);
		break;
	case ENGINE_FAILED:
		on_failed(s, app, what);
		break;
	}
}

static uint64_t
pass(struct screen *screen, struct app *app)
{
	struct cache_screen *s = own(screen);

	if (!s->undo_until_ms)
		return 0;
	if (app->now_ms < s->undo_until_ms)
		return 1000;
	s->undo_until_ms = 0;
	engine_empty(app->engine);
	return 0;
}

/* -- drawing -- */

static void
size(struct screen *screen, const struct area *body)
{
	struct cache_screen *s = own(screen);

	if (s->stale)
		cache_refresh(&s->m);
	s->stale = false;
	cache_divide(body, s->info, &s->layout);
	s->m.rows.seen = s->layout.list.rows;
	rows_settle(&s->m.rows);
}

static void
draw(const struct screen *screen, const struct app *app,
    const struct area *context, const struct area *body)
{
	const struct cache_screen *s = own_const(screen);

	(void)app;
	(void)body;
	cache_draw_context(&s->m, context);
	cache_draw(&s->m, &s->layout, s->info_top);
}

static void
add_busy(const struct cache_screen *s, struct str *out)
{
	static const char *const words[] = { "", "deleting", "bringing back",
		"verifying" };
	char done[TIMEFMT_MAX], goal[TIMEFMT_MAX];

	if (s->scanning)
		str_addz(out, "reading...");
	if (!s->busy)
		return;
	cache_size_text(done, s->done);
	cache_size_text(goal, s->goal);
	str_addf(out, "%s %s of %s, x stops it", words[s->busy], done, goal);
}

static void
status(const struct screen *screen, struct str *left, struct str *right)
{
	const struct cache_screen *s = own_const(screen);

	cache_add_status(&s->m, left);
	add_busy(s, right);
	if (right->n)
		return;
	if (s->undo_until_ms)
		str_addz(right, "z brings back what was deleted");
	else if (s->m.no_atime)
		str_addz(right, "mounted noatime: LAST USED may lie");
}

static void
close_screen(struct screen *screen)
{
	struct cache_screen *s = own(screen);

	cache_model_fini(&s->m);
	free(s);
}

static const enum action_id hints[] = { ACT_MARK, ACT_RULES, ACT_FILTER,
	ACT_SORT, ACT_DELETE, ACT_PLAN, ACT_VERIFY, ACT_UNDO, ACT_INFO,
	ACT_COPY, ACT_EXPORT, ACT_PALETTE, ACT_NONE };

static const struct screen_ops ops = {
	.id = SCREEN_CACHE,
	.digit = '4',
	.name = "Cache",
	.hints = hints,
	.refuse = refuse,
	.act = act,
	.click = click,
	.event = event,
	.answer = cache_answer,
	.typed = cache_typed,
	.size = size,
	.draw = draw,
	.status = status,
	.pass = pass,
	.close = close_screen,
};

struct screen *
cache_screen_new(const struct app_options *options)
{
	struct cache_screen *s = mem_new(struct cache_screen);

	s->base.ops = &ops;
	s->pick = options->pick;
	s->undo_s = setting_number(&options->settings, SETTING_UNDO);
	s->scanning = true;
	s->scan_began_s = clock_unix_s();
	cache_model_init(&s->m, options->root);
	return &s->base;
}

const struct cache_model *
cache_screen_model(const struct screen *screen)
{
	return &own_const(screen)->m;
}
