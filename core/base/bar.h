/* bar.h: a bar of character cells, filled in eighths of a cell. */
#ifndef CORE_BASE_BAR_H
#define CORE_BASE_BAR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

/* The eighths of a whole cell. */
#define BAR_CELL 8u

/*
 * Eighths that are filled of a bar of `cells`, for a share of 0 to 1; what is
 * outside of that is cut. Something is never nothing, and only all is full.
 */
unsigned bar_eighths(double share, unsigned cells);

/* Those of them that are in one cell: 0 to BAR_CELL. */
unsigned bar_in_cell(unsigned eighths, unsigned cell);

/* The character for so many eighths of a cell; a blank for none. */
uint32_t bar_point(unsigned eighths);

/*
 * Appends a bar of exactly `cells` columns: blocks, or without `unicode` "#" for
 * what is done and "." for the rest. A larger share never makes a shorter bar.
 */
void bar_add(struct str *out, double share, unsigned cells, bool unicode);

#endif
