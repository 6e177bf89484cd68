#include "widgets/pen.h"

#include "core/base/str.h"

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

struct saying {
	struct pen *pen;
	enum role role;
	const char *label; /* in front of the first line only */
};

static void
say_line(void *context, const char *line, size_t n)
{
	struct saying *saying = context;
	struct str text = STR_INIT;

	str_add(&text, line, n);
	pen_put(saying->pen, saying->role, saying->label, text.v);
	saying->label = "";
	str_fini(&text);
}

void
pen_say(struct pen *pen, enum role role, const char *label, const char *text)
{
	struct saying saying = { pen, role, label };

	text_wrap(text, pen->area->columns - TEXT_X - 1, say_line, &saying);
}
