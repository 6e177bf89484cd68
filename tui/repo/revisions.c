/* revisions.c: another branch, tag or pull request (screen.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/queue/list.h"
#include "tui/engine/engine.h"
#include "tui/repo/screen.h"

void
repo_drop_refs(struct repo_screen *s)
{
	arr_each (ref, &s->refs)
		repo_ref_fini(ref);
	s->refs.n = 0;
}

static struct menu *
open_menu(struct repo_screen *s, struct app *app)
{
	return app_choose(app, &s->base, REPO_ASK_REVISION,
	    "revision   type to search", true);
}

void
repo_ask_revision(struct repo_screen *s, struct app *app)
{
	struct menu *menu = open_menu(s, app);

	engine_cancel(app->engine, s->asking);
	s->asking = engine_repo_refs(app->engine, &s->base, s->m.job);
	menu_add(menu, 0, "asking the Hub...", NULL, MENU_HEADING);
}

/* "2026-11-20  Add the tokenizer", "in cache  2f9c01ab" */
static void
add_texts(const struct repo_screen *s, const struct repo_ref *ref,
    struct str *label, struct str *right)
{
	bool shown = !strcmp(ref->name, s->m.job->revision) ||
	             (ref->title && !strcmp(ref->commit, s->m.commit));

	if (ref->title)
		str_addf(label, "%.10s  %s", ref->date, ref->title);
	else
		str_addz(label, ref->name);
	str_addf(right, "%s%s%.8s", shown ? "shown  " : "",
	    ref->cached ? "in cache  " : "", ref->commit);
}

static void
add_group(const struct repo_screen *s, struct menu *menu,
    enum repo_ref_kind kind, const char *heading)
{
	bool any = false;

	for (size_t i = 0; i < s->refs.n; i++) {
		const struct repo_ref *ref = &s->refs.v[i];
		struct str right = STR_INIT;
		struct str label = STR_INIT;

		if (ref->kind != kind)
			continue;
		if (!any)
			menu_add(menu, 0, heading, NULL, MENU_HEADING);
		any = true;
		add_texts(s, ref, &label, &right);
		menu_add(menu, 0, label.v, right.v, (int)i);
		str_fini(&label);
		str_fini(&right);
	}
}

void
repo_on_refs(
    struct repo_screen *s, struct app *app, const struct repo_event *event)
{
	struct menu *menu;

	if (!menu_is_open(&app->menu) || app->asker != &s->base ||
	    app->question != REPO_ASK_REVISION)
		return;
	if (event->kind != REPO_EVENT_REFS) {
		menu_fini(&app->menu);
		if (event->kind == REPO_EVENT_FAILED)
			app_fail(app, TOAST_ERROR, "repo", &event->error);
		return;
	}
	repo_drop_refs(s);
	arr_each (ref, &event->refs)
		arr_push(&s->refs, repo_ref_copy(ref));
	menu = open_menu(s, app);
	add_group(s, menu, REPO_BRANCH, "BRANCHES");
	add_group(s, menu, REPO_TAG, "TAGS");
	add_group(s, menu, REPO_CONVERT, "CONVERSIONS");
	add_group(s, menu, REPO_PULL, "PULL REQUESTS");
	add_group(s, menu, REPO_COMMIT, "HISTORY");
	if (!s->refs.n)
		menu_add(
		    menu, 0, "the Hub names no revision", NULL, MENU_HEADING);
}

void
repo_answer_revision(struct repo_screen *s, struct app *app, int answer)
{
	struct queue_job *job;

	if (answer < 0 || (size_t)answer >= s->refs.n) {
		engine_cancel(app->engine, s->asking);
		s->asking = 0;
		return;
	}
	job = queue_job_copy(s->m.job);
	free(job->revision);
	job->revision = mem_strdup(s->refs.v[answer].name);
	app_open_repo(app, job);
}
