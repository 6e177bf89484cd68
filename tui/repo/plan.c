/* plan.c: what is ticked as a download, what it would do, and its start (screen.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/queue/list.h"
#include "tui/engine/engine.h"
#include "tui/engine/hub.h"
#include "tui/frame/command.h"
#include "tui/frame/planned.h"
#include "tui/repo/screen.h"

enum plan_answer {
	PLAN_START,
	PLAN_PAUSED,
	PLAN_COPY,
	PLAN_FOLDER,
	PLAN_CACHE,
	PLAN_NO,
};

/* Bytes of a command that are shown. */
#define COMMAND_MAX 400

/* -- the job -- */

/* Whether the patterns alone say what is ticked. */
static bool
patterns_say_it(const struct pick *pick)
{
	const unsigned wanted = PICK_IN | PICK_OUT | PICK_BAD;

	if (pick->apart)
		return false;
	/* A name that no file can have would be an error, not left out. */
	arr_each (file, &pick->files) {
		if ((file->flags & wanted) == (PICK_IN | PICK_BAD))
			return false;
	}
	return true;
}

static void
add_globs(queue_names *names, const struct pick_globs *globs)
{
	arr_each (glob, &globs->list)
		arr_push(names, mem_strdup(glob->text));
}

struct naming {
	const struct pick *pick;
	struct queue_job *job;
	struct str path;
};

static void
add_file(void *context, uint32_t file)
{
	struct naming *naming = context;

	if (naming->pick->files.v[file].flags & PICK_BAD)
		return;
	pick_path(naming->pick, file, &naming->path);
	arr_push(&naming->job->files, mem_strdup(naming->path.v));
}

struct queue_job *
repo_job(const struct repo_screen *s)
{
	const struct pick *pick = &s->m.pick;
	struct naming naming = { pick, queue_job_copy(s->m.job), STR_INIT };
	struct repo_row row;

	naming.job->commit =
	    *s->m.commit ? mem_strdup(s->m.commit) : naming.job->commit;
	naming.job->folder = mem_strdup(s->folder);
	if (pick_ticked(pick).files && patterns_say_it(pick)) {
		add_globs(&naming.job->includes, &pick->globs[PICK_INCLUDE]);
		add_globs(&naming.job->excludes, &pick->globs[PICK_EXCLUDE]);
		return naming.job;
	}
	naming.job->literal = true;
	if (pick_ticked(pick).files) {
		for (uint32_t i = 0; i < pick->files.n; i++) {
			if (pick->files.v[i].flags & PICK_TICKED)
				add_file(&naming, i);
		}
	} else if (repo_row(&s->m, s->m.table.rows.cursor, &row)) {
		if (row.is_file)
			add_file(&naming, row.number);
		else
			repo_each_shown(&s->m, row.number, add_file, &naming);
	}
	str_fini(&naming.path);
	if (naming.job->files.n)
		return naming.job;
	queue_job_free(naming.job);
	return NULL;
}

/* -- the question -- */

void
repo_drop_plan(struct repo_screen *s, struct app *app)
{
	engine_cancel(app->engine, s->planning);
	s->planning = 0;
	queue_job_free(s->wanted);
	s->wanted = NULL;
}

static struct dialog *
ask(struct repo_screen *s, struct app *app)
{
	struct dialog *dialog = app_ask(app, &s->base, REPO_ASK_PLAN,
	    s->only_looks                   ? "what would be downloaded"
	    : pick_ticked(&s->m.pick).files ? "download these files?"
					    : "download this row?");
	struct str text = STR_INIT;

	str_addf(&text, "%s/%s  %s", repo_type_name(s->wanted->type),
	    s->wanted->repo, s->wanted->revision);
	if (s->wanted->commit &&
	    strcmp(s->wanted->commit, s->wanted->revision) != 0)
		str_addf(&text, " @ %.8s", s->wanted->commit);
	dialog_line(dialog, ROLE_TITLE, text.v, NULL);
	str_fini(&text);
	return dialog;
}

/* For what one should know; NULL where there are too many to hand over. */
static struct hub_listing *
listing_of(const struct repo_model *m)
{
	struct hub_listing *listing;
	struct str path = STR_INIT;

	if (m->pick.files.n > HUB_LISTING_MAX ||
	    m->state == REPO_STATE_PARTIAL || m->state == REPO_STATE_STOPPED)
		return NULL;
	listing = hub_listing_new();
	for (uint32_t i = 0; i < m->pick.files.n; i++) {
		pick_path(&m->pick, i, &path);
		hub_listing_add(listing, path.v, m->pick.files.v[i].size);
	}
	str_fini(&path);
	return listing;
}

static void
ask_again(struct repo_screen *s, struct app *app)
{
	struct dialog *dialog;

	repo_drop_plan(s, app);
	s->wanted = repo_job(s);
	if (!s->wanted)
		return;
	s->planning = engine_hub_plan(
	    app->engine, &s->base, s->wanted, listing_of(&s->m));
	dialog = ask(s, app);
	dialog_line(dialog, ROLE_DIM, "comparing with the cache...", NULL);
	dialog_button(dialog, "Cancel (n)", 'n', PLAN_NO);
}

void
repo_ask_plan(struct repo_screen *s, struct app *app, bool only_looks)
{
	s->only_looks = only_looks;
	ask_again(s, app);
}

