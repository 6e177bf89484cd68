/*
 * actions.h: everything that a user can do, in one table: it feeds keys, hints,
 * help, the palette, the mouse and scripts.
 */
#ifndef TUI_FRAME_ACTIONS_H
#define TUI_FRAME_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/table.h"

enum action_id {
	ACT_NONE,
	/* Everywhere. */
	ACT_REPO,
	ACT_TRANSFERS,
	ACT_CACHE,
	ACT_LOG,
	ACT_SCREEN_BEFORE,
	ACT_SCREEN_AFTER,
	ACT_NEXT_PANE,
	ACT_PANE_BEFORE,
	ACT_OPEN,
	ACT_FOLD,
	ACT_BACK,
	ACT_UP_LEVEL,
	ACT_LEAVE,
	ACT_QUIT,
	ACT_INTERRUPT,
	ACT_FILTER,
	ACT_PALETTE,
	ACT_HELP,
	ACT_UNDO,
	ACT_REDO,
	ACT_COPY,
	ACT_PAGE,
	ACT_STOP,
	ACT_RETRY,
	ACT_RELOAD,
	ACT_REDRAW,
	ACT_SUSPEND,
	ACT_MOUSE,
	ACT_LAST_ERROR,
	ACT_SETTINGS,
	/* In lists. */
	ACT_DOWN,
	ACT_UP,
	ACT_FIRST,
	ACT_LAST,
	ACT_HALF_DOWN,
	ACT_HALF_UP,
	ACT_PAGE_DOWN,
	ACT_PAGE_UP,
	ACT_MARK,
	ACT_MARK_UP,
	ACT_RANGE,
	ACT_MARK_ALL,
	ACT_INVERT,
	ACT_RULES,
	ACT_SORT,
	ACT_SORT_BACK,
	ACT_KIND,
	ACT_INFO,
	ACT_INFO_DOWN,
	ACT_INFO_UP,
	ACT_EXPORT,
	/* What a screen is for. */
	ACT_DELETE,
	ACT_PLAN,
	ACT_VERIFY,
	ACT_FETCH,
	ACT_CHOOSE,
	ACT_TICKED,
	ACT_PREVIEW,
	ACT_INCLUDE,
	ACT_EXCLUDE,
	ACT_PRESETS,
	ACT_REVISIONS,
	ACT_OPEN_REPO,
	ACT_PAUSE,
	ACT_PAUSE_ALL,
	ACT_REMOVE,
	ACT_EARLIER,
	ACT_LATER,
	ACT_LIMIT,
	ACT_ADD,
	ACT_NEXT_MATCH,
	ACT_PREVIOUS_MATCH,
	ACT_FOLLOW,
	ACTIONS,
};

enum screen_id {
	SCREEN_CACHE = 1,
	SCREEN_LOG = 2,
	SCREEN_TRANSFERS = 4,
	SCREEN_REPO = 8,
};

/* Screens at most. */
#define SCREENS_MAX 8

#define SCREENS_ALL (SCREEN_REPO | SCREEN_TRANSFERS | SCREEN_CACHE | SCREEN_LOG)

enum action_group {
	GROUP_EVERYWHERE,
	GROUP_LISTS,
	GROUP_SCREEN,
	GROUPS,
};

struct action {
	enum action_id id;
	const char *name; /* of the command, for settings and scripts */
	const char
	    *keys; /* names, parted by blanks; keymap.h may have others */
	unsigned screens; /* of enum screen_id */
	enum action_group group;
	const char *label; /* a word or two for the hint line */
	const char *help;  /* a line for help and palette */
};

/* All but ACT_NONE; `n` gets how many. */
const struct action *actions_all(size_t *n);

/* Its row of the table; NULL for ACT_NONE. */
const struct action *action_of(enum action_id id);

/* What has the name; ACT_NONE if nothing has. */
enum action_id action_named(const char *name);

/* Whether an action moves the cursor of a list, and how. */
bool action_is_step(enum action_id id, enum rows_step *step);

#endif
