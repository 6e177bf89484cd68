/* cache_ask.c: what the Cache screen asks, and what comes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"
#include "core/os/browser.h"
#include "tui/cache_screen.h"
#include "tui/engine.h"

enum delete_answer {
	DELETE_NO,
	DELETE_YES,
	DELETE_AT_ONCE,
	DELETE_LOOK,
};

/* -- deletion -- */

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
		str_addz(&text, "single files: a revision is incomplete then");
	dialog_line(dialog, ROLE_TEXT, text.v, size);
	str_fini(&text);
}

static void
add_lines(struct dialog *dialog, const struct cache_model *m)
{
	struct tally_sum sum = tally_sum(m->tally);
	char size[TIMEFMT_MAX], text[80];
	uint64_t strays = 0;

	for (size_t i = 0; i < m->own->repos.n; i++) {
		const struct scan_repo *repo = &m->own->repos.v[i];

		if (tally_repo(m->tally, repo) != TALLY_NONE)
			add_repo_line(dialog, m, repo);
		for (size_t k = 0; k < repo->strays.n; k++)
			strays += tally_stray(m->tally, repo, k)
			              ? repo->strays.v[k].disk.held
			              : 0;
	}
	if (sum.strays) {
		snprintf(text, sizeof(text), "  loose files  %zu", sum.strays);
		cache_size_text(size, strays);
		dialog_line(dialog, ROLE_TEXT, text, size);
	}
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	cache_size_text(size, sum.freed);
	dialog_line(dialog, ROLE_ACCENT, "  will free", size);
	if (sum.extra) {
		cache_size_text(size, sum.extra);
		dialog_line(dialog, ROLE_DIM,
		    "  of it in loose files of whole repos", size);
	}
	if (sum.about)
		dialog_line(dialog, ROLE_DIM,
		    "  or less: some files share their space with others",
		    NULL);
	if (sum.stays) {
		cache_size_text(size, sum.stays);
		dialog_line(dialog, ROLE_TEXT,
		    "  stays, as something kept needs it", size);
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
			    "L  %s is being downloaded: what is stays",
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
		    "The choice is carried out when this ends.");
	else if (!s->at_once)
		snprintf(text, sizeof(text),
		    "z undoes it for %u s; then its space is free.", s->undo_s);
	else if (s->m.own->no_trash)
		snprintf(text, sizeof(text), "This cannot be undone: %s",
		    s->m.own->no_trash);
	else
		snprintf(text, sizeof(text), "This cannot be undone%s",
		    s->undo_s ? ": the disk is nearly full" : "");
	dialog_line(
	    dialog, s->at_once && !s->pick ? ROLE_WARN : ROLE_DIM, text, NULL);
}

void
cache_ask_delete(struct cache_screen *s, struct app *app)
{
	struct tally_sum sum = tally_sum(s->m.tally);
	struct dialog *dialog;

	s->row_only = !sum.revisions && !sum.files && !sum.strays && !sum.whole;
	if (s->row_only && cache_node(&s->m, s->m.rows.cursor, &s->row))
		cache_mark(&s->m, &s->row, true);
	s->undo_s = setting_number(&app->options.settings, SETTING_UNDO);
	s->at_once =
	    s->pick || !s->undo_s || is_disk_full(&s->m) || s->m.own->no_trash;
	dialog = app_ask(app, &s->base, ASK_DELETE,
	    s->row_only ? "delete this row from the hub cache"
			: "delete from the hub cache");
	add_lines(dialog, &s->m);
	add_uses(dialog, &s->m);
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
		"was being freed", "its journal is damaged: only to free" };
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

	s->recover_due = false;
	arr_each (batch, &s->m.own->leftovers.trash) {
		if (batch->state == TRASH_WAITING)
			continue;
		add_batch(dialog, batch);
		restorable = restorable || batch->state == TRASH_LEFT;
	}
	dialog_line(dialog, ROLE_TEXT, "", NULL);
	dialog_line(dialog, ROLE_DIM,
	    "hug ended before these were freed. hug cache restore and "
	    "hug cache prune do the same.",
	    NULL);
	dialog_button(dialog, "Leave them", 0, RECOVER_LEAVE);
	if (restorable)
		dialog_button(dialog, "Restore (r)", 'r', RECOVER_BACK);
	dialog_button(dialog, "Free", 0, RECOVER_FREE);
}

