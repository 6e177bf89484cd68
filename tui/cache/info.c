#include "tui/cache/info.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/timefmt.h"
#include "core/os/clock.h"
#include "core/purge/tally.h"
#include "tui/cache/model.h"
#include "tui/cache/view.h"
#include "widgets/pen.h"

/* Files beyond so many are not looked through while drawing. */
#define FILES_MAX 50000

/* The largest files that are named. */
#define BIGGEST 5

static void
put_row(struct pen *pen, const char *what, uint64_t bytes, uint64_t of,
    const char *note)
{
	int y = pen_line(pen), half = pen->area->columns / 2;
	char size[TIMEFMT_MAX];

	cache_size_text(size, bytes);
	area_text(pen->area, 3, y, half - 16, ROLE_TEXT, what);
	area_right(pen->area, half - 12, y, 10, ROLE_TEXT, size);
	if (pen->area->columns >= 100)
		area_bar(pen->area, half, y, 24, (double)bytes, 0, (double)of);
	area_text(pen->area, half + (pen->area->columns >= 100 ? 27 : 1), y,
	    half, ROLE_DIM, note);
}

/* Bytes of a revision that another one has too. */
static uint64_t
shared_bytes(const struct scan_repo *repo, const struct scan_revision *a,
    const struct scan_revision *b, bool *has)
{
	uint64_t bytes = 0;

	memset(has, 0, repo->blobs.n);
	arr_each (file, &b->files)
		has[file->blob] = true;
	arr_each (file, &a->files) {
		bytes +=
		    has[file->blob] ? repo->blobs.v[file->blob].disk.held : 0;
		has[file->blob] = false;
	}
	return bytes;
}

static void
put_shared(struct pen *pen, const struct cache_model *m,
    const struct scan_repo *repo, size_t number)
{
	const struct scan_revision *own = &repo->revisions.v[number];
	bool *has = mem_zalloc(repo->blobs.n + 1);

	for (size_t i = 0; i < repo->revisions.n && i < 8; i++) {
		const struct scan_revision *other = &repo->revisions.v[i];
		bool marked = tally_revision(m->tally, repo, i) == TALLY_ALL;
		struct str what = STR_INIT;
		uint64_t bytes;

		if (i == number)
			continue;
		bytes = shared_bytes(repo, own, other, has);
		if (!bytes)
			continue;
		str_addf(&what, "shared with %.8s %s", other->name,
		    other->refs.n ? other->refs.v[0] : "");
		put_row(pen, what.v, bytes, own->held,
		    marked ? "deleted, if both are marked" : "stays");
		str_fini(&what);
	}
	put_row(pen, "only here", tally_only(m->tally, repo, number), own->held,
	    "deleted with it");
	free(has);
}

/* "checked 2 months ago: ok", and its role. */
static enum role
add_checked(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_blob *blob, struct str *out)
{
	char ago[TIMEFMT_MAX];
	double at = 0;

	switch (cache_checked(m, repo, blob, &at)) {
	case CHECKED_NOT:
		str_addz(out, "not checked");
		return ROLE_DIM;
	case CHECKED_GOOD:
		fmt_ago(ago, clock_unix_s() - at, false);
		str_addf(out, "checked %s: ok", ago);
		return ROLE_OK;
	case CHECKED_BAD:
		fmt_ago(ago, clock_unix_s() - at, false);
		str_addf(out, "checked %s: DAMAGED", ago);
		return ROLE_BAD;
	}
	return ROLE_TEXT;
}

/* A file's name, and at the right end whether it was read. */
static void
put_checked(struct pen *pen, const struct cache_model *m,
    const struct scan_repo *repo, const struct scan_file *file, int y)
{
	int columns = pen->area->columns - 24;
	struct str text = STR_INIT;
	enum role role =
	    add_checked(m, repo, &repo->blobs.v[file->blob], &text);
	int right = columns > 60 ? text_columns(text.v) + 1 : 0;

	area_name(pen->area, 23, y, columns - right, ROLE_TEXT, file->path);
	if (right)
		area_right(pen->area, 23, y, columns, role, text.v);
	str_fini(&text);
}

static void
put_biggest(struct pen *pen, const struct cache_model *m,
    const struct scan_repo *repo, const struct scan_revision *revision)
{
	uint64_t below = UINT64_MAX;

	pen_line(pen);
	for (int n = 0; n < BIGGEST; n++) {
		const struct scan_file *best = NULL;
		uint64_t most = 0;
		char size[TIMEFMT_MAX];
		int y;

		arr_each (file, &revision->files) {
			uint64_t bytes = repo->blobs.v[file->blob].disk.held;

			if (bytes < below && bytes > most) {
				most = bytes;
				best = file;
			}
		}
		if (!best)
			break;
		y = pen_line(pen);
		below = most;
		cache_size_text(size, most);
		area_text(pen->area, 3, y, 10, ROLE_DIM, n ? "" : "biggest");
		area_right(pen->area, 12, y, 9, ROLE_TEXT, size);
		put_checked(pen, m, repo, best, y);
	}
}

