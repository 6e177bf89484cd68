/* tabs.h: a line with the screens there are; the one that is shown in brackets. */
#ifndef WIDGETS_TABS_H
#define WIDGETS_TABS_H

#include <stddef.h>

#include "widgets/surface.h"

struct tab {
	char digit; /* the key that leads to it */
	const char *name;
	char badge[16]; /* behind the name, or the digit; "": none */
	int x, columns; /* where it was drawn, for the mouse; 0: nowhere */
};

/* Draws them on the area's first row, the others as digits if it is narrow.
 * Returns the columns that they took. */
int tabs_draw(
    const struct area *area, struct tab *tabs, size_t n, size_t current);

/* The one that was drawn at a column; `n` if none was. */
size_t tabs_at(const struct tab *tabs, size_t n, int x);

#endif
