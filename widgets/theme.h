/*
 * theme.h: how roles look at each depth of colour.
 *
 * The terminal's own background is always kept, and nothing is said by colour
 * alone. With 8 or 16 colours only red, green, cyan and magenta are used: the
 * others are unreadable on some common scheme.
 */
#ifndef WIDGETS_THEME_H
#define WIDGETS_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "widgets/surface.h"

enum depth {
	DEPTH_NONE,
	DEPTH_16,  /* 8 colours and up */
	DEPTH_256, /* 256 and up */
};

enum style_attr {
	STYLE_BOLD = 1,
	STYLE_DIM = 2,
	STYLE_UNDERLINE = 4,
	STYLE_REVERSE = 8,
};

struct style {
	int16_t color; /* foreground by its number, -1: the terminal's own */
	uint8_t attrs;
};

enum theme_name {
	THEME_NEUTRAL, /* the 16-colour rules at every depth */
	THEME_DARK,
	THEME_LIGHT,
	THEME_CONTRAST,
	THEME_NONE, /* attributes only */
	THEMES,
};

/* How a role looks. */
struct style theme_style(
    enum theme_name theme, enum depth depth, enum role role);

/* "neutral", "dark", ...; false if there is no such theme. */
bool theme_parse(const char *text, enum theme_name *theme);
const char *theme_text(enum theme_name theme);

#endif
