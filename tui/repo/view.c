#include "tui/repo/view.h"

#include <stdio.h>
#include <string.h>

#include "core/base/timefmt.h"
#include "core/queue/list.h"
#include "core/weights/kind.h"
#include "widgets/pen.h"

enum column {
	COL_NAME,
	COL_SIZE,
	COL_HERE,
	COL_KIND,
	COLUMNS,
};

static const struct layout_column columns[COLUMNS] = {
	[COL_NAME] = { "NAME", 16, 40, 400, 0, false, true },
	[COL_SIZE] = { "SIZE", 8, 8, 9, 1, true, false },
	[COL_HERE] = { "IN CACHE", 9, 9, 9, 2, true, false },
	[COL_KIND] = { "KIND", 8, 11, 12, 3, false, false },
};

/* Cursor, tick box and what was ticked by hand. */
#define FRONT 6

#define FORM_ROWS 6
#define SMALL_FORM_ROWS 2
#define WIDE 120

/* Columns of the repository's name that a remark beside it leaves. */
#define CONTEXT_NAME 24

void
repo_view_init(struct repo_model *m)
{
	m->table =
	    (struct table){ .columns = columns, .n = COLUMNS, .front = FRONT };
}

void
repo_divide(const struct area *body, bool info, struct repo_layout *layout)
{
	int form = body->rows >= 14  ? FORM_ROWS
	           : body->rows >= 9 ? SMALL_FORM_ROWS
	                             : 0;
	int rows = body->rows - form, wide = body->columns, pane = 0;
	bool beside = body->columns >= WIDE;

	if (beside && !info)
		wide = body->columns * 3 / 5;
	else if (!beside && info && rows >= 8)
		pane = rows / 2;
	layout->list = area_part(body, 0, 0, wide, rows - pane);
	layout->info = area_part(body, 0, rows - pane, body->columns, pane);
	if (wide < body->columns)
		layout->info =
		    area_part(body, wide, 0, body->columns - wide, body->rows);
	layout->form = area_part(body, 0, rows, wide, form);
}

void
repo_place(struct repo_model *m, const struct area *list)
{
	m->table.rows.count = tree_count(&m->tree);
	table_place(&m->table, list, list->surface->linear);
}

enum repo_sort
repo_sort_at(const struct repo_model *m, int x)
{
	static const enum repo_sort sorts[COLUMNS] = { REPO_SORT_NAME,
		REPO_SORT_SIZE, REPO_SORT_HERE, REPO_SORT_KIND };
	int column = table_column_at(&m->table, x);

	return column < 0 ? REPO_SORTS : sorts[column];
}

/* -- words -- */

static const char *const here_words[] = { [PICK_ABSENT] = "-",
	[PICK_PART] = "",
	[PICK_OTHER] = "other rev",
	[PICK_HERE] = "yes" };

static void
add_here(
    struct str *out, const struct repo_model *m, const struct repo_row *what)
{
	const struct pick_folder *folder = &m->pick.folders.v[what->number];
	const struct pick_file *file = &m->pick.files.v[what->number];

	if (!what->is_file)
		str_addz(out, !folder->here                      ? "-"
			      : folder->here < folder->all.files ? "some"
								 : "yes");
	else if (file->here == PICK_PART)
		str_addf(out, "%u%%", file->percent);
	else
		str_addz(out, here_words[file->here]);
}

static uint64_t
bytes_of(const struct repo_model *m, const struct repo_row *what)
{
	return what->is_file ? m->pick.files.v[what->number].size
	                     : m->pick.folders.v[what->number].all.bytes;
}

static const char *
more_of(const struct repo_model *m)
{
	return m->state == REPO_STATE_PARTIAL || m->state == REPO_STATE_STOPPED
	           ? "+"
	           : "";
}

static void
add_count(struct str *out, const struct pick_sum *sum, const char *more)
{
	char size[TIMEFMT_MAX];

	fmt_bytes(size, sum->bytes);
	str_addf(out, "%zu%s file%s  %s%s", sum->files, more,
	    sum->files == 1 ? "" : "s", size, more);
}

void
repo_add_path(
    struct str *out, const struct repo_model *m, const struct repo_row *what)
{
	if (what->is_file)
		pick_path(&m->pick, what->number, out);
	else
		str_set(out, m->pick.folders.v[what->number].path);
}

