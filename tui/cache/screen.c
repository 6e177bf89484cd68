#include "tui/cache/screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/base/timefmt.h"
#include "core/census/check.h"
#include "core/os/clock.h"
#include "core/purge/purge.h"
#include "core/queue/list.h"
#include "tui/cache/info.h"
#include "tui/engine/cache.h"
#include "tui/engine/hub.h"
#include "tui/engine/xfer.h"
#include "tui/frame/remedy.h"

struct cache_screen *
cache_own(struct screen *screen)
{
	return CONTAINER_OF(screen, struct cache_screen, base);
}

const struct cache_screen *
cache_own_const(const struct screen *screen)
{
	return (const struct cache_screen *)(const void *)screen;
}

/* -- jobs -- */

static void
drop_fresh(struct cache_screen *s)
{
	if (s->fresh)
		cache_event_free(s->fresh);
	s->fresh = NULL;
}

static void
start_scan(struct cache_screen *s, const struct app *app)
{
	s->scanning = true;
	s->scan_began_s = clock_unix_s();
	(void)engine_cache_scan(app->engine, &s->base, s->m.root);
}

void
cache_reload(struct cache_screen *s, struct app *app)
{
	/* One at a time: each takes the place of the one before. */
	s->again = s->scanning || s->deleting;
	drop_fresh(s);
	if (!s->again)
		start_scan(s, app);
}

/* When a scan has ended. */
static void
scan_again(struct cache_screen *s, struct app *app)
{
	s->scanning = false;
	if (s->again)
		cache_reload(s, app);
}

/* What is marked goes to whoever ends the app. */
static void
hand_over(struct cache_screen *s, struct app *app)
{
	struct purge *purge = mem_new(struct purge);

	purge->scan = s->m.own;
	purge_choose_marked(purge, s->m.tally);
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
	purge_choose_marked(purge, s->m.tally);
	s->busy = BUSY_DELETING;
	progress_begin(&s->progress, sum.freed, app->now_ms);
	s->row_only = false;
	s->deleting++;
	/* From here on z means the deletion. */
	tally_forget(s->m.tally);
	(void)engine_cache_delete(
	    app->engine, &s->base, purge, !s->at_once && s->undo_s);
}

void
cache_undo_delete(struct cache_screen *s, struct app *app)
{
	if (!s->undos.n)
		return;
	s->busy = BUSY_UNDOING;
	(void)engine_cache_undo(
	    app->engine, &s->base, s->undos.v[--s->undos.n].id);
}

static void
begin_check(struct cache_screen *s, struct app *app, struct check *check)
{
	uint64_t goal = 0;

	arr_each (file, check_result(check))
		sum_add(&goal, file->size);
	progress_begin(&s->progress, goal, app->now_ms);
	s->busy = BUSY_CHECKING;
	(void)engine_cache_check(app->engine, &s->base, check);
}

void
cache_verify(struct cache_screen *s, struct app *app)
{
	struct check *check = check_new();
	struct tally_sum sum = tally_sum(s->m.tally);
	bool marked = sum.revisions || sum.files;
	struct node node;
	const struct scan_repo *row = NULL;

	if (!marked && cache_node(&s->m, s->m.table.rows.cursor, &node))
		row = cache_repo(&s->m, &node);
	for (size_t i = 0; i < s->m.own->repos.n; i++) {
		const struct scan_repo *repo = &s->m.own->repos.v[i];

		if (repo->type &&
		    (marked ? tally_repo(s->m.tally, repo) != TALLY_NONE
			    : repo == row))
			check_add_repo(check, s->m.own, i);
	}
	begin_check(s, app, check);
}

