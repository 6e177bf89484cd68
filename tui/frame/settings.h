/*
 * settings.h: what a user prefers, in $XDG_CONFIG_HOME/hug/hug.conf (or
 * ~/.config/hug/hug.conf): a line "name = value" each, "#" begins a comment.
 * "key.<action> = <keys>" gives an action other keys. Lines that are not
 * understood are kept as they are.
 */
#ifndef TUI_FRAME_SETTINGS_H
#define TUI_FRAME_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "tui/frame/keymap.h"

enum setting {
	SETTING_THEME,  /* "auto" or a theme's name */
	SETTING_UNDO,   /* "0" to "600", seconds */
	SETTING_MOUSE,  /* "on", "off" */
	SETTING_LOOK,   /* "auto", "plain" */
	SETTING_LINEAR, /* "on", "off" */
	SETTING_NOTIFY, /* "off", "bell", "desktop" */
	SETTINGS,
};

struct settings {
	char *path;         /* NULL: nothing is written */
	struct keymap keys; /* from lines "key.<action> = <keys>" */
	ARR(char *) complaints;
	size_t values[SETTINGS]; /* which of the values there are */
};

/* Reads them; what is missing or wrong has its default, and what is wrong is
 * among the complaints. */
void settings_load(struct settings *settings);
void settings_fini(struct settings *settings);

/* Its name in the file, a line of help, and the word that is its value now; they
 * live as long as the program. */
const char *setting_name(enum setting setting);
const char *setting_help(enum setting setting);
const char *setting_value(
    const struct settings *settings, enum setting setting);

/* Takes a value; false if it is none of the setting's. */
MUST_USE bool setting_set(
    struct settings *settings, enum setting setting, const char *value);

/* The next value, after the last the first; written to the file. */
MUST_USE bool setting_turn(
    struct settings *settings, enum setting setting, struct error *err);

/* Sets it to one of its values, and writes that to the file as setting_turn does. */
MUST_USE bool setting_keep(struct settings *settings, enum setting setting,
    const char *value, struct error *err);

/* The value of one that is "on" or "off", and of one that is a number: 0 if its
 * value is a word. */
bool setting_is_on(const struct settings *settings, enum setting setting);
unsigned setting_number(const struct settings *settings, enum setting setting);

#endif