/* What is still to be fetched of the ticked. */
static struct pick_sum
to_fetch(const struct repo_model *m)
{
	const struct pick_sum *absent = &m->pick.ticked[PICK_ABSENT];
	const struct pick_sum *part = &m->pick.ticked[PICK_PART];

	return (struct pick_sum){ absent->files + part->files,
		absent->bytes + part->bytes - m->pick.kept };
}

void
repo_add_ticked(struct str *out, const struct repo_model *m)
{
	struct pick_sum ticked = pick_ticked(&m->pick);
	struct pick_sum fetch = to_fetch(m);
	char size[TIMEFMT_MAX];

	fmt_bytes(size, ticked.bytes);
	str_addf(out, "%zu ticked, %s", ticked.files, size);
	fmt_bytes(size, fetch.bytes);
	if (ticked.files)
		str_addf(out, ", to fetch %s", size);
}

/* -- the context -- */

static void
add_state(struct str *out, const struct repo_model *m)
{
	switch (m->state) {
	case REPO_STATE_LOADING:
		str_addz(out, "listing...  ");
		break;
	case REPO_STATE_PARTIAL:
		str_addf(out, "listing...  ");
		break;
	case REPO_STATE_STOPPED:
		str_addz(out, "listing stopped  ");
		break;
	case REPO_STATE_STALE:
		str_addz(out, "no network: as it was last listed  ");
		break;
	default:
		break;
	}
}

/* In as many columns as there are. */
static void
add_gate(struct str *out, const struct repo_model *m, int room)
{
	static const char whole[] = "gated: ask for access on its page  ";

	if (m->gate == REPO_GATE_SHUT && room >= (int)sizeof(whole))
		str_addz(out, whole);
	else if (m->gate == REPO_GATE_SHUT || m->gate == REPO_GATED)
		str_addz(out, "gated  ");
}

void
repo_draw_context(const struct repo_model *m, const struct area *area)
{
	struct str left = STR_INIT;
	struct str gate = STR_INIT;
	struct str right = STR_INIT;

	if (!m->job) {
		area_text(
		    area, 1, 0, area->columns - 2, ROLE_TITLE, "no repository");
		return;
	}
	str_addf(&left, "%s  %s  %s", m->job->repo,
	    repo_type_name(m->job->type), m->job->revision);
	if (*m->commit && strcmp(m->commit, m->job->revision) != 0)
		str_addf(&left, " @ %.8s", m->commit);
	add_state(&right, m);
	if (m->pick.files.n)
		add_count(&right, &m->pick.folders.v[0].all, more_of(m));
	add_gate(
	    &gate, m, area->columns - text_columns(right.v) - 4 - CONTEXT_NAME);
	str_addz(&gate, right.v);
	str_set(&right, gate.v);
	str_fini(&gate);
	if (text_columns(left.v) + text_columns(right.v) + 4 > area->columns)
		area_name(area, 1, 0, area->columns - text_columns(right.v) - 4,
		    ROLE_TITLE, left.v);
	else
		area_text(area, 1, 0, area->columns - 2, ROLE_TITLE, left.v);
	area_right(area, 0, 0, area->columns - 1,
	    m->state == REPO_STATE_STALE || m->gate == REPO_GATED ||
		    m->gate == REPO_GATE_SHUT
		? ROLE_WARN
		: ROLE_TEXT,
	    right.v);
	str_fini(&left);
	str_fini(&right);
}

/* -- the list -- */

static void
add_name(
    struct str *out, const struct repo_model *m, const struct repo_row *what)
{
	if (what->is_file)
		str_addz(out, m->pick.files.v[what->number].name);
	else
		str_addf(out, "%s/", m->pick.folders.v[what->number].name);
}

static void
draw_name(const struct repo_model *m, const struct area *area,
    const struct repo_row *what, enum repo_ticked ticked)
{
	static const char *const folds[2][2] = { { ">", "\xe2\x96\xb8" },
		{ "v", "\xe2\x96\xbe" } };
	int x = m->table.x[COL_NAME] + 2 * what->depth;
	int end = m->table.x[COL_NAME] + m->table.widths[COL_NAME];
	unsigned flags =
	    what->is_file ? m->pick.files.v[what->number].flags : 0;
	enum role role = flags & PICK_BAD            ? ROLE_BAD
	                 : ticked == REPO_ALL_TICKED ? ROLE_MARK
	                                             : ROLE_TEXT;
	struct str name = STR_INIT;

	/* A tree that is deeper than the column is wide stays readable. */
	if (x > end - 12)
		x = end - 12;
	if (!what->is_file)
		area_text(area, x, 0, 1, ROLE_DIM,
		    folds[what->open][area->surface->unicode]);
	x += 2;
	add_name(&name, m, what);
	area_name(area, x, 0, end - x, role, name.v);
	str_fini(&name);
}

