#include "tui/cache/view.h"

#include <stdio.h>
#include <string.h>

#include "core/base/timefmt.h"
#include "core/os/clock.h"
#include "tui/cache/info.h"
#include "tui/cache/model.h"
#include "widgets/layout.h"

/* Rows under the list, the status not counted. */
#define TOTALS_ROWS 3
#define INFO_ROWS 10

enum column {
	COL_NAME,
	COL_SIZE,
	COL_ONLY,
	COL_SHARE,
	COL_FILES,
	COL_USED,
	COL_MODIFIED,
	COL_REFS,
	COLUMNS,
};

/* SHARE is a figure alone where there is no room for a bar beside it. */
#define SHARE_FIGURE 5
#define SHARE_BAR 10

/* So many columns are kept for names, and for SHARE, before columns of a lower
 * priority come. */
#define LIST_COLUMNS(name, share)                                              \
	{                                                                      \
		[COL_NAME] = { "NAME", name, 44, 400, 0, false, true },        \
		[COL_SIZE] = { "SIZE", 8, 8, 8, 1, true, false },              \
		[COL_ONLY] = { "ONLY HERE", 9, 9, 10, 5, true, false },        \
		[COL_SHARE] = { "SHARE", share, 26, 26, 3, true, false },      \
		[COL_FILES] = { "FILES", 6, 7, 8, 6, true, false },            \
		[COL_USED] = { "LAST USED", 10, 10, 10, 2, true, false },      \
		[COL_MODIFIED] = { "MODIFIED", 10, 10, 10, 7, true, false },   \
		[COL_REFS] = { "REFS", 7, 12, 16, 4, false, false },           \
	}

/* For widths from 96, from 60, and below. */
#define WIDE 96
#define MIDDLE 60

static const struct layout_column wide[COLUMNS] = LIST_COLUMNS(32, 16);
static const struct layout_column middle[COLUMNS] =
    LIST_COLUMNS(32, SHARE_FIGURE);
static const struct layout_column narrow[COLUMNS] =
    LIST_COLUMNS(16, SHARE_FIGURE);

void
cache_view_init(struct cache_model *m)
{
	m->table = (struct table){
		.columns = middle, .n = COLUMNS, .front = CACHE_FRONT
	};
}

void
cache_size_text(char *out, uint64_t bytes)
{
	fmt_bytes(out, bytes);
}

void
cache_age_text(char *out, double then)
{
	char *ago;
	size_t n;

	fmt_ago(out, clock_unix_s() - then, false);
	ago = strstr(out, " ago");
	if (ago)
		*ago = '\0';
	if (!strcmp(out, "a few seconds"))
		memcpy(out, "just now", sizeof("just now"));
	n = strlen(out);
	if (!strncmp(out, "1 ", 2) && out[n - 1] == 's')
		out[n - 1] = '\0';
}

/* -- the rows -- */

static const char *
item_name(const struct cache_model *m, const struct item *item)
{
	(void)m;
	switch (item->kind) {
	case ITEM_TRASH:
		return "deleted, not freed yet";
	case ITEM_PARTIALS:
		return "incomplete downloads";
	case ITEM_ORPHANS:
		return "blobs no file uses";
	case ITEM_WARNINGS:
		return "warnings";
	case ITEM_SHARED:
		return "shared by repositories";
	case ITEM_STORE:
		return item->store->name;
	case ITEM_REPO:
		return item->repo->id;
	}
	return "";
}

void
cache_add_name(
    const struct cache_model *m, const struct node *node, struct str *out)
{
	const struct item *item = &m->items.v[node->item];
	const struct stray_ref *stray = cache_stray(m, node);
	const struct scan_revision *revision = cache_revision(m, node);

	if (stray)
		str_addf(out, "%s/%s", stray->repo->folder,
		    stray->repo->strays.v[stray->stray].name);
	else if (revision && node->file >= 0)
		str_addz(out, revision->files.v[node->file].path);
	else if (revision)
		str_addf(out, "%.8s %s", revision->name,
		    revision->refs.n ? revision->refs.v[0] : "(detached)");
	else if (item->kind == ITEM_WARNINGS && node->child >= 0)
		str_addz(out, cache_warning(m->damaged.v[node->child]));
	else
		str_addz(out, item_name(m, item));
}

