#include "widgets/textview.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static void
add_line(void *context, const char *text, size_t n)
{
	struct textview *view = context;

	arr_push(&view->lines,
	    (struct textview_line){ (size_t)(text - view->text.v), n });
}

void
textview_place(struct textview *view, const char *text, const struct area *area)
{
	bool same = !strcmp(view->text.v, text);

	if (!same) {
		str_set(&view->text, text);
		view->rows.top = view->rows.cursor = 0;
	}
	if (!same || view->area.columns != area->columns) {
		view->lines.n = 0;
		/* The last column is the scroll bar's. */
		text_wrap(view->text.v, area->columns - 1, add_line, view);
	}
	view->area = *area;
	view->rows.count = view->lines.n;
	view->rows.seen = area->rows;
	rows_settle(&view->rows);
}

void
textview_fini(struct textview *view)
{
	str_fini(&view->text);
	arr_free(&view->lines);
	view->area = (struct area){ 0 };
}

void
textview_scroll(struct textview *view, long by)
{
	rows_scroll(&view->rows, by);
}

/* Whether a line has the words. */
static bool
has(const struct textview *view, size_t line, const char *words)
{
	char *text = mem_strndup(
	    view->text.v + view->lines.v[line].at, view->lines.v[line].n);
	bool found = strcasestr(text, words) != NULL;

	free(text);
	return found;
}

void
textview_draw(const struct textview *view, const char *words)
{
	const struct area *area = &view->area;

	for (int y = 0; y < area->rows; y++) {
		size_t at = view->rows.top + (size_t)y;
		char *text;

		if (at >= view->lines.n)
			break;
		text = mem_strndup(
		    view->text.v + view->lines.v[at].at, view->lines.v[at].n);
		area_text(area, 0, y, area->columns,
		    words && has(view, at, words) ? ROLE_ACCENT : ROLE_TEXT,
		    text);
		free(text);
	}
	rows_draw_bar(&view->rows, area);
}
