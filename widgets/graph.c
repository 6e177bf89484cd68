#include "widgets/graph.h"

/* From low to high; as many steps as a cell has eighths. */
static const char *const shades[] = { " ", ".", ":", "-", "=", "+", "*", "#",
	"#" };
static const char *const eighths[] = { " ", "\xe2\x96\x81", "\xe2\x96\x82",
	"\xe2\x96\x83", "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86",
	"\xe2\x96\x87", "\xe2\x96\x88" };

/* A cell that is filled to so many eighths. */
static const char *
cell(const struct area *area, int filled)
{
	int step = filled < 0 ? 0 : filled > 8 ? 8 : filled;

	if (area->surface->unicode)
		return eighths[step];
	if (area->rows == 1)
		return shades[step];
	return step >= 4 ? "#" : step > 0 ? "." : " ";
}

size_t
graph_shown(const struct area *area, size_t n)
{
	size_t columns = area->columns > 0 ? (size_t)area->columns : 0;

	return n < columns ? n : columns;
}

double
graph_most(const struct area *area, const double *values, size_t n)
{
	double most = 0;

	for (size_t i = n - graph_shown(area, n); i < n; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

void
graph_draw(const struct area *area, const double *values, size_t n)
{
	size_t shown = graph_shown(area, n);
	double most = graph_most(area, values, n);

	if (area->surface->linear || area->columns < 1)
		return;
	values += n - shown;
	for (size_t i = 0; i < shown && most > 0; i++) {
		int x = area->columns - (int)shown + (int)i;
		int height = (int)(values[i] / most * area->rows * 8 + 0.5);

		/* Something is not nothing. */
		if (!height && values[i] > 0)
			height = 1;
		for (int y = 0; y < area->rows; y++)
			area_text(area, x, y, 1, ROLE_BAR_DONE,
			    cell(area, height - (area->rows - 1 - y) * 8));
	}
}
