/* delete.c: questions about what goes, or went (screen.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "tui/cache/screen.h"
#include "tui/engine/cache.h"

enum delete_answer {
	DELETE_NO,
	DELETE_YES,
	DELETE_AT_ONCE,
	DELETE_LOOK,
};

static void
add_repo_line(struct dialog *dialog, const struct cache_model *m,
    const struct scan_repo *repo)
{
	uint64_t freed, stays;
	char size[TIMEFMT_MAX];
	struct str text = STR_INIT;
	size_t marked = 0;

	for (size_t i = 0; i < repo->revisions.n; i++)
		marked += tally_revision(m->tally, repo, i) == TALLY_ALL;
	tally_of(m->tally, repo, &freed, &stays);
	cache_size_text(size, freed);
	str_addf(&text, "  %s  ", repo->id ? repo->id : repo->folder);
	if (tally_repo(m->tally, repo) == TALLY_ALL)
		str_addz(&text, "whole repo");
	else if (marked)
		str_addf(
		    &text, "%zu of %zu revisions", marked, repo->revisions.n);
	else
		str_addz(
		    &text, "single files: this leaves a revision incomplete");
	dialog_line(dialog, ROLE_TEXT, text.v, size);
	str_fini(&text);
}

/* A repository that loses something, and how much. */
struct loser {
	const struct scan_repo *repo;
	uint64_t freed;
};

static int
largest_first(const void *a, const void *b)
{
	const struct loser *x = a;
	const struct loser *y = b;

	if (x->freed != y->freed)
		return x->freed < y->freed ? 1 : -1;
	return strcmp(x->repo->folder, y->repo->folder);
}

static void
add_repos(struct dialog *dialog, const struct cache_model *m)
{
	ARR(struct loser) losers = { 0 };

	for (size_t i = 0; i < m->own->repos.n; i++) {
		struct loser loser = { &m->own->repos.v[i], 0 };
		uint64_t stays;

		if (tally_repo(m->tally, loser.repo) == TALLY_NONE)
			continue;
		tally_of(m->tally, loser.repo, &loser.freed, &stays);
		arr_push(&losers, loser);
	}
	if (losers.n)
		qsort(losers.v, losers.n, sizeof(*losers.v), largest_first);
	arr_each (loser, &losers)
		add_repo_line(dialog, m, loser->repo);
	arr_free(&losers);
}

static void
add_strays(struct dialog *dialog, const struct cache_model *m)
{
	char size[TIMEFMT_MAX], text[80];
	uint64_t bytes = 0;
	size_t n = 0;

	arr_each (repo, &m->own->repos) {
		for (size_t k = 0; k < repo->strays.n; k++) {
			if (!tally_stray(m->tally, repo, k))
				continue;
			bytes += repo->strays.v[k].disk.held;
			n++;
		}
	}
	if (!n)
		return;
	snprintf(text, sizeof(text), "  loose files  %zu", n);
	cache_size_text(size, bytes);
	dialog_line(dialog, ROLE_TEXT, text, size);
}

static void
add_totals(struct dialog *dialog, const struct cache_model *m)
{
	struct tally_sum sum = tally_sum(m->tally);
	char size[TIMEFMT_MAX];

	dialog_line(dialog, ROLE_TEXT, "", NULL);
	cache_size_text(size, sum.freed);
	dialog_line(dialog, ROLE_ACCENT, "  will free", size);
	if (sum.extra) {
		cache_size_text(size, sum.extra);
		dialog_line(dialog, ROLE_DIM,
		    "  of which in loose files of whole repos", size);
	}
	if (sum.about)
		dialog_line(dialog, ROLE_DIM,
		    "  or less: some files share space with other files", NULL);
	if (sum.stays) {
		cache_size_text(size, sum.stays);
		dialog_line(dialog, ROLE_TEXT,
		    "  stays, as other revisions need it", size);
	}
}

/* What of it is in use now. */
static void
add_uses(struct dialog *dialog, const struct cache_model *m)
{
	arr_each (use, &m->uses) {
		const struct scan_repo *repo = &m->scan->repos.v[use->repo];
		struct str text = STR_INIT;

		if (use->pid &&
		    tally_revision(m->tally, repo, use->revision) != TALLY_NONE)
			str_addf(&text, "R  %s is open in process %d", repo->id,
			    use->pid);
		else if (!use->pid && tally_repo(m->tally, repo) != TALLY_NONE)
			str_addf(&text,
			    "L  %s is being downloaded; those files stay",
			    repo->id);
		if (text.n)
			dialog_line(dialog, ROLE_WARN, text.v, NULL);
		str_fini(&text);
	}
}

