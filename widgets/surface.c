#include "widgets/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bar.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"

/* Ornaments, each in the Unicode and in the plain look. */
struct ornament {
	uint32_t unicode;
	char plain;
};

static const struct ornament orn_cut = { 0x2026, '~' };
static const struct ornament orn_across = { 0x2500, '-' };
static const struct ornament orn_down = { 0x2502, '|' };
static const struct ornament orn_corners[4] = { { 0x250c, '+' },
	{ 0x2510, '+' }, { 0x2514, '+' }, { 0x2518, '+' } };
static const struct ornament orn_done = { 0x2588, '#' };
static const struct ornament orn_flight = { 0x2592, ':' };
static const struct ornament orn_rest = { 0x2591, '.' };

static uint32_t
draw_of(const struct surface *surface, struct ornament ornament)
{
	return surface->unicode ? ornament.unicode
	                        : (unsigned char)ornament.plain;
}

/* -- the grid -- */

static struct cell
blank(enum role role)
{
	return (struct cell){ .base = ' ', .role = (uint8_t)role, .width = 1 };
}

void
surface_resize(struct surface *surface, int columns, int rows)
{
	size_t n = (size_t)columns * (size_t)rows;

	free(surface->cells);
	surface->cells = mem_resize(NULL, n ? n : 1, sizeof(struct cell));
	surface->columns = columns;
	surface->rows = rows;
	surface_clear(surface);
}

void
surface_clear(struct surface *surface)
{
	size_t n = (size_t)surface->columns * (size_t)surface->rows;

	for (size_t i = 0; i < n; i++)
		surface->cells[i] = blank(ROLE_TEXT);
	surface->cursor_x = surface->cursor_y = 0;
	surface->cursor_shown = false;
}

void
surface_fini(struct surface *surface)
{
	free(surface->cells);
	*surface = (struct surface){ 0 };
}

struct area
surface_area(struct surface *surface)
{
	return (struct area){ surface, 0, 0, surface->columns, surface->rows };
}

struct area
area_part(const struct area *area, int x, int y, int columns, int rows)
{
	struct area part = { area->surface, 0, 0, 0, 0 };

	if (x < 0) {
		columns += x;
		x = 0;
	}
	if (y < 0) {
		rows += y;
		y = 0;
	}
	if (columns > area->columns - x)
		columns = area->columns - x;
	if (rows > area->rows - y)
		rows = area->rows - y;
	part.x = area->x + x;
	part.y = area->y + y;
	part.columns = columns > 0 ? columns : 0;
	part.rows = rows > 0 ? rows : 0;
	return part;
}

/* NULL if it is outside of the area. */
static struct cell *
cell_at(const struct area *area, int x, int y)
{
	const struct surface *s = area->surface;

	if (x < 0 || y < 0 || x >= area->columns || y >= area->rows)
		return NULL;
	return &s->cells[(size_t)(area->y + y) * (size_t)s->columns +
			 (size_t)(area->x + x)];
}

/* Half a wide character that is written over becomes a blank. */
static void
mend(const struct area *area, int x, int y)
{
	struct area row = { area->surface, 0, area->y + y,
		area->surface->columns, 1 };
	struct cell *cell = cell_at(&row, area->x + x, 0);
	struct cell *left = cell_at(&row, area->x + x - 1, 0);
	struct cell *right = cell_at(&row, area->x + x + 1, 0);

	if (cell && !cell->width && left)
		*left = blank(left->role);
	if (cell && cell->width == 2 && right)
		*right = blank(right->role);
}

static void
put(const struct area *area, int x, int y, uint32_t base, int width,
    enum role role)
{
	struct cell *cell = cell_at(area, x, y);
	struct cell *next = width == 2 ? cell_at(area, x + 1, y) : NULL;