/* Where a row's name begins. */
static int
name_x(const struct cache_model *m, const struct node *node)
{
	if (node->child >= 0)
		return CACHE_FRONT + (node->file < 0 ? 4 : 6);
	return CACHE_FRONT + (m->items.v[node->item].kind == ITEM_REPO ? 4 : 2);
}

static void
draw_name(const struct cache_model *m, const struct area *row,
    const struct node *node, bool marked)
{
	const struct item *item = &m->items.v[node->item];
	enum role role = marked                        ? ROLE_MARK
	                 : item->kind == ITEM_WARNINGS ? ROLE_WARN
	                                               : ROLE_TEXT;
	struct str name = STR_INIT;
	int x = name_x(m, node), room;

	if (node->child < 0 && cache_children(m, node)) {
		bool open = cache_is_open(m, node);
		const char *unicode = open ? "\xe2\x96\xbe" : "\xe2\x96\xb8";

		area_text(row, CACHE_FRONT, 0, 1, ROLE_DIM,
		    row->surface->unicode ? unicode
		    : open                ? "v"
					  : ">");
	}
	if (node->child < 0 && item->kind == ITEM_REPO)
		area_text(
		    row, CACHE_FRONT + 2, 0, 1, ROLE_DIM, item->repo->type);
	cache_add_name(m, node, &name);
	room = m->table.widths[COL_NAME] + CACHE_FRONT - x;
	if (node->child < 0 && item->kind == ITEM_REPO)
		area_owned(row, x, 0, room, role, name.v);
	else
		area_name(row, x, 0, room, role, name.v);
	str_fini(&name);
}

/* The figure is of the whole cache; the bar compares with the largest row. */
static void
draw_share(const struct cache_model *m, const struct area *row, uint64_t bytes)
{
	/* What is no repository may be all that there is. */
	double total = (double)(m->total > bytes ? m->total : bytes + !bytes);
	double most =
	    (double)(m->largest > bytes ? m->largest : bytes + !bytes);
	int x = m->table.x[COL_SHARE], width = m->table.widths[COL_SHARE];
	char text[16];

	snprintf(text, sizeof(text), "%d%%",
	    (int)((double)bytes * 100 / total + 0.5));
	table_cell(&m->table, row, COL_SHARE, ROLE_TEXT, text);
	if (width >= SHARE_BAR)
		area_meter(
		    row, x, 0, width - SHARE_FIGURE, (double)bytes / most);
}

/* "main +1": the first, main before all others, and how many more there are. */
static void
add_refs(const struct cache_model *m, const struct node *node, struct str *out)
{
	const struct scan_repo *repo = cache_repo(m, node);
	const struct scan_revision *revision = cache_revision(m, node);
	char *const *refs;
	const char *first;
	size_t n;

	if (m->items.v[node->item].kind != ITEM_REPO || node->file >= 0)
		return;
	n = revision ? revision->refs.n : repo->refs.n;
	refs = revision ? revision->refs.v : repo->refs.v;
	first = n ? refs[0] : "-";
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(refs[i], "main"))
			first = refs[i];
	}
	str_addz(out, first);
	if (n > 1)
		str_addf(out, " +%zu", n - 1);
}

static void
draw_age(const struct cache_model *m, const struct area *row, int column,
    double then)
{
	char text[TIMEFMT_MAX] = "-";

	if (then > 0)
		cache_age_text(text, then);
	table_cell(&m->table, row, column, ROLE_TEXT, text);
}

static void
draw_cells(const struct cache_model *m, const struct area *row,
    const struct node *node)
{
	const struct table *table = &m->table;
	uint64_t bytes = cache_bytes(m, node);
	size_t files = cache_files(m, node);
	struct str refs = STR_INIT;
	char text[TIMEFMT_MAX];
	double used, modified;

	cache_times(m, node, &used, &modified);
	cache_size_text(text, bytes);
	table_cell(table, row, COL_SIZE, ROLE_TEXT, text);
	/* Worked out only where it is seen. */
	if (table->widths[COL_ONLY]) {
		cache_size_text(text, cache_only(m, node));
		table_cell(table, row, COL_ONLY, ROLE_TEXT, text);
	}
	if (table->widths[COL_SHARE])
		draw_share(m, row, bytes);
	snprintf(text, sizeof(text), "%zu", files);
	table_cell(table, row, COL_FILES, ROLE_TEXT, files ? text : "");
	draw_age(m, row, COL_USED, used);
	draw_age(m, row, COL_MODIFIED, modified);
	add_refs(m, node, &refs);
	table_cell(table, row, COL_REFS,
	    strcmp(refs.v, "-") ? ROLE_ACCENT : ROLE_DIM, refs.v);
	str_fini(&refs);
}

