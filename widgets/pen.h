/* pen.h: facts line after line: a label, and what it is. */
#ifndef WIDGETS_PEN_H
#define WIDGETS_PEN_H

#include "widgets/surface.h"

/* {area, -top} begins above the area, which scrolls `top` lines away. With an area
 * without rows it only counts. */
struct pen {
	const struct area *area;
	int y; /* of the next line */
};

/* The row of the next line, which is taken. */
int pen_line(struct pen *pen);

/* Writes a line; what is too long is cut in its middle. */
void pen_put(
    struct pen *pen, enum role role, const char *label, const char *text);

/* Writes a sentence, in as many lines as it takes. */
void pen_say(
    struct pen *pen, enum role role, const char *label, const char *text);

#endif
