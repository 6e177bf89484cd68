/* plan.c: what a deletion would do, path by path (screen.h). */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/hub/address.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "tui/cache/screen.h"

/* Rows beyond so many are counted, not shown; a file has them all. */
#define ROWS_MAX 2000

#define PLAN_COPY INT_MAX
#define PLAN_WRITE (INT_MAX - 1)

/* One path that goes: <folder>/<part>/<name>[/<path>]. */
struct plan_row {
	uint64_t bytes;
	const char *folder, *part, *name, *path;
};

static void
add_path(const struct plan_row *row, struct str *out)
{
	str_addf(out, "%s/%s/%s%s%s", row->folder, row->part, row->name,
	    row->path ? "/" : "", row->path ? row->path : "");
}

static void
each_of_repo(const struct cache_model *m, const struct scan_repo *repo,
    void (*take)(void *context, const struct plan_row *row), void *context)
{
	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *r = &repo->revisions.v[i];
		struct plan_row row = { r->held, repo->folder, "snapshots",
			r->name, NULL };

		if (tally_revision(m->tally, repo, i) == TALLY_ALL)
			take(context, &row);
		for (size_t k = 0; k < r->files.n; k++) {
			row.bytes = repo->blobs.v[r->files.v[k].blob].disk.held;
			row.path = r->files.v[k].path;
			if (tally_file(m->tally, repo, i, k))
				take(context, &row);
		}
	}
	for (size_t i = 0; i < repo->strays.n; i++) {
		struct plan_row row = { repo->strays.v[i].disk.held,
			repo->folder, "blobs", repo->strays.v[i].name, NULL };

		if (tally_stray(m->tally, repo, i))
			take(context, &row);
	}
}

static void
each_row(const struct cache_model *m,
    void (*take)(void *context, const struct plan_row *row), void *context)
{
	arr_each (repo, &m->own->repos)
		each_of_repo(m, repo, take, context);
}

/* -- the same as a command -- */

/*
 * The command is read by a shell and then by `cache rm`, which knows nothing of what
 * was marked. So a thing is named only where its name, as it would be read, can mean
 * nothing else in this cache; else it is left out, and that is told.
 */

/* Whether it is shown, pasted and read as it is. */
static bool
is_plain(const char *text)
{
	struct str safe = STR_INIT;
	bool plain;

	utf8_safe(&safe, text);
	plain = *text && *text != '-' && !strcmp(safe.v, text);
	str_fini(&safe);
	return plain;
}

/* Whether no other repository answers to its name, whatever the case. */
static bool
is_only_one(const struct cache_model *m, const struct scan_repo *repo)
{
	struct error ignored;

	if (!repo->type || !is_plain(repo->id) ||
	    !repo_check_id(repo->id, &ignored))
		return false;
	arr_each (other, &m->own->repos) {
		if (other != repo && other->type && other->id &&
		    !strcmp(other->type, repo->type) &&
		    !strcasecmp(other->id, repo->id))
			return false;
	}
	return true;
}

/* How many revisions have a file, and in how many it is marked. */
static size_t
count_file(const struct cache_model *m, const struct scan_repo *repo,
    const char *path, size_t *marked)
{
	size_t n = 0;

	*marked = 0;
	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *r = &repo->revisions.v[i];

		for (size_t k = 0; k < r->files.n; k++) {
			if (strcmp(r->files.v[k].path, path) != 0)
				continue;
			n++;
			*marked += tally_file(m->tally, repo, i, k);
		}
	}
	return n;
}

static void
add_word(struct str *out, const char *target)
{
	str_addc(out, ' ');
	text_add_shell(out, target);
}

