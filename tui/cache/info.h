/* info.h: what is known of the row under the cursor, drawn. */
#ifndef TUI_CACHE_INFO_H
#define TUI_CACHE_INFO_H

#include "widgets/pane.h"
#include "widgets/rows.h"

struct cache_model;

/* How many lines it has; 0 where nothing is shown. */
int cache_info_lines(const struct cache_model *m, const struct area *area);

/* Draws those from known->top on. A line parts them from the list. */
void cache_draw_info(const struct cache_model *m, const struct area *area,
    const struct panes *panes, const struct rows *known);

#endif