static void
draw_row(const struct cache_model *m, const struct area *row,
    const struct node *node)
{
	static const char *const ticks[] = { "[ ]", "[-]", "[x]" };
	bool can = !cache_cannot_mark(m, node);
	enum tally_state marked = can ? cache_marked(m, node) : TALLY_NONE;
	char flag[2] = " ";

	if (can)
		area_text(
		    row, 1, 0, 3, marked ? ROLE_MARK : ROLE_DIM, ticks[marked]);
	flag[0] = cache_flag(m, node, NULL);
	if (*flag != ' ')
		area_text(
		    row, 4, 0, 1, *flag == 'B' ? ROLE_BAD : ROLE_WARN, flag);
	draw_name(m, row, node, marked == TALLY_ALL);
	draw_cells(m, row, node);
}

/* What is said before a row's name, and after it; `brief` where there is little
 * room. */
static void
add_before(
    const struct cache_model *m, const struct node *node, struct str *out)
{
	static const char *const states[] = { "", "partly marked, ",
		"marked, " };

	str_addz(out, states[cache_marked(m, node)]);
	if (node->child < 0 && m->items.v[node->item].kind == ITEM_REPO)
		str_addf(out, "%s ", m->items.v[node->item].repo->type);
}

static void
add_after(const struct cache_model *m, const struct node *node, bool brief,
    struct str *out)
{
	static const char *const flags[][2] = { { "B", ", damaged" },
		{ "L", ", being downloaded" }, { "R", ", open in a program" },
		{ "S", ", shared with others" } };
	char flag = cache_flag(m, node, NULL);
	char text[TIMEFMT_MAX];
	double used, modified;

	cache_size_text(text, cache_bytes(m, node));
	str_addf(out, ", %s", text);
	cache_times(m, node, &used, &modified);
	if (used > 0 && !brief) {
		cache_age_text(text, used);
		str_addf(out, ", used %s%s", text,
		    strcmp(text, "just now") ? " ago" : "");
	}
	for (size_t i = 0; i < 4; i++)
		str_addz(out, flag == *flags[i][0] ? flags[i][1] : "");
	if (cache_children(m, node) && !brief)
		str_addz(out, cache_is_open(m, node) ? ", open" : ", folded");
}

void
cache_add_sentence(
    const struct cache_model *m, const struct node *node, struct str *out)
{
	add_before(m, node, out);
	cache_add_name(m, node, out);
	add_after(m, node, false, out);
}

/* So much of a name is worth more than when it was used. */
#define NAME_LEAST 34

/* A row as a sentence, marks first; what does not fit is cut in its name. */
static void
draw_sentence(const struct cache_model *m, const struct area *row,
    const struct node *node, bool cursor)
{
	int x = cursor || node->child < 0 ? 2 : node->file < 0 ? 4 : 6;
	struct str before = STR_INIT, name = STR_INIT, after = STR_INIT;
	int needs, room;

	add_before(m, node, &before);
	cache_add_name(m, node, &name);
	add_after(m, node, false, &after);
	x += area_name(row, x, 0, row->columns - x, ROLE_TEXT, before.v);
	needs = text_columns(name.v);
	room = row->columns - x - text_columns(after.v);
	if (room < needs && room < NAME_LEAST) {
		str_clear(&after);
		add_after(m, node, true, &after);
		room = row->columns - x - text_columns(after.v);
	}
	x += area_owned(row, x, 0, room, ROLE_TEXT, name.v);
	area_name(row, x, 0, row->columns - x, ROLE_TEXT, after.v);
	str_fini(&before);
	str_fini(&name);
	str_fini(&after);
}

