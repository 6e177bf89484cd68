/* speed.h: how fast transfers go, as graphs and in the status line. */
#ifndef TUI_TRANSFERS_SPEED_H
#define TUI_TRANSFERS_SPEED_H

#include <stdint.h>

#include "core/base/str.h"
#include "tui/transfers/totals.h"
#include "widgets/surface.h"

/*
 * Draws the last seconds of each direction that something happened in, side by side
 * if there are two, under a line that says which it is and how much the height is.
 * With five rows the last one says the times. `limits` are those of the directions.
 */
void xfer_draw_speed(const struct xfer_totals *totals,
    const uint64_t limits[QUEUE_KINDS], const struct area *area);

/* Appends "93 MB/s  1:23 left" for the status line of every screen, of uploads
 * "up 4 MB/s"; nothing where nothing runs. */
void xfer_add_pace(struct str *out, const struct xfer_totals *totals);

#endif
