/* graph.h: values over time, as columns. */
#ifndef WIDGETS_GRAPH_H
#define WIDGETS_GRAPH_H

#include <stddef.h>

#include "widgets/surface.h"

/*
 * Draws the last values that there is room for, the newest at the right end, as high
 * as the largest of them has it. One row is drawn in shades, more in columns. Nothing
 * in the linear look.
 */
void graph_draw(const struct area *area, const double *values, size_t n);

/* How many of them there is room for, and the largest of these. */
size_t graph_shown(const struct area *area, size_t n);
double graph_most(const struct area *area, const double *values, size_t n);

#endif
