#include "widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void
dialog_open(struct dialog *dialog, const char *title)
{
	dialog_fini(dialog);
	dialog->title = mem_strdup(title);
}

void
dialog_fini(struct dialog *dialog)
{
	arr_each (line, &dialog->lines) {
		free(line->text);
		free(line->right);
	}
	arr_free(&dialog->lines);
	arr_free(&dialog->buttons);
	free(dialog->title);
	*dialog = (struct dialog){ .title = NULL };
}

bool
dialog_is_open(const struct dialog *dialog)
{
	return dialog->title != NULL;
}

void
dialog_line(
    struct dialog *dialog, enum role role, const char *text, const char *right)
{
	struct dialog_line line = { .text = mem_strdup(text),
		.right = right ? mem_strdup(right) : NULL,
		.role = role };

	arr_push(&dialog->lines, line);
	if (!dialog->foot)
		dialog->rows.count++;
}

void
dialog_foot(struct dialog *dialog)
{
	dialog->foot = dialog->lines.n;
}

void
dialog_button(
    struct dialog *dialog, const char *label, uint32_t letter, int answer)
{
	arr_push(&dialog->buttons,
	    (struct dialog_button){ label, letter, answer, 0, 0 });
}

/* Text that is longer than the box is scrolled. */
static bool
scroll(struct dialog *dialog, const struct key *key)
{
	switch (key->kind) {
	case KEY_UP:
		rows_scroll(&dialog->rows, -1);
		return true;
	case KEY_DOWN:
		rows_scroll(&dialog->rows, 1);
		return true;
	case KEY_PAGE_UP:
		rows_scroll(&dialog->rows, -dialog->rows.seen);
		return true;
	case KEY_PAGE_DOWN:
		rows_scroll(&dialog->rows, dialog->rows.seen);
		return true;
	default:
		return false;
	}
}

static void
move(struct dialog *dialog, bool back)
{
	size_t n = dialog->buttons.n;

	if (n)
		dialog->focus = (dialog->focus + (back ? n - 1 : 1)) % n;
}

/* Whether it was not seen for long enough to be answered. */
static bool
is_guarded(const struct dialog *dialog, uint64_t now_ms)
{
	return !dialog->painted_ms ||
	       now_ms - dialog->painted_ms < DIALOG_GUARD_MS;
}

int
dialog_key(struct dialog *dialog, const struct key *key, uint64_t now_ms)
{
	bool back = key->kind == KEY_LEFT ||
	            (key->kind == KEY_TAB && key->mods & KEY_SHIFT);

	if (is_guarded(dialog, now_ms) || scroll(dialog, key))
		return DIALOG_OPEN;
	if (back || key->kind == KEY_RIGHT || key->kind == KEY_TAB)
		move(dialog, back);
	else if (key->kind == KEY_ESC ||
		 (key->kind == KEY_CHAR && key->mods & KEY_CTRL &&
		     key->point == 'c'))
		return DIALOG_CLOSED;
	else if (key->kind == KEY_ENTER)
		return dialog->buttons.n
		           ? dialog->buttons.v[dialog->focus].answer
		           : DIALOG_CLOSED;
	else if (key->kind == KEY_CHAR && !key->mods)
		arr_each (button, &dialog->buttons) {
			if (button->letter && button->letter == key->point)
				return button->answer;
		}
	return DIALOG_OPEN;
}

int
dialog_mouse(struct dialog *dialog, const struct key *key, uint64_t now_ms)
{
	int x = key->x - dialog->inside.x, y = key->y - dialog->inside.y;

	if (key->mouse == MOUSE_WHEEL_UP || key->mouse == MOUSE_WHEEL_DOWN)
		rows_scroll(
		    &dialog->rows, key->mouse == MOUSE_WHEEL_UP ? -3 : 3);
	if (key->mouse != MOUSE_PRESS || key->button != 1 ||
	    is_guarded(dialog, now_ms) || y != dialog->inside.rows - 1)
		return DIALOG_OPEN;
	arr_each (button, &dialog->buttons) {
		if (x >= button->x && x < button->x + button->columns)
			return button->answer;
	}
	return DIALOG_OPEN;
}

/* Columns that the longest line needs. */
static int
columns_needed(const struct dialog *dialog)
{
	int most = text_columns(dialog->title) + 6, buttons = 4;

	arr_each (line, &dialog->lines) {
		int n = text_columns(line->text) + 2;

		if (line->right)
			n += text_columns(line->right) + 2;
		most = n > most ? n : most;
	}
	arr_each (button, &dialog->buttons)
		buttons += text_columns(button->label) + 6;
	return buttons > most ? buttons : most;
}

