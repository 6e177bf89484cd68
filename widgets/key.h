/*
 * key.h: bytes from a terminal as keys, and the names of keys.
 *
 * The decoder knows UTF-8, the key strings of the terminal's description, the
 * common xterm forms with modifiers, SGR mouse reports, focus reports, bracketed
 * paste, and replies to queries. What it does not know is swallowed whole and
 * counted, never taken for letters.
 */
#ifndef WIDGETS_KEY_H
#define WIDGETS_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/str.h"

enum key_kind {
	KEY_CHAR, /* `point`, never a control character */
	KEY_ENTER,
	KEY_TAB,
	KEY_ESC,
	KEY_BACKSPACE,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_INSERT,
	KEY_DELETE,
	KEY_F, /* `point` is its number, 1 to 12 */
	KEY_MOUSE,
	KEY_PASTE, /* `text` */
	KEY_FOCUS_IN,
	KEY_FOCUS_OUT,
	KEY_REPLY, /* `text` is the terminal's answer, ESC included */
};

enum key_mods {
	KEY_SHIFT =
	    1, /* never with KEY_CHAR: the character says it, save Space */
	KEY_ALT = 2,
	KEY_CTRL = 4, /* with KEY_CHAR: Space, a lower-case letter, a sign */
};

enum mouse_kind {
	MOUSE_PRESS,
	MOUSE_RELEASE,
	MOUSE_MOVE, /* with a button held */
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
};

struct key {
	enum key_kind kind;
	unsigned mods;
	uint32_t point;
	enum mouse_kind mouse;
	int button;       /* 1 left, 2 middle, 3 right; 0: wheel, not told */
	int x, y;         /* of the mouse, from 0 */
	const char *text; /* good during the call; not terminated */
	size_t n;
};

/* A key string of the terminal's description. */
struct key_string {
	const char *bytes;
	struct key key;
};

/* The name of the n-th capability of terminfo that holds a key's string, and
 * the key; NULL if there are no more. */
const char *key_capability(size_t n, struct key *key);

struct decoder;

/*
 * The strings are copied; `n` may be 0. The longest that matches wins, and wins
 * over the forms that are built in; empty ones and those above 32 bytes are left
 * out.
 */
MUST_USE struct decoder *decoder_new(
    const struct key_string *strings, size_t n);
void decoder_free(struct decoder *decoder);

/*
 * Takes bytes in whatever pieces they come; `take` gets each key that is whole.
 * Two Esc before a key's sequence are Alt with it, as rxvt has it. The text of a
 * paste is as it came. One that does not end is cut off and given at 1 MiB; what
 * follows up to its end is swallowed. A sequence above 256 bytes is dropped.
 */
void decoder_feed(struct decoder *decoder, const char *bytes, size_t n,
    void (*take)(void *context, const struct key *key), void *context);

/*
 * Whether bytes wait for more. If none come within the time that a lone Esc
 * is given, decoder_flush says what they are by themselves: a lone Esc is the
 * key, Esc and no more than the character that begins a sequence ("[", "O") is
 * that with Alt, an unfinished sequence is dropped. A paste and the rest of a
 * character are waited for without end; they do not count here.
 */
bool decoder_waits(const struct decoder *decoder);
void decoder_flush(struct decoder *decoder,
    void (*take)(void *context, const struct key *key), void *context);

/* Whether a paste has begun and not ended; and its end, where that does not come: the
 * text so far is given. */
bool decoder_pastes(const struct decoder *decoder);
void decoder_end_paste(struct decoder *decoder,
    void (*take)(void *context, const struct key *key), void *context);

/* Sequences and wrong characters that were swallowed so far. */
unsigned decoder_unknown(const struct decoder *decoder);

/*
 * Appends the name of a key: "j", "Space", "Enter", "Ctrl-R", "S-Tab", "Alt-x",
 * "F5", "PageDown", "Up", in this order of modifiers: "Ctrl-Alt-S-Up". Nothing
 * for mouse, paste, focus and replies.
 */
void key_text(struct str *out, const struct key *key);

/* The key that has the name, just as key_text writes it; false if none has. */
bool key_parse(const char *name, struct key *key);

/* Whether both are the same key with the same modifiers. */
bool key_is(const struct key *a, const struct key *b);

#endif