static void
put_command(const struct repo_screen *s, struct app *app, struct dialog *dialog)
{
	struct str text = STR_INIT;
	bool cut;

	command_add_download(&text, s->wanted, true);
	cut = text.n > COMMAND_MAX;
	if (cut)
		str_cut(&text, COMMAND_MAX);
	dialog_line(dialog, ROLE_DIM,
	    cut ? "the same as a command, which Copy has whole:"
		: "the same as a command:",
	    NULL);
	planned_say(dialog, app, ROLE_TEXT, text.v);
	str_fini(&text);
}

static void
put_place(const struct repo_screen *s, struct dialog *dialog)
{
	struct str text = STR_INIT;

	str_addf(&text, "to  %s",
	    s->wanted->folder ? s->wanted->folder : "the hub cache");
	dialog_line(dialog, ROLE_TEXT, text.v, NULL);
	str_fini(&text);
}

static void
put_buttons(const struct repo_screen *s, struct dialog *dialog, bool wise)
{
	if (s->only_looks || !wise)
		dialog_button(dialog, s->only_looks ? "Close (n)" : "No (n)",
		    'n', PLAN_NO);
	if (!s->only_looks)
		dialog_button(dialog, s->chooses ? "Download (y)" : "Start (y)",
		    'y', PLAN_START);
	if (!s->only_looks && !s->chooses)
		dialog_button(dialog, "Paused (p)", 'p', PLAN_PAUSED);
	dialog_button(dialog, "Copy (c)", 'c', PLAN_COPY);
	if (!s->only_looks && s->wanted->folder)
		dialog_button(dialog, "Cache (o)", 'o', PLAN_CACHE);
	else if (!s->only_looks)
		dialog_button(dialog, "Folder (o)", 'o', PLAN_FOLDER);
	if (!s->only_looks && wise)
		dialog_button(dialog, "No (n)", 'n', PLAN_NO);
}

void
repo_on_plan(
    struct repo_screen *s, struct app *app, const struct hub_event *event)
{
	struct dialog *dialog;
	struct str text = STR_INIT;
	bool wise;

	if (event->base.last)
		s->planning = 0;
	/* Another question may have come in front of it. */
	if (!dialog_is_open(&app->dialog) || app->asker != &s->base ||
	    app->question != REPO_ASK_PLAN) {
		repo_drop_plan(s, app);
		return;
	}
	dialog = ask(s, app);
	if (event->kind == HUB_EVENT_FAILED) {
		repo_was_read(&s->m, &event->error);
		planned_failure(dialog, app, &event->error, ACT_TICKED);
		dialog_button(dialog, "Back (n)", 'n', PLAN_NO);
		if (!s->only_looks && !s->chooses)
			dialog_button(
			    dialog, "Add it paused (p)", 'p', PLAN_PAUSED);
		return;
	}
	str_addf(&text, "%zu file%s", event->plan.files,
	    event->plan.files == 1 ? "" : "s");
	dialog_line(dialog, ROLE_TEXT, text.v, NULL);
	if (*event->plan.moved) {
		str_clear(&text);
		str_addf(&text, "%s is %.8s by now: Ctrl-R lists that",
		    s->wanted->revision, event->plan.moved);
		planned_say(dialog, app, ROLE_WARN, text.v);
	}
	str_fini(&text);
	/* So that the list of transfers knows it before it runs. */
	s->wanted->counts.total = event->plan.here_bytes + event->plan.kept +
	                          event->plan.missing_bytes;
	s->wanted->counts.files_total = event->plan.files;
	wise = planned_lines(dialog, &event->plan, "4 frees some in the Cache");
	put_place(s, dialog);
	planned_cautions(dialog, app, event);
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	put_command(s, app, dialog);
	put_buttons(s, dialog, wise);
}

static void
copy_command(const struct repo_screen *s, struct app *app)
{
	struct str text = STR_INIT;

	command_add_download(&text, s->wanted, true);
	app_copy(app, text.v, NULL);
	str_fini(&text);
}

void
repo_answer_plan(struct repo_screen *s, struct app *app, int answer)
{
	if (!s->wanted)
		return;
	switch (answer) {
	case PLAN_START:
	case PLAN_PAUSED:
		repo_keep_patterns(s, app, NULL);
		if (s->chooses) {
			app->chosen = s->wanted;
			s->wanted = NULL;
			app->quit = true;
			break;
		}
		planned_start(app, &s->base, s->wanted, answer == PLAN_PAUSED);
		break;
	case PLAN_COPY:
		copy_command(s, app);
		break;
	case PLAN_FOLDER:
		repo_drop_plan(s, app);
		app_type(
		    app, &s->base, REPO_ASK_FOLDER, "into the folder:", "");
		return;
	case PLAN_CACHE:
		free(s->folder);
		s->folder = NULL;
		ask_again(s, app);
		return;
	default:
		break;
	}
	/* A folder is for the one download that it was named for. */
	if (answer != PLAN_COPY) {
		free(s->folder);
		s->folder = NULL;
	}
	repo_drop_plan(s, app);
}

void
repo_typed_folder(struct repo_screen *s, struct app *app, const char *text)
{
	char *given;

	if (text && *text) {
		given = env_expand(text);
		free(s->folder);
		s->folder = dir_resolve(given);
		free(given);
	}
	ask_again(s, app);
}