/* Columns of the buttons from `from` on, up to and with `to`. */
static int
buttons_width(const struct dialog *dialog, size_t from, size_t to)
{
	int columns = 0;

	for (size_t i = from; i <= to; i++)
		columns += text_columns(dialog->buttons.v[i].label) + 5;
	return columns;
}

/* Where there is no room for all, those up to the one with the focus are seen. */
static void
draw_buttons(struct dialog *dialog, const struct area *inside)
{
	int x = 6, y = inside->rows - 1;
	size_t n = dialog->buttons.n, first = 0;

	if (n && buttons_width(dialog, 0, n - 1) + x > inside->columns)
		x = 1;
	while (first < dialog->focus &&
	       buttons_width(dialog, first, dialog->focus) + x + 2 >
		   inside->columns)
		first++;
	if (first)
		area_text(inside, 0, y, 1, ROLE_KEY, "<");
	for (size_t i = 0; i < n; i++) {
		struct dialog_button *button = &dialog->buttons.v[i];
		bool focus = i == dialog->focus;
		int from = x;

		button->x = x;
		button->columns = 0;
		if (i < first)
			continue;
		if (x + buttons_width(dialog, i, i) > inside->columns &&
		    !focus) {
			area_text(
			    inside, inside->columns - 1, y, 1, ROLE_KEY, ">");
			break;
		}
		x += area_print(inside, x, y, focus ? ROLE_CURSOR : ROLE_KEY,
		    focus ? "[ %s ]" : "  %s  ", button->label);
		button->columns = x - from;
		if (focus)
			area_cursor(inside, from + 2, y, false);
		x += 1;
	}
}

static void
draw_line(const struct area *inside, int y, const struct dialog_line *line)
{
	int right = line->right ? text_columns(line->right) + 2 : 0;

	area_name(
	    inside, 1, y, inside->columns - 2 - right, line->role, line->text);
	if (line->right)
		area_right(
		    inside, 0, y, inside->columns - 1, line->role, line->right);
}

/* What scrolls above what does not; the last row of it says how much more there
 * is below. */
static void
draw_lines(struct dialog *dialog, const struct area *inside, int rows)
{
	size_t end = dialog->foot ? dialog->foot : dialog->lines.n;
	/* What only keeps apart goes where there is no room. */
	bool dense = dialog->lines.n > (size_t)rows;
	size_t foot = 0;
	int y = 0;

	for (size_t i = end; i < dialog->lines.n; i++)
		foot += !dense || *dialog->lines.v[i].text;

	dialog->rows.seen = rows - (int)foot > 1 ? rows - (int)foot : 1;
	rows_settle(&dialog->rows);
	for (; y < dialog->rows.seen && y < rows; y++) {
		size_t at = dialog->rows.top + (size_t)y;

		if (at >= end)
			break;
		if (y == dialog->rows.seen - 1 && at + 1 < end)
			area_print(inside, 1, y, ROLE_DIM,
			    "  +%zu more: Down shows them", end - at);
		else
			draw_line(inside, y, &dialog->lines.v[at]);
	}
	for (size_t i = end; i < dialog->lines.n && y < rows; i++) {
		if (!dense || *dialog->lines.v[i].text)
			draw_line(inside, y++, &dialog->lines.v[i]);
	}
}

void
dialog_draw(struct dialog *dialog, const struct area *area, uint64_t now_ms)
{
	int columns =
	    (dialog->columns ? dialog->columns : columns_needed(dialog)) + 2;
	int rows = (int)dialog->lines.n + 2 + (dialog->buttons.n ? 2 : 0);
	struct area box, inside;

	columns = columns < area->columns - 4 ? columns : area->columns - 4;
	rows = rows < area->rows ? rows : area->rows;
	box = area_part(area, (area->columns - columns) / 2,
	    (area->rows - rows) / 2, columns, rows);
	/* What is beside it would be read aloud with it. */
	if (area->surface->linear)
		area_clear(area);
	inside = dialog->inside = area_box(&box, dialog->title);
	draw_lines(dialog, &inside, inside.rows - (dialog->buttons.n ? 2 : 0));
	draw_buttons(dialog, &inside);
	if (!dialog->painted_ms)
		dialog->painted_ms = now_ms ? now_ms : 1;
}
