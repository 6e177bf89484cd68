/*
 * menu.h: a box with things to choose from, by arrows, by their letters, or, in
 * one that is typed in, by words that narrow it.
 */
#ifndef WIDGETS_MENU_H
#define WIDGETS_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "widgets/input.h"
#include "widgets/key.h"
#include "widgets/rows.h"
#include "widgets/surface.h"

struct menu_item {
	char *label;
	char *right;     /* at the right end; NULL: nothing */
	uint32_t letter; /* 0: none */
	int answer;      /* MENU_HEADING: cannot be chosen */
	bool grey;       /* cannot be chosen now; `right` says why */
	bool ticked;     /* of a menu with ticks */
};

/* {0} is a closed one. */
struct menu {
	char *title;
	bool typed;
	bool ticks;   /* several can be chosen (menu_with_ticks) */
	bool reading; /* nothing has the cursor yet (menu_to_read) */
	ARR(struct menu_item) items;
	ARR(size_t) shown; /* those that the words leave */
	struct rows rows;
	struct input input;
	struct area list; /* as it was drawn */
};

#define MENU_OPEN (-1)   /* nothing was chosen yet */
#define MENU_CLOSED (-2) /* Esc */
#define MENU_HEADING (-3)

/* Opens an empty menu in place of one that is open; `title` is copied. `typed`: what
 * is typed narrows it, so that letters choose nothing. menu_fini closes it. */
void menu_open(struct menu *menu, const char *title, bool typed);
void menu_fini(struct menu *menu);
bool menu_is_open(const struct menu *menu);

/* Adds a thing; text is copied. The first that can be chosen has the cursor. */
void menu_add(struct menu *menu, uint32_t letter, const char *label,
    const char *right, int answer);

/* Lets several be chosen: Space, or a click on its box, ticks a thing. What is chosen
 * then is what is ticked, and without a tick what the answer says. */
void menu_with_ticks(struct menu *menu);

/* It is there to be read: nothing has the cursor, and Enter closes it, until words are
 * typed or the cursor is moved. */
void menu_to_read(struct menu *menu);

/* Makes the last one grey. */
void menu_grey(struct menu *menu);

/* Takes a key: an answer, MENU_CLOSED, or MENU_OPEN. */
int menu_key(struct menu *menu, const struct key *key);

/* The same for the mouse: a click on a thing chooses it, one beside the box
 * closes it, the wheel scrolls. */
int menu_mouse(struct menu *menu, const struct key *key);

/* Changes what is said at the right end of the n-th thing that was added. */
void menu_set_right(struct menu *menu, size_t n, const char *right);

/* The answer under the cursor; MENU_HEADING if there is none. */
int menu_at(const struct menu *menu);

/* Draws it in the middle of the area, as large as it needs to be and can. */
void menu_draw(struct menu *menu, const struct area *area);

#endif
