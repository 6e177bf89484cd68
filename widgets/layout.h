/* layout.h: which columns of a table fit, and how wide each is. */
#ifndef WIDGETS_LAYOUT_H
#define WIDGETS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

struct layout_column {
	const char *title;
	int min, want, max; /* columns */
	int priority;       /* the smallest is taken first */
	bool right;         /* numbers */
	bool grows;         /* takes what is left over */
};

/* Columns of a table at most. */
#define LAYOUT_MAX 16

/*
 * Widths of `n` columns in `columns`, a blank between two; 0: it has no room.
 * In order of priority each is taken while its least width fits; what is left
 * over brings them to the width they want, then goes to the one that grows.
 */
void layout_columns(const struct layout_column *table, size_t n, int columns,
    int widths[LAYOUT_MAX]);

#endif
