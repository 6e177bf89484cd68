/*
 * table.h: a list in columns: which of them fit and where they are, their heads,
 * the cursor, and what a click hits. It holds no rows: who draws asks for those
 * from rows.top on, and draws cells.
 */
#ifndef WIDGETS_TABLE_H
#define WIDGETS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/layout.h"
#include "widgets/rows.h"
#include "widgets/surface.h"

/* The columns are the caller's and stay; the rest begins as {0}. */
struct table {
	const struct layout_column *columns;
	size_t n;
	int front; /* columns before the first: cursor, tick box, fold mark */
	struct rows rows;
	bool away; /* another pane has the focus */

	/* As it was placed last. */
	struct area head, list;
	int x[LAYOUT_MAX], widths[LAYOUT_MAX]; /* width 0: no room */
};

/* Puts it into an area, its head on the first row unless `bare`, and settles the
 * rows, whose count is set before. */
void table_place(struct table *table, const struct area *area, bool bare);

/* Moves the cursor; it stops at the ends. */
void table_move(struct table *table, enum rows_step step);

/* The column at `x`; -1: none. */
int table_column_at(const struct table *table, int x);

/* The row that was drawn at `y` of the area, its head counted; false if none. */
bool table_row_at(const struct table *table, int y, size_t *row);

/* Whether the scroll bar is at a place of the area. */
bool table_bar_at(const struct table *table, int x, int y);

/* Scrolls to where the bar was dragged to. */
void table_drag(struct table *table, int y);

/* Draws the heads; that of column `sorted` (-1: none) has a mark for the order,
 * `up`: the least first. `marked` (-1: none) has a "?" behind its title. */
void table_draw_head(
    const struct table *table, int sorted, bool up, int marked);

/* The part of the list for the n-th row that is seen. */
struct area table_row(const struct table *table, int n);

/* Draws a cell of a row, cut to its column; nothing where there is no room. A name
 * keeps its two ends. */
void table_cell(const struct table *table, const struct area *row, int column,
    enum role role, const char *text);

/* Makes the row the one with the cursor, whose real cursor goes to column `x`, unless
 * that is in another pane. */
void table_cursor(const struct table *table, const struct area *row, int x);

#endif