static void
draw_row(const struct repo_model *m, const struct area *area,
    const struct repo_row *what)
{
	static const char *const boxes[] = { "[ ]", "[-]", "[x]" };
	enum repo_ticked ticked = repo_row_ticked(m, what);
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];
	unsigned flags =
	    what->is_file ? m->pick.files.v[what->number].flags : 0;

	area_text(area, 1, 0, 3, ticked ? ROLE_MARK : ROLE_DIM,
	    flags & PICK_BAD ? " ! " : boxes[ticked]);
	if (flags & (PICK_ON | PICK_OFF))
		area_text(area, 4, 0, 1, ROLE_MARK, "*");
	draw_name(m, area, what, ticked);
	fmt_bytes(size, bytes_of(m, what));
	table_cell(&m->table, area, COL_SIZE, ROLE_TEXT, size);
	add_here(&text, m, what);
	table_cell(&m->table, area, COL_HERE,
	    strcmp(text.v, "-") ? ROLE_OK : ROLE_DIM, text.v);
	str_clear(&text);
	if (what->is_file)
		str_addz(
		    &text, file_kind_name(m->pick.files.v[what->number].name));
	else
		str_addf(&text, "%zu file%s",
		    m->pick.folders.v[what->number].all.files,
		    m->pick.folders.v[what->number].all.files == 1 ? "" : "s");
	table_cell(&m->table, area, COL_KIND, ROLE_DIM, text.v);
	str_fini(&text);
}

void
repo_add_sentence(
    struct str *out, const struct repo_model *m, const struct repo_row *what)
{
	static const char *const states[] = { "",
		"partly ticked: ", "ticked: " };
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX];

	str_addz(out, states[repo_row_ticked(m, what)]);
	repo_add_path(&text, m, what);
	str_addf(out, "%s%s", text.n ? text.v : "all of it",
	    what->is_file || !text.n ? "" : "/");
	fmt_bytes(size, bytes_of(m, what));
	str_addf(out, ", %s", size);
	str_clear(&text);
	add_here(&text, m, what);
	if (strcmp(text.v, "-") != 0)
		str_addf(out, ", in cache: %s", text.v);
	if (what->is_file)
		str_addf(out, ", %s",
		    file_kind_name(m->pick.files.v[what->number].name));
	else
		str_addf(out, ", %zu files, %s",
		    m->pick.folders.v[what->number].all.files,
		    what->open ? "open" : "folded");
	str_fini(&text);
}

/* Sentences, one under the other. */
struct saying {
	const struct area *area;
	enum role role;
	int y;
};

static void
put_line(void *context, const char *line, size_t n)
{
	struct saying *saying = context;
	struct str text = STR_INIT;

	str_add(&text, line, n);
	area_text(saying->area, 5, saying->y++, saying->area->columns - 6,
	    saying->role, text.v);
	str_fini(&text);
}

static void
say(struct saying *saying, enum role role, const char *text)
{
	saying->role = role;
	text_wrap(text, saying->area->columns - 8, put_line, saying);
}

static void
draw_empty(const struct repo_model *m, const struct area *area)
{
	struct saying saying = { area, ROLE_TEXT, 1 };

	area_cursor(area, 5, 1, false);
	switch (m->state) {
	case REPO_STATE_NONE:
		say(&saying, ROLE_TEXT, "no repository is open");
		saying.y++;
		say(&saying, ROLE_TEXT, "A  open one by its name or address");
		say(&saying, ROLE_TEXT,
		    "4  the Cache: F there opens the row's repository");
		say(&saying, ROLE_TEXT, "hug ui REPO  opens it from a shell");
		break;
	case REPO_STATE_FAILED:
		say(&saying, ROLE_BAD, m->error.message);
		if (m->advice.n)
			say(&saying, ROLE_TEXT, m->advice.v);
		saying.y++;
		say(&saying, ROLE_TEXT,
		    "r  try again    A  another repository    b  another "
		    "revision");
		break;
	case REPO_STATE_LOADING:
	case REPO_STATE_PARTIAL:
		say(&saying, ROLE_DIM, "listing...");
		break;
	default:
		say(&saying, ROLE_TEXT,
		    *m->filter ? "no path has these words: Esc shows all again"
		    : strcmp(m->job->revision, "main") != 0
			? "This revision has no files."
			: "This repository has no files yet.");
		break;
	}
}