	if (!cell || (width == 2 && !next))
		return;
	mend(area, x, y);
	if (next)
		mend(area, x + 1, y);
	*cell = (struct cell){
		.base = base, .role = (uint8_t)role, .width = (uint8_t)width
	};
	if (next)
		*next = (struct cell){ .role = (uint8_t)role };
}

/* Lines and bars are nothing to listen to. */
static bool
is_noise(struct ornament o)
{
	return o.plain != orn_cut.plain && o.plain != '>';
}

static void
put_ornament(
    const struct area *area, int x, int y, struct ornament o, enum role role)
{
	if (area->surface->linear && is_noise(o)) {
		put(area, x, y, ' ', 1, role);
		return;
	}
	put(area, x, y, draw_of(area->surface, o), 1, role);
}

/* -- text -- */

/* The next character of safe text, with its columns. */
static size_t
next_char(const char *text, size_t n, uint32_t *point, int *width)
{
	size_t len = utf8_decode(text, n, point);

	*width = len ? utf8_columns(*point) : 1;
	if (!len)
		*point = 0xfffd;
	return len ? len : 1;
}

static void
add_mark(const struct area *area, int x, int y, uint32_t mark)
{
	struct cell *cell = cell_at(area, x, y);

	if (cell && !cell->width)
		cell = cell_at(area, x - 1, y);
	if (cell && !cell->marks[0])
		cell->marks[0] = mark;
	else if (cell && !cell->marks[1])
		cell->marks[1] = mark;
}

/* Draws safe text from its start; what does not fit is left out. */
static int
put_text(const struct area *area, int x, int y, int columns, enum role role,
    const char *text, size_t n)
{
	int at = 0;

	while (n) {
		uint32_t point;
		int width;
		size_t len = next_char(text, n, &point, &width);

		if (width && at + width > columns)
			break;
		if (width)
			put(area, x + at, y, point, width, role);
		else if (at)
			add_mark(area, x + at - 1, y, point);
		at += width;
		text += len;
		n -= len;
	}
	return at;
}

static int
columns_of(const char *text, size_t n)
{
	int columns = 0;

	while (n) {
		uint32_t point;
		int width;
		size_t len = next_char(text, n, &point, &width);

		columns += width;
		text += len;
		n -= len;
	}
	return columns;
}

int
text_columns(const char *text)
{
	struct str safe = STR_INIT;
	int columns;

	utf8_safe(&safe, text);
	columns = columns_of(safe.v, safe.n);
	str_fini(&safe);
	return columns;
}

int
area_text(const struct area *area, int x, int y, int columns, enum role role,
    const char *text)
{
	struct str safe = STR_INIT;
	int took;

	utf8_safe(&safe, text);
	took = put_text(area, x, y, columns, role, safe.v, safe.n);
	str_fini(&safe);
	return took;
}

/* Bytes at the end of safe text that take at most so many columns. */
static size_t
tail_bytes(const char *text, size_t n, int columns)
{
	size_t at = n;

	while (at) {
		size_t before = utf8_before(text, at);

		if (columns_of(text + before, n - before) > columns)
			break;
		at = before;
	}
	return n - at;
}

int
area_name(const struct area *area, int x, int y, int columns, enum role role,
    const char *text)
{
	struct str safe = STR_INIT;
	int took = 0, head;
	size_t tail;

	utf8_safe(&safe, text);
	if (columns_of(safe.v, safe.n) <= columns || columns < 4) {
		took = put_text(area, x, y, columns, role, safe.v, safe.n);
	} else {
		head = (columns - 1) * 2 / 3;
		tail = tail_bytes(safe.v, safe.n, columns - 1 - head);
		took = put_text(area, x, y, head, role, safe.v, safe.n);
		put_ornament(area, x + took++, y, orn_cut, role);
		took += put_text(area, x + took, y, columns - took, role,
		    safe.v + safe.n - tail, tail);
	}
	str_fini(&safe);
	return took;
}