/* By the column that it is sorted by. */
static const int sorted[CACHE_SORTS] = { COL_SIZE, COL_ONLY, COL_USED,
	COL_MODIFIED, COL_NAME, COL_FILES, -1 };

enum cache_sort
cache_sort_at(const struct cache_model *m, int x)
{
	int column = table_column_at(&m->table, x), sort = 0;

	while (column >= 0 && sort < CACHE_SORTS && sorted[sort] != column)
		sort++;
	return column < 0 ? CACHE_SORTS : (enum cache_sort)sort;
}

static void
draw_nothing(const struct cache_model *m, const struct area *area)
{
	int y = area->rows > 6 ? 2 : 0;

	area_cursor(area, 5, y, false);
	if (m->state == CACHE_LOADING) {
		area_print(area, 5, y, ROLE_DIM, "reading the cache...");
	} else if (m->state == CACHE_FAILED) {
		area_print(area, 5, y, ROLE_TEXT, "%s", m->failure);
		area_name(
		    area, 5, y + 1, area->columns - 6, ROLE_TEXT, m->advice);
		area_print(
		    area, 5, y + 2, ROLE_TEXT, "Ctrl-R  try again     q  quit");
	} else if (m->query || m->kind) {
		area_print(area, 5, y, ROLE_TEXT, "nothing matches");
		area_print(area, 5, y + 2, ROLE_TEXT,
		    "/  change the filter   Esc  clear");
	} else if (m->state == CACHE_READY) {
		area_print(area, 5, y, ROLE_TEXT, "The hub cache is empty:");
		area_name(area, 7, y + 1, area->columns - 8, ROLE_DIM, m->root);
		area_print(area, 5, y + 3, ROLE_TEXT,
		    "hug download REPO  adds a repository");
	}
}

static void
draw_list(const struct cache_model *m)
{
	const struct table *table = &m->table;
	bool linear = table->list.surface->linear;
	struct node node;
	bool more = cache_node(m, table->rows.top, &node);

	if (!linear)
		table_draw_head(
		    table, sorted[m->sort], m->up, m->no_atime ? COL_USED : -1);
	if (!more)
		draw_nothing(m, &table->list);
	for (int y = 0; more && y < table->list.rows; y++) {
		struct area row = table_row(table, y);
		bool cursor = table->rows.top + (size_t)y == table->rows.cursor;

		if (linear)
			draw_sentence(m, &row, &node, cursor);
		else
			draw_row(m, &row, &node);
		if (cursor)
			table_cursor(
			    table, &row, linear ? 2 : name_x(m, &node));
		more = cache_next(m, &node);
	}
	rows_draw_bar(&table->rows, &table->list);
}

/* -- the strip -- */

/* One segment: a label, then dots, and at its end what will be freed. */
static void
draw_segment(const struct area *strip, int x, int columns, const char *label,
    double freed)
{
	int gone = (int)(freed * columns + 0.5);

	if (!gone && freed > 0 && columns)
		gone = 1;
	for (int i = 0; i < columns; i++) {
		bool goes = i >= columns - gone;

		area_text(strip, x + i, 0, 1, goes ? ROLE_MARK : ROLE_BAR_REST,
		    goes ? "#" : ".");
	}
	if (columns - gone > 3)
		area_text(strip, x, 0, columns - gone, ROLE_TEXT, label);
}

/* Columns of an item's segment when `left` are left; 0: too small for one. */
static int
segment_columns(const struct cache_model *m, const struct area *strip,
    const struct item *item, int left)
{
	double per = m->total ? (strip->columns - 2) / (double)m->total : 0;
	int columns;

	if (item->kind != ITEM_REPO)
		return 0;
	columns = (int)((double)item->repo->own_held * per);
	return columns < 6 || columns + 2 > left ? 0 : columns;
}

size_t
cache_row_at(
    const struct cache_model *m, const struct cache_layout *layout, int x)
{
	int at = 1, left = layout->strip.columns - 2;

	for (size_t i = 0; i < m->items.n; i++) {
		int columns =
		    segment_columns(m, &layout->strip, &m->items.v[i], left);

		if (columns && x >= at && x < at + columns)
			return cache_row(m, &(struct node){ i, -1, -1 });
		at += columns ? columns + 1 : 0;
		left -= columns ? columns + 1 : 0;
	}
	return SIZE_MAX;
}

