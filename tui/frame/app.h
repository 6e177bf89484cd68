/*
 * app.h: the full-screen program without a terminal: keys and events in, a
 * surface out. What shows it (run.h) and what tests it stand on this alike.
 */
#ifndef TUI_FRAME_APP_H
#define TUI_FRAME_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "tui/frame/actions.h"
#include "tui/frame/journal.h"
#include "tui/frame/settings.h"
#include "widgets/dialog.h"
#include "widgets/input.h"
#include "widgets/key.h"
#include "widgets/menu.h"
#include "widgets/surface.h"
#include "widgets/tabs.h"
#include "widgets/toast.h"

struct engine;
struct loop;
struct queue_job;
struct purge;
struct scan;
struct screen;

/* The smallest size in which anything is shown. */
#define APP_MIN_COLUMNS 40
#define APP_MIN_ROWS 10

struct app_options {
	const char *root; /* of the cache, absolute */
	bool pick;        /* only choose what to delete, then end */
	bool log;         /* begin with the Log */
	/* Only choose files of what this says, then end; NULL: not. Borrowed. */
	const struct queue_job *choose;
	const char *repo; /* begin with this one; NULL: with the cache */
	bool unicode;
	struct settings settings; /* borrowed while it runs */
};

/* What is asked; the app's own are negative. */
#define APP_ASK_QUIT (-1)
#define APP_ASK_PALETTE (-2)
#define APP_ASK_SETTINGS (-3)
#define APP_ASK_OPEN (-4)

/* A place of the frame that is a click away from an action. */
struct spot {
	int x, y, columns;
	enum action_id action;
};

/* A question that opens by itself, when nothing else is asked. */
struct app_question {
	struct screen *asker;
	int question;
};

/* Fields are for reading but by tui. */
struct app {
	struct app_options options;
	struct loop *loop;
	struct engine *engine;
	struct surface surface;
	struct screen *screens[SCREENS_MAX];
	size_t n_screens, current;
	size_t home; /* where it begins, and where one goes back to */
	struct journal journal;
	struct toasts toasts;
	struct dialog dialog;
	struct menu menu;
	struct input input;
	bool typing;  /* the input is open */
	char *pasted; /* an address that was pasted, and is asked about */
	char *prompt;
	int question;         /* of dialog, menu or input */
	ARR(int) ticked;      /* answers of the menu that was closed last */
	struct screen *asker; /* who gets the answer; NULL: the app itself */
	ARR(struct app_question) waiting; /* questions, in their turn */
	bool dirty;
	uint64_t now_ms;
	bool hinted; /* a first key was pressed: the greeting goes */
	uint64_t focused_ms, clicked_ms;
	int clicked_x, clicked_y;
	struct tab tabs[SCREENS_MAX];
	ARR(struct spot) spots; /* as they were drawn last */

	/* For who shows it. */
	bool quit, suspend, redraw, mouse;
	bool quit_when_done; /* once no transfer runs */
	bool leave;          /* until then without a screen */
	bool free_trash;     /* the user said so: else undo's time goes on for
			       the next start */
	uint64_t freed;      /* bytes, since the start */
	struct str copied;   /* to the clipboard; taken when not empty */
	struct str notice;   /* that something has ended; the same */

	/* Called after an event of the engine; NULL: nobody wants to know. */
	void (*woken)(void *context);
	void *woken_context;

	/* What pick chose: both NULL, or both to be taken over. */
	struct scan *picked_scan;
	struct purge *picked;
	/* What choose chose: NULL, or to be taken over. */
	struct queue_job *chosen;
};

/* Starts the engine and makes the screens; `loop` is borrowed, `options` copied,
 * with their texts borrowed. NULL with `err` if the engine cannot be started. */
MUST_USE struct app *app_new(
    const struct app_options *options, struct loop *loop, struct error *err);

/* `freed` (may be NULL) gets the bytes that were freed since the start. */
void app_free(struct app *app, uint64_t *freed);

/* The surface has this size now, and this key was pressed, `now_ms` on the clock
 * of clock_ms. Neither draws: what changed is drawn with the next frame. */