static bool
is_disk_full(const struct cache_model *m)
{
	return m->disk_size && m->disk_free < m->disk_size / 100;
}

/* Whether it can be undone, and if not, why. */
static void
add_undo(struct dialog *dialog, const struct cache_screen *s)
{
	char text[400];

	if (s->pick)
		snprintf(text, sizeof(text),
		    "hug deletes it after this screen closes.");
	else if (!s->at_once)
		snprintf(text, sizeof(text),
		    "z undoes it for %u s; then hug frees the space.",
		    s->undo_s);
	else if (s->m.own->no_trash)
		snprintf(text, sizeof(text), "This cannot be undone: %s",
		    s->m.own->no_trash);
	else
		snprintf(text, sizeof(text), "This cannot be undone%s",
		    s->undo_s ? ": the disk is nearly full" : "");
	dialog_line(
	    dialog, s->at_once && !s->pick ? ROLE_WARN : ROLE_DIM, text, NULL);
}

/* The command that does the same, where one does and there is room for it. */
static void
add_same(struct dialog *dialog, const struct cache_model *m, int columns)
{
	struct str command = STR_INIT;
	struct str text = STR_INIT;

	if (cache_add_command(m, &command) && command.n) {
		str_addz(&text, "  same as  ");
		utf8_safe(&text, command.v);
		if (text_columns(text.v) > columns)
			str_set(&text, "  same as  a long command: Look at all "
				       "can copy it");
		dialog_line(dialog, ROLE_DIM, text.v, NULL);
	}
	str_fini(&text);
	str_fini(&command);
}

void
cache_ask_delete(struct cache_screen *s, struct app *app)
{
	struct tally_sum sum = tally_sum(s->m.tally);
	struct str hidden = STR_INIT;
	struct dialog *dialog;
	struct node row;

	s->row_only = !sum.revisions && !sum.files && !sum.strays && !sum.whole;
	if (s->row_only && cache_node(&s->m, s->m.table.rows.cursor, &row))
		cache_mark(&s->m, &row, true);
	s->undo_s = setting_number(&app->options.settings, SETTING_UNDO);
	s->at_once =
	    s->pick || !s->undo_s || is_disk_full(&s->m) || s->m.own->no_trash;
	dialog = app_ask(app, &s->base, ASK_DELETE,
	    s->row_only ? "delete this row from the hub cache"
			: "delete from the hub cache");
	add_repos(dialog, &s->m);
	add_strays(dialog, &s->m);
	add_uses(dialog, &s->m);
	dialog_foot(dialog);
	cache_add_hidden(&s->m, "  ", &hidden);
	if (hidden.n)
		dialog_line(dialog, ROLE_WARN, hidden.v, NULL);
	str_fini(&hidden);
	add_totals(dialog, &s->m);
	add_same(dialog, &s->m, app->surface.columns - 8);
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	add_undo(dialog, s);
	dialog_button(dialog, "No (n)", 'n', DELETE_NO);
	dialog_button(dialog, "Yes (y)", 'y', DELETE_YES);
	if (!s->at_once)
		dialog_button(dialog, "Free at once", 0, DELETE_AT_ONCE);
	dialog_button(dialog, "Look at all", 0, DELETE_LOOK);
}

enum recover_answer {
	RECOVER_LEAVE,
	RECOVER_BACK,
	RECOVER_FREE,
};

bool
cache_can_recover(const struct cache_screen *s)
{
	if (!s->m.own)
		return false;
	arr_each (batch, &s->m.own->leftovers.trash) {
		if (batch->state != TRASH_WAITING)
			return true;
	}
	return false;
}