static void
answer_recover(struct cache_screen *s, struct app *app, int answer)
{
	if (answer != RECOVER_BACK && answer != RECOVER_FREE)
		return;
	if (!s->m.own)
		return;
	s->busy = BUSY_UNDOING;
	engine_recover(app->engine, s->m.own->root, &s->m.own->leftovers.trash,
	    answer == RECOVER_BACK);
}

/* -- marks -- */

void
cache_ask_drop_marks(struct cache_screen *s, struct app *app)
{
	struct dialog *dialog =
	    app_ask(app, &s->base, ASK_DROP_MARKS, "drop all marks?");
	struct str text = STR_INIT;

	cache_add_marked(&s->m, &text);
	dialog_line(dialog, ROLE_TEXT, text.v, NULL);
	dialog_line(dialog, ROLE_DIM, "z undoes it.", NULL);
	dialog_button(dialog, "No (n)", 'n', 0);
	dialog_button(dialog, "Yes (y)", 'y', 1);
	str_fini(&text);
}

static void
answer_drop_marks(struct cache_screen *s, struct app *app, int answer)
{
	if (answer != 1 || !s->m.tally)
		return;
	tally_step(s->m.tally);
	tally_clear(s->m.tally);
	app_say(app, TOAST_INFO, "marks", "no marks; z undoes it");
}

/* Whether nothing of the cache would be left: then more than a key is asked. */
static bool
is_everything(const struct cache_model *m)
{
	return m->repos > 1 && tally_sum(m->tally).whole == m->repos;
}

static void
take_back_row_mark(struct cache_screen *s)
{
	if (s->row_only)
		cache_mark(&s->m, &s->row, false);
	s->row_only = false;
}

static void
answer_delete(struct cache_screen *s, struct app *app, int answer)
{
	char prompt[80];

	if (answer == DELETE_LOOK) {
		cache_show_plan(s, app);
		return;
	}
	if (answer != DELETE_YES && answer != DELETE_AT_ONCE) {
		take_back_row_mark(s);
		return;
	}
	s->at_once = s->at_once || answer == DELETE_AT_ONCE;
	if (is_everything(&s->m)) {
		snprintf(prompt, sizeof(prompt),
		    "this empties the cache: type %zu to go on", s->m.repos);
		app_type(app, &s->base, ASK_COUNT, prompt, "");
		return;
	}
	cache_start_delete(s, app);
}

static void
typed_count(struct cache_screen *s, struct app *app, const char *text)
{
	char wanted[24];

	snprintf(wanted, sizeof(wanted), "%zu", s->m.repos);
	if (text && !strcmp(text, wanted)) {
		cache_start_delete(s, app);
		return;
	}
	take_back_row_mark(s);
	app_say(app, TOAST_INFO, "delete", "nothing was deleted");
}

/* -- sort and copy -- */

void
cache_ask_sort(struct cache_screen *s, struct app *app)
{
	static const char letters[CACHE_SORTS + 1] = "soumnfr";
	struct menu *menu =
	    app_choose(app, &s->base, ASK_SORT, "sort by", false);

	for (int i = 0; i < CACHE_SORTS; i++)
		menu_add(menu, (uint32_t)letters[i],
		    cache_sort_name((enum cache_sort)i),
		    s->m.sort == (enum cache_sort)i ? "now" : NULL, i);
}

