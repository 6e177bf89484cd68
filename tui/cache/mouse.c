/* mouse.c: what the mouse does on the Cache screen (screen.h). */
#include <stdint.h>

#include "core/base/mem.h"
#include "core/purge/tally.h"
#include "tui/cache/screen.h"
#include "tui/frame/palette.h"

/* Columns of the tick boxes; where fold marks are. */
#define TICK_FROM 1
#define TICK_TO 3
#define FOLD_X 5

static bool
is_in(const struct cache_screen *s, const struct area *area, int y)
{
	int top = area->y - s->layout.list.y;

	return area->rows && y >= top && y < top + area->rows;
}

/* The row of the list at `y`; false if none is there. */
static bool
row_at(const struct cache_screen *s, int y, size_t *row, struct node *node)
{
	return table_row_at(&s->m.table, y, row) &&
	       cache_node(&s->m, *row, node);
}

static void
press_list(
    struct cache_screen *s, struct app *app, const struct pointer *pointer)
{
	struct node node;
	size_t row;

	if (table_bar_at(&s->m.table, pointer->x, pointer->y)) {
		s->scrolling = true;
		table_drag(&s->m.table, pointer->y);
		return;
	}
	if (!row_at(s, pointer->y, &row, &node))
		return;
	rows_go(&s->m.table.rows, row);
	s->known.top = 0;
	if (pointer->x >= TICK_FROM && pointer->x <= TICK_TO) {
		if (cache_refuse(&s->base, ACT_MARK)) {
			app_act(app, ACT_MARK);
			return;
		}
		tally_step(s->m.tally);
		s->dragging = true;
		s->dragged = row;
		s->drag_on = cache_marked(&s->m, &node) != TALLY_ALL;
		cache_mark(&s->m, &node, s->drag_on);
	} else if (pointer->kind == POINTER_TWICE ||
		   (pointer->x == FOLD_X && node.child < 0)) {
		cache_open_row(s, app);
	}
}

/* Ticks every row that the mouse passed. */
static void
drag(struct cache_screen *s, const struct pointer *pointer)
{
	struct node node;
	size_t row;

	if (s->scrolling)
		table_drag(&s->m.table, pointer->y);
	if (!s->dragging || !row_at(s, pointer->y, &row, &node))
		return;
	while (s->dragged != row) {
		s->dragged += s->dragged < row ? 1 : -(size_t)1;
		if (cache_node(&s->m, s->dragged, &node))
			cache_mark(&s->m, &node, s->drag_on);
	}
	rows_go(&s->m.table.rows, row);
}

static void
press(struct cache_screen *s, struct app *app, const struct pointer *pointer)
{
	enum cache_sort sort;
	size_t row;

	if (!pointer->y) {
		sort = cache_sort_at(&s->m, pointer->x);
		if (sort < CACHE_SORTS)
			cache_sort_by(s, app, sort);
	} else if (is_in(s, &s->layout.strip, pointer->y)) {
		row = cache_row_at(&s->m, &s->layout, pointer->x);
		if (row != SIZE_MAX)
			rows_go(&s->m.table.rows, row);
	} else {
		press_list(s, app, pointer);
	}
}

void
cache_pointed(
    struct screen *screen, struct app *app, const struct pointer *pointer)
{
	struct cache_screen *s = cache_own(screen);
	struct node node;
	size_t row;

	s->m.touched = true;
	switch (pointer->kind) {
	case POINTER_CLICK:
	case POINTER_TWICE:
		s->dragging = s->scrolling = false;
		press(s, app, pointer);
		break;
	case POINTER_OTHER:
		if (!row_at(s, pointer->y, &row, &node))
			break;
		rows_go(&s->m.table.rows, row);
		palette_offer(app);
		break;
	case POINTER_DRAG:
		drag(s, pointer);
		break;
	case POINTER_DROP:
		s->dragging = s->scrolling = false;
		break;
	case POINTER_WHEEL:
		if (is_in(s, &s->layout.info, pointer->y))
			cache_scroll_info(s, pointer->by);
		else
			rows_scroll(&s->m.table.rows, pointer->by);
		break;
	}
}