static void
draw_list(const struct repo_model *m)
{
	const struct table *table = &m->table;
	bool linear = table->list.surface->linear;
	static const int sorted[] = { COL_NAME, COL_SIZE, COL_KIND, COL_HERE };
	struct str text = STR_INIT;

	if (!table->rows.count || (*m->filter && !m->shown) ||
	    m->state == REPO_STATE_FAILED) {
		draw_empty(m, &table->list);
		return;
	}
	if (!linear)
		table_draw_head(table, sorted[m->sort],
		    m->sort == REPO_SORT_SIZE ? m->up : !m->up, -1);
	for (int y = 0; y < table->list.rows; y++) {
		size_t at = table->rows.top + (size_t)y;
		struct area area = table_row(table, y);
		struct repo_row what;

		if (!repo_row(m, at, &what))
			break;
		str_clear(&text);
		if (linear) {
			repo_add_sentence(&text, m, &what);
			area_text(
			    &area, 2, 0, area.columns - 2, ROLE_TEXT, text.v);
		} else {
			draw_row(m, &area, &what);
		}
		if (at == table->rows.cursor)
			table_cursor(table, &area,
			    linear ? 2
				   : table->x[COL_NAME] + 2 * what.depth + 2);
	}
	rows_draw_bar(&table->rows, &table->list);
	str_fini(&text);
}

/* -- patterns, and what they come to -- */

/* Those that match nothing are named: it is easily missed. */
static void
add_misses(struct str *out, const struct repo_model *m, enum pick_side side)
{
	if (m->pick.matched < m->pick.files.n ||
	    m->state == REPO_STATE_LOADING || m->state == REPO_STATE_PARTIAL)
		return;
	arr_each (glob, &m->pick.globs[side].list) {
		if (!glob->hits)
			str_addf(
			    out, "%s%s", out->n ? "  " : "0 for ", glob->text);
	}
}

/* What a side comes to, at the right end of its line; how it is meant. */
static enum role
add_result(struct str *out, const struct repo_model *m, enum pick_side side)
{
	struct str missed = STR_INIT;
	char size[TIMEFMT_MAX];
	bool any;

	if (m->bad_glob[side].code != ERR_NONE) {
		str_addz(out, m->bad_glob[side].message);
		return ROLE_BAD;
	}
	add_misses(&missed, m, side);
	any = missed.n > 0;
	if (any)
		str_addf(out, "%s   ", missed.v);
	str_fini(&missed);
	if (side == PICK_INCLUDE && m->pick.globs[side].list.n) {
		fmt_bytes(size, m->pick.in.bytes);
		str_addf(out, "%zu of %zu files  %9s", m->pick.in.files,
		    m->pick.matched, size);
	} else if (m->pick.globs[side].list.n) {
		fmt_bytes(size, m->pick.out.bytes);
		str_addf(out, "takes out %zu of %zu  %9s", m->pick.out.files,
		    m->pick.in.files, size);
	}
	return any ? ROLE_WARN : ROLE_TEXT;
}

/* Columns of it. */
static int
result_columns(const struct area *area, const struct str *result)
{
	int taken = text_columns(result->v);

	return taken < area->columns - 34 ? taken : area->columns - 34;
}

bool
repo_field(const struct repo_model *m, const struct area *form,
    enum pick_side side, struct area *field)
{
	struct str result = STR_INIT;

	if (form->rows < FORM_ROWS || form->columns < 60)
		return false;
	(void)add_result(&result, m, side);
	*field = area_part(form, 12, 1 + (int)side,
	    form->columns - result_columns(form, &result) - 15, 1);
	str_fini(&result);
	return true;
}

static const char *
no_includes(const struct repo_model *m)
{
	return m->pick.globs[PICK_EXCLUDE].list.n
	           ? "(all but what is excluded)"
	           : "(none: tick by hand, or + types patterns)";
}

static void
draw_globs(const struct repo_model *m, const struct area *area, int y,
    enum pick_side side)
{
	static const char *const labels[] = { "+ include", "- exclude" };
	const char *line = m->pick.globs[side].line;
	struct str result = STR_INIT;
	enum role role = add_result(&result, m, side);
	int taken = result_columns(area, &result);

