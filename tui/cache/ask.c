/* ask.c: what the Cache screen asks, and what comes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/net/url.h"
#include "core/os/file.h"
#include "tui/cache/screen.h"

/* -- sort and copy -- */

static const char sort_letters[CACHE_SORTS + 1] = "soumnfr";

void
cache_ask_sort(struct cache_screen *s, struct app *app)
{
	struct menu *menu =
	    app_choose(app, &s->base, ASK_SORT, "sort by", false);

	for (int i = 0; i < CACHE_SORTS; i++)
		menu_add(menu, (uint32_t)sort_letters[i],
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
	struct str id = STR_INIT;
	char *base;

	if (!repo || !repo->id || cache_stray(m, node))
		return false;
	base = hub_choose_site();
	url_escape(&id, repo->id, true);
	repo_page_url(out, base, &(struct repo){ repo->kind, id.v });
	if (revision) {
		str_addz(out, node->file < 0 ? "/tree/" : "/blob/");
		url_escape(out, revision->name, false);
	}
	if (revision && node->file >= 0) {
		str_addc(out, '/');
		url_escape(out, revision->files.v[node->file].path, true);
	}
	free(base);
	str_fini(&id);
	return true;
}

void
cache_open_page(struct cache_screen *s, struct app *app)
{
	struct str url = STR_INIT;
	struct node node;

	if (!cache_node(&s->m, s->m.table.rows.cursor, &node) ||
	    !add_address(&s->m, &node, &url))
		app_say(app, TOAST_INFO, "page", "this row has no page");
	else
		app_open_page(app, url.v);
	str_fini(&url);
}

/* The command that deletes the row, and nothing else; false if there is none. */
static bool
add_removal(
    const struct cache_model *m, const struct node *node, struct str *out)
{
	const struct scan_repo *repo = cache_repo(m, node);
	const struct scan_revision *revision = cache_revision(m, node);
	struct str target = STR_INIT;
	bool ok;

	/* A loose file is none of its revisions, and a file here is that of one. */
	if (node->file >= 0 || (node->child >= 0 && !revision) ||
	    m->items.v[node->item].kind != ITEM_REPO)
		return false;
	ok = cache_add_target(m, repo, revision, NULL, &target);
	if (ok)
		cache_add_rm(m, target.v, out);
	str_fini(&target);
	return ok;
}

void
cache_ask_copy(struct cache_screen *s, struct app *app)
{
	struct str ignored = STR_INIT;
	struct menu *menu;
	struct node node;

	if (!cache_node(&s->m, s->m.table.rows.cursor, &node) ||
	    !cache_repo(&s->m, &node)) {
		app_say(app, TOAST_INFO, "copy",
		    "this row has nothing to copy; open it first");
		return;
	}
	menu = app_choose(app, &s->base, ASK_COPY, "copy", false);
	menu_add(menu, 'i', "id", NULL, COPY_ID);
	menu_add(menu, 'a', "address of its page", NULL, COPY_ADDRESS);
	menu_add(menu, 'p', "path", NULL, COPY_PATH);
	if (cache_revision(&s->m, &node))
		menu_add(menu, 'c', "commit", NULL, COPY_COMMIT);
	if (s->m.own && add_removal(&s->m, &node, &ignored))
		menu_add(
		    menu, 'd', "command that deletes it", NULL, COPY_COMMAND);
	str_fini(&ignored);
}

static void
answer_copy(struct cache_screen *s, struct app *app, int answer)
{
	struct str text = STR_INIT;
	struct node node;
	const struct scan_repo *repo;
	const struct scan_revision *revision;

	if (answer < 0 || !cache_node(&s->m, s->m.table.rows.cursor, &node))
		return;
	repo = cache_repo(&s->m, &node);
	revision = cache_revision(&s->m, &node);
	if (answer == COPY_ADDRESS)
		MAY_FAIL(add_address(&s->m, &node, &text),
		    "the menu offers it only where there is one");
	else if (answer == COPY_COMMIT)
		str_addz(&text, revision->name);
	else if (answer == COPY_ID)
		str_addz(&text, repo->id ? repo->id : repo->folder);
	else if (answer == COPY_PATH && revision)
		str_addf(&text, "%s/%s/snapshots/%s", s->m.root, repo->folder,
		    revision->name);
	else if (answer == COPY_PATH)
		str_addf(&text, "%s/%s", s->m.root, repo->folder);
	else if (s->m.own)
		MAY_FAIL(add_removal(&s->m, &node, &text),
		    "the menu offers it only where there is one");
	app_copy(app, text.v, NULL);
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
	if (app->asker != &s->base || app->question != ASK_RULE ||
	    !menu_is_open(&app->menu) || s->rules_known == CACHE_RULES ||
	    !s->m.own)
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
	menu_add(menu, 'a', "add these to the marks", NULL, RULE_ADD);
	menu_add(menu, 'o', "mark only these", NULL, RULE_ONLY);
	menu_add(menu, 'd', "remove these from the marks", NULL, RULE_DROP);
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

static bool
typed_value(struct cache_screen *s, struct app *app, const char *text)
{
	struct error err;

	if (!text)
		return true;
	if (!rule_read(s->rule, text, &s->rule_value, &err)) {
		app_fail(app, TOAST_WARN, "rule", &err);
		return false;
	}
	ask_use(s, app);
	return true;
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
		    "marked %zu revision%s: %s; %zu not marked: part of the "
		    "repository cannot be read (see warnings)",
		    sum.revisions, sum.revisions == 1 ? "" : "s", size, spared);
	else
		app_say(app, TOAST_INFO, "rule", "marked %zu revision%s: %s",
		    sum.revisions, sum.revisions == 1 ? "" : "s", size);
}

/* -- in the palette -- */

#define PALETTE_SORTS (PALETTE_OWN + CACHE_RULES)

void
cache_offer(const struct screen *screen, struct menu *menu)
{
	(void)screen;
	for (int i = 0; i < CACHE_RULES; i++) {
		struct str label = STR_INIT;
		char key[16];

		str_addf(
		    &label, "Mark by rule: %s", rule_text((enum cache_rule)i));
		snprintf(key, sizeof(key), "m %d", i + 1);
		menu_add(menu, 0, label.v, key, PALETTE_OWN + i);
		str_fini(&label);
	}
	for (int i = 0; i < CACHE_SORTS; i++) {
		struct str label = STR_INIT;
		char key[16];

		str_addf(
		    &label, "Sort by %s", cache_sort_name((enum cache_sort)i));
		snprintf(key, sizeof(key), "s %c", sort_letters[i]);
		menu_add(menu, 0, label.v, key, PALETTE_SORTS + i);
		str_fini(&label);
	}
}

void
cache_chosen(struct screen *screen, struct app *app, int answer)
{
	struct cache_screen *s = cache_own(screen);
	const char *why = cache_refuse(screen, ACT_RULES);

	if (answer >= PALETTE_SORTS)
		answer_sort(s, app, answer - PALETTE_SORTS);
	else if (why)
		app_say(app, TOAST_INFO, "rule", "mark by rule: %s", why);
	else
		answer_rule(s, app, answer - PALETTE_OWN);
}

/* -- all answers -- */

void
cache_answer(struct screen *screen, struct app *app, int question, int answer)
{
	struct cache_screen *s = cache_own(screen);

	switch ((enum cache_question)question) {
	case ASK_DELETE:
		cache_answer_delete(s, app, answer);
		break;
	case ASK_RECOVER:
		cache_answer_recover(s, app, answer);
		break;
	case ASK_FETCH:
		cache_answer_fetch(s, app, answer);
		break;
	case ASK_DROP_MARKS:
		cache_answer_drop_marks(s, app, answer);
		break;
	case ASK_PLAN:
		cache_answer_plan(s, app, answer);
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

static bool
typed_filter(
    struct cache_screen *s, struct app *app, const char *text, bool done)
{
	struct error err;

	/* Esc takes back what was typed. */
	if (!text)
		text = s->filter_before;
	if (cache_set_filter(&s->m, text, &err)) {
		if (done)
			app_tell(app, "%zu rows match", s->m.table.rows.count);
		return true;
	}
	/* While it is typed it often is not whole yet. */
	if (done)
		app_fail(app, TOAST_WARN, "filter", &err);
	return false;
}

static bool
typed_export(struct cache_screen *s, struct app *app, const char *text)
{
	struct error err;

	if (!text || !*text)
		return true;
	if (file_kind(text, NULL) != FILE_MISSING)
		app_say(app, TOAST_WARN, "export",
		    "%.200s already exists: choose another name", text);
	else if (!cache_export(&s->m, text, &err))
		app_fail(app, TOAST_ERROR, "export", &err);
	else {
		app_say(app, TOAST_INFO, "export", "written: %.200s", text);
		return true;
	}
	return false;
}

bool
cache_typed(struct screen *screen, struct app *app, int question,
    const char *text, bool done)
{
	struct cache_screen *s = cache_own(screen);

	if (question == ASK_FILTER)
		return typed_filter(s, app, text, done);
	if (!done)
		return true;
	if (question == ASK_COUNT)
		cache_typed_count(s, app, text);
	else if (question == ASK_RULE_VALUE)
		return typed_value(s, app, text);
	else if (question == ASK_EXPORT)
		return typed_export(s, app, text);
	else if (question == ASK_PLAN_FILE)
		return cache_write_plan(s, app, text);
	return true;
}
