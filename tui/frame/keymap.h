/*
 * keymap.h: which keys run which action: those of the table (actions.h), or
 * those that a user wants instead.
 */
#ifndef TUI_FRAME_KEYMAP_H
#define TUI_FRAME_KEYMAP_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "tui/frame/actions.h"
#include "widgets/key.h"

/* {0} has the keys of the table. */
struct keymap {
	char *own[ACTIONS]; /* NULL: those of the table */
};

/* Makes it one that has the keys of the table. */
void keymap_fini(struct keymap *map);

/* The names of an action's keys, parted by blanks; "": none. */
const char *keymap_keys(const struct keymap *map, enum action_id action);

/* What a key does on a screen; ACT_NONE: nothing. */
enum action_id keymap_action(
    const struct keymap *map, const struct key *key, enum screen_id screen);

/* Gives the action called `name` other keys. False if there is no such action
 * or no such key. */
MUST_USE bool keymap_set(
    struct keymap *map, const char *name, const char *keys, struct error *err);

/*
 * Gives actions their own keys back until no key has two meanings on a screen;
 * `warn` (may be NULL) gets both names. Once all were set, so that two may
 * change places.
 */
void keymap_settle(struct keymap *map,
    void (*warn)(void *context, const char *text), void *context);

#endif
