/* inside.c: the lines of what a file holds, drawn below what is known of it (view.h). */
#include <string.h>

#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/weights/contents.h"
#include "tui/repo/view.h"

/* Columns in front of a text, of a label and behind it; what a tab is drawn as. */
#define FRONT 3
#define LABELLED 14
#define TAB "    "

/* Above the lines: a blank one, and the heading. */
#define ABOVE 2

/* Replaces `safe` with a text as it can be shown. */
static void
make_safe(struct str *safe, const char *text)
{
	str_clear(safe);
	while (*text) {
		size_t n = strcspn(text, "\t");

		utf8_safe_n(safe, text, n);
		text += n;
		if (*text) {
			str_addz(safe, TAB);
			text++;
		}
	}
}

/* Bytes of the next row of a safe text: whole words where they are not too long. */
static size_t
row_of(const char *text, int columns)
{
	size_t n = utf8_front(text, columns > 1 ? (size_t)columns : 1);
	size_t word = n;

	if (!text[n])
		return n;
	while (word > n / 2 && text[word - 1] != ' ')
		word--;
	if (word > n / 2)
		return word;
	/* A wide character in a pane of one column. */
	return n ? n : 1;
}

static int
width_of(const struct line *line, int columns)
{
	bool labelled = line->kind == LINE_FACT || line->kind == LINE_WARNING;

	return columns - (labelled ? LABELLED : FRONT) - 1;
}

/* Columns in front of the rows of a line behind its first one. */
static int
hang_of(const struct line *line, int width)
{
	int half = width / 2;

	return line->hang < (unsigned)half ? (int)line->hang : half;
}

static size_t
rows_of(
    const struct line *line, const char *text, int columns, struct str *safe)
{
	int width = width_of(line, columns);
	size_t rows = 0;

	make_safe(safe, text);
	for (size_t at = 0; at < safe->n || !rows; rows++) {
		at += safe->n ? row_of(safe->v + at, width) : 0;
		if (!rows)
			width -= hang_of(line, width);
	}
	return rows;
}

void
repo_inside_place(struct repo_inside *inside, int columns)
{
	const struct lines *lines;
	struct str safe = STR_INIT;
	size_t end = 0;

	if (inside->state != REPO_INSIDE_KNOWN || inside->columns == columns)
		return;
	inside->columns = columns;
	lines = contents_lines(inside->contents);
	inside->ends.n = 0;
	arr_each (line, &lines->list) {
		end +=
		    rows_of(line, lines->text.v + line->text, columns, &safe);
		arr_push(&inside->ends, end);
	}
	str_fini(&safe);
}

size_t
repo_inside_rows(const struct repo_inside *inside)
{
	switch (inside->state) {
	case REPO_INSIDE_NONE:
		return 0;
	case REPO_INSIDE_KNOWN:
		return ABOVE + (inside->ends.n
				       ? inside->ends.v[inside->ends.n - 1]
				       : 0);
	default:
		return ABOVE + 1;
	}
}

size_t
repo_inside_row(const struct repo_inside *inside, size_t line)
{
	return ABOVE + (line ? inside->ends.v[line - 1] : 0);
}

bool
repo_inside_has(const struct repo_inside *inside, size_t line)
{
	const struct lines *lines = contents_lines(inside->contents);
	const struct line *at = &lines->list.v[line];

	return inside->find &&
	       (strcasestr(lines->text.v + at->text, inside->find) ||
		   strcasestr(lines->text.v + at->label, inside->find));
}

static void
put_line(const struct pen *pen, const struct lines *lines,
    const struct line *line, bool found, struct str *safe)
{
	static const enum role roles[] = { [LINE_FACT] = ROLE_TEXT,
		[LINE_HEADING] = ROLE_ACCENT,
		[LINE_TEXT] = ROLE_TEXT,
		[LINE_WARNING] = ROLE_WARN };
	int columns = width_of(line, pen->area->columns), y = pen->y;
	int x = pen->area->columns - columns - 1;
	struct str row = STR_INIT;
	size_t at = 0, n;

	make_safe(safe, lines->text.v + line->text);
	if (x == LABELLED)
		area_text(pen->area, FRONT, y, LABELLED - FRONT - 1, ROLE_DIM,
		    lines->text.v + line->label);
	while (at < safe->n) {
		n = row_of(safe->v + at, columns);
		str_clear(&row);
		str_add(&row, safe->v + at, n);
		area_text(pen->area, x, y++, columns,
		    found ? ROLE_MARK : roles[line->kind], row.v);
		if (!at) {
			x += hang_of(line, columns);
			columns -= hang_of(line, columns);
		}
		at += n;
	}
	str_fini(&row);
}

/* Those that are seen; there may be thousands. */
static void
put_lines(const struct repo_inside *inside, struct pen *pen)
{
	const struct lines *lines = contents_lines(inside->contents);
	struct str safe = STR_INIT;
	int top = pen->y;
	size_t low = 0, high = inside->ends.n;

	while (top < 0 && low < high) {
		size_t middle = low + (high - low) / 2;

		if (inside->ends.v[middle] <= (size_t)-top)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = low; i < inside->ends.n && i < lines->list.n; i++) {
		pen->y = top + (int)(i ? inside->ends.v[i - 1] : 0);
		if (pen->y >= pen->area->rows)
			break;
		if (i + 1 == inside->found)
			area_text(pen->area, 1, pen->y, 1, ROLE_CURSOR, ">");
		put_line(pen, lines, &lines->list.v[i],
		    repo_inside_has(inside, i), &safe);
	}
	str_fini(&safe);
}

void
repo_inside_draw(const struct repo_inside *inside, struct pen *pen)
{
	char size[TIMEFMT_MAX];
	int y;

	if (inside->state == REPO_INSIDE_NONE)
		return;
	(void)pen_line(pen);
	y = pen_line(pen);
	if (inside->state != REPO_INSIDE_KNOWN) {
		area_text(pen->area, FRONT, y, pen->area->columns - FRONT - 1,
		    ROLE_TITLE, "what it holds");
	} else if (inside->cached) {
		area_text(pen->area, FRONT, y, pen->area->columns - FRONT - 1,
		    ROLE_TITLE, "what it holds (read from the cache)");
	} else {
		fmt_bytes(size, contents_read(inside->contents));
		area_print(pen->area, FRONT, y, ROLE_TITLE,
		    "what it holds (read %s of the file)", size);
	}
	if (inside->state == REPO_INSIDE_KNOWN)
		put_lines(inside, pen);
	else if (inside->state == REPO_INSIDE_READING)
		area_text(pen->area, FRONT, pen_line(pen), 10, ROLE_DIM,
		    "reading...");
	else
		area_text(pen->area, FRONT, pen_line(pen),
		    pen->area->columns - FRONT - 1, ROLE_WARN,
		    inside->error.message);
}