	area_text(area, 1, y, 9, ROLE_KEY, labels[side]);
	area_right(area, area->columns - 1 - taken, y, taken, role, result.v);
	area_name(area, 12, y, area->columns - taken - 15,
	    line && *line ? ROLE_TEXT : ROLE_DIM,
	    line && *line          ? line
	    : side == PICK_INCLUDE ? no_includes(m)
				   : "(none)");
	str_fini(&result);
}

static void
draw_ticked(const struct repo_model *m, const struct area *area, int y)
{
	struct pick_sum ticked = pick_ticked(&m->pick);
	struct str text = STR_INIT;
	size_t unseen = repo_ticked_unseen(m);

	str_addz(&text, "ticked ");
	add_count(&text, &ticked, "");
	area_text(area, 1, y, area->columns - 2, ROLE_TITLE, text.v);
	str_clear(&text);
	if (unseen)
		str_addf(&text, "%zu outside the filter  ", unseen);
	if (m->pick.by_hand)
		str_addf(&text, "%zu by hand (m 0 forgets)", m->pick.by_hand);
	area_right(area, 30, y, area->columns - 31, ROLE_DIM, text.v);
	str_fini(&text);
}

static void
draw_fetch(const struct repo_model *m, const struct area *area, int y)
{
	const struct pick_sum *part = &m->pick.ticked[PICK_PART];
	struct pick_sum here = m->pick.ticked[PICK_HERE], fetch = to_fetch(m);
	struct str text = STR_INIT;

	here.files += m->pick.ticked[PICK_OTHER].files;
	here.bytes += m->pick.ticked[PICK_OTHER].bytes;
	str_addz(&text, "to fetch ");
	add_count(&text, &fetch, "");
	area_right(area, 20, y, area->columns - 21, ROLE_TEXT, text.v);
	str_clear(&text);
	str_addz(&text, "in cache ");
	add_count(&text, &here, "");
	if (part->files)
		str_addf(&text, ", partly %zu", part->files);
	area_text(area, 3, y, area->columns - 32, ROLE_TEXT, text.v);
	str_fini(&text);
}

static void
draw_disk(const struct repo_model *m, const struct area *area, int y)
{
	struct pick_sum fetch = to_fetch(m);
	char size[TIMEFMT_MAX];

	if (!m->disk_known)
		return;
	fmt_bytes(size, m->disk);
	area_print(area, 3, y, ROLE_TEXT, "disk %s free", size);
	if (fetch.bytes > m->disk) {
		struct str text = STR_INIT;

		fmt_bytes(size, fetch.bytes - m->disk);
		str_addf(&text, "short by %s (!)", size);
		area_right(area, 24, y, area->columns - 25, ROLE_BAD, text.v);
		str_fini(&text);
	}
}

static void
draw_form(const struct repo_model *m, const struct area *area)
{
	if (area->rows < FORM_ROWS) {
		draw_ticked(m, area, 0);
		draw_fetch(m, area, 1);
		return;
	}
	area_line(area, 0);
	draw_globs(m, area, 1, PICK_INCLUDE);
	draw_globs(m, area, 2, PICK_EXCLUDE);
	draw_ticked(m, area, 3);
	draw_fetch(m, area, 4);
	draw_disk(m, area, 5);
}

/* -- what is known of the row -- */

static void
put_file(struct pen *pen, const struct repo_model *m, uint32_t number)
{
	static const char *const heres[] = { [PICK_ABSENT] = "no",
		[PICK_PART] = "in part: a download continues it",
		[PICK_OTHER] = ("the same bytes, of another revision: nothing "
				"to transfer"),
		[PICK_HERE] = "yes" };
	const struct pick_file *file = &m->pick.files.v[number];
	struct str text = STR_INIT;
	char size[TIMEFMT_MAX], etag[DIGEST_HEX_MAX];

	pick_path(&m->pick, number, &text);
	pen_put(pen, ROLE_TITLE, "file", text.v);
	fmt_bytes(size, file->size);
	str_clear(&text);
	str_addf(
	    &text, "%s  (%llu bytes)", size, (unsigned long long)file->size);
	pen_put(pen, ROLE_TEXT, "size", text.v);
	pick_etag(&m->pick, number, etag);
	pen_put(pen, ROLE_TEXT, strlen(etag) == 64 ? "sha256" : "git", etag);
	str_clear(&text);
	str_addz(&text, heres[file->here]);
	if (file->here == PICK_PART)
		str_addf(&text, " (%u%%)", file->percent);
	pen_put(pen, ROLE_TEXT, "cached", text.v);
	if (file->flags & PICK_BAD)
		pen_say(pen, ROLE_BAD, "name",
		    "it cannot be a file's name here, so it is not fetched");
	str_clear(&text);
	str_addf(&text, "%s%s%s%s",
	    file->flags & PICK_ON       ? "ticked by hand"
	    : file->flags & PICK_OFF    ? "not ticked, by hand"
	    : file->flags & PICK_TICKED ? "ticked"
					: "not ticked",
	    file->flags & PICK_IN ? ", included" : "",
	    file->flags & PICK_OUT ? ", excluded" : "", "");
	pen_put(pen, ROLE_TEXT, "ticks", text.v);
	str_fini(&text);
}