static void
draw_strip(const struct cache_model *m, const struct area *strip)
{
	int x = 1, left = strip->columns - 2;
	uint64_t rest = m->total, rest_freed = 0;
	struct tally_sum sum =
	    m->tally ? tally_sum(m->tally) : (struct tally_sum){ 0 };

	rest_freed = sum.freed;
	area_text(strip, 0, 0, 1, ROLE_DIM, "[");
	arr_each (item, &m->items) {
		uint64_t freed, stays;
		const char *slash;
		int columns = segment_columns(m, strip, item, left);

		if (!columns)
			continue;
		tally_of(m->tally, item->repo, &freed, &stays);
		slash = strrchr(item->repo->id, '/');
		draw_segment(strip, x, columns,
		    slash ? slash + 1 : item->repo->id,
		    (double)freed / (double)(item->repo->own_held + 1));
		area_text(strip, x + columns, 0, 1, ROLE_BORDER, "|");
		x += columns + 1;
		left -= columns + 1;
		rest -=
		    item->repo->own_held < rest ? item->repo->own_held : rest;
		rest_freed -= freed < rest_freed ? freed : rest_freed;
	}
	if (left > 0)
		draw_segment(strip, x, left, x > 1 ? "other" : "",
		    (double)rest_freed / (double)(rest + 1));
	area_text(strip, strip->columns - 1, 0, 1, ROLE_DIM, "]");
}

/* -- totals -- */

static void
add_count(struct str *out, size_t n, const char *one, const char *many)
{
	if (n)
		str_addf(out, "%s%zu %s", out->n ? ", " : "", n,
		    n == 1 ? one : many);
}

static void
add_marked(struct str *out, const struct tally_sum *sum)
{
	add_count(out, sum->revisions, "revision", "revisions");
	if (sum->revisions)
		str_addf(out, " in %zu %s", sum->repos,
		    sum->repos == 1 ? "repo" : "repos");
	add_count(out, sum->files, "file", "files");
	add_count(out, sum->strays, "loose file", "loose files");
}

void
cache_add_marked(const struct cache_model *m, struct str *out)
{
	struct tally_sum sum = tally_sum(m->tally);
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];

	add_marked(&text, &sum);
	cache_size_text(size, sum.freed);
	if (text.n)
		str_addf(out, "marked %s: frees %s", text.v, size);
	else
		str_addz(out, "nothing is marked");
	str_fini(&text);
}

void
cache_add_hidden(
    const struct cache_model *m, const char *before, struct str *out)
{
	struct cache_hidden hidden = cache_hidden_marks(m);
	char size[TIMEFMT_MAX];

	if (!hidden.rows)
		return;
	cache_size_text(size, hidden.bytes);
	str_addf(out, "%s%zu marked row%s not shown: %s", before, hidden.rows,
	    hidden.rows == 1 ? "" : "s", size);
}

/* "9d01f7aa" of the revision that keeps most of what stays. */
static const char *
who_needs(const struct cache_model *m)
{
	for (size_t i = 0; i < m->scan->repos.n; i++) {
		const struct scan_repo *repo = &m->scan->repos.v[i];
		size_t revision;

		if (!tally_has(m->tally, repo) ||
		    tally_repo(m->tally, repo) != TALLY_SOME)
			continue;
		revision = tally_needs(m->tally, repo);
		if (revision != SIZE_MAX)
			return repo->revisions.v[revision].name;
	}
	return NULL;
}

static void
draw_totals(const struct cache_model *m, const struct area *area)
{
	struct tally_sum sum = { 0 };
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];
	const char *needs;

	area_line(area, 0);
	if (m->tally)
		sum = tally_sum(m->tally);
	add_marked(&text, &sum);
	if (!text.n) {
		area_print(area, 1, 1, ROLE_DIM,
		    "nothing is marked: Space marks a row, m marks by rule");
		str_fini(&text);
		return;
	}
	area_print(area, 1, 1, ROLE_TEXT, "marked %s", text.v);
	cache_size_text(size, sum.listed);
	str_clear(&text);
	str_addf(&text, "%s as listed", size);
	area_right(area, 0, 1, area->columns - 1, ROLE_TEXT, text.v);
	cache_size_text(size, sum.freed);
	area_print(area, 1, 2, ROLE_ACCENT, "will free  %s", size);
	needs = sum.stays ? who_needs(m) : NULL;
	if (needs) {
		cache_size_text(size, sum.stays);
		str_clear(&text);
		str_addf(&text, "%s of it stays: %.8s needs it", size, needs);
		area_right(area, 0, 2, area->columns - 1, ROLE_TEXT, text.v);
	}
	str_fini(&text);
}