static const char *
verify(struct screen *screen, struct app *app, const struct queue_job *job)
{
	struct cache_screen *s = cache_own(screen);
	const char *why = cache_refuse_change(s);
	struct check *check;
	size_t at = 0;

	if (why)
		return why;
	if (s->busy == BUSY_CHECKING || !s->m.own)
		return "a verification is running: 4 shows it";
	while (at < s->m.own->repos.n &&
	       !(s->m.own->repos.v[at].type &&
		   s->m.own->repos.v[at].kind == job->type &&
		   !strcmp(s->m.own->repos.v[at].id, job->repo)))
		at++;
	if (at == s->m.own->repos.n || strcmp(job->root, s->m.root) != 0)
		return "it is not in the cache that is shown (4)";
	check = check_new();
	check_add_repo(check, s->m.own, at);
	begin_check(s, app, check);
	return NULL;
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

/* Lists what is damaged in a dialog. */
static void
show_damaged(struct cache_screen *s, struct app *app, const struct check *check)
{
	struct dialog *dialog =
	    app_ask(app, &s->base, ASK_FOUND_BAD, "not verified");
	size_t n = 0;

	arr_each (file, check_result(check)) {
		if (file->state != CHECK_BAD && file->state != CHECK_FAILED)
			continue;
		if (n++ < 200)
			dialog_line(dialog, ROLE_BAD, file->name,
			    file->state == CHECK_BAD ? "damaged"
						     : "cannot be read");
		journal_add(&app->journal, JOURNAL_ERROR, "verify",
		    file->why ? file->why : file->name);
	}
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_line(dialog, ROLE_TEXT,
	    "hug cache verify --repair  downloads them again", NULL);
	dialog_button(dialog, "Close", 0, 0);
}

static void
ask(struct screen *screen, struct app *app, int question)
{
	struct cache_screen *s = cache_own(screen);

	if (question == ASK_RECOVER && cache_can_recover(s)) {
		cache_ask_recover(s, app);
	} else if (question == ASK_FOUND_BAD && s->check) {
		show_damaged(s, app, s->check);
		check_free(s->check);
		s->check = NULL;
	}
}

/* Shows what a scan has found. */
static void
show_scan(struct cache_screen *s, struct app *app, struct cache_event *event)
{
	if (s->m.own)
		cache_replace(&s->m, event->scan);
	else
		cache_scanned(&s->m, event->scan);
	s->m.disk_free = event->disk_free;
	s->m.disk_size = event->disk_size;
	s->m.no_atime = event->no_atime;
	arr_each (use, &event->uses)
		arr_push(&s->m.uses,
		    (struct cache_use){ use->repo, use->revision, use->pid });
	event->scan = NULL;
	tell_scanned(s, app);
	app_tell(app, "read: %zu repositories, %zu revisions", s->m.repos,
	    s->m.revisions);
	if (!s->recovered && !s->pick && cache_can_recover(s)) {
		app_say(app, TOAST_INFO, "undo",
		    "a deletion was not finished: see the first row");
		app_ask_later(app, &s->base, ASK_RECOVER);
	}
	s->recovered = true;
}

/* What is asked is asked about the scan that is shown, and what is being deleted
 * is part of it: another one waits until then. */
static bool
must_wait(const struct cache_screen *s, const struct app *app)
{
	return s->m.own && (s->deleting || app_is_asking(app));
}

static void
show_fresh(struct cache_screen *s, struct app *app)
{
	if (!s->fresh || must_wait(s, app))
		return;
	show_scan(s, app, s->fresh);
	drop_fresh(s);
}

static void
on_scanned(struct cache_screen *s, struct app *app, struct cache_event *event)
{
	s->scanning = false;
	if (event->all) {
		/* What is still being added up since an earlier scan is out
		 * of date. */
		engine_cancel(app->engine, s->stores);
		s->stores = engine_cache_stores(app->engine, &s->base);
	} else {
		app_say(app, TOAST_WARN, "scan", "%s",
		    s->m.own ? "stopped: the list is unchanged"
			     : "stopped: not all of the cache was read (Ctrl-R "
			       "reads it)");
	}
	if (event->all || !s->m.own) {
		drop_fresh(s);
		s->fresh = cache_event_take(event);
		show_fresh(s, app);
	}
	scan_again(s, app);
}

static void
on_begun(struct cache_screen *s, struct cache_event *event)
{
	if (!s->m.own)
		cache_begin(&s->m, event->scan);
}

static void
on_deleted(struct cache_screen *s, struct app *app, struct cache_event *event)
{
	const struct carry_result *result = &event->result;
	char size[TIMEFMT_MAX];

	s->deleting--;
	cache_size_text(size, event->kept ? result->waiting : result->freed);
	app->freed += result->freed;
	if (event->kept &&
	    (result->waiting || result->repos || result->revisions ||
		result->files || result->partials || result->orphans ||
		result->empty)) {
		struct cache_undo undo = { event->base.generation, 0,
			result->waiting };

		arr_push(&s->undos, undo);
		app_say(app, TOAST_INFO, "delete",
		    "%s will be freed in %u s; press z to undo", size,
		    s->undo_s);
	} else if (event->kept) {
		(void)engine_cache_empty(
		    app->engine, &s->base, event->base.generation);
		if (!result->left)
			app_say(app, TOAST_WARN, "delete",
			    "nothing was deleted: it was gone already");
	} else {
		app_say(app, TOAST_INFO, "delete", "%s freed", size);
	}
	if (result->left)
		app_say(app, TOAST_WARN, "delete",
		    "%zu item%s could not be deleted; see the Log (7)",
		    result->left, result->left == 1 ? "" : "s");
	cache_reload(s, app);
}

static void
on_emptied(
    struct cache_screen *s, struct app *app, const struct cache_event *event)
{
	char size[TIMEFMT_MAX];

	app->freed += event->result.freed;
	cache_size_text(size, event->result.freed);
	/* Where nothing went, it was said why. */
	if (event->all && event->result.freed)
		app_say(app, TOAST_INFO, "delete", "%s freed", size);
	else if (!event->all)
		app_say(app, TOAST_WARN, "delete",
		    "%s freed, but not everything; see the Log (7)", size);
	cache_reload(s, app);
}

static void
on_checked(struct cache_screen *s, struct app *app, struct cache_event *event)
{
	size_t good = 0, bad = 0, unread = 0;
	char size[TIMEFMT_MAX];

	arr_each (file, check_result(event->check)) {
		good += file->state == CHECK_GOOD;
		bad += file->state == CHECK_BAD;
		unread += file->state == CHECK_FAILED;
	}
	cache_size_text(size, s->progress.goal);
	if (bad || unread) {
		check_free(s->check);
		s->check = event->check;
		event->check = NULL;
		app_say(app, TOAST_ERROR, "verify",
		    "%zu damaged, %zu cannot be read, %zu good", bad, unread,
		    good);
		app_ask_later(app, &s->base, ASK_FOUND_BAD);
	} else if (event->all)
		app_say(app, TOAST_INFO, "verify",
		    "%zu files match their checksums (%s)", good, size);
	else
		app_say(app, TOAST_WARN, "verify",
		    "stopped; %zu files were good", good);
}

static void
on_failed(
    struct cache_screen *s, struct app *app, const struct cache_event *event)
{
	struct str advice = STR_INIT;

	if (event->of == CACHE_REQUEST_DELETE) {
		s->deleting--;
		app_say(app, TOAST_ERROR, "delete", "nothing was deleted: %s%s",
		    event->error.message,
		    event->error.detail == ENOENT
			? ""
			: ". In the question, \"Free at once\" deletes without "
			  "undo");
		cache_reload(s, app);
	}
	if (event->of != CACHE_REQUEST_SCAN)
		return;
	/* A cache that is not there yet is no failure. */
	if (!s->m.own && event->error.detail == ENOENT) {
		cache_failed(&s->m,
		    "Nothing is cached yet: this folder does not "
		    "exist",
		    s->m.root);
		scan_again(s, app);
		return;
	}
	/* The list that there is may be asked about. */
	if (!s->m.own) {
		remedy_on_screen(&advice, &event->error,
		    &app->options.settings.keys, ACT_NONE);
		cache_failed(&s->m, event->error.message, advice.v);
		str_fini(&advice);
	}
	app_fail(app, TOAST_ERROR, "scan", &event->error);
	scan_again(s, app);
}

/* What the screen says is busy while such a request runs. */
static const enum cache_busy busy_of[CACHE_REQUESTS] = {
	[CACHE_REQUEST_DELETE] = BUSY_DELETING,
	[CACHE_REQUEST_UNDO] = BUSY_UNDOING,
	[CACHE_REQUEST_RESTORE] = BUSY_UNDOING,
	[CACHE_REQUEST_FREE] = BUSY_FREEING,
	[CACHE_REQUEST_CHECK] = BUSY_CHECKING,
};

/* With the last event of a request; another one may have begun meanwhile. */
static void
end_busy(struct cache_screen *s, struct app *app, enum cache_request of)
{
	if (s->busy == busy_of[of] &&
	    !engine_cache_runs(app->engine, &s->base, of))
		s->busy = BUSY_NOT;
}

/* What earlier checks have found, and this one. */
static void
on_known(struct cache_screen *s, struct cache_event *event)
{
	checked_free(s->m.checked);
	s->m.checked = event->checked;
	event->checked = NULL;
}

/* Of a transfer that was asked for here: what it would be, and that it could not be
 * queued; Transfers shows what becomes of it. */
static void
on_transfer(struct cache_screen *s, struct app *app, struct engine_event *what)
{
	const struct xfer_event *event = xfer_event_of(what);

	if (hub_event_of(what))
		cache_on_plan(s, app, hub_event_of(what));
	if (event && event->kind == XFER_EVENT_FAILED)
		app_fail(app, TOAST_ERROR, "transfers", &event->error);
}

static void
event(struct screen *screen, struct app *app, struct engine_event *what)
{
	struct cache_screen *s = cache_own(screen);
	struct cache_event *event = cache_event_of(what);

	if (!event) {
		on_transfer(s, app, what);
		return;
	}
	if (what->last)
		end_busy(s, app, event->of);
	switch (event->kind) {
	case CACHE_EVENT_BEGUN:
		on_begun(s, event);
		break;
	case CACHE_EVENT_FOUND:
		if (event->scan == s->m.scan && !s->m.own) {
			cache_found(&s->m, event->repo);
			s->stale = true;
		}
		break;
	case CACHE_EVENT_SCANNED:
		on_scanned(s, app, event);
		break;
	case CACHE_EVENT_KNOWN:
		on_known(s, event);
		break;
	case CACHE_EVENT_STORES:
		cache_set_stores(&s->m, event->stores);
		free(event->stores);
		event->stores = NULL;
		break;
	case CACHE_EVENT_PROGRESS:
		/* The bar is of one thing at a time. */
		if (s->busy == busy_of[event->of])
			progress_go(&s->progress, event->bytes, app->now_ms);
		break;
	case CACHE_EVENT_TOLD:
		journal_add(&app->journal, JOURNAL_WARN, "delete", event->text);
		break;
	case CACHE_EVENT_DELETED:
		on_deleted(s, app, event);
		break;
	case CACHE_EVENT_RESTORED:
		app_say(app, event->all ? TOAST_INFO : TOAST_WARN, "undo",
		    event->all ? "restored"
			       : "restored, except for some items; see the Log "
				 "(7)");
		cache_reload(s, app);
		break;
	case CACHE_EVENT_EMPTIED:
		on_emptied(s, app, event);
		break;
	case CACHE_EVENT_CHECKED:
		on_known(s, event);
		on_checked(s, app, event);
		break;
	case CACHE_EVENT_FAILED:
		on_failed(s, app, event);
		break;
	}
}

static uint64_t
pass(struct screen *screen, struct app *app)
{
	struct cache_screen *s = cache_own(screen);

	size_t kept = 0;

	show_fresh(s, app);
	if (cache_look_at_rules(s, app))
		return 1;
	for (size_t i = 0; i < s->undos.n; i++) {
		struct cache_undo undo = s->undos.v[i];

		/* Its time begins when it is first seen. */
		if (!undo.until_ms)
			undo.until_ms = app->now_ms + s->undo_s * 1000ULL;
		/* Who is asked whether to leave is not overtaken. */
		if (app->now_ms < undo.until_ms || app_asks_to_quit(app))
			s->undos.v[kept++] = undo;
		else
			(void)engine_cache_empty(
			    app->engine, &s->base, undo.id);
	}
	s->undos.n = kept;
	return kept ? 1000 : 0;
}

/* -- drawing -- */

void
cache_scroll_info(struct cache_screen *s, long by)
{
	s->known.seen = s->layout.info.rows - 1;
	s->known.count = (size_t)cache_info_lines(&s->m, &s->layout.info);
	s->known.cursor = s->known.top;
	rows_scroll(&s->known, by);
}

static void
size(struct screen *screen, const struct area *body)
{
	struct cache_screen *s = cache_own(screen);

	if (s->stale)
		cache_refresh(&s->m);
	s->stale = false;
	cache_divide(body, s->info, &s->layout);
	cache_place(&s->m, &s->layout.list);
	s->base.panes.areas[PANE_LIST] = s->layout.list;
	s->base.panes.areas[PANE_INFO] = s->layout.info;
	panes_settle(&s->base.panes);
	s->m.table.away = s->base.panes.focus != PANE_LIST;
	/* Counting its lines costs as much as drawing them. */
	if (s->known.top || s->m.table.away)
		cache_scroll_info(s, 0);
}

static void
draw(const struct screen *screen, const struct app *app,
    const struct area *context, const struct area *body)
{
	const struct cache_screen *s = cache_own_const(screen);

	(void)app;
	(void)body;
	cache_draw_context(&s->m, context);
	if (s->busy)
		progress_draw(&s->progress, context, 30);
	cache_draw(&s->m, &s->layout, &s->base.panes, &s->known);
}

static const char *const busy_words[] = { "", "deleting", "restoring",
	"freeing", "verifying" };

static bool
work(const struct screen *screen, struct screen_work *work)
{
	const struct cache_screen *s = cache_own_const(screen);

	*work = (struct screen_work){ busy_words[s->busy], &s->progress };
	return s->busy;
}

static void
add_busy(const struct cache_screen *s, const struct app *app, struct str *out)
{
	if (s->scanning)
		str_addz(out, "reading...");
	if (!s->busy)
		return;
	str_addf(out, "%s ", busy_words[s->busy]);
	progress_text(&s->progress, app->now_ms, out);
	if (s->busy != BUSY_UNDOING)
		str_addz(out, ", x stops it");
}

/* What waits is never counted as freed. In the linear look nothing changes by
 * itself. */
static void
add_countdown(
    const struct cache_screen *s, const struct app *app, struct str *out)
{
	const struct cache_undo *undo = &s->undos.v[s->undos.n - 1];
	uint64_t until =
	    undo->until_ms ? undo->until_ms : app->now_ms + s->undo_s * 1000ULL;
	uint64_t left = until > app->now_ms ? until - app->now_ms : 0;
	char size[TIMEFMT_MAX];

	cache_size_text(size, undo->bytes);
	/* Marks that were made since are undone first. */
	if (tally_can_undo(s->m.tally))
		str_addf(out, "%s will be freed in %llu s", size,
		    (unsigned long long)(left + 999) / 1000);
	else if (app->surface.linear)
		str_addf(out, "z undoes the deletion of %s", size);
	else
		str_addf(out, "z undoes the deletion of %s for %llu s", size,
		    (unsigned long long)(left + 999) / 1000);
}

static void
status(const struct screen *screen, const struct app *app, struct str *left,
    struct str *right)
{
	const struct cache_screen *s = cache_own_const(screen);

	cache_add_status(&s->m, left);
	add_busy(s, app, right);
	if (right->n)
		return;
	if (s->undos.n)
		add_countdown(s, app, right);
	else if (s->m.no_atime)
		str_addz(right, "mounted noatime: LAST USED may be wrong");
}

/* Requests that quitting would cut short: not all that are under way. Those that
 * empty what can no longer be undone go on at the next start. */
static unsigned
losing_work(
    const struct cache_screen *s, const struct app *app, struct dialog *dialog)
{
	static const char *const works[CACHE_REQUESTS] = {
		[CACHE_REQUEST_DELETE] = "a deletion is running",
		[CACHE_REQUEST_UNDO] = "a deletion is being undone",
		[CACHE_REQUEST_RESTORE] = "a deletion is being undone",
		[CACHE_REQUEST_FREE] = "a deletion is being freed",
	};
	unsigned losses = 0;

	for (int kind = 0; kind < CACHE_REQUESTS; kind++) {
		if (!works[kind] || !engine_cache_runs(app->engine, &s->base,
					(enum cache_request)kind))
			continue;
		losses = LOSES_WORK;
		if (dialog)
			dialog_line(dialog, ROLE_TEXT, works[kind],
			    "stops at a safe point");
	}
	return losses;
}

static unsigned
losing(
    const struct screen *screen, const struct app *app, struct dialog *dialog)
{
	const struct cache_screen *s = cache_own_const(screen);
	struct str text = STR_INIT;
	unsigned losses = 0;

	if (cache_has_marks(s)) {
		losses |= LOSES_MARKS;
		cache_add_marked(&s->m, &text);
		if (dialog)
			dialog_line(dialog, ROLE_TEXT, text.v, "will be lost");
	}
	if (s->undos.n) {
		uint64_t bytes = 0;
		char size[TIMEFMT_MAX];

		losses |= LOSES_UNDO;
		arr_each (undo, &s->undos)
			bytes += undo->bytes;
		cache_size_text(size, bytes);
		str_clear(&text);
		str_addf(&text, "%s can still be undone (z)", size);
		if (dialog)
			dialog_line(dialog, ROLE_TEXT, text.v,
			    "kept for the next start");
	}
	str_fini(&text);
	return losses | losing_work(s, app, dialog);
}

static void
close_screen(struct screen *screen)
{
	struct cache_screen *s = cache_own(screen);

	drop_fresh(s);
	cache_model_fini(&s->m);
	arr_free(&s->undos);
	check_free(s->check);
	free(s->filter_before);
	queue_job_free(s->wanted);
	free(s);
}

static const enum action_id hints[] = { ACT_MARK, ACT_DELETE, ACT_UNDO,
	ACT_RULES, ACT_FILTER, ACT_SORT, ACT_PLAN, ACT_VERIFY, ACT_FETCH,
	ACT_INFO, ACT_COPY, ACT_EXPORT, ACT_PALETTE, ACT_NONE };

static const enum action_id offers[] = { ACT_OPEN, ACT_MARK, ACT_DELETE,
	ACT_VERIFY, ACT_FETCH, ACT_INFO, ACT_COPY, ACT_PAGE, ACT_NONE };

/* Unless something runs there. */
static void
arrived(struct screen *screen, struct app *app, const struct queue_job *job)
{
	(void)job;
	if (!cache_refuse(screen, ACT_RELOAD))
		(void)cache_act(screen, app, ACT_RELOAD);
}

static const struct screen_ops ops = {
	.id = SCREEN_CACHE,
	.digit = '4',
	.name = "Cache",
	.hints = hints,
	.offers = offers,
	.refuse = cache_refuse,
	.act = cache_act,
	.pointed = cache_pointed,
	.event = event,
	.ask = ask,
	.answer = cache_answer,
	.typed = cache_typed,
	.offer = cache_offer,
	.chosen = cache_chosen,
	.size = size,
	.draw = draw,
	.status = status,
	.verify = verify,
	.work = work,
	.pass = pass,
	.losing = losing,
	.arrived = arrived,
	.close = close_screen,
};

struct screen *
cache_screen_new(const struct app *app)
{
	const struct app_options *options = &app->options;
	struct cache_screen *s;

	if (options->choose)
		return NULL;
	s = mem_new(struct cache_screen);
	s->base.ops = &ops;
	s->base.panes = (struct panes){ .n = CACHE_PANES,
		.names = { [PANE_LIST] = "cache", [PANE_INFO] = "info" } };
	s->pick = options->pick;
	s->undo_s = setting_number(&options->settings, SETTING_UNDO);
	cache_model_init(&s->m, options->root);
	cache_view_init(&s->m);
	start_scan(s, app);
	(void)engine_cache_known(app->engine, &s->base);
	return &s->base;
}

const struct cache_model *
cache_screen_model(const struct screen *screen)
{
	return &cache_own_const(screen)->m;
}