/* The address of a file, if it is read back as this file of this repository. */
static bool
add_file(struct str *out, const struct scan_repo *repo, const char *path)
{
	struct str uri = STR_INIT;
	struct address address = { .id = NULL };
	struct error ignored;
	bool same;

	str_addf(
	    &uri, "hf://%s%s/%s", repo_type_prefix(repo->kind), repo->id, path);
	same = is_plain(path) &&
	       address_read(uri.v, "", 0, &address, &ignored) &&
	       address.type == repo->kind && !strcmp(address.id, repo->id) &&
	       !address.revision && address.path && !strcmp(address.path, path);
	if (same)
		add_word(out, uri.v);
	address_fini(&address);
	str_fini(&uri);
	return same;
}

/* Whether `cache rm` reads a target as this revision of this repository. */
static bool
is_read_back(const char *target, const struct scan_repo *repo,
    const struct scan_revision *revision)
{
	struct address address;
	struct error ignored;
	bool same = address_read(target, "", ADDRESS_OWN | ADDRESS_CACHE,
			&address, &ignored) &&
	            address.type == repo->kind &&
	            !strcmp(address.id, repo->id) && address.revision &&
	            !strcmp(address.revision, revision->name) && !address.path;

	address_fini(&address);
	return same;
}

bool
cache_add_target(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_revision *revision, const struct scan_file *file,
    struct str *out)
{
	struct str target = STR_INIT;
	bool ok = is_only_one(m, repo);

	if (ok && file) {
		ok = add_file(out, repo, file->path);
	} else if (ok) {
		str_addf(&target, "%s/%s%s%s", repo->type, repo->id,
		    revision ? "@" : "", revision ? revision->name : "");
		ok = !revision || (repo_is_commit(revision->name) &&
				      is_read_back(target.v, repo, revision));
		if (ok)
			add_word(out, target.v);
	}
	str_fini(&target);
	return ok;
}

/* Single files of a revision; false if one would go from others too. */
static bool
add_files(const struct cache_model *m, const struct scan_repo *repo,
    size_t revision, struct str *out)
{
	const struct scan_revision *r = &repo->revisions.v[revision];
	bool all = true;
	size_t marked;

	for (size_t k = 0; k < r->files.n; k++) {
		if (!tally_file(m->tally, repo, revision, k))
			continue;
		all = count_file(m, repo, r->files.v[k].path, &marked) ==
		          marked &&
		      cache_add_target(m, repo, r, &r->files.v[k], out) && all;
	}
	return all;
}

/* Files are in `files`: no command takes them with anything else. */
static bool
add_repo(const struct cache_model *m, const struct scan_repo *repo,
    struct str *out, struct str *files)
{
	bool all = true;

	if (tally_repo(m->tally, repo) == TALLY_NONE)
		return true;
	if (tally_repo(m->tally, repo) == TALLY_ALL)
		return cache_add_target(m, repo, NULL, NULL, out);
	for (size_t i = 0; i < repo->revisions.n; i++) {
		switch (tally_revision(m->tally, repo, i)) {
		case TALLY_ALL:
			all = cache_add_target(
				  m, repo, &repo->revisions.v[i], NULL, out) &&
			      all;
			break;
		case TALLY_SOME:
			all = add_files(m, repo, i, files) && all;
			break;
		case TALLY_NONE:
			break;
		}
	}
	return all;
}

void
cache_add_rm(const struct cache_model *m, const char *targets, struct str *out)
{
	char *usual = env_hub_cache();

	str_addf(out, "hug cache rm%s", targets);
	if (!usual || strcmp(usual, m->root) != 0) {
		str_addz(out, " --cache-dir ");
		text_add_shell(out, m->root);
	}
	free(usual);
}

bool
cache_add_command(const struct cache_model *m, struct str *out)
{
	struct str targets = STR_INIT;
	struct str files = STR_INIT;
	bool all = !tally_sum(m->tally).strays && is_plain(m->root);

	arr_each (repo, &m->own->repos)
		all = add_repo(m, repo, &targets, &files) && all;
	all = all && !(targets.n && files.n);
	if (is_plain(m->root) && (targets.n || files.n))
		cache_add_rm(m, targets.n ? targets.v : files.v, out);
	str_fini(&targets);
	str_fini(&files);
	return all;
}