static void
put_folder(struct pen *pen, const struct repo_model *m, uint32_t number)
{
	const struct pick_folder *folder = &m->pick.folders.v[number];
	struct str text = STR_INIT;

	pen_put(pen, ROLE_TITLE, "folder",
	    *folder->path ? folder->path : "all of the repository");
	add_count(&text, &folder->all, more_of(m));
	pen_put(pen, ROLE_TEXT, "holds", text.v);
	str_clear(&text);
	add_count(&text, &folder->ticked, "");
	pen_put(pen, ROLE_TEXT, "ticked", text.v);
	str_clear(&text);
	str_addf(&text, "%zu of %zu files", folder->here, folder->all.files);
	pen_put(pen, ROLE_TEXT, "cached", text.v);
	str_fini(&text);
}

/* "2026-11-20  Add the tokenizer  (2f9c01ab)" */
static void
put_change(struct pen *pen, const struct repo_model *m,
    const struct repo_row *what, const struct repo_change *change)
{
	struct str text = STR_INIT;

	/* The cursor may have moved since it was looked up. */
	repo_add_path(&text, m, what);
	if (change && what->is_file && !strcmp(text.v, change->path)) {
		str_clear(&text);
		str_addf(&text, "%.10s  %.300s  (%.8s)", change->date,
		    change->title, change->commit);
		pen_put(pen, ROLE_TEXT, "changed", text.v);
	}
	str_fini(&text);
}

static void
put_row(struct pen *pen, const struct repo_model *m,
    const struct repo_change *change)
{
	struct repo_row what;

	if (!repo_row(m, m->table.rows.cursor, &what))
		return;
	if (what.is_file)
		put_file(pen, m, what.number);
	else
		put_folder(pen, m, what.number);
	put_change(pen, m, &what, change);
	if (m->state == REPO_STATE_STALE)
		pen_say(pen, ROLE_WARN, "listing", m->error.message);
}

/* The pane below its title. */
static struct area
info_inside(const struct repo_layout *layout)
{
	bool beside = layout->info.x > layout->list.x;

	return area_part(&layout->info, beside ? 2 : 0, 1,
	    layout->info.columns - (beside ? 2 : 0), layout->info.rows - 1);
}

int
repo_info_lines(const struct repo_model *m, const struct repo_layout *layout,
    struct repo_inside *inside)
{
	struct area area = info_inside(layout);
	struct area none = area_part(&area, 0, 0, area.columns, 0);
	struct pen pen = { &none, 0 };

	if (!layout->info.rows)
		return 0;
	put_row(&pen, m, inside->change);
	repo_inside_place(inside, area.columns);
	return pen.y + (int)repo_inside_rows(inside);
}

static void
draw_info(const struct repo_model *m, const struct repo_layout *layout,
    const struct panes *panes, const struct rows *known,
    const struct repo_inside *inside)
{
	bool beside = layout->info.x > layout->list.x;
	struct area area = info_inside(layout);
	struct pen pen = { &area, -(int)known->top };

	if (beside)
		area_upright(&layout->info, 0);
	panes_title(panes, REPO_PANE_INFO, &layout->info, 0, !beside);
	put_row(&pen, m, inside->change);
	repo_inside_draw(inside, &pen);
	rows_draw_bar(known, &area);
}

void
repo_draw(const struct repo_model *m, const struct repo_layout *layout,
    const struct panes *panes, const struct rows *known,
    const struct repo_inside *inside)
{
	draw_list(m);
	if (layout->info.rows)
		draw_info(m, layout, panes, known, inside);
	if (layout->form.rows && m->job)
		draw_form(m, &layout->form);
}
