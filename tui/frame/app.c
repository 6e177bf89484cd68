#include "tui/frame/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/os/browser.h"
#include "core/queue/list.h"
#include "tui/engine/engine.h"
#include "tui/frame/palette.h"
#include "tui/frame/remedy.h"
#include "tui/frame/screen.h"

struct screen *
app_screen(const struct app *app)
{
	return app->screens[app->current];
}

/* -- for screens -- */

static const enum journal_level levels[] = { JOURNAL_INFO, JOURNAL_WARN,
	JOURNAL_ERROR };

void
app_say(struct app *app, enum toast_level level, const char *area,
    const char *format, ...)
{
	char text[1200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	toast_add(&app->toasts, level, text, app->now_ms);
	journal_add(&app->journal, levels[level], area, text);
	app->dirty = true;
}

void
app_fail(struct app *app, enum toast_level level, const char *area,
    const struct error *err)
{
	struct str advice = STR_INIT;
	struct str whole = STR_INIT;

	remedy_on_screen(&advice, err, &app->options.settings.keys, ACT_NONE);
	err_join(&whole, err, advice.v);
	toast_add(&app->toasts, level,
	    text_columns(whole.v) + 2 <= app->surface.columns ? whole.v
							      : err->message,
	    app->now_ms);
	journal_add(&app->journal, levels[level], area, err->message);
	if (advice.n)
		journal_add(&app->journal, JOURNAL_INFO, area, advice.v);
	app->dirty = true;
	str_fini(&advice);
	str_fini(&whole);
}

void
app_copy(struct app *app, const char *text, const char *note)
{
	str_clear(&app->copied);
	utf8_safe(&app->copied, text);
	app_say(app, note ? TOAST_WARN : TOAST_INFO, "copy",
	    "copied%s%s: %.300s", note ? " " : "", note ? note : "",
	    app->copied.v);
}

void
app_open_page(struct app *app, const char *url)
{
	if (browser_open(url))
		app_say(app, TOAST_INFO, "page", "opened: %.400s", url);
	else
		app_say(app, TOAST_INFO, "page",
		    "no browser can be opened; the address is %.400s", url);
}

void
app_notify(struct app *app, const char *text)
{
	if (strcmp(setting_value(&app->options.settings, SETTING_NOTIFY),
		"off") != 0)
		str_set(&app->notice, text);
}

void
app_tell(struct app *app, const char *format, ...)
{
	char text[1200];
	va_list args;

	if (!app->surface.linear)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	toast_add(&app->toasts, TOAST_INFO, text, app->now_ms);
	app->dirty = true;
}

bool
app_is_asking(const struct app *app)
{
	return dialog_is_open(&app->dialog) || menu_is_open(&app->menu) ||
	       app->typing;
}

/* Opens questions whose turn has come. */
static void
ask_next(struct app *app)
{
	while (app->waiting.n && !app_is_asking(app)) {
		struct app_question next = app->waiting.v[0];

		app->waiting.n--;
		memmove(app->waiting.v, app->waiting.v + 1,
		    app->waiting.n * sizeof(next));
		next.asker->ops->ask(next.asker, app, next.question);
	}
}

void
app_ask_later(struct app *app, struct screen *asker, int question)
{
	const struct app_question asked = { asker, question };

	arr_each (other, &app->waiting) {
		if (other->asker == asker && other->question == question)
			return;
	}
	arr_push(&app->waiting, asked);
	ask_next(app);
}

bool
app_asks_to_quit(const struct app *app)
{
	return dialog_is_open(&app->dialog) && app->question == APP_ASK_QUIT;
}

struct dialog *
app_ask(struct app *app, struct screen *asker, int question, const char *title)
{
	dialog_open(&app->dialog, title);
	app->question = question;
	app->asker = asker;
	app->dirty = true;
	return &app->dialog;
}

struct menu *
app_choose(struct app *app, struct screen *asker, int question,
    const char *title, bool typed)
{
	menu_open(&app->menu, title, typed);
	app->question = question;
	app->asker = asker;
	app->dirty = true;
	return &app->menu;
}

static void
close_input(struct app *app)
{
	input_fini(&app->input);
	app->input = (struct input){ .text = STR_INIT };
	free(app->prompt);
	app->prompt = NULL;
	app->typing = false;
}

void
app_type(struct app *app, struct screen *asker, int question,
    const char *prompt, const char *text)
{
	close_input(app);
	app->prompt = mem_strdup(prompt);
	input_set(&app->input, text);
	app->typing = true;
	app->question = question;
	app->asker = asker;
	app->dirty = true;
}

/* -- life -- */

static void
on_engine(void *context, struct engine_event *event)
{
	struct app *app = context;
	struct screen *asker = event->owner;

	asker->ops->event(asker, app, event);
	app->dirty = true;
	if (app->woken)
		app->woken(app->woken_context);
}

/* What is shown, and how, as it is preferred. */
static void
apply_settings(struct app *app)
{
	const struct settings *settings = &app->options.settings;
	bool plain = !strcmp(setting_value(settings, SETTING_LOOK), "plain");

	app->surface.linear = setting_is_on(settings, SETTING_LINEAR);
	app->surface.unicode =
	    app->options.unicode && !plain && !app->surface.linear;
	app->mouse = setting_is_on(settings, SETTING_MOUSE);
	app->redraw = true;
}

static void
make_screens(struct app *app)
{
	for (size_t i = 0; screen_makers[i]; i++) {
		struct screen *screen = screen_makers[i](app);

		if (!screen)
			continue;
		if (screen->ops->id == SCREEN_CACHE)
			app->home = app->current = app->n_screens;
		app->screens[app->n_screens] = screen;
		app->tabs[app->n_screens++] =
		    (struct tab){ .digit = screen->ops->digit,
			    .name = screen->ops->name };
	}
}

struct app *
app_new(const struct app_options *options, struct loop *loop, struct error *err)
{
	struct app *app = mem_new(struct app);

	app->options = *options;
	app->loop = loop;
	apply_settings(app);
	app->input = (struct input){ .text = STR_INIT };
	app->copied = (struct str)STR_INIT;
	app->notice = (struct str)STR_INIT;
	app->now_ms = 1;
	app->engine = engine_new(loop, on_engine, app, err);
	if (!app->engine) {
		app_free(app, NULL);
		return NULL;
	}
	make_screens(app);
	if (options->log)
		app_go_to(app, SCREEN_LOG);
	if (options->choose)
		app_open_repo(app, queue_job_copy(options->choose));
	if (options->repo && app_open_named(app, options->repo, err))
		app->home = app->current;
	else if (options->repo)
		app_fail(app, TOAST_ERROR, "repo", err);
	arr_each (text, &options->settings.complaints)
		app_say(app, TOAST_WARN, "settings", "%s", *text);
	app->dirty = true;
	return app;
}

void
app_free(struct app *app, uint64_t *freed)
{
	if (!app)
		return;
	/* First, as requests use what screens have lent them; and then screens
	 * let go of what events that were not told still hold. */
	if (app->engine)
		engine_end(app->engine);
	for (size_t i = 0; i < app->n_screens; i++)
		app->screens[i]->ops->close(app->screens[i]);
	engine_free(app->engine, app->free_trash, &app->freed);
	if (freed)
		*freed = app->freed;
	surface_fini(&app->surface);
	arr_free(&app->spots);
	arr_free(&app->waiting);
	dialog_fini(&app->dialog);
	menu_fini(&app->menu);
	arr_free(&app->ticked);
	close_input(app);
	toast_fini(&app->toasts);
	journal_fini(&app->journal);
	str_fini(&app->copied);
	str_fini(&app->notice);
	queue_job_free(app->chosen);
	free(app->pasted);
	free(app);
}

void
app_resize(struct app *app, int columns, int rows)
{
	surface_resize(&app->surface, columns, rows);
	app->dirty = true;
}

bool
app_is_idle(const struct app *app)
{
	return !engine_busy(app->engine);
}

uint64_t
app_pass(struct app *app, uint64_t now_ms)
{
	uint64_t next, wait;

	app->now_ms = now_ms;
	next = toast_pass(&app->toasts, now_ms);
	for (size_t i = 0; i < app->n_screens; i++) {
		wait = app->screens[i]->ops->pass
		           ? app->screens[i]->ops->pass(app->screens[i], app)
		           : 0;
		if (wait && (!next || wait < next))
			next = wait;
	}
	ask_next(app);
	app->dirty = true;
	return next;
}

/* -- actions -- */

void
app_go(struct app *app, size_t screen)
{
	app->current = screen % app->n_screens;
	app_tell(app, "%s", app_screen(app)->ops->name);
	app->dirty = true;
}

struct screen *
app_find(const struct app *app, enum screen_id id)
{
	for (size_t i = 0; i < app->n_screens; i++) {
		if (app->screens[i]->ops->id == id)
			return app->screens[i];
	}
	return NULL;
}

void
app_go_to(struct app *app, enum screen_id id)
{
	for (size_t i = 0; i < app->n_screens; i++) {
		if (app->screens[i]->ops->id == id)
			app_go(app, i);
	}
}

/* What quitting now would lose, of all screens; said in `dialog` unless that is
 * NULL. */
static unsigned
losing(const struct app *app, struct dialog *dialog)
{
	unsigned losses = 0;

	for (size_t i = 0; i < app->n_screens; i++) {
		if (app->screens[i]->ops->losing)
			losses |= app->screens[i]->ops->losing(
			    app->screens[i], app, dialog);
	}
	return losses;
}

enum quit_answer {
	QUIT_STAY,
	QUIT_LEAVE,
	QUIT_FREE,
	QUIT_WHEN_DONE,
	QUIT_SCREEN,
};

static void
leave(struct app *app)
{
	unsigned losses = losing(app, NULL);

	app->quit_when_done = false;
	if (!losses) {
		app->quit = true;
		return;
	}
	app_ask(app, NULL, APP_ASK_QUIT, "quit?");
	losing(app, &app->dialog);
	dialog_button(&app->dialog, "Stay (n)", 'n', QUIT_STAY);
	dialog_button(&app->dialog, "Quit (y)", 'y', QUIT_LEAVE);
	if (losses & LOSES_TRANSFERS) {
		dialog_button(
		    &app->dialog, "Quit when done", 0, QUIT_WHEN_DONE);
		dialog_button(&app->dialog, "Leave the screen", 0, QUIT_SCREEN);
	}
	if (losses & LOSES_UNDO)
		dialog_button(&app->dialog, "Free it and quit", 0, QUIT_FREE);
}

static void
show_last_error(struct app *app)
{
	for (size_t i = app->journal.lines.n; i--;) {
		const struct journal_line *line = &app->journal.lines.v[i];

		if (line->level != JOURNAL_ERROR)
			continue;
		toast_add(&app->toasts, TOAST_ERROR, line->text, app->now_ms);
		return;
	}
	app_say(app, TOAST_INFO, "error", "no errors so far");
}

static void
show_settings(struct app *app, size_t cursor)
{
	const struct settings *settings = &app->options.settings;

	app_choose(
	    app, NULL, APP_ASK_SETTINGS, "settings   Enter changes", false);
	for (int i = 0; i < SETTINGS; i++) {
		struct str label = STR_INIT;

		str_addf(&label, "%-10s  %-8s", setting_name((enum setting)i),
		    setting_value(settings, (enum setting)i));
		menu_add(
		    &app->menu, 0, label.v, setting_help((enum setting)i), i);
		str_fini(&label);
	}
	rows_go(&app->menu.rows, cursor);
}

void
app_set(struct app *app, enum setting setting, const char *value)
{
	struct error err;

	if (!setting_keep(&app->options.settings, setting, value, &err))
		app_fail(app, TOAST_WARN, "settings", &err);
	apply_settings(app);
}

static void
turn_setting(struct app *app, int setting)
{
	struct error err;

	if (!setting_turn(&app->options.settings, (enum setting)setting, &err))
		app_fail(app, TOAST_WARN, "settings", &err);
	apply_settings(app);
	show_settings(app, (size_t)setting);
}

/* The focus goes to another pane of the screen. */
static void
step_pane(struct app *app, int by)
{
	struct panes *panes = &app_screen(app)->panes;

	if (panes_step(panes, by))
		app_tell(app, "%s", panes->names[panes->focus]);
	else
		app_say(app, TOAST_INFO, "key",
		    "there is only one pane; %.20s shows another",
		    keymap_keys(&app->options.settings.keys, ACT_INFO));
}

/* Other screens, other panes. */
static bool
act_go(struct app *app, enum action_id action)
{
	switch (action) {
	case ACT_REPO:
		app_go_to(app, SCREEN_REPO);
		return true;
	case ACT_TRANSFERS:
		app_go_to(app, SCREEN_TRANSFERS);
		return true;
	case ACT_CACHE:
		app_go_to(app, SCREEN_CACHE);
		return true;
	case ACT_LOG:
		app_go_to(app, SCREEN_LOG);
		return true;
	case ACT_SCREEN_BEFORE:
		app_go(app, app->current + app->n_screens - 1);
		return true;
	case ACT_SCREEN_AFTER:
		app_go(app, app->current + 1);
		return true;
	case ACT_NEXT_PANE:
		step_pane(app, 1);
		return true;
	case ACT_PANE_BEFORE:
		step_pane(app, -1);
		return true;
	default:
		return false;
	}
}

/* What transfers are told from every screen. */
static bool
act_transfers(struct app *app, enum action_id action)
{
	struct screen *screen = app_find(app, SCREEN_TRANSFERS);
	const char *why;

	if (!screen || (action != ACT_PAUSE_ALL && action != ACT_LIMIT))
		return false;
	why = screen->ops->refuse(screen, action);
	if (!why)
		return screen->ops->act(screen, app, action);
	app_say(
	    app, TOAST_INFO, "key", "%s: %s", action_of(action)->label, why);
	return true;
}

/* What is not for the screen. */
static bool
act_everywhere(struct app *app, enum action_id action)
{
	switch (action) {
	case ACT_QUIT:
	case ACT_INTERRUPT:
		leave(app);
		return true;
	case ACT_LEAVE:
		if (app->current != app->home)
			app_go(app, app->home);
		else
			leave(app);
		return true;
	case ACT_BACK:
	case ACT_UP_LEVEL:
		/* At the top there is nothing to go back to. */
		if (app->current != app->home)
			app_go(app, app->home);
		return true;
	case ACT_HELP:
		palette_open(app, true);
		return true;
	case ACT_PALETTE:
		palette_open(app, false);
		return true;
	case ACT_SETTINGS:
		show_settings(app, 0);
		return true;
	case ACT_REDRAW:
		app->redraw = true;
		return true;
	case ACT_SUSPEND:
		app->suspend = true;
		return true;
	case ACT_MOUSE:
		app->mouse = !app->mouse;
		app_say(app, TOAST_INFO, "mouse", "the mouse %s",
		    app->mouse ? "is on; press M to leave it to the terminal"
			       : "is off: the terminal has it");
		return true;
	case ACT_LAST_ERROR:
		if (toast_now(&app->toasts))
			app_go_to(app, SCREEN_LOG);
		else
			show_last_error(app);
		return true;
	default:
		return false;
	}
}

void
app_act(struct app *app, enum action_id action)
{
	struct screen *screen = app_screen(app);
	const char *why = screen->ops->refuse(screen, action);
	const struct action *what = action_of(action);

	app->dirty = true;
	if (why)
		app_say(app, TOAST_INFO, "key", "%s: %s", what->label, why);
	else if (!screen->ops->act(screen, app, action) &&
		 !act_go(app, action) && !act_transfers(app, action) &&
		 !act_everywhere(app, action))
		app_say(app, TOAST_INFO, "key", "%s: nothing to do here",
		    what->label);
}

/* -- keys -- */

static void
on_quit(struct app *app, int answer)
{
	app->quit = app->quit || answer == QUIT_LEAVE || answer == QUIT_FREE;
	app->free_trash = app->free_trash || answer == QUIT_FREE;
	app->leave = answer == QUIT_SCREEN;
	app->quit_when_done = answer == QUIT_WHEN_DONE || app->leave;
	if (answer == QUIT_WHEN_DONE)
		app_say(app, TOAST_INFO, "transfers",
		    "hug quits when no transfer runs any more");
}

static void
on_answer(struct app *app, int question, int answer)
{
	struct screen *asker = app->asker;

	if (question == APP_ASK_QUIT)
		on_quit(app, answer);
	else if (question == APP_ASK_PALETTE && answer >= 0)
		palette_chosen(app, answer);
	else if (question == APP_ASK_OPEN)
		app_open_pasted(app, answer == 1);
	else if (question == APP_ASK_SETTINGS && answer >= 0)
		turn_setting(app, answer);
	else if (question >= 0)
		asker->ops->answer(asker, app, question, answer);
}

void
app_dialog_answered(struct app *app, int answer)
{
	int question = app->question;

	if (answer == DIALOG_OPEN)
		return;
	dialog_fini(&app->dialog);
	on_answer(app, question, answer);
}

void
app_menu_answered(struct app *app, int answer)
{
	int question = app->question;

	if (answer == MENU_OPEN)
		return;
	app->ticked.n = 0;
	arr_each (item, &app->menu.items) {
		if (item->ticked)
			arr_push(&app->ticked, item->answer);
	}
	menu_fini(&app->menu);
	on_answer(app, question, answer);
}

static void
key_to_input(struct app *app, const struct key *key)
{
	struct screen *screen = app->asker;
	enum input_result result = input_key(&app->input, key);
	int question = app->question;
	char *text, *prompt;

	if (result == INPUT_CHANGED)
		MAY_FAIL(screen->ops->typed(
			     screen, app, question, app->input.text.v, false),
		    "it is not whole yet");
	if (result != INPUT_DONE && result != INPUT_CLOSED)
		return;
	prompt = mem_strdup(app->prompt);
	/* What comes of it may open another question. */
	text = mem_strdup(app->input.text.v);
	close_input(app);
	if (!screen->ops->typed(screen, app, question,
		result == INPUT_DONE ? text : NULL, true) &&
	    !app_is_asking(app))
		app_type(app, screen, question, prompt, text);
	free(prompt);
	free(text);
}

/* Where no field is open, pasted text goes into the one that every screen has; it is
 * never taken for keys. */
static void
paste(struct app *app, const struct key *key)
{
	if (app_offer_pasted(app, key->text, key->n))
		return;
	app_act(app, ACT_FILTER);
	if (!app->typing)
		return;
	input_set(&app->input, "");
	key_to_input(app, key);
}

static void
on_command_key(struct app *app, const struct key *key)
{
	enum action_id action = keymap_action(
	    &app->options.settings.keys, key, app_screen(app)->ops->id);
	struct str name = STR_INIT;

	if (key->kind == KEY_PASTE) {
		paste(app, key);
		return;
	}
	if (action == ACT_NONE) {
		key_text(&name, key);
		app_say(app, TOAST_INFO, "key",
		    "%s does nothing here; ? lists the keys", name.v);
		str_fini(&name);
		return;
	}
	app_act(app, action);
}

void
app_key(struct app *app, const struct key *key, uint64_t now_ms)
{
	bool hidden = app->surface.columns < APP_MIN_COLUMNS ||
	              app->surface.rows < APP_MIN_ROWS;

	app->now_ms = now_ms;
	if (key->kind == KEY_FOCUS_IN)
		app->focused_ms = now_ms;
	if (key->kind == KEY_FOCUS_IN || key->kind == KEY_FOCUS_OUT ||
	    key->kind == KEY_REPLY)
		return;
	toast_seen(&app->toasts, now_ms);
	app->hinted = true;
	app->dirty = true;
	/* What is not seen is not acted on. */
	if (hidden) {
		if (key->kind == KEY_CHAR && key->point == 'q' &&
		    !losing(app, NULL))
			app->quit = true;
	} else if (key->kind == KEY_MOUSE) {
		app_mouse(app, key);
	} else if (dialog_is_open(&app->dialog)) {
		app_dialog_answered(app, dialog_key(&app->dialog, key, now_ms));
	} else if (menu_is_open(&app->menu)) {
		app_menu_answered(app, menu_key(&app->menu, key));
	} else if (app->typing) {
		key_to_input(app, key);
	} else {
		on_command_key(app, key);
	}
	ask_next(app);
}
