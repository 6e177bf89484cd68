/* replace.c: a new scan takes the old one's place (model.h): marks,
 * what is open, and the cursor are carried over by their names. */
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/purge/purge.h"
#include "tui/cache/model.h"

/* The revision of a repository that has the name; SIZE_MAX if none has. */
static size_t
revision_named(const struct scan_repo *repo, const char *name)
{
	for (size_t i = 0; i < repo->revisions.n; i++) {
		if (!strcmp(repo->revisions.v[i].name, name))
			return i;
	}
	return SIZE_MAX;
}

static size_t
file_named(const struct scan_revision *revision, const char *path)
{
	for (size_t i = 0; i < revision->files.n; i++) {
		if (!strcmp(revision->files.v[i].path, path))
			return i;
	}
	return SIZE_MAX;
}

static void
mark_file(struct cache_model *m, const struct scan_repo *repo,
    const struct scan_repo *old, const struct purge_file *marked)
{
	const struct scan_revision *before =
	    &old->revisions.v[marked->revision];
	size_t at = revision_named(repo, before->name), file;

	if (at == SIZE_MAX)
		return;
	file = file_named(
	    &repo->revisions.v[at], before->files.v[marked->file].path);
	if (file != SIZE_MAX)
		tally_mark_file(m->tally, repo, at, file, true);
}

static size_t
stray_named(const struct scan_repo *repo, const char *name)
{
	for (size_t i = 0; i < repo->strays.n; i++) {
		if (!strcmp(repo->strays.v[i].name, name))
			return i;
	}
	return SIZE_MAX;
}

static void
mark_stray(
    struct cache_model *m, const struct scan_repo *repo, const char *name)
{
	size_t at = stray_named(repo, name);

	if (at != SIZE_MAX)
		tally_mark_stray(m->tally, repo, at, true);
}

static void
mark_as(struct cache_model *m, const struct scan_repo *repo,
    const struct purge_repo *old)
{
	for (size_t i = 0; i < old->repo->revisions.n; i++) {
		size_t at;

		if (!old->chosen[i])
			continue;
		at = revision_named(repo, old->repo->revisions.v[i].name);
		if (at != SIZE_MAX)
			tally_mark(m->tally, repo, at, true);
	}
	if (!old->repo->revisions.n && old->whole)
		tally_mark_empty(m->tally, repo, true);
	arr_each (file, &old->files)
		mark_file(m, repo, old->repo, file);
	arr_each (stray, &old->strays)
		mark_stray(m, repo, old->repo->strays.v[*stray].name);
}

/* Where what was marked, or unmarked, is now. */
struct moving {
	const struct scan *old;
	const struct scan *scan;
	const struct map *folders;
};

static bool
move_place(void *context, struct tally_place *place)
{
	const struct moving *moving = context;
	const struct scan_repo *before = &moving->old->repos.v[place->repo];
	const struct scan_repo *repo;
	const struct scan_revision *revision;

	if (!map_find(moving->folders, before->folder, &place->repo))
		return false;
	repo = &moving->scan->repos.v[place->repo];
	if (place->stray) {
		place->file =
		    stray_named(repo, before->strays.v[place->file].name);
		return place->file != SIZE_MAX;
	}
	/* The mark of a repository without revisions. */
	if (!before->revisions.n)
		return !repo->revisions.n;
	revision = &before->revisions.v[place->revision];
	place->revision = revision_named(repo, revision->name);
	if (place->revision == SIZE_MAX)
		return false;
	if (!place->whole)
		place->file = file_named(&repo->revisions.v[place->revision],
		    revision->files.v[place->file].path);
	return place->file != SIZE_MAX;
}