void app_resize(struct app *app, int columns, int rows);
void app_key(struct app *app, const struct key *key, uint64_t now_ms);

/* Time has passed; milliseconds until it has to know again, 0: never. */
uint64_t app_pass(struct app *app, uint64_t now_ms);

/* Draws into app->surface (app_draw.c). */
void app_draw(struct app *app, uint64_t now_ms);

/* Whether nothing is under way. What quitting would lose is another question,
 * which the screens answer (`losing`). */
bool app_is_idle(const struct app *app);

/* The screen of that kind; NULL if the app has none. */
struct screen *app_find(const struct app *app, enum screen_id id);

/* Runs an action, or says why it cannot. */
void app_act(struct app *app, enum action_id action);

/* -- for screens -- */

/* Shows a message for a while and notes it in the Log, under `area`: a word that
 * says what it is about. Long text is cut. */
void app_say(struct app *app, enum toast_level level, const char *area,
    const char *format, ...) PRINTF(4, 5);

/* Says that something failed, and as far as there is room what to do; the Log
 * has both. */
void app_fail(struct app *app, enum toast_level level, const char *area,
    const struct error *err);

/* Tells somebody who looks elsewhere, if that is preferred. */
void app_notify(struct app *app, const char *text);

/* Puts a text into the clipboard, made safe to show, and says so; `note` (may be NULL)
 * is said with it. */
void app_copy(struct app *app, const char *text, const char *note);

/* Opens an address in the browser, or says it. */
void app_open_page(struct app *app, const char *url);

/* Shows a repository, named by a job of its revision and cache, on the screen that
 * does; the job is taken. Named as the command line takes it: false with `err` if it
 * is none. (open.c) */
void app_open_repo(struct app *app, struct queue_job *job);
MUST_USE bool app_open_named(
    struct app *app, const char *name, struct error *err);

/* Asks whether a pasted text is to be opened, if it is the address of a repository; true
 * then. And the answer. (open.c) */
bool app_offer_pasted(struct app *app, const char *text, size_t n);
void app_open_pasted(struct app *app, bool yes);

/* app_say in the linear look alone, where a change is said, not only seen. */
void app_tell(struct app *app, const char *format, ...) PRINTF(2, 3);

/* Changes a preference, and keeps it. */
void app_set(struct app *app, enum setting setting, const char *value);

/* The screen that is shown. */
struct screen *app_screen(const struct app *app);

/* Opens a dialog, a menu, or the input line; the asker's `answer` or `typed`
 * gets what comes of it, whatever is shown by then. NULL: the app's own. */
struct dialog *app_ask(
    struct app *app, struct screen *asker, int question, const char *title);
struct menu *app_choose(struct app *app, struct screen *asker, int question,
    const char *title, bool typed);
void app_type(struct app *app, struct screen *asker, int question,
    const char *prompt, const char *text);

/*
 * Has `asker` ask something by its `ask`, now or as soon as nothing else is asked
 * and nothing is typed: questions that open by themselves wait in one queue. The
 * same one waits once.
 */
void app_ask_later(struct app *app, struct screen *asker, int question);

/* Whether a question or an input is open: nothing opens over it by itself. */
bool app_is_asking(const struct app *app);
bool app_asks_to_quit(const struct app *app);

/* -- app.c -- */

/* What a key or the mouse has made of the dialog or the menu that is open. */
void app_dialog_answered(struct app *app, int answer);
void app_menu_answered(struct app *app, int answer);
/* Shows a screen, by its place among the tabs or by what it is. */
void app_go(struct app *app, size_t screen);
void app_go_to(struct app *app, enum screen_id id);

/* -- app_draw.c -- */

/* Appends what runs, on whatever screen: "93 MB/s  1:23 left". */
void app_add_pace(const struct app *app, struct str *out);

/* Rows of the frame above the body: tabs, if there is room, and context. */
int app_top(const struct app *app);

/* -- app_mouse.c -- */

/* Gives a mouse's event to what is on top: dialog, menu, frame, or the screen. The
 * click that gave the terminal the focus does nothing. */
void app_mouse(struct app *app, const struct key *key);

#endif
