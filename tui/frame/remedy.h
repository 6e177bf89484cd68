/* remedy.h: what can be done about a failure, in the words of the screen. */
#ifndef TUI_FRAME_REMEDY_H
#define TUI_FRAME_REMEDY_H

#include "tui/frame/keymap.h"

struct error;
struct str;

/* Appends what to do where this is read: a key of `map`, something to choose
 * here, else general advice; nothing if there is none. `again` is the screen's action for trying
 * again; ACT_NONE: the usual one. */
void remedy_on_screen(struct str *out, const struct error *err,
    const struct keymap *map, enum action_id again);

#endif
