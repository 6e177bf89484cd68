/* fetch.c: the newest revision of the row's repository, as a transfer (screen.h). */
#include <stdlib.h>

#include "core/hub/endpoint.h"
#include "core/queue/list.h"
#include "core/queue/record.h"
#include "tui/cache/screen.h"
#include "tui/engine/xfer.h"

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
	return repo_of_row(s) ? NULL : "only a repository of the Hub has a newest revision";
}

void
cache_ask_fetch(struct cache_screen *s, struct app *app)
{
	const struct scan_repo *repo = repo_of_row(s);
	struct dialog *dialog =
	    app_ask(app, &s->base, ASK_FETCH, "download the newest revision?");
	struct str text = STR_INIT;

	str_addf(&text, "  %s/%s  main", repo->type, repo->id);
	dialog_line(dialog, ROLE_TEXT, text.v, NULL);
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_line(dialog, ROLE_DIM,
	    "All files of main that the cache does not have; files that it "
	    "has, whole or in part, are not downloaded again.",
	    NULL);
	dialog_line(dialog, ROLE_DIM,
	    "The old revision stays. 3 shows the transfer.", NULL);
	dialog_button(dialog, "Start (y)", 'y', FETCH_START);
	dialog_button(dialog, "Add it paused", 0, FETCH_PAUSED);
	dialog_button(dialog, "No (n)", 'n', FETCH_NO);
	str_fini(&text);
}

void
cache_answer_fetch(struct cache_screen *s, struct app *app, int answer)
{
	const struct scan_repo *repo = repo_of_row(s);
	struct queue_job *job;
	char *base;
	struct str line = STR_INIT;

	if (!repo || (answer != FETCH_START && answer != FETCH_PAUSED))
		return;
	base = hub_choose_base();
	job = queue_job_for(
	    base, &(struct repo){ repo->kind, repo->id }, "main", s->m.root);
	free(base);
	job->state = answer == FETCH_START ? QUEUE_WAITING : QUEUE_PAUSED;
	record_add_job(&line, job);
	(void)engine_xfer_change(app->engine, &s->base, line.v);
	app_say(app, TOAST_INFO, "transfers", "added: %.200s; 3 shows it",
	    repo->id);
	queue_job_free(job);
	str_fini(&line);
}
