/* textview.h: a text of any length in an area: wrapped, scrolled, searched. */
#ifndef WIDGETS_TEXTVIEW_H
#define WIDGETS_TEXTVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/str.h"
#include "widgets/rows.h"
#include "widgets/surface.h"

/* A line of it, wrapped. */
struct textview_line {
	size_t at, n; /* bytes of `text` */
};

/* {.text = STR_INIT} is an empty one. */
struct textview {
	struct str text;
	struct area area; /* as it was placed */
	ARR(struct textview_line) lines;
	struct rows rows; /* top is the first line that is seen */
};

/* Wraps a text, which is copied, to an area. The same text stays where it was
 * scrolled to. textview_fini releases it. */
void textview_place(
    struct textview *view, const char *text, const struct area *area);
void textview_fini(struct textview *view);

/* Scrolls by lines; it stops at the ends. */
void textview_scroll(struct textview *view, long by);

/* Draws what is seen of it, and a scroll bar where that is not all; lines that
 * have `words` (NULL: none) stand out. */
void textview_draw(const struct textview *view, const char *words);

#endif
