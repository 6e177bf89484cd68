/*
 * screen.h: what every screen can do. A screen is a state, and functions that
 * change it on actions and events, or draw it.
 */
#ifndef TUI_FRAME_SCREEN_H
#define TUI_FRAME_SCREEN_H

#include <stdbool.h>

#include "core/base/str.h"
#include "tui/frame/actions.h"
#include "widgets/pane.h"
#include "widgets/surface.h"

struct app;
struct dialog;
struct engine_event;
struct menu;
struct queue_job;
struct progress;
struct screen;

enum pointer_kind {
	POINTER_CLICK, /* the left button */
	POINTER_TWICE, /* again on the same cell, soon */
	POINTER_OTHER, /* the right button */
	POINTER_DRAG,  /* moved with the left button held */
	POINTER_DROP,  /* which was let go */
	POINTER_WHEEL, /* `by` rows */
};

/* What the mouse does on a cell of the body. */
struct pointer {
	enum pointer_kind kind;
	int x, y;
	long by;
};

/* What quitting would lose. */
enum losses {
	LOSES_MARKS = 1 << 0,
	LOSES_UNDO = 1 << 1,      /* a deletion that could still be undone */
	LOSES_WORK = 1 << 2,      /* a deletion that runs */
	LOSES_TRANSFERS = 1 << 3, /* nothing, but they would stop */
};

/* Answers of the palette that are no actions: a screen's, and themes. */
#define PALETTE_OWN 1000
#define PALETTE_THEMES 2000

/* What a screen does that takes a while. */
struct screen_work {
	const char *name;                /* "verifying" */
	const struct progress *progress; /* the screen's */
};

struct screen_ops {
	enum screen_id id;
	char digit;
	const char *name;
	const enum action_id *hints;  /* the most useful first; ended by NONE */
	const enum action_id *offers; /* for a row, the same */

	/* Why an action cannot run now; NULL: it can. */
	const char *(*refuse)(
	    const struct screen *screen, enum action_id action);
	/* False: it is none of this screen's. */
	bool (*act)(
	    struct screen *screen, struct app *app, enum action_id action);
	void (*pointed)(struct screen *screen, struct app *app,
	    const struct pointer *pointer);
	/* Of what this screen asked the engine for; lent for the call. NULL: it
	 * asks for nothing. */
	void (*event)(
	    struct screen *screen, struct app *app, struct engine_event *event);
	/* Adds what the palette offers beside actions, with answers from
	 * PALETTE_OWN on, and does what was chosen of it, or says why not.
	 * NULL: nothing. */
	void (*offer)(const struct screen *screen, struct menu *menu);
	void (*chosen)(struct screen *screen, struct app *app, int answer);
	/* Opens a question whose turn has come (app_ask_later), unless it is
	 * needed no more. */
	void (*ask)(struct screen *screen, struct app *app, int question);
	/* To what app_ask and app_choose asked. */
	void (*answer)(
	    struct screen *screen, struct app *app, int question, int answer);
	/* What is typed, at each change and, `done`, at the end (NULL: it was
	 * closed). False: it cannot be used, and stays open; why was said. */
	bool (*typed)(struct screen *screen, struct app *app, int question,
	    const char *text, bool done);
	/* Where on this screen a text is typed, with nothing in front of it; false: in
	 * the status line, as with NULL. */
	bool (*field)(
	    const struct screen *screen, int question, struct area *field);
	/* Learns the body's size, before it is drawn, and places its panes. */
	void (*size)(struct screen *screen, const struct area *body);
	void (*draw)(const struct screen *screen, const struct app *app,
	    const struct area *context, const struct area *body);
	void (*status)(const struct screen *screen, const struct app *app,
	    struct str *left, struct str *right);
	/* Adds a few characters behind its name among the tabs, and what the status
	 * line of every screen says where there is room; NULL: nothing. */
	void (*badge)(
	    const struct screen *screen, struct str *badge, struct str *pace);
	/* Verifies the repository that a transfer has brought. Why it does not; NULL:
	 * it does. The function NULL: it never does. */
	const char *(*verify)(struct screen *screen, struct app *app,
	    const struct queue_job *job);
	/* What it does meanwhile, for the Transfers screen; false: nothing. NULL:
	 * nothing, ever. */
	bool (*work)(const struct screen *screen, struct screen_work *work);
	/* A second has passed; milliseconds until it wants to know of the
	 * next, 0: it need not. */
	uint64_t (*pass)(struct screen *screen, struct app *app);
	/* Of enum losses; said in `dialog` unless that is NULL. NULL: nothing,
	 * ever. */
	unsigned (*losing)(const struct screen *screen, const struct app *app,
	    struct dialog *dialog);
	/* Shows a repository, which it takes. NULL: it shows none. */
	void (*open)(
	    struct screen *screen, struct app *app, struct queue_job *repo);
	/* A transfer has brought something. NULL: it does not matter here. */
	void (*arrived)(struct screen *screen, struct app *app,
	    const struct queue_job *job);
	void (*close)(struct screen *screen);
};

struct screen {
	const struct screen_ops *ops;
	struct panes panes;
};

/* Makes a screen of the app's, whose engine runs; NULL: there is none. Freed by its `close`, which is
 * called when none of its requests runs any more. */
typedef struct screen *screen_maker(const struct app *app);

/* All of them, in the order of their tabs (tui/screens.c). */
extern screen_maker *const screen_makers[SCREENS_MAX]; /* ended by NULL */

#endif
