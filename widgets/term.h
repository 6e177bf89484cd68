/*
 * term.h: the terminal: its modes, its size, bytes in, cells out. The only file
 * behind it is the only one that knows curses.
 *
 * Every mode that is set has its undo, and all of them are undone on every way
 * out: term_close, term_suspend, and a crash.
 */
#ifndef WIDGETS_TERM_H
#define WIDGETS_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "widgets/key.h"
#include "widgets/surface.h"
#include "widgets/theme.h"

struct terminal;

struct term_options {
	bool color_never; /* whatever the terminal can */
	bool ascii;       /* the plain look, whatever the locale can */
	bool mouse;
};

/*
 * Whether a full-screen program can be shown on standard input and output: both
 * are a terminal that is known and can move its cursor. `why` (NULL: not asked
 * for) gets a few words if not: "TERM is dumb".
 */
bool term_usable(const char **why);

/*
 * Takes the terminal over: alternate screen, raw input, keypad strings, bracketed
 * paste, focus reports, mouse, cursor hidden. One at a time. Signals must be
 * handled already (sig_open_screen), or curses takes them.
 */
MUST_USE struct terminal *term_open(
    const struct term_options *options, struct error *err);

/* Gives it back as it was. NULL is fine. */
void term_close(struct terminal *term);

/* Gives it back for a while (Ctrl-Z, a child), and takes it again; what is
 * drawn next is drawn whole. */
void term_suspend(struct terminal *term);
void term_resume(struct terminal *term);

/* What it can. */
enum depth term_depth(const struct terminal *term);
bool term_unicode(const struct terminal *term);

/* Asks the system for the size, in cells, at least 1 each. */
void term_size(struct terminal *term, int *columns, int *rows);

/* The descriptor that keys come from, for the loop. */
int term_fd(const struct terminal *term);

/*
 * Reads what is there without waiting, at most `n` bytes; 0: nothing, -1: the
 * terminal is gone.
 */
long term_read(struct terminal *term, char *bytes, size_t n);

/* The key strings of the description, for a decoder. Borrowed. */
const struct key_string *term_keys(const struct terminal *term, size_t *n);

/* Whether the terminal is to report the mouse from now on; where it cannot, nothing
 * happens. */
void term_set_mouse(struct terminal *term, bool on);

/* Whether the terminal has taken the last frame: a slow one gets fewer. */
bool term_is_ready(struct terminal *term);

/*
 * Shows a surface: only cells that changed are sent, inside the marks of a
 * synchronised update if the terminal knows them (term_reply).
 */
void term_draw(struct terminal *term, const struct surface *surface,
    enum theme_name theme);

/* Sends what waits, as far as the terminal takes it; true if nothing is left.
 * While something is, term_out can be waited for, to be written to. */
bool term_flush(struct terminal *term);
int term_out(const struct terminal *term);

/* The next frame is drawn whole. */
void term_redraw(struct terminal *term);

/* Tells of an answer to a query (KEY_REPLY). */
void term_reply(struct terminal *term, const char *text, size_t n);

/* Rings the bell, or with a text (made safe here, and cut) asks the terminal to show a
 * notification of the desktop; those that cannot ignore it. */
void term_notify(struct terminal *term, const char *text);

/* Puts text into the clipboard, if the terminal lets programs do that. */
void term_copy(struct terminal *term, const char *text);

/* What its background is: 0 dark, 1 light, -1 not known (yet). */
int term_background(const struct terminal *term);

#endif
