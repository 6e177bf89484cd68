/* fetch.c: the newest revision of the row's repository, as a transfer (screen.h). */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/hub/endpoint.h"
#include "core/queue/list.h"
#include "tui/cache/screen.h"
#include "tui/engine/hub.h"
#include "tui/frame/planned.h"

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

void
cache_choose_files(struct cache_screen *s, struct app *app)
{
	const struct scan_repo *repo = repo_of_row(s);
	const struct scan_revision *revision;
	char *base = hub_choose_base();
	struct node node;

	/* Of a revision that has no name, its commit. */
	MAY_FAIL(cache_node(&s->m, s->m.table.rows.cursor, &node),
	    "the row was found before");
	revision = cache_revision(&s->m, &node);
	app_open_repo(
	    app, queue_job_for(base, &(struct repo){ repo->kind, repo->id },
		     !revision          ? "main"
		     : revision->refs.n ? revision->refs.v[0]
					: revision->name,
		     s->m.root));
	free(base);
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
	s->planning = engine_hub_plan(app->engine, &s->base, s->wanted, NULL);
	dialog = ask(s, app);
	dialog_line(dialog, ROLE_DIM, "asking the Hub what is new...", NULL);
	dialog_button(dialog, "Cancel (n)", 'n', FETCH_NO);
}

void
cache_on_plan(
    struct cache_screen *s, struct app *app, const struct hub_event *event)
{
	struct dialog *dialog;
	struct str text = STR_INIT;
	bool wise;

	if (event->base.last)
		s->planning = 0;
	/* Another question may have come in front of it. */
	if (!dialog_is_open(&app->dialog) || app->asker != &s->base ||
	    app->question != ASK_FETCH) {
		let_go(s, app);
		return;
	}
	dialog = ask(s, app);
	if (event->kind == HUB_EVENT_FAILED) {
		planned_failure(dialog, app, &event->error, ACT_FETCH);
		dialog_button(dialog, "Back (n)", 'n', FETCH_NO);
		dialog_button(dialog, "Add it paused", 0, FETCH_PAUSED);
		return;
	}
	/* What was shown is what is fetched, and what main is then. */
	free(s->wanted->commit);
	s->wanted->commit = mem_strdup(event->plan.commit);
	str_addf(&text, "which is %.12s now", event->plan.commit);
	dialog_line(dialog, ROLE_DIM, text.v, NULL);
	str_fini(&text);
	wise = planned_lines(
	    dialog, &event->plan, "free some first (m marks, d deletes)");
	planned_cautions(dialog, app, event);
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_line(dialog, ROLE_DIM,
	    "Older revisions stay. 3 shows the transfer.", NULL);
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
	if (s->wanted && (answer == FETCH_START || answer == FETCH_PAUSED))
		planned_start(app, &s->base, s->wanted, answer == FETCH_PAUSED);
	let_go(s, app);
}
