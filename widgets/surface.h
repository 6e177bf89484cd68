/*
 * surface.h: a grid of cells that everything is drawn on: roles, not colours;
 * columns, not bytes. A driver (term.h) shows it, tests dump it as text.
 *
 * Text is untrusted: what could steer a terminal is made visible on its way
 * into a cell (utf8_safe), so no cell ever holds a control character.
 */
#ifndef WIDGETS_SURFACE_H
#define WIDGETS_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/str.h"

/* What a cell means; a theme says how that looks. */
enum role {
	ROLE_TEXT,
	ROLE_DIM,
	ROLE_TITLE,
	ROLE_ACCENT,
	ROLE_KEY,
	ROLE_OK,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_INFO,
	ROLE_MARK,
	ROLE_CURSOR,           /* the row that keys act on */
	ROLE_CURSOR_MARK,      /* what is marked in it */
	ROLE_CURSOR_UNFOCUSED, /* the same in a pane without the focus */
	ROLE_BAR_DONE,
	ROLE_BAR_FLIGHT,
	ROLE_BAR_REST,
	ROLE_LINK,
	ROLE_BORDER,
	ROLES,
};

/* The second half of a wide character has base 0 and width 0. */
struct cell {
	uint32_t base;     /* code point, never a control */
	uint32_t marks[2]; /* combining; 0: none */
	uint8_t role;
	uint8_t width; /* columns: 1 or 2 */
};

struct surface {
	struct cell *cells; /* row after row */
	int columns, rows;
	int cursor_x, cursor_y; /* where the real cursor is put */
	bool cursor_shown;      /* an input has the focus */
	bool linear;  /* for screen readers: no boxes, lines and bars, and the
			 cursor is always shown */
	bool unicode; /* characters beyond ASCII may be drawn as ornament */
};

/* A part of a surface, in its own coordinates; what is outside is not drawn. */
struct area {
	struct surface *surface;
	int x, y, columns, rows;
};

/* {0} is a surface of no size. Its content is blank after a change of size. */
void surface_resize(struct surface *surface, int columns, int rows);
void surface_clear(struct surface *surface);
void surface_fini(struct surface *surface);

/* All of it; good until its size changes. */
struct area surface_area(struct surface *surface);

/* A part of an area, clipped to it. */
struct area area_part(
    const struct area *area, int x, int y, int columns, int rows);

/*
 * Draws text from column `x` on, at most `columns` wide, and returns the
 * columns that it took. What does not fit is cut at a cell's border.
 */
int area_text(const struct area *area, int x, int y, int columns,
    enum role role, const char *text);

/* The same, with what does not fit cut in the middle behind one mark. */
int area_name(const struct area *area, int x, int y, int columns,
    enum role role, const char *text);

/*
 * The same of "owner/name": what tells apart is the name, so the owner is cut
 * first, and the name in its middle only where it does not fit alone.
 */
int area_owned(const struct area *area, int x, int y, int columns,
    enum role role, const char *text);

/* The same, ending at column `x + columns`; the end is kept if it is cut. */
void area_right(const struct area *area, int x, int y, int columns,
    enum role role, const char *text);

/* printf to area_text with all columns that are left. */
int area_print(const struct area *area, int x, int y, enum role role,
    const char *format, ...) PRINTF(5, 6);

/* Blanks of this role, and blanks all over. */
void area_fill(
    const struct area *area, int x, int y, int columns, enum role role);
void area_clear(const struct area *area);

/* Gives a whole row this role, whatever stands there; as ROLE_CURSOR what is
 * ROLE_MARK becomes ROLE_CURSOR_MARK. */
void area_tint(const struct area *area, int y, enum role role);

/* A line over all columns, or over all rows. */
void area_line(const struct area *area, int y);
void area_upright(const struct area *area, int x);

/* A border around the area with a title in it (NULL: none); clears the inside
 * and returns it. */
struct area area_box(const struct area *area, const char *title);

/*
 * A bar of `columns` cells: `done` and `flight` of `total` (0: empty). In the
 * plain look "#", ":" and "."; less than a cell is "-".
 */
void area_bar(const struct area *area, int x, int y, int columns, double done,
    double flight, double total);

/* A bar for comparing: as long as `part` (0 to 1) has it, in eighths of a cell
 * where there are such characters, the rest blank. */
void area_meter(
    const struct area *area, int x, int y, int columns, double part);

/* Puts the real cursor there; `shown` where text is typed. */
void area_cursor(const struct area *area, int x, int y, bool shown);

/* Columns that a text takes once it is safe. */
int text_columns(const char *text);

/* Lines that a text takes, wrapped at words to `columns`; calls `line` for each
 * with the bytes of it. */
int text_wrap(const char *text, int columns,
    void (*line)(void *context, const char *text, size_t n), void *context);

/* The grid as text, a line a row, blanks at line ends left out. */
void surface_dump(const struct surface *surface, struct str *out);

/* The same with a letter for each role: '.' for plain text. */
void surface_dump_roles(const struct surface *surface, struct str *out);

#endif
