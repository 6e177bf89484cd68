/* app_mouse.c: what the mouse does (app.h). */
#include "tui/frame/app.h"
#include "tui/frame/screen.h"

/* Clicks on one cell that come so soon after each other are two of one. */
#define DOUBLE_CLICK_MS 400

/* A click that comes so soon with the focus only gives the focus. */
#define FOCUS_MS 150

#define WHEEL_ROWS 3

/* A tab or a hint; false if there is none. */
static bool
to_frame(struct app *app, const struct key *key)
{
	size_t tab = tabs_at(app->tabs, app->n_screens, key->x);

	if (!key->y && app_top(app) > 1) {
		if (tab < app->n_screens)
			app_go(app, tab);
		return true;
	}
	arr_each (spot, &app->spots) {
		if (key->y == spot->y && key->x >= spot->x &&
		    key->x < spot->x + spot->columns) {
			app_act(app, spot->action);
			return true;
		}
	}
	return false;
}

static bool
is_twice(struct app *app, const struct key *key)
{
	bool twice = app->clicked_ms &&
	             app->now_ms - app->clicked_ms < DOUBLE_CLICK_MS &&
	             app->clicked_x == key->x && app->clicked_y == key->y;

	app->clicked_ms = twice ? 0 : app->now_ms;
	app->clicked_x = key->x;
	app->clicked_y = key->y;
	return twice;
}

static bool
is_pointing(struct app *app, const struct key *key, struct pointer *pointer)
{
	switch (key->mouse) {
	case MOUSE_PRESS:
		if (key->button != 1 && key->button != 3)
			return false;
		pointer->kind = key->button == 3     ? POINTER_OTHER
		                : is_twice(app, key) ? POINTER_TWICE
		                                     : POINTER_CLICK;
		break;
	case MOUSE_MOVE:
		if (key->button != 1)
			return false;
		pointer->kind = POINTER_DRAG;
		break;
	case MOUSE_RELEASE:
		pointer->kind = POINTER_DROP;
		break;
	case MOUSE_WHEEL_UP:
	case MOUSE_WHEEL_DOWN:
		pointer->kind = POINTER_WHEEL;
		pointer->by =
		    key->mouse == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS;
		break;
	}
	return true;
}

void
app_mouse(struct app *app, const struct key *key)
{
	struct screen *screen = app_screen(app);
	struct pointer pointer = { .x = key->x, .y = key->y - app_top(app) };
	bool press = key->mouse == MOUSE_PRESS && key->button == 1;

	if (app->now_ms - app->focused_ms < FOCUS_MS)
		return;
	if (dialog_is_open(&app->dialog)) {
		app_dialog_answered(
		    app, dialog_mouse(&app->dialog, key, app->now_ms));
	} else if (menu_is_open(&app->menu)) {
		app_menu_answered(app, menu_mouse(&app->menu, key));
	} else if (!app->typing && !(press && to_frame(app, key)) &&
		   is_pointing(app, key, &pointer)) {
		if (pointer.kind == POINTER_CLICK)
			panes_point(&screen->panes, key->x, key->y);
		screen->ops->pointed(screen, app, &pointer);
	}
}