static void
answer_sort(struct cache_screen *s, struct app *app, int answer)
{
	if (answer < 0)
		return;
	if (s->m.sort != (enum cache_sort)answer)
		cache_sort_by(s, app, (enum cache_sort)answer);
}

enum copy_answer {
	COPY_ID,
	COPY_PATH,
	COPY_COMMIT,
	COPY_COMMAND,
	COPY_ADDRESS,
};

/* "<Hub>/[datasets/]<id>[/tree/<commit>[/<path>]]"; false if the row has no
 * page. */
static bool
add_address(
    const struct cache_model *m, const struct node *node, struct str *out)
{
	const struct scan_repo *repo = cache_repo(m, node);
	const struct scan_revision *revision = cache_revision(m, node);
	char *base;

	if (!repo || !repo->id || cache_stray(m, node))
		return false;
	base = hub_choose_base();
	url_shown(out, base);
	if (out->n && out->v[out->n - 1] == '/')
		str_cut(out, out->n - 1);
	str_addc(out, '/');
	if (strcmp(repo->type, "model") != 0)
		str_addf(out, "%ss/", repo->type);
	url_escape(out, repo->id, true);
	if (revision) {
		str_addz(out, node->file < 0 ? "/tree/" : "/blob/");
		url_escape(out, revision->name, false);
	}
	if (revision && node->file >= 0) {
		str_addc(out, '/');
		url_escape(out, revision->files.v[node->file].path, true);
	}
	free(base);
	return true;
}

void
cache_open_page(struct cache_screen *s, struct app *app)
{
	struct str url = STR_INIT;
	struct node node;

	if (!cache_node(&s->m, s->m.rows.cursor, &node) ||
	    !add_address(&s->m, &node, &url))
		app_say(app, TOAST_INFO, "page", "page: this row has none");
	else if (browser_open(url.v))
		app_say(app, TOAST_INFO, "page", "opened: %.400s", url.v);
	else
		app_say(
		    app, TOAST_INFO, "page", "no browser here: %.400s", url.v);
	str_fini(&url);
}

void
cache_ask_copy(struct cache_screen *s, struct app *app)
{
	struct menu *menu = app_choose(app, &s->base, ASK_COPY, "copy", false);
	struct node node;

	if (!cache_node(&s->m, s->m.rows.cursor, &node) ||
	    !cache_repo(&s->m, &node))
		return;
	menu_add(menu, 'i', "id", NULL, COPY_ID);
	menu_add(menu, 'a', "address of its page", NULL, COPY_ADDRESS);
	menu_add(menu, 'p', "path", NULL, COPY_PATH);
	if (cache_revision(&s->m, &node))
		menu_add(menu, 'c', "commit", NULL, COPY_COMMIT);
	menu_add(menu, 'd', "command that deletes it", NULL, COPY_COMMAND);
}

/* A name of a folder may be anything, and this is pasted into a shell. */
static void
add_removal(struct str *out, const struct scan_repo *repo,
    const struct scan_revision *revision)
{
	struct str target = STR_INIT;

	if (revision)
		str_addz(&target, revision->name);
	else
		str_addf(&target, "%s/%s", repo->type, repo->id);
	str_addz(out, "hug cache rm ");
	str_add_shell(out, target.v);
	str_fini(&target);
}

static void
answer_copy(struct cache_screen *s, struct app *app, int answer)
{
	struct str text = STR_INIT;
	struct node node;
	const struct scan_repo *repo;
	const struct scan_revision *revision;

	if (answer < 0 || !cache_node(&s->m, s->m.rows.cursor, &node))
		return;
	repo = cache_repo(&s->m, &node);
	revision = cache_revision(&s->m, &node);
	if (answer == COPY_ADDRESS)
		(void)!add_address(&s->m, &node, &text);
	else if (answer == COPY_COMMIT)
		str_addz(&text, revision->name);
	else if (answer == COPY_ID)
		str_addz(&text, repo->id ? repo->id : repo->folder);
	else if (answer == COPY_PATH && revision)
		str_addf(&text, "%s/%s/snapshots/%s", s->m.root, repo->folder,
		    revision->name);
	else if (answer == COPY_PATH)
		str_addf(&text, "%s/%s", s->m.root, repo->folder);
	else
		add_removal(&text, repo, revision);
	str_clear(&app->copied);
	utf8_safe(&app->copied, text.v);
	app_say(app, TOAST_INFO, "copy", "copied: %.200s", app->copied.v);
	str_fini(&text);
}

