/* view.h: the Cache screen drawn from its model; changes nothing. */
#ifndef TUI_CACHE_VIEW_H
#define TUI_CACHE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "tui/cache/model.h"
#include "widgets/pane.h"
#include "widgets/rows.h"
#include "widgets/surface.h"

/* How the body is divided. */
struct cache_layout {
	struct area list;   /* with the titles of its columns */
	struct area strip;  /* the cache as one bar; no rows: not shown */
	struct area info;   /* what is known of the row; the same */
	struct area totals; /* the same */
};

/* Columns before the names: cursor, tick box, a letter. */
#define CACHE_FRONT 5

/* Gives the model the columns of the list. */
void cache_view_init(struct cache_model *m);

/* Puts the list into its area. */
void cache_place(struct cache_model *m, const struct area *list);

/* Divides. A large body has the info pane unless `info` is set, a small one only
 * then. */
void cache_divide(
    const struct area *body, bool info, struct cache_layout *layout);

/* Draws the row above the body: how many repositories, how large, what is free. */
void cache_draw_context(const struct cache_model *m, const struct area *area);

/* Its panes, in reading order. */
enum cache_pane {
	PANE_LIST,
	PANE_INFO,
	CACHE_PANES,
};

/* Draws the body; `known` is how what is known of the row is scrolled. */
void cache_draw(const struct cache_model *m, const struct cache_layout *layout,
    const struct panes *panes, const struct rows *known);

/* "row 6 of 47   sort size" */
void cache_add_status(const struct cache_model *m, struct str *out);

/* "12.3 GB" and "3 months" as the list has them, into `out` (32 bytes). */
void cache_size_text(char *out, uint64_t bytes);
void cache_age_text(char *out, double then);

/* Which order the title at a column of the head stands for; CACHE_SORTS: none. */
enum cache_sort cache_sort_at(const struct cache_model *m, int x);

/* The row of the repository whose part of the strip is at a column; SIZE_MAX if
 * none is. */
size_t cache_row_at(
    const struct cache_model *m, const struct cache_layout *layout, int x);

/* "marked, 41bc0e12 (detached), 87.0 GB": a row for who hears it; not safe to
 * show. */
void cache_add_sentence(
    const struct cache_model *m, const struct node *node, struct str *out);

/* "marked 3 revisions in 2 repos", or that nothing is. */
void cache_add_marked(const struct cache_model *m, struct str *out);

/* "2 marked rows not shown: 375.6 GB", after `before`; nothing if all are. */
void cache_add_hidden(
    const struct cache_model *m, const char *before, struct str *out);

/* The name of a row, for messages: not safe to show. */
void cache_add_name(
    const struct cache_model *m, const struct node *node, struct str *out);

#endif
