#include "widgets/menu.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"

/* Where a thing begins, or its box of ticks. */
#define TICK_X 3
#define TICK_COLUMNS 3

void
menu_fini(struct menu *menu)
{
	arr_each (item, &menu->items) {
		free(item->label);
		free(item->right);
	}
	arr_free(&menu->items);
	arr_free(&menu->shown);
	if (menu->title)
		input_fini(&menu->input);
	free(menu->title);
	*menu = (struct menu){ .title = NULL };
}

void
menu_open(struct menu *menu, const char *title, bool typed)
{
	menu_fini(menu);
	menu->title = mem_strdup(title);
	menu->typed = typed;
	menu->input = (struct input){ .text = STR_INIT };
}

bool
menu_is_open(const struct menu *menu)
{
	return menu->title != NULL;
}

/* Whether all words occur in what the item says. */
static bool
matches(const struct menu *menu, const struct menu_item *item)
{
	struct span rest = span_of(menu->input.text.v), word;
	bool all = true;

	while (all && span_next(&rest, ' ', &word)) {
		char *text;

		if (!word.n)
			continue;
		text = mem_strndup(word.p, word.n);
		all = strcasestr(item->label, text) ||
		      (item->right && strcasestr(item->right, text));
		free(text);
	}
	return all;
}

static bool
can_stand(const struct menu *menu, size_t at)
{
	return menu->items.v[menu->shown.v[at]].answer != MENU_HEADING;
}

/* Moves on from a heading. */
static void
settle(struct menu *menu, int step)
{
	size_t n = menu->shown.n;
	size_t tries = n;

	menu->rows.count = n;
	rows_settle(&menu->rows);
	while (tries-- && n && !can_stand(menu, menu->rows.cursor)) {
		size_t at = menu->rows.cursor;

		if (step < 0 && !at)
			step = 1;
		if (step > 0 && at + 1 == n)
			step = -1;
		rows_go(&menu->rows, step < 0 ? at - 1 : at + 1);
	}
}

static void
narrow(struct menu *menu)
{
	menu->reading = false;
	menu->shown.n = 0;
	for (size_t i = 0; i < menu->items.n; i++) {
		bool heading = menu->items.v[i].answer == MENU_HEADING;

		if (heading ? !menu->input.text.n
			    : matches(menu, &menu->items.v[i]))
			arr_push(&menu->shown, i);
	}
	menu->rows.cursor = menu->rows.top = 0;
	settle(menu, 1);
}

void
menu_add(struct menu *menu, uint32_t letter, const char *label,
    const char *right, int answer)
{
	struct menu_item item = { .label = mem_strdup(label),
		.right = right ? mem_strdup(right) : NULL,
		.letter = letter,
		.answer = answer };

	arr_push(&menu->shown, menu->items.n);
	arr_push(&menu->items, item);
	settle(menu, 1);
}

void
menu_with_ticks(struct menu *menu)
{
	menu->ticks = true;
}

void
menu_to_read(struct menu *menu)
{
	menu->reading = true;
}

void
menu_grey(struct menu *menu)
{
	menu->items.v[menu->items.n - 1].grey = true;
}

void
menu_set_right(struct menu *menu, size_t n, const char *right)
{
	struct menu_item *item = &menu->items.v[n];

	free(item->right);
	item->right = mem_strdup(right);
}

int
menu_at(const struct menu *menu)
{
	const struct menu_item *item;

	if (!menu->shown.n)
		return MENU_HEADING;
	item = &menu->items.v[menu->shown.v[menu->rows.cursor]];
	return item->grey ? MENU_HEADING : item->answer;
}

static void
tick(struct menu *menu)
{
	struct menu_item *item;

	if (menu_at(menu) == MENU_HEADING)
		return;
	item = &menu->items.v[menu->shown.v[menu->rows.cursor]];
	item->ticked = !item->ticked;
}

/* Space also goes on to the next. */
static bool
tick_by_key(struct menu *menu, const struct key *key)
{
	if (!menu->ticks || key->kind != KEY_CHAR || key->point != ' ')
		return false;
	tick(menu);
	rows_move(&menu->rows, 1);
	settle(menu, 1);
	return true;
}

static int
by_letter(const struct menu *menu, const struct key *key)
{
	arr_each (item, &menu->items) {
		if (item->letter && item->letter == key->point && !item->grey)
			return item->answer;
	}
	return MENU_OPEN;
}

static bool
move(struct menu *menu, const struct key *key)
{
	bool letters = !menu->typed && key->kind == KEY_CHAR && !key->mods;
	long by = 0;

	if (key->kind == KEY_DOWN || (letters && key->point == 'j') ||
	    (key->kind == KEY_TAB && !key->mods))
		by = 1;
	else if (key->kind == KEY_UP || (letters && key->point == 'k') ||
		 key->kind == KEY_TAB)
		by = -1;
	else if (key->kind == KEY_PAGE_DOWN)
		by = menu->rows.seen;
	else if (key->kind == KEY_PAGE_UP)
		by = -menu->rows.seen;
	if (!by)
		return false;
	/* The first step only shows the cursor. */
	if (menu->reading && (by == 1 || by == -1))
		by = 0;
	menu->reading = false;
	rows_move(&menu->rows, by);
	settle(menu, by < 0 ? -1 : 1);
	return true;
}

