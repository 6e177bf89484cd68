/*
 * rows.h: a list of any length: which row has the cursor, and which are seen.
 * It holds no rows; who draws asks for those from `top` on.
 */
#ifndef WIDGETS_ROWS_H
#define WIDGETS_ROWS_H

#include <stddef.h>

#include "widgets/surface.h"

struct rows {
	size_t count;
	size_t cursor; /* below count, unless that is 0 */
	size_t top;
	int seen; /* rows that the screen has for it */
};

/* The steps in which a cursor moves, or what is seen. */
enum rows_step {
	ROWS_DOWN,
	ROWS_UP,
	ROWS_FIRST,
	ROWS_LAST,
	ROWS_HALF_DOWN,
	ROWS_HALF_UP,
	ROWS_PAGE_DOWN,
	ROWS_PAGE_UP,
};

/* How many rows a step is, for rows_move or rows_scroll. */
long rows_step_by(const struct rows *rows, enum rows_step step);

/* After `count` or `seen` was changed: keeps cursor and top in range. */
void rows_settle(struct rows *rows);

/* Moves the cursor; it stops at the ends. */
void rows_move(struct rows *rows, long by);
void rows_go(struct rows *rows, size_t row);

/* Scrolls; the cursor comes along only where it would leave the screen. */
void rows_scroll(struct rows *rows, long by);

/* A bar in the last column of the area: which part of the list is seen. Nothing
 * while all of it is, and in the linear look. */
void rows_draw_bar(const struct rows *rows, const struct area *area);

/* Scrolls to where the bar was dragged to: row `y` of `height`. */
void rows_drag(struct rows *rows, int y, int height);

#endif
