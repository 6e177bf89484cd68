/* input.h: a line of text that is typed. */
#ifndef WIDGETS_INPUT_H
#define WIDGETS_INPUT_H

#include <stddef.h>

#include "core/base/str.h"
#include "widgets/key.h"
#include "widgets/surface.h"

enum input_result {
	INPUT_IGNORED,
	INPUT_MOVED,
	INPUT_CHANGED,
	INPUT_DONE,   /* Enter */
	INPUT_CLOSED, /* Esc, Ctrl-C */
};

/* {STR_INIT} is an empty one. */
struct input {
	struct str text;
	size_t at; /* where the next character goes, in bytes */
};

/* Frees the text; the input is an empty one then. */
void input_fini(struct input *input);

/* Replaces the text; the cursor goes behind it. */
void input_set(struct input *input, const char *text);

/*
 * Takes a key. Pasted text is inserted with line ends as blanks and without
 * control characters. Keys that lists know (Up, Down, Tab, pages) are ignored.
 */
enum input_result input_key(struct input *input, const struct key *key);

/* Draws it from column `x` on, the part around the cursor if it is longer, and
 * puts the real cursor there. */
void input_draw(const struct input *input, const struct area *area, int x,
    int y, int columns);

#endif