int
menu_key(struct menu *menu, const struct key *key)
{
	enum input_result typed;
	int answer = MENU_OPEN;

	if (key->kind == KEY_ESC ||
	    (key->kind == KEY_CHAR && key->mods & KEY_CTRL &&
		key->point == 'c'))
		return MENU_CLOSED;
	if (tick_by_key(menu, key))
		return MENU_OPEN;
	if (!menu->typed && key->kind == KEY_CHAR)
		answer = by_letter(menu, key);
	if (answer != MENU_OPEN || move(menu, key))
		return answer;
	if (key->kind == KEY_ENTER && menu->reading)
		return MENU_CLOSED;
	if (key->kind == KEY_ENTER) {
		answer = menu_at(menu);
		return answer == MENU_HEADING ? MENU_OPEN : answer;
	}
	if (!menu->typed)
		return key->kind == KEY_CHAR && key->point == 'q' ? MENU_CLOSED
		                                                  : MENU_OPEN;
	typed = input_key(&menu->input, key);
	if (typed == INPUT_CHANGED)
		narrow(menu);
	return MENU_OPEN;
}

int
menu_mouse(struct menu *menu, const struct key *key)
{
	int x = key->x - menu->list.x, y = key->y - menu->list.y;
	size_t at = menu->rows.top + (size_t)y;
	int answer;

	if (key->mouse == MOUSE_WHEEL_UP || key->mouse == MOUSE_WHEEL_DOWN) {
		rows_scroll(&menu->rows, key->mouse == MOUSE_WHEEL_UP ? -3 : 3);
		settle(menu, key->mouse == MOUSE_WHEEL_UP ? -1 : 1);
	}
	if (key->mouse != MOUSE_PRESS || key->button != 1)
		return MENU_OPEN;
	if (x < -1 || x > menu->list.columns || y < -3 || y > menu->list.rows)
		return MENU_CLOSED;
	if (y < 0 || y >= menu->list.rows || at >= menu->shown.n ||
	    !can_stand(menu, at))
		return MENU_OPEN;
	rows_go(&menu->rows, at);
	if (menu->ticks && x >= TICK_X && x < TICK_X + TICK_COLUMNS) {
		tick(menu);
		return MENU_OPEN;
	}
	answer = menu_at(menu);
	return answer == MENU_HEADING ? MENU_OPEN : answer;
}

static int
columns_needed(const struct menu *menu)
{
	int most = text_columns(menu->title) + 6;

	arr_each (item, &menu->items) {
		int n = text_columns(item->label) + 8 +
		        (menu->ticks ? TICK_COLUMNS + 1 : 0);

		if (item->right)
			n += text_columns(item->right) + 2;
		most = n > most ? n : most;
	}
	return menu->typed && most < 60 ? 60 : most;
}

static void
draw_item(const struct area *row, const struct menu_item *item, bool ticks,
    bool cursor)
{
	enum role role = item->grey ? ROLE_DIM : ROLE_TEXT;
	int right = item->right ? text_columns(item->right) + 2 : 0;
	int x = TICK_X + (ticks ? TICK_COLUMNS + 1 : 0);

	/* A short label leaves the rest to what is said of it. */
	if (right > row->columns - 2 - text_columns(item->label) - x &&
	    right > row->columns / 2)
		right = row->columns - 2 - text_columns(item->label) - x;
	if (right < row->columns / 2 && item->right &&
	    text_columns(item->right) + 2 > right)
		right = row->columns / 2;
	if (item->answer == MENU_HEADING) {
		area_text(row, 1, 0, row->columns - 1, ROLE_TITLE, item->label);
		return;
	}
	if (ticks)
		area_text(row, TICK_X, 0, TICK_COLUMNS,
		    item->ticked ? ROLE_MARK : ROLE_DIM,
		    item->ticked ? "[x]" : "[ ]");
	if (item->letter) {
		char letter[2] = { (char)item->letter, '\0' };

		area_text(row, x, 0, 1, ROLE_KEY, letter);
		x += 3;
	}
	area_name(row, x, 0, row->columns - x - right - 2, role, item->label);
	if (item->right && text_columns(item->right) > right)
		area_name(
		    row, row->columns - right - 1, 0, right, role, item->right);
	else if (item->right)
		area_right(
		    row, row->columns - right - 1, 0, right, role, item->right);
	if (cursor) {
		area_tint(row, 0, ROLE_CURSOR);
		area_text(row, 1, 0, 1, ROLE_CURSOR, ">");
		area_cursor(row, 1, 0, false);
	}
}

void
menu_draw(struct menu *menu, const struct area *area)
{
	int columns = columns_needed(menu) + 2;
	int rows = (int)menu->items.n + 2 + (menu->typed ? 2 : 0);
	struct area box, inside;
	int top = menu->typed ? 2 : 0;

	columns = columns < area->columns - 4 ? columns : area->columns - 4;
	rows = rows < area->rows ? rows : area->rows;
	box = area_part(area, (area->columns - columns) / 2,
	    (area->rows - rows) / 2, columns, rows);
	if (area->surface->linear)
		area_clear(area);
	inside = area_box(&box, menu->title);
	menu->list =
	    area_part(&inside, 0, top, inside.columns, inside.rows - top);
	menu->rows.seen = inside.rows - top;
	settle(menu, 1);
	for (int y = 0; y < menu->rows.seen; y++) {
		size_t at = menu->rows.top + (size_t)y;
		struct area row =
		    area_part(&menu->list, 0, y, inside.columns, 1);

		if (at >= menu->shown.n)
			break;
		draw_item(&row, &menu->items.v[menu->shown.v[at]], menu->ticks,
		    at == menu->rows.cursor && !menu->reading);
	}
	if (!menu->shown.n)
		area_text(&menu->list, 3, 0, inside.columns - 4, ROLE_DIM,
		    "nothing matches");
	if (menu->typed) {
		area_text(&inside, 1, 0, 1, ROLE_KEY, ":");
		input_draw(&menu->input, &inside, 3, 0, inside.columns - 4);
	}
}
