#include "widgets/rows.h"

void
rows_settle(struct rows *rows)
{
	size_t seen = rows->seen > 0 ? (size_t)rows->seen : 1;

	if (rows->cursor >= rows->count)
		rows->cursor = rows->count ? rows->count - 1 : 0;
	if (rows->top > rows->cursor)
		rows->top = rows->cursor;
	if (rows->cursor >= rows->top + seen)
		rows->top = rows->cursor - seen + 1;
	/* No blank rows at the end while there are some above. */
	if (rows->top + seen > rows->count)
		rows->top = rows->count > seen ? rows->count - seen : 0;
}

/* `from` moved by `by`, between 0 and `last`. */
static size_t
moved(size_t from, long by, size_t last)
{
	if (by < 0)
		return from < (size_t)-by ? 0 : from - (size_t)-by;
	return (size_t)by > last - from ? last : from + (size_t)by;
}

void
rows_move(struct rows *rows, long by)
{
	if (rows->count)
		rows->cursor = moved(rows->cursor, by, rows->count - 1);
	rows_settle(rows);
}

void
rows_go(struct rows *rows, size_t row)
{
	rows->cursor = row;
	rows_settle(rows);
}

void
rows_scroll(struct rows *rows, long by)
{
	size_t seen = rows->seen > 0 ? (size_t)rows->seen : 1;
	size_t last = rows->count > seen ? rows->count - seen : 0;

	rows->top = moved(rows->top < last ? rows->top : last, by, last);
	if (rows->cursor < rows->top)
		rows->cursor = rows->top;
	if (rows->cursor >= rows->top + seen)
		rows->cursor = rows->top + seen - 1;
	rows_settle(rows);
}