/* Opens what was open, by its name. */
static void
open_again(struct cache_model *m, const struct scan *old_scan,
    const struct fold *old, const struct map *folders)
{
	size_t at;

	for (size_t i = 0; i < ITEM_REPO; i++)
		m->folds[i].open = old[i].open;
	for (size_t i = 0; i < old_scan->repos.n; i++) {
		const struct scan_repo *before = &old_scan->repos.v[i];
		const struct fold *fold = &old[ITEM_REPO + i];
		struct fold *now;

		if ((!fold->open && !fold->children) ||
		    !map_find(folders, before->folder, &at))
			continue;
		now = &m->folds[ITEM_REPO + at];
		now->open = fold->open;
		for (size_t k = 0; fold->children && k < before->revisions.n;
		     k++) {
			const struct scan_repo *repo = &m->scan->repos.v[at];
			size_t revision =
			    revision_named(repo, before->revisions.v[k].name);

			if (!fold->children[k] || revision == SIZE_MAX)
				continue;
			if (!now->children)
				now->children =
				    mem_zalloc(repo->revisions.n + 1);
			now->children[revision] = true;
		}
	}
}

/* Whether two rows of different scans are of the same thing. */
static bool
is_same(const struct item *a, const struct item *b)
{
	if (a->kind != b->kind || a->kind == ITEM_STORE)
		return false;
	return a->kind != ITEM_REPO ||
	       !strcmp(a->repo->folder, b->repo->folder);
}

/* Puts the cursor on what it was on, or stays near. */
static void
go_back(struct cache_model *m, const struct item *old,
    const struct node *cursor, size_t row)
{
	for (size_t i = 0; old && i < m->items.n; i++) {
		struct node node = { i, -1, -1 };
		size_t at;

		if (!is_same(&m->items.v[i], old))
			continue;
		if (cursor->child >= 0 && old->repo) {
			at = revision_named(m->items.v[i].repo,
			    old->repo->revisions.v[cursor->child].name);
			node.child = at == SIZE_MAX ? -1 : (long)at;
		}
		at = cache_row(m, &node);
		rows_go(&m->table.rows,
		    at == SIZE_MAX ? cache_row(m, &(struct node){ i, -1, -1 })
				   : at);
		return;
	}
	rows_go(&m->table.rows, row);
}

void
cache_replace(struct cache_model *m, struct scan *scan)
{
	struct scan *old_scan = m->own;
	struct tally *old_tally = m->tally;
	struct item *items = m->items.v;
	struct fold *folds = m->folds;
	size_t n = m->items.n, row = m->table.rows.cursor;
	struct purge marks = { .scan = old_scan };
	struct map folders = MAP_INIT;
	struct node cursor = { 0, -1, -1 };
	bool had = cache_node(m, row, &cursor);
	size_t at;

	purge_choose_marked(&marks, old_tally);
	m->own = NULL;
	m->scan = NULL;
	m->folds = NULL;
	m->tally = NULL;
	m->items.v = NULL;
	m->items.n = m->items.cap = 0;
	m->table.rows.count = 0;
	cache_begin(m, scan);
	for (size_t i = 0; i < scan->repos.n; i++) {
		map_add(&folders, scan->repos.v[i].folder, i);
		cache_found(m, &scan->repos.v[i]);
	}
	arr_each (old, &marks.repos) {
		if (map_find(&folders, old->repo->folder, &at))
			mark_as(m, &scan->repos.v[at], old);
	}
	tally_inherit(m->tally, old_tally, move_place,
	    &(struct moving){ old_scan, scan, &folders });
	open_again(m, old_scan, folds, &folders);
	cache_scanned(m, scan);
	go_back(m, had ? &items[cursor.item] : NULL, &cursor, row);
	map_fini(&folders);
	purge_fini(&marks);
	for (size_t i = 0; i < n; i++)
		free(items[i].nodes);
	free(items);
	for (size_t i = 0; i < old_scan->repos.n + ITEM_REPO; i++)
		free(folds[i].children);
	free(folds);
	tally_free(old_tally);
	scan_fini(old_scan);
	free(old_scan);
}