/* -- marks by rule -- */

static void
add_rule(struct menu *menu, const struct cache_model *m, int rule)
{
	const char *fallback = rule_default((enum cache_rule)rule);
	struct str label = STR_INIT;

	str_addz(&label, rule_text((enum cache_rule)rule));
	if (fallback)
		str_addf(&label, " [ %s ]", fallback);
	if (rule == RULE_FILTER)
		str_addf(&label, ": %s", *m->filter ? m->filter : "(all)");
	menu_add(menu, (uint32_t)('1' + rule), label.v,
	    "...                     ", rule);
	str_fini(&label);
}

/* Says what one rule would do. */
static void
look_at_rule(struct menu *menu, const struct cache_model *m, int rule)
{
	const char *fallback = rule_default((enum cache_rule)rule);
	struct str right = STR_INIT;
	char size[TIMEFMT_MAX];
	struct rule_effect effect;
	struct error ignored;
	double value = 0;

	if (fallback &&
	    !rule_read((enum cache_rule)rule, fallback, &value, &ignored))
		value = 0;
	effect = rule_look(m, (enum cache_rule)rule, value);
	cache_size_text(size, effect.freed);
	if (effect.strays)
		str_addf(&right, "%zu files  %10s", effect.strays, size);
	else if (effect.revisions)
		str_addf(&right, "%zu revisions  %10s", effect.revisions, size);
	else
		str_addf(&right, "none  %10s", size);
	menu_set_right(menu, (size_t)rule, right.v);
	str_fini(&right);
}

bool
cache_look_at_rules(struct cache_screen *s, struct app *app)
{
	if (app->question != ASK_RULE || !menu_is_open(&app->menu) ||
	    s->rules_known == CACHE_RULES || !s->m.own)
		return false;
	look_at_rule(&app->menu, &s->m, s->rules_known++);
	app->dirty = true;
	return s->rules_known < CACHE_RULES;
}

void
cache_ask_rule(struct cache_screen *s, struct app *app)
{
	struct menu *menu = app_choose(app, &s->base, ASK_RULE,
	    "mark by rule           would mark and free", false);

	for (int i = 0; i < CACHE_RULES; i++)
		add_rule(menu, &s->m, i);
	s->rules_known = 0;
}

static void
ask_use(struct cache_screen *s, struct app *app)
{
	struct rule_effect effect = rule_look(&s->m, s->rule, s->rule_value);
	char size[TIMEFMT_MAX], title[160];
	struct menu *menu;

	cache_size_text(size, effect.freed);
	snprintf(title, sizeof(title), "%zu revisions, %zu files: %s",
	    effect.revisions, effect.strays, size);
	menu = app_choose(app, &s->base, ASK_RULE_USE, title, false);
	menu_add(menu, 'a', "add these to what is marked", NULL, RULE_ADD);
	menu_add(menu, 'o', "mark only these", NULL, RULE_ONLY);
	menu_add(menu, 'd', "drop these from what is marked", NULL, RULE_DROP);
}

static void
answer_rule(struct cache_screen *s, struct app *app, int answer)
{
	const char *fallback;

	if (answer < 0)
		return;
	s->rule = (enum cache_rule)answer;
	s->rule_value = 0;
	fallback = rule_default(s->rule);
	if (fallback)
		app_type(app, &s->base, ASK_RULE_VALUE, rule_text(s->rule),
		    fallback);
	else
		ask_use(s, app);
}

