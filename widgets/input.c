#include "widgets/input.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

/* Longer than any filter or path that is typed. */
#define INPUT_MAX 4096

void
input_fini(struct input *input)
{
	str_fini(&input->text);
}

void
input_set(struct input *input, const char *text)
{
	str_set(&input->text, text);
	input->at = input->text.n;
}

static void
insert(struct input *input, const char *bytes, size_t n)
{
	char *rest = mem_strdup(input->text.v + input->at);

	if (input->text.n + n <= INPUT_MAX) {
		str_cut(&input->text, input->at);
		str_add(&input->text, bytes, n);
		input->at += n;
		str_addz(&input->text, rest);
	}
	free(rest);
}

static void
insert_pasted(struct input *input, const char *text, size_t n)
{
	while (n) {
		uint32_t point = 0;
		size_t len = utf8_decode(text, n, &point);

		if (len && (point == '\n' || point == '\t'))
			insert(input, " ", 1);
		else if (len && point >= 0x20 && (point < 0x7f || point > 0x9f))
			insert(input, text, len);
		len = len ? len : 1;
		text += len;
		n -= len;
	}
}

/* Takes away what stands from `from` to the cursor. */
static void
erase(struct input *input, size_t from)
{
	char *rest = mem_strdup(input->text.v + input->at);

	str_cut(&input->text, from);
	str_addz(&input->text, rest);
	input->at = from;
	free(rest);
}

static size_t
after(const struct input *input)
{
	const char *text = input->text.v;
	size_t at = input->at;

	at += text[at] != '\0';
	while (((unsigned char)text[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static size_t
word_before(const struct input *input)
{
	size_t at = input->at;

	while (at && input->text.v[at - 1] == ' ')
		at--;
	while (at && input->text.v[at - 1] != ' ')
		at--;
	return at;
}

static enum input_result
move(struct input *input, size_t to)
{
	input->at = to;
	return INPUT_MOVED;
}

static enum input_result
drop(struct input *input, size_t from)
{
	if (from == input->at)
		return INPUT_MOVED;
	erase(input, from);
	return INPUT_CHANGED;
}

static enum input_result
on_ctrl(struct input *input, uint32_t letter)
{
	size_t next;

	switch (letter) {
	case 'a':
		return move(input, 0);
	case 'e':
		return move(input, input->text.n);
	case 'b':
		return move(input, utf8_before(input->text.v, input->at));
	case 'f':
		return move(input, after(input));
	case 'u':
		return drop(input, 0);
	case 'w':
		return drop(input, word_before(input));
	case 'k':
		str_cut(&input->text, input->at);
		return INPUT_CHANGED;
	case 'd':
		next = after(input);
		if (next == input->at)
			return INPUT_MOVED;
		{
			size_t from = input->at;

			input->at = next;
			erase(input, from);
		}
		return INPUT_CHANGED;
	case 'c':
		return INPUT_CLOSED;
	default:
		return INPUT_IGNORED;
	}
}

enum input_result
input_key(struct input *input, const struct key *key)
{
	char bytes[4];

	switch (key->kind) {
	case KEY_CHAR:
		if (key->mods & KEY_CTRL)
			return on_ctrl(input, key->point);
		if (key->mods & KEY_ALT)
			return INPUT_IGNORED;
		insert(input, bytes, utf8_encode(key->point, bytes));
		return INPUT_CHANGED;
	case KEY_PASTE:
		insert_pasted(input, key->text, key->n);
		return INPUT_CHANGED;
	case KEY_ENTER:
		return INPUT_DONE;
	case KEY_ESC:
		return INPUT_CLOSED;
	case KEY_BACKSPACE:
		return drop(input, utf8_before(input->text.v, input->at));
	case KEY_DELETE:
		return on_ctrl(input, 'd');
	case KEY_LEFT:
		return on_ctrl(input, 'b');
	case KEY_RIGHT:
		return on_ctrl(input, 'f');
	case KEY_HOME:
		return on_ctrl(input, 'a');
	case KEY_END:
		return on_ctrl(input, 'e');
	default:
		return INPUT_IGNORED;
	}
}

void
input_draw(const struct input *input, const struct area *area, int x, int y,
    int columns)
{
	char *before = mem_strndup(input->text.v, input->at);
	const char *from = before;
	int cursor;

	/* What lies too far in front of the cursor is not seen. */
	while (text_columns(from) >= columns && *from) {
		from++;
		while (((unsigned char)*from & 0xc0) == 0x80)
			from++;
	}
	cursor = text_columns(from);
	area_fill(area, x, y, columns, ROLE_TEXT);
	area_text(
	    area, x, y, columns, ROLE_TEXT, input->text.v + (from - before));
	area_cursor(area, x + cursor, y, true);
	free(before);
}
