#include "widgets/layout.h"

/* The column of the next priority after `done`; `n` if there is none. */
static size_t
next_of(const struct layout_column *table, size_t n, int done)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++) {
		if (table[i].priority > done &&
		    (best == n || table[i].priority < table[best].priority))
			best = i;
	}
	return best;
}

static void
take(const struct layout_column *table, size_t n, int *left,
    int widths[LAYOUT_MAX])
{
	int done = -1;
	bool any = false;
	size_t i;

	while ((i = next_of(table, n, done)) < n) {
		int cost = table[i].min + any;

		done = table[i].priority;
		if (cost > *left)
			continue;
		widths[i] = table[i].min;
		*left -= cost;
		any = true;
	}
}

static void
widen(const struct layout_column *table, size_t n, int *left,
    int widths[LAYOUT_MAX], bool to_most)
{
	int done = -1;
	size_t i;

	while ((i = next_of(table, n, done)) < n) {
		int goal = to_most ? table[i].max : table[i].want;
		int more = goal - widths[i];

		done = table[i].priority;
		if (!widths[i] || more <= 0 || (to_most && !table[i].grows))
			continue;
		more = more < *left ? more : *left;
		widths[i] += more;
		*left -= more;
	}
}

void
layout_columns(const struct layout_column *table, size_t n, int columns,
    int widths[LAYOUT_MAX])
{
	for (size_t i = 0; i < LAYOUT_MAX; i++)
		widths[i] = 0;
	take(table, n, &columns, widths);
	widen(table, n, &columns, widths, false);
	widen(table, n, &columns, widths, true);
}
