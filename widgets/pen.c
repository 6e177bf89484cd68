#include "widgets/pen.h"

/* Columns in front, and of a label. */
#define LABEL_X 3
#define TEXT_X 14

int
pen_line(struct pen *pen)
{
	return pen->y++;
}

void
pen_put(struct pen *pen, enum role role, const char *label, const char *text)
{
	int y = pen_line(pen);

	area_text(pen->area, LABEL_X, y, TEXT_X - LABEL_X - 1, ROLE_DIM, label);
	area_name(
	    pen->area, TEXT_X, y, pen->area->columns - TEXT_X - 1, role, text);
}