static void
typed_value(struct cache_screen *s, struct app *app, const char *text)
{
	struct error err;

	if (!text)
		return;
	if (rule_read(s->rule, text, &s->rule_value, &err))
		ask_use(s, app);
	else
		app_say(app, TOAST_WARN, "rule", "%s", err.message);
}

static void
answer_use(struct cache_screen *s, struct app *app, int answer)
{
	struct tally_sum sum;
	char size[TIMEFMT_MAX];
	size_t spared;

	if (answer < 0)
		return;
	tally_step(s->m.tally);
	rule_apply(&s->m, s->rule, s->rule_value, (enum rule_use)answer);
	sum = tally_sum(s->m.tally);
	cache_size_text(size, sum.freed);
	spared = rule_look(&s->m, s->rule, s->rule_value).spared;
	if (spared && answer != RULE_DROP)
		app_say(app, TOAST_WARN, "rule",
		    "marked %zu revision%s: %s; %zu left alone, as not all of "
		    "their repositories can be read (see warnings)",
		    sum.revisions, sum.revisions == 1 ? "" : "s", size, spared);
	else
		app_say(app, TOAST_INFO, "rule", "marked %zu revision%s: %s",
		    sum.revisions, sum.revisions == 1 ? "" : "s", size);
}

/* -- all answers -- */

void
cache_answer(struct screen *screen, struct app *app, int question, int answer)
{
	struct cache_screen *s = cache_own(screen);

	switch ((enum cache_question)question) {
	case ASK_DELETE:
		answer_delete(s, app, answer);
		break;
	case ASK_RECOVER:
		answer_recover(s, app, answer);
		break;
	case ASK_DROP_MARKS:
		answer_drop_marks(s, app, answer);
		break;
	case ASK_PLAN:
		cache_answer_plan(s, app, answer);
		take_back_row_mark(s);
		break;
	case ASK_SORT:
		answer_sort(s, app, answer);
		break;
	case ASK_COPY:
		answer_copy(s, app, answer);
		break;
	case ASK_RULE:
		answer_rule(s, app, answer);
		break;
	case ASK_RULE_USE:
		answer_use(s, app, answer);
		break;
	case ASK_COUNT:
	case ASK_KIND:
	case ASK_FILTER:
	case ASK_RULE_VALUE:
	case ASK_EXPORT:
	case ASK_PLAN_FILE:
	case ASK_FOUND_BAD:
		break;
	}
}

static void
typed_filter(
    struct cache_screen *s, struct app *app, const char *text, bool done)
{
	struct error err;

	if (!text)
		return;
	if (cache_set_filter(&s->m, text, &err)) {
		if (done)
			app_tell(app, "%zu rows fit", s->m.rows.count);
		return;
	}
	/* While it is typed it often is not whole yet. */
	if (done)
		app_say(app, TOAST_WARN, "filter", "%s", err.message);
}

static void
typed_export(struct cache_screen *s, struct app *app, const char *text)
{
	struct error err;

	if (!text || !*text)
		return;
	if (cache_export(&s->m, text, &err))
		app_say(app, TOAST_INFO, "export", "written: %.200s", text);
	else
		app_say(app, TOAST_ERROR, "export", "%s", err.message);
}

void
cache_typed(struct screen *screen, struct app *app, int question,
    const char *text, bool done)
{
	struct cache_screen *s = cache_own(screen);

	if (question == ASK_FILTER)
		typed_filter(s, app, text, done);
	else if (question == ASK_COUNT && done)
		typed_count(s, app, text);
	else if (question == ASK_RULE_VALUE && done)
		typed_value(s, app, text);
	else if (question == ASK_EXPORT && done)
		typed_export(s, app, text);
	else if (question == ASK_PLAN_FILE && done)
		cache_write_plan(s, app, text);
}