static void
copy_command(const struct cache_screen *s, struct app *app)
{
	struct str text = STR_INIT;
	bool all = cache_add_command(&s->m, &text);

	if (!text.n) {
		app_say(app, TOAST_WARN, "copy",
		    "no command names these alone; hug cache prune --leftovers "
		    "deletes all loose files");
		return;
	}
	app_copy(app, text.v, all ? NULL : "without what no command can name");
	str_fini(&text);
}

/* -- the same as a file -- */

static void
write_row(void *context, const struct plan_row *row)
{
	struct str *out = context;
	struct str path = STR_INIT;

	add_path(row, &path);
	str_addf(out, "%14llu  ", (unsigned long long)row->bytes);
	utf8_safe(out, path.v);
	str_addc(out, '\n');
	str_fini(&path);
}

static bool
write_plan(const struct cache_screen *s, struct app *app, const char *path)
{
	struct str out = STR_INIT;
	struct error err;
	char *whole;
	bool ok = false;

	whole = env_expand(path);
	str_addf(&out, "# would free %llu bytes of %s\n",
	    (unsigned long long)tally_sum(s->m.tally).freed, s->m.root);
	each_row(&s->m, write_row, &out);
	if (file_kind(whole, NULL) != FILE_MISSING)
		app_say(app, TOAST_WARN, "plan",
		    "%.200s already exists: choose another name", path);
	else if (!file_replace(whole, out.v, out.n, &err))
		app_fail(app, TOAST_ERROR, "plan", &err);
	else
		ok = true;
	if (ok)
		app_say(app, TOAST_INFO, "plan", "written: %.200s", path);
	str_fini(&out);
	free(whole);
	return ok;
}

bool
cache_write_plan(struct cache_screen *s, struct app *app, const char *path)
{
	if (path && *path && !write_plan(s, app, path))
		return false;
	cache_take_back_row_mark(s);
	return true;
}

/* -- the same on the screen -- */

struct filling {
	struct menu *menu;
	size_t n;
};

static void
show_row(void *context, const struct plan_row *row)
{
	struct filling *filling = context;
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];

	if (filling->n++ >= ROWS_MAX)
		return;
	cache_size_text(size, row->bytes);
	/* Of a file the commit matters, and there is little room. */
	if (row->path)
		str_addf(&text, "%s/%s/%s", row->folder, row->name, row->path);
	else
		add_path(row, &text);
	menu_add(filling->menu, 0, text.v, size, (int)filling->n);
	str_fini(&text);
}

void
cache_show_plan(struct cache_screen *s, struct app *app)
{
	struct tally_sum sum = tally_sum(s->m.tally);
	struct filling filling = { NULL, 0 };
	char size[TIMEFMT_MAX], title[120];

	cache_size_text(size, sum.freed);
	snprintf(
	    title, sizeof(title), "plan: would free %s; changes nothing", size);
	filling.menu = app_choose(app, &s->base, ASK_PLAN, title, true);
	menu_add(filling.menu, 0, "Copy it as a command", NULL, PLAN_COPY);
	menu_add(filling.menu, 0, "Write it to a file", NULL, PLAN_WRITE);
	each_row(&s->m, show_row, &filling);
	if (filling.n > ROWS_MAX) {
		snprintf(title, sizeof(title),
		    "and %zu more: write a file to see all",
		    filling.n - ROWS_MAX);
		menu_add(filling.menu, 0, title, NULL, MENU_HEADING);
	}
}

void
cache_answer_plan(struct cache_screen *s, struct app *app, int answer)
{
	if (answer == PLAN_WRITE) {
		app_type(app, &s->base, ASK_PLAN_FILE, "write the plan to",
		    "plan.txt");
		return;
	}
	if (answer == PLAN_COPY)
		copy_command(s, app);
	cache_take_back_row_mark(s);
}
