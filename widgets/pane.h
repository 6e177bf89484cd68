/* pane.h: the panes of a screen, one of which has the focus. */
#ifndef WIDGETS_PANE_H
#define WIDGETS_PANE_H

#include <stdbool.h>

#include "widgets/surface.h"

#define PANES_MAX 4

/* Filled by who draws, at each size anew; an area without rows is a pane that is not
 * shown. {0} has none. */
struct panes {
	int n, focus;
	const char *names[PANES_MAX]; /* borrowed, in reading order */
	struct area areas[PANES_MAX];
};

/* After the areas were filled: a pane that has gone gives the focus to the first. */
void panes_settle(struct panes *panes);

/* Moves the focus to the next pane that is shown, or with `by` -1 to the one before;
 * false if there is no other. */
MUST_USE bool panes_step(struct panes *panes, int by);

/* Moves it to the pane at a place of the surface, if one is there. */
void panes_point(struct panes *panes, int x, int y);

/* Draws the name of a pane on a row of an area, as one line across it if `line`. With
 * the focus it stands out, and the real cursor goes there. */
void panes_title(const struct panes *panes, int pane, const struct area *area,
    int y, bool line);

#endif
