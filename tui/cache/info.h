/* info.h: what is known of the row under the cursor, drawn. */
#ifndef TUI_CACHE_INFO_H
#define TUI_CACHE_INFO_H

#include "widgets/surface.h"

struct cache_model;

/* `top` lines of it are scrolled out of sight. A line parts it from the list. */
void cache_draw_info(
    const struct cache_model *m, const struct area *area, int top);

#endif