/* -- all of it -- */

void
cache_place(struct cache_model *m, const struct area *list)
{
	m->table.columns = list->columns >= WIDE     ? wide
	                   : list->columns >= MIDDLE ? middle
	                                             : narrow;
	table_place(&m->table, list, list->surface->linear);
}

void
cache_divide(const struct area *body, bool info, struct cache_layout *layout)
{
	int rows = body->rows, columns = body->columns;
	int totals = rows >= 14 ? TOTALS_ROWS : 0;
	int strip = rows >= 14 ? 1 : 0;
	bool large = rows >= 30;
	int pane = large && !info ? INFO_ROWS : 0;
	int list = rows - 1 - totals - strip - pane;

	/* Asked for on a small screen it takes the lower half of the list. */
	if (info && rows >= 14 && !large) {
		pane = list / 2;
		list -= pane;
	}
	layout->list = area_part(body, 0, 0, columns, 1 + list);
	layout->strip = area_part(body, 0, 1 + list, columns, strip);
	layout->info = area_part(body, 0, 1 + list + strip, columns, pane);
	layout->totals =
	    area_part(body, 0, 1 + list + strip + pane, columns, totals);
}

void
cache_draw(const struct cache_model *m, const struct cache_layout *layout,
    const struct panes *panes, const struct rows *known)
{
	draw_list(m);
	if (layout->strip.rows && !layout->strip.surface->linear)
		draw_strip(m, &layout->strip);
	if (layout->info.rows)
		cache_draw_info(m, &layout->info, panes, known);
	if (layout->totals.rows)
		draw_totals(m, &layout->totals);
}

void
cache_draw_context(const struct cache_model *m, const struct area *area)
{
	const char *more = m->state == CACHE_PARTIAL ? "+" : "";
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];

	if (m->query || m->kind) {
		cache_size_text(size, m->shown_bytes);
		str_addf(&text, "hub cache  %zu of %zu%s repo%s, %s%s",
		    m->shown_repos, m->repos, more, m->repos == 1 ? "" : "s",
		    size, more);
	} else {
		str_addf(&text, "hub cache  %zu%s repo%s %zu%s revision%s",
		    m->repos, more, m->repos == 1 ? "" : "s", m->revisions,
		    more, m->revisions == 1 ? "" : "s");
	}
	if (m->warnings)
		str_addf(&text, " %zu warning%s", m->warnings,
		    m->warnings == 1 ? "" : "s");
	area_text(area, 1, 0, area->columns - 2, ROLE_TITLE, text.v);
	str_clear(&text);
	cache_size_text(size, m->total);
	str_addf(&text, "%s%s on disk", size, more);
	if (m->disk_free) {
		cache_size_text(size, m->disk_free);
		str_addf(&text, "   %s free", size);
	}
	if (text_columns(text.v) + 40 < area->columns)
		area_right(area, 0, 0, area->columns - 1, ROLE_TEXT, text.v);
	str_fini(&text);
}

void
cache_add_status(const struct cache_model *m, struct str *out)
{
	if (m->table.rows.count)
		str_addf(out, "row %zu of %zu   ", m->table.rows.cursor + 1,
		    m->table.rows.count);
	str_addf(out, "by %s%s", cache_sort_name(m->sort),
	    m->up ? ", ascending" : "");
	if (*m->filter)
		str_addf(out, "   filter %s", m->filter);
	if (m->kind)
		str_addf(out, "   only %ss", m->kind);
	cache_add_hidden(m, out->n ? "   " : "", out);
	if (m->range)
		str_addz(out, "   range: moving marks rows, v ends it");
}
