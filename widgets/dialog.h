/*
 * dialog.h: a box over the screen with lines and answers.
 *
 * It drops keys that were typed before it was painted, and takes no answer for
 * a moment after that, so that nothing is answered by keys meant for what was
 * there before. Only its own keys count: arrows and Tab move, Enter takes the
 * marked answer, y and n are Yes and No, Esc closes.
 */
#ifndef WIDGETS_DIALOG_H
#define WIDGETS_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/str.h"
#include "widgets/key.h"
#include "widgets/rows.h"
#include "widgets/surface.h"

/* For so long after it was painted no answer counts. */
#define DIALOG_GUARD_MS 200

struct dialog_line {
	char *text;
	char *right; /* at the right end; NULL: nothing */
	enum role role;
};

struct dialog_button {
	const char *label; /* with its letter, as "Yes (y)" */
	uint32_t letter;   /* 0: none */
	int answer;
	int x, columns; /* where it was drawn, for the mouse */
};

struct dialog {
	char *title;
	ARR(struct dialog_line) lines;
	size_t foot; /* the first line that never scrolls; 0: none */
	ARR(struct dialog_button) buttons;
	size_t focus; /* button */
	struct rows rows;
	uint64_t painted_ms; /* 0: not yet */
	int columns;         /* wanted; 0: as its lines need */
	struct area inside;  /* as it was drawn */
};

/* No answer was given; what Esc gives. */
#define DIALOG_OPEN (-1)
#define DIALOG_CLOSED (-2)

/* Begins one; text is copied. */
void dialog_open(struct dialog *dialog, const char *title);
void dialog_fini(struct dialog *dialog);
bool dialog_is_open(const struct dialog *dialog);

/* Adds a line, `right` (may be NULL) at its end. */
void dialog_line(
    struct dialog *dialog, enum role role, const char *text, const char *right);

/* Lines from here on are the foot: they do not scroll away, whatever is above
 * them. */
void dialog_foot(struct dialog *dialog);

/* Adds an answer; the first one has the focus. `label` is borrowed. */
void dialog_button(
    struct dialog *dialog, const char *label, uint32_t letter, int answer);

/* Takes a key: the answer, DIALOG_CLOSED, or DIALOG_OPEN if it stays. */
int dialog_key(struct dialog *dialog, const struct key *key, uint64_t now_ms);

/* The same for the mouse: a click on an answer gives it, the wheel scrolls. */
int dialog_mouse(struct dialog *dialog, const struct key *key, uint64_t now_ms);

/* Draws it in the middle of the area. */
void dialog_draw(
    struct dialog *dialog, const struct area *area, uint64_t now_ms);

#endif