static void
add_batch(struct dialog *dialog, const struct trash_batch *batch)
{
	static const char *const states[] = { "", "can be restored",
		"was being freed",
		"its journal is damaged: it can only be freed" };
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX], age[TIMEFMT_MAX];

	cache_size_text(size, batch->bytes);
	cache_age_text(age, batch->since);
	str_addz(&text, "  ");
	utf8_safe(&text, batch->example ? batch->example : batch->name);
	if (batch->things > 1)
		str_addf(&text, " and %zu more", batch->things - 1);
	str_addf(&text, "  (%s, %s)", age, states[batch->state]);
	dialog_line(dialog, ROLE_TEXT, text.v, size);
	str_fini(&text);
}

void
cache_ask_recover(struct cache_screen *s, struct app *app)
{
	struct dialog *dialog =
	    app_ask(app, &s->base, ASK_RECOVER, "deleted, but not freed");
	bool restorable = false;

	arr_each (batch, &s->m.own->leftovers.trash) {
		if (batch->state == TRASH_WAITING)
			continue;
		add_batch(dialog, batch);
		restorable = restorable || batch->state == TRASH_LEFT;
	}
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_line(dialog, ROLE_DIM,
	    "hug ended before it freed these. hug cache restore and hug cache "
	    "prune do this too.",
	    NULL);
	dialog_button(dialog, "Leave them", 0, RECOVER_LEAVE);
	if (restorable)
		dialog_button(dialog, "Restore (r)", 'r', RECOVER_BACK);
	dialog_button(dialog, "Free", 0, RECOVER_FREE);
}

void
cache_answer_recover(struct cache_screen *s, struct app *app, int answer)
{
	if (answer != RECOVER_BACK && answer != RECOVER_FREE)
		return;
	if (!s->m.own)
		return;
	s->busy = answer == RECOVER_BACK ? BUSY_UNDOING : BUSY_FREEING;
	(void)engine_cache_recover(app->engine, &s->base, s->m.own->root,
	    &s->m.own->leftovers.trash, answer == RECOVER_BACK);
}

/* -- marks -- */

void
cache_ask_drop_marks(struct cache_screen *s, struct app *app)
{
	struct dialog *dialog =
	    app_ask(app, &s->base, ASK_DROP_MARKS, "clear all marks?");
	struct str text = STR_INIT;

	cache_add_marked(&s->m, &text);
	dialog_line(dialog, ROLE_TEXT, text.v, NULL);
	dialog_line(dialog, ROLE_DIM, "z undoes it.", NULL);
	dialog_button(dialog, "No (n)", 'n', 0);
	dialog_button(dialog, "Yes (y)", 'y', 1);
	str_fini(&text);
}

void
cache_answer_drop_marks(struct cache_screen *s, struct app *app, int answer)
{
	if (answer != 1 || !s->m.tally)
		return;
	tally_step(s->m.tally);
	tally_clear(s->m.tally);
	app_say(app, TOAST_INFO, "marks", "marks cleared; z restores them");
}

/* Whether nothing of the cache would be left: then more than a key is asked. */
static bool
is_everything(const struct cache_model *m)
{
	return m->repos > 1 && tally_sum(m->tally).whole == m->repos;
}

void
cache_take_back_row_mark(struct cache_screen *s)
{
	if (s->row_only)
		tally_clear(s->m.tally);
	s->row_only = false;
}

void
cache_answer_delete(struct cache_screen *s, struct app *app, int answer)
{
	char prompt[80];

	if (answer == DELETE_LOOK) {
		cache_show_plan(s, app);
		return;
	}
	if (answer != DELETE_YES && answer != DELETE_AT_ONCE) {
		cache_take_back_row_mark(s);
		return;
	}
	s->at_once = s->at_once || answer == DELETE_AT_ONCE;
	if (is_everything(&s->m)) {
		snprintf(prompt, sizeof(prompt),
		    "this empties the cache: type %zu to confirm", s->m.repos);
		app_type(app, &s->base, ASK_COUNT, prompt, "");
		return;
	}
	cache_start_delete(s, app);
}

void
cache_typed_count(struct cache_screen *s, struct app *app, const char *text)
{
	char wanted[24];

	snprintf(wanted, sizeof(wanted), "%zu", s->m.repos);
	if (text && !strcmp(text, wanted)) {
		cache_start_delete(s, app);
		return;
	}
	cache_take_back_row_mark(s);
	app_say(app, TOAST_INFO, "delete",
	    text ? "that is not the number: nothing was deleted"
		 : "nothing was deleted");
}