int
area_owned(const struct area *area, int x, int y, int columns, enum role role,
    const char *text)
{
	struct str safe = STR_INIT;
	const char *slash;
	int took = 0, name, owner;

	utf8_safe(&safe, text);
	slash = strrchr(safe.v, '/');
	name = slash ? columns_of(slash, strlen(slash)) : 0;
	owner = columns - name;
	if (!slash || columns_of(safe.v, safe.n) <= columns) {
		took = area_name(area, x, y, columns, role, safe.v);
	} else if (owner >= 2) {
		took = put_text(area, x, y, owner - 1, role, safe.v,
		    (size_t)(slash - safe.v));
		put_ornament(area, x + took++, y, orn_cut, role);
		took += put_text(
		    area, x + took, y, name, role, slash, strlen(slash));
	} else {
		took = area_name(area, x, y, columns, role, slash + 1);
	}
	str_fini(&safe);
	return took;
}

void
area_right(const struct area *area, int x, int y, int columns, enum role role,
    const char *text)
{
	struct str safe = STR_INIT;
	size_t tail;

	utf8_safe(&safe, text);
	tail = tail_bytes(safe.v, safe.n, columns);
	put_text(area, x + columns - columns_of(safe.v + safe.n - tail, tail),
	    y, columns, role, safe.v + safe.n - tail, tail);
	str_fini(&safe);
}

int
area_print(const struct area *area, int x, int y, enum role role,
    const char *format, ...)
{
	struct str text = STR_INIT;
	char block[512];
	va_list args;
	int took;

	va_start(args, format);
	vsnprintf(block, sizeof(block), format, args);
	va_end(args);
	str_addz(&text, block);
	took = area_text(area, x, y, area->columns - x, role, text.v);
	str_fini(&text);
	return took;
}

int
text_wrap(const char *text, int columns,
    void (*line)(void *context, const char *text, size_t n), void *context)
{
	int lines = 0;

	if (columns < 1)
		return 0;
	do {
		size_t n = strcspn(text, "\n");
		size_t fits = 0, word = 0;
		int at = 0;

		while (fits < n) {
			uint32_t point;
			int width;
			size_t len =
			    next_char(text + fits, n - fits, &point, &width);

			if (at + width > columns)
				break;
			if (point == ' ')
				word = fits;
			at += width;
			fits += len;
		}
		if (fits < n && text[fits] != ' ' && word)
			fits = word;
		if (line)
			line(context, text, fits);
		lines++;
		text += fits;
		if (fits < n)
			text += strspn(text, " ");
		else
			text += *text == '\n';
		if (!fits && n && fits < n)
			text++; /* wider than a line */
	} while (*text);
	return lines;
}

/* -- shapes -- */

void
area_fill(const struct area *area, int x, int y, int columns, enum role role)
{
	for (int i = 0; i < columns; i++)
		put(area, x + i, y, ' ', 1, role);
}

void
area_tint(const struct area *area, int y, enum role role)
{
	for (int x = 0; x < area->columns; x++) {
		struct cell *cell = cell_at(area, x, y);

		if (cell && role == ROLE_CURSOR && cell->role == ROLE_MARK)
			cell->role = ROLE_CURSOR_MARK;
		else if (cell)
			cell->role = (uint8_t)role;
	}
}

void
area_clear(const struct area *area)
{
	for (int y = 0; y < area->rows; y++)
		area_fill(area, 0, y, area->columns, ROLE_TEXT);
}

void
area_line(const struct area *area, int y)
{
	for (int x = 0; x < area->columns; x++)
		put_ornament(area, x, y, orn_across, ROLE_BORDER);
}

void
area_upright(const struct area *area, int x)
{
	for (int y = 0; y < area->rows; y++)
		put_ornament(area, x, y, orn_down, ROLE_BORDER);
}

