#include "widgets/rows.h"

void
rows_settle(struct rows *rows)
{
	size_t seen = rows->seen > 0 ? (size_t)rows->seen : 1;

	if (rows->cursor >= rows->count)
		rows->cursor = rows->count ? rows->count - 1 : 0;
	/* Before it was drawn nobody knows how much is seen. */
	if (rows->seen <= 0 && rows->top <= rows->cursor)
		return;
	if (rows->top > rows->cursor)
		rows->top = rows->cursor;
	if (rows->cursor >= rows->top + seen)
		rows->top = rows->cursor - seen + 1;
	/* No blank rows at the end while there are some above. */
	if (rows->top + seen > rows->count)
		rows->top = rows->count > seen ? rows->count - seen : 0;
}

long
rows_step_by(const struct rows *rows, enum rows_step step)
{
	long page = rows->seen, all = (long)rows->count;
	const long by[] = { [ROWS_DOWN] = 1,
		[ROWS_UP] = -1,
		[ROWS_FIRST] = -all,
		[ROWS_LAST] = all,
		[ROWS_HALF_DOWN] = page / 2,
		[ROWS_HALF_UP] = -page / 2,
		[ROWS_PAGE_DOWN] = page,
		[ROWS_PAGE_UP] = -page };

	return by[step];
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

/* The n-th part of the bar's height, in list rows, without overflow. */
static int
share(size_t n, size_t count, int height)
{
	return (int)((double)n / (double)count * height);
}

void
rows_draw_bar(const struct rows *rows, const struct area *area)
{
	size_t seen = rows->seen > 0 ? (size_t)rows->seen : 1;
	int from, length;

	if (rows->count <= seen || area->surface->linear)
		return;
	length = share(seen, rows->count, area->rows);
	length = length ? length : 1;
	from = share(rows->top, rows->count - seen, area->rows - length);
	for (int y = from; y < from + length; y++)
		area_text(area, area->columns - 1, y, 1, ROLE_BORDER,
		    area->surface->unicode ? "\xe2\x96\x90" : "|");
}

void
rows_drag(struct rows *rows, int y, int height)
{
	size_t seen = rows->seen > 0 ? (size_t)rows->seen : 1;
	size_t last = rows->count > seen ? rows->count - seen : 0;
	double part = height > 1 ? (double)y / (height - 1) : 0;
	double top;

	part = part < 0 ? 0 : part > 1 ? 1 : part;
	top = part * (double)last + 0.5;
	rows_scroll(rows, (long)top - (long)rows->top);
}