static void
put_path(struct pen *pen, const struct cache_model *m, const char *folder,
    const char *below)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/%s%s", m->root, folder, below);
	pen_put(pen, ROLE_TEXT, "path", path.v);
	str_fini(&path);
}

static void
put_file(struct pen *pen, const struct cache_model *m,
    const struct scan_repo *repo, const struct scan_file *file)
{
	const struct scan_blob *blob = &repo->blobs.v[file->blob];
	struct str text = STR_INIT;
	enum role role;

	pen_put(pen, ROLE_TITLE, "file", file->path);
	pen_put(pen, ROLE_TEXT, "blob", blob->key);
	role = add_checked(m, repo, blob, &text);
	pen_put(pen, role, "sum", text.v);
	if (role == ROLE_BAD)
		pen_put(pen, ROLE_TEXT, "",
		    "hug cache verify --repair downloads it again; d deletes "
		    "it");
	str_fini(&text);
}

static void
put_revision(
    struct pen *pen, const struct cache_model *m, const struct node *node)
{
	const struct scan_repo *repo = cache_repo(m, node);
	const struct scan_revision *revision = cache_revision(m, node);
	struct str below = STR_INIT;

	if (node->file >= 0)
		put_file(pen, m, repo, &revision->files.v[node->file]);
	area_print(pen->area, 1, pen_line(pen), ROLE_TITLE, "%s  %s",
	    revision->name, repo->id);
	str_addf(&below, "/snapshots/%s", revision->name);
	put_path(pen, m, repo->folder, below.v);
	str_fini(&below);
	if (revision->broken.n)
		pen_put(pen, ROLE_BAD, "damaged", revision->broken.v[0]);
	if (revision->files.n > FILES_MAX)
		return;
	put_shared(pen, m, repo, (size_t)node->child);
	put_biggest(pen, m, repo, revision);
}

static void
put_repo(
    struct pen *pen, const struct cache_model *m, const struct scan_repo *repo)
{
	char size[TIMEFMT_MAX];
	struct str text = STR_INIT;

	area_print(pen->area, 1, pen_line(pen), ROLE_TITLE, "%s %s",
	    repo->type ? repo->type : "", repo->id ? repo->id : repo->folder);
	put_path(pen, m, repo->folder, "");
	str_addf(&text, "%zu revision%s, %zu file%s", repo->revisions.n,
	    repo->revisions.n == 1 ? "" : "s", repo->blobs.n,
	    repo->blobs.n == 1 ? "" : "s");
	pen_put(pen, ROLE_TEXT, "holds", text.v);
	if (repo->held != repo->own_held) {
		cache_size_text(size, repo->held - repo->own_held);
		pen_put(pen, ROLE_TEXT, "shared", size);
	}
	if (repo->strays.n) {
		cache_size_text(size, repo->partial_held + repo->orphan_held);
		pen_put(pen, ROLE_TEXT, "unused", size);
	}
	if (cache_warning(repo))
		pen_put(pen, ROLE_WARN, "warning", cache_warning(repo));
	str_fini(&text);
}

static const char *
about(const struct item *item)
{
	switch (item->kind) {
	case ITEM_TRASH:
		return "deletions that can be undone, or were not finished: "
		       "Enter restores or frees them";
	case ITEM_PARTIALS:
		return "unfinished downloads: run the same download again to "
		       "resume";
	case ITEM_ORPHANS:
		return "files in blobs that no revision uses";
	case ITEM_WARNINGS:
		return "entries that other programs cannot read and do not "
		       "count";
	case ITEM_SHARED:
		return "files that several repositories share, each counted "
		       "once";
	case ITEM_STORE:
		return item->store->about;
	case ITEM_REPO:
		break;
	}
	return "";
}

static void
put_all(struct pen *pen, const struct cache_model *m)
{
	const struct item *item;
	struct node node;

	if (!cache_node(m, m->table.rows.cursor, &node))
		return;
	item = &m->items.v[node.item];
	if (item->kind == ITEM_REPO && node.child >= 0)
		put_revision(pen, m, &node);
	else if (cache_repo(m, &node))
		put_repo(pen, m, cache_repo(m, &node));
	else
		pen_put(pen, ROLE_TEXT, "", about(item));
	if (item->kind == ITEM_STORE)
		pen_put(pen, ROLE_TEXT, "path", item->store->path);
}

/* Without the line above it. */
static struct area
inside_of(const struct area *area)
{
	return area_part(area, 0, 1, area->columns, area->rows - 1);
}

int
cache_info_lines(const struct cache_model *m, const struct area *area)
{
	struct area inside = area_part(area, 0, 0, area->columns, 0);
	struct pen pen = { &inside, 0 };

	if (area->rows)
		put_all(&pen, m);
	return pen.y;
}

void
cache_draw_info(const struct cache_model *m, const struct area *area,
    const struct panes *panes, const struct rows *known)
{
	struct area inside = inside_of(area);
	struct pen pen = { &inside, -(int)known->top };

	panes_title(panes, PANE_INFO, area, 0, true);
	put_all(&pen, m);
	rows_draw_bar(known, &inside);
}
