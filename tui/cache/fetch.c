/* fetch.c: the newest revision of the row's repository, as a transfer (screen.h). */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/timefmt.h"
#include "core/hub/endpoint.h"
#include "core/queue/list.h"
#include "core/queue/record.h"
#include "tui/cache/screen.h"
#include "tui/engine/hub.h"
#include "tui/engine/xfer.h"
#include "tui/frame/remedy.h"

enum fetch_answer {
	FETCH_START,
	FETCH_PAUSED,
	FETCH_NO,
};

/* The repository of the row, if a Hub can have it; else NULL. */
static const struct scan_repo *
repo_of_row(const struct cache_screen *s)
{
	const struct scan_repo *repo;
	struct error ignored;
	struct node node;

	if (!cache_node(&s->m, s->m.table.rows.cursor, &node))
		return NULL;
	repo = cache_repo(&s->m, &node);
	if (!repo || !repo->type || !repo->id || repo->kind == REPO_KERNEL ||
	    !repo_check_id(repo->id, &ignored))
		return NULL;
	return repo;
}

const char *
cache_refuse_fetch(const struct cache_screen *s)
{
	if (s->pick)
		return "this screen only chooses what to delete";
	return repo_of_row(s)
	           ? NULL
	           : "only a repository of the Hub has a newest revision";
}

static void
let_go(struct cache_screen *s, struct app *app)
{
	engine_cancel(app->engine, s->planning);
	s->planning = 0;
	queue_job_free(s->wanted);
	s->wanted = NULL;
}

static struct dialog *
ask(struct cache_screen *s, struct app *app)
{
	struct dialog *dialog =
	    app_ask(app, &s->base, ASK_FETCH, "download the newest revision?");
	struct str text = STR_INIT;

	str_addf(&text, "  %s/%s  %s", repo_type_name(s->wanted->type),
	    s->wanted->repo, s->wanted->revision);
	dialog_line(dialog, ROLE_TEXT, text.v, NULL);
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	str_fini(&text);
	return dialog;
}

void
cache_ask_fetch(struct cache_screen *s, struct app *app)
{
	const struct scan_repo *repo = repo_of_row(s);
	struct dialog *dialog;
	char *base = hub_choose_base();

	let_go(s, app);
	s->wanted = queue_job_for(
	    base, &(struct repo){ repo->kind, repo->id }, "main", s->m.root);
	free(base);
	s->planning = engine_hub_plan(app->engine, &s->base, s->wanted);
	dialog = ask(s, app);
	dialog_line(dialog, ROLE_DIM, "asking the Hub what is new...", NULL);
	dialog_button(dialog, "Cancel (n)", 'n', FETCH_NO);
}

/* "29 files", "at least", and the bytes at the end. */
static void
put(struct dialog *dialog, enum role role, const char *before, size_t files,
    bool least, uint64_t bytes)
{
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX], right[TIMEFMT_MAX + 16];

	fmt_bytes(size, bytes);
	snprintf(right, sizeof(right), "%s%s", least ? "at least " : "", size);
	str_addz(&text, before);
	str_addf(&text, "%zu file%s", files, files == 1 ? "" : "s");
	dialog_line(dialog, role, text.v, right);
	str_fini(&text);
}

/* Whether it fits on the disk. */
static bool
put_disk(struct dialog *dialog, const struct hub_plan *plan)
{
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];
	bool fits = !plan->disk_known || plan->missing_bytes <= plan->disk;

	if (plan->disk_known) {
		fmt_bytes(size, plan->disk);
		dialog_line(dialog, ROLE_TEXT, "free on the disk", size);
	}
	if (!fits) {
		fmt_bytes(size, plan->missing_bytes - plan->disk);
		str_addf(&text,
		    "short by %s: free some first (m marks, d deletes)", size);
		dialog_line(dialog, ROLE_BAD, text.v, NULL);
		str_fini(&text);
	}
	return fits;
}

/* Whether to start it is what one most likely wants. */
static bool
put_plan(struct dialog *dialog, const struct hub_plan *plan)
{
	bool wise = plan->missing > 0;

	if (plan->here)
		put(dialog, ROLE_TEXT, "here already: ", plan->here, false,
		    plan->here_bytes);
	if (plan->partial)
		put(dialog, ROLE_TEXT, "here in part: ", plan->partial, false,
		    plan->kept);
	if (plan->missing) {
		put(dialog, ROLE_TITLE, "to download: ", plan->missing,
		    plan->unknown, plan->missing_bytes);
		wise = put_disk(dialog, plan);
	} else {
		dialog_line(dialog, ROLE_TEXT,
		    "nothing to download: all of it is here", NULL);
	}
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_line(dialog, ROLE_DIM,
	    "Older revisions stay. 3 shows the transfer.", NULL);
	return wise;
}

static void
put_line(void *context, const char *line, size_t n)
{
	struct str text = STR_INIT;

	str_add(&text, line, n);
	dialog_line(context, ROLE_TEXT, text.v, NULL);
	str_fini(&text);
}

static void
put_failure(
    struct dialog *dialog, const struct app *app, const struct error *err)
{
	struct str advice = STR_INIT;
	int columns = app->surface.columns - 8;

	columns = columns < 72 ? columns : 72;
	text_wrap(err->message, columns, put_line, dialog);
	remedy_on_screen(&advice, err, &app->options.settings.keys, ACT_FETCH);
	if (advice.n)
		text_wrap(advice.v, columns, put_line, dialog);
	str_fini(&advice);
}

void
cache_on_plan(
    struct cache_screen *s, struct app *app, const struct hub_event *event)
{
	struct dialog *dialog;
	struct str text = STR_INIT;
	bool wise;

	s->planning = 0;
	/* Another question may have come in front of it. */
	if (!dialog_is_open(&app->dialog) || app->asker != &s->base ||
	    app->question != ASK_FETCH) {
		let_go(s, app);
		return;
	}
	dialog = ask(s, app);
	if (event->kind == HUB_EVENT_FAILED) {
		put_failure(dialog, app, &event->error);
		dialog_button(dialog, "Back (n)", 'n', FETCH_NO);
		dialog_button(dialog, "Add it paused", 0, FETCH_PAUSED);
		return;
	}
	str_addf(&text, "which is %.12s now", event->plan.commit);
	dialog_line(dialog, ROLE_DIM, text.v, NULL);
	str_fini(&text);
	wise = put_plan(dialog, &event->plan);
	if (!wise)
		dialog_button(dialog, "No (n)", 'n', FETCH_NO);
	dialog_button(dialog, "Start (y)", 'y', FETCH_START);
	dialog_button(dialog, "Add it paused", 0, FETCH_PAUSED);
	if (wise)
		dialog_button(dialog, "No (n)", 'n', FETCH_NO);
}

void
cache_answer_fetch(struct cache_screen *s, struct app *app, int answer)
{
	struct str line = STR_INIT;

	if (s->wanted && (answer == FETCH_START || answer == FETCH_PAUSED)) {
		s->wanted->state =
		    answer == FETCH_START ? QUEUE_WAITING : QUEUE_PAUSED;
		record_add_job(&line, s->wanted);
		(void)engine_xfer_change(app->engine, &s->base, line.v);
		app_say(app, TOAST_INFO, "transfers",
		    "added: %.200s; 3 shows it", s->wanted->repo);
	}
	str_fini(&line);
	let_go(s, app);
}
