#include "widgets/table.h"

#include <string.h>

void
table_place(struct table *table, const struct area *area, bool bare)
{
	int head = bare ? 0 : 1, x = table->front;

	table->head = area_part(area, 0, 0, area->columns, head);
	table->list =
	    area_part(area, 0, head, area->columns, area->rows - head);
	/* The last column is the scroll bar's. */
	layout_columns(table->columns, table->n,
	    area->columns - table->front - 1, table->widths);
	for (size_t i = 0; i < table->n; i++) {
		table->x[i] = x;
		x += table->widths[i] ? table->widths[i] + 1 : 0;
	}
	table->rows.seen = table->list.rows;
	rows_settle(&table->rows);
}

void
table_move(struct table *table, enum rows_step step)
{
	rows_move(&table->rows, rows_step_by(&table->rows, step));
}

int
table_column_at(const struct table *table, int x)
{
	for (size_t i = 0; i < table->n; i++) {
		if (table->widths[i] && x >= table->x[i] &&
		    x < table->x[i] + table->widths[i])
			return (int)i;
	}
	return -1;
}

bool
table_row_at(const struct table *table, int y, size_t *row)
{
	y -= table->head.rows;
	*row = table->rows.top + (size_t)(y < 0 ? 0 : y);
	return y >= 0 && y < table->list.rows && *row < table->rows.count;
}

bool
table_bar_at(const struct table *table, int x, int y)
{
	y -= table->head.rows;
	return x == table->list.columns - 1 && y >= 0 && y < table->list.rows &&
	       table->rows.count > (size_t)table->list.rows;
}

void
table_drag(struct table *table, int y)
{
	rows_drag(&table->rows, y - table->head.rows, table->list.rows);
}

void
table_draw_head(const struct table *table, int sorted, bool up, int marked)
{
	const struct area *head = &table->head;
	const char *order = head->surface->unicode
	                        ? (up ? "\xe2\x96\xb2" : "\xe2\x96\xbc")
	                        : (up ? "^" : "v");

	for (int i = 0; i < (int)table->n; i++) {
		enum role role = i == sorted ? ROLE_ACCENT : ROLE_TITLE;
		int width = table->widths[i], x = table->x[i];
		struct str title = STR_INIT;

		str_addf(&title, "%s%s%s", table->columns[i].title,
		    i == marked ? "?" : "", i == sorted ? order : "");
		if (table->columns[i].right)
			area_right(head, x, 0, width, role, title.v);
		else
			area_text(head, x, 0, width, role, title.v);
		str_fini(&title);
	}
}

struct area
table_row(const struct table *table, int n)
{
	return area_part(&table->list, 0, n, table->list.columns, 1);
}

void
table_cell(const struct table *table, const struct area *row, int column,
    enum role role, const char *text)
{
	int x = table->x[column], width = table->widths[column];

	if (!width)
		return;
	if (table->columns[column].right)
		area_right(row, x, 0, width, role, text);
	else
		area_name(row, x, 0, width, role, text);
}

void
table_cursor(const struct table *table, const struct area *row, int x)
{
	enum role role = table->away ? ROLE_CURSOR_UNFOCUSED : ROLE_CURSOR;

	area_tint(row, 0, role);
	if (!row->surface->linear)
		area_text(row, 0, 0, 1, role, ">");
	if (!table->away)
		area_cursor(row, x, 0, false);
}