struct area
area_box(const struct area *area, const char *title)
{
	int right = area->columns - 1, bottom = area->rows - 1;

	area_clear(area);
	area_line(area, 0);
	area_line(area, bottom);
	for (int y = 0; y < area->rows; y++) {
		put_ornament(area, 0, y, orn_down, ROLE_BORDER);
		put_ornament(area, right, y, orn_down, ROLE_BORDER);
	}
	put_ornament(area, 0, 0, orn_corners[0], ROLE_BORDER);
	put_ornament(area, right, 0, orn_corners[1], ROLE_BORDER);
	put_ornament(area, 0, bottom, orn_corners[2], ROLE_BORDER);
	put_ornament(area, right, bottom, orn_corners[3], ROLE_BORDER);
	if (title) {
		int took =
		    area_name(area, 3, 0, area->columns - 6, ROLE_TITLE, title);

		area_fill(area, 2, 0, 1, ROLE_BORDER);
		area_fill(area, 3 + took, 0, 1, ROLE_BORDER);
	}
	return area_part(area, 1, 1, area->columns - 2, area->rows - 2);
}

void
area_bar(const struct area *area, int x, int y, int columns, double done,
    double flight, double total)
{
	double per = total > 0 ? columns / total : 0;
	int full = (int)(done * per);
	int both = (int)((done + flight) * per);

	for (int i = 0; i < columns; i++) {
		if (i < full)
			put_ornament(area, x + i, y, orn_done, ROLE_BAR_DONE);
		else if (i < both)
			put_ornament(
			    area, x + i, y, orn_flight, ROLE_BAR_FLIGHT);
		else
			put_ornament(area, x + i, y, orn_rest, ROLE_BAR_REST);
	}
	/* Something is not nothing. */
	if (!both && done + flight > 0 && columns)
		put_ornament(area, x, y, (struct ornament){ 0x258f, '-' },
		    ROLE_BAR_DONE);
}

void
area_meter(const struct area *area, int x, int y, int columns, double part)
{
	/* Rounded: what is compared here is lengths. */
	double half = columns > 0 ? 0.5 / BAR_CELL / columns : 0;
	unsigned eighths = bar_eighths(
	    part > 0 ? part + half : 0, columns > 0 ? (unsigned)columns : 0);

	for (int i = 0; i < columns; i++) {
		unsigned here = bar_in_cell(eighths, (unsigned)i);

		if (!here)
			break;
		put_ornament(area, x + i, y,
		    (struct ornament){
			bar_point(here), here < BAR_CELL / 2 && i ? ' ' : '#' },
		    ROLE_BAR_DONE);
	}
}

void
area_cursor(const struct area *area, int x, int y, bool shown)
{
	struct surface *s = area->surface;

	if (!cell_at(area, x, y))
		return;
	s->cursor_x = area->x + x;
	s->cursor_y = area->y + y;
	s->cursor_shown = shown || s->linear;
}

/* -- dumps -- */

static void
add_point(struct str *out, uint32_t p)
{
	char bytes[4];
	size_t n = utf8_encode(p, bytes);

	str_add(out, bytes, n);
}

void
surface_dump(const struct surface *surface, struct str *out)
{
	const struct cell *cell = surface->cells;

	for (int y = 0; y < surface->rows; y++) {
		size_t end = out->n;

		for (int x = 0; x < surface->columns; x++, cell++) {
			if (!cell->width)
				continue;
			add_point(out, cell->base);
			for (int i = 0; i < 2 && cell->marks[i]; i++)
				add_point(out, cell->marks[i]);
			if (cell->base != ' ')
				end = out->n;
		}
		str_cut(out, end);
		str_addc(out, '\n');
	}
}

void
surface_dump_roles(const struct surface *surface, struct str *out)
{
	static const char letters[ROLES + 1] = ".dTAKowbiMCmcDFRLB";
	const struct cell *cell = surface->cells;

	for (int y = 0; y < surface->rows; y++) {
		for (int x = 0; x < surface->columns; x++, cell++)
			str_addc(out, letters[cell->role]);
		str_addc(out, '\n');
	}
}
