/* app_draw.c: the frame: tabs, context, body, status, hints (app.h). */
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"
#include "tui/frame/app.h"
#include "tui/frame/screen.h"

static void
add_spot(struct app *app, const struct area *area, int from, int to,
    enum action_id action)
{
	arr_push(&app->spots,
	    (struct spot){ area->x + from, area->y, to - from, action });
}

int
app_top(const struct app *app)
{
	return app->surface.rows >= 14 ? 2 : 1;
}

static void
draw_tabs(struct app *app, const struct area *area)
{
	for (size_t i = 0; i < app->n_screens; i++) {
		const struct screen *screen = app->screens[i];
		struct str badge = STR_INIT;
		struct str pace = STR_INIT;

		if (screen->ops->badge)
			screen->ops->badge(screen, &badge, &pace);
		snprintf(app->tabs[i].badge, sizeof(app->tabs[i].badge), "%s",
		    badge.v);
		str_fini(&badge);
		str_fini(&pace);
	}
	tabs_draw(area, app->tabs, app->n_screens, app->current);
	area_right(area, 0, 0, area->columns - 1, ROLE_DIM,
	    app->options.pick     ? "choose what to delete"
	    : app->options.choose ? "choose what to download"
				  : "hug");
}

static void
draw_hints(struct app *app, const struct area *area)
{
	const struct screen *screen = app_screen(app);
	const struct keymap *map = &app->options.settings.keys;
	int x = 1, left = area->columns - 8;
	char help[9];

	for (const enum action_id *id = screen->ops->hints; *id; id++) {
		const struct action *action = action_of(*id);
		const char *keys = keymap_keys(map, *id);
		char key[16];
		int needs, from = x;

		snprintf(
		    key, sizeof(key), "%.*s", (int)strcspn(keys, " "), keys);
		needs = (int)(strlen(key) + strlen(action->label)) + 3;
		/* What there is nothing to undo of is no hint. */
		if (!*key || x + needs > left ||
		    (*id == ACT_UNDO && screen->ops->refuse(screen, *id)))
			continue;
		x += area_text(area, x, 0, 16, ROLE_KEY, key) + 1;
		x += area_text(area, x, 0, 20,
		    screen->ops->refuse(screen, *id) ? ROLE_DIM : ROLE_TEXT,
		    action->label);
		add_spot(app, area, from, x, *id);
		x += 2;
	}
	snprintf(help, sizeof(help), "%.*s",
	    (int)strcspn(keymap_keys(map, ACT_HELP), " "),
	    keymap_keys(map, ACT_HELP));
	x = area->columns - 6 - (int)strlen(help);
	add_spot(app, area, x, area->columns, ACT_HELP);
	area_text(area, x, 0, 8, ROLE_KEY, help);
	area_text(area, area->columns - 5, 0, 4, ROLE_TEXT, "help");
}

static const enum role toast_roles[] = { ROLE_INFO, ROLE_WARN, ROLE_BAD };

/* Adds it as it fits. */
static void
add_toast(struct str *out, const struct area *area, const struct toast *toast,
    int columns)
{
	struct str text = STR_INIT;

	str_addz(&text, toast->text);
	if (toast->times > 1)
		str_addf(&text, " (%u times)", toast->times);
	text_add_fitting(out, text.v, columns > 0 ? (size_t)columns : 0,
	    area->surface->unicode ? "\xe2\x80\xa6" : "~");
	str_fini(&text);
}

/* What is typed, and what is said of it meanwhile. */
static void
draw_input(const struct app *app, const struct area *area,
    const struct toast *toast, int columns)
{
	int taken = area_print(area, 1, 0, ROLE_KEY, "%s ", app->prompt);
	int said = toast ? text_columns(toast->text) : 0;
	int most = columns - taken - text_columns(app->input.text.v) - 4;
	struct str text = STR_INIT;

	said = said < most ? said : most;
	if (said > 10) {
		add_toast(&text, area, toast, said);
		area_text(area, columns + 1 - said, 0, said,
		    toast_roles[toast->level], text.v);
		str_fini(&text);
	}
	input_draw(&app->input, area, 1 + taken, 0,
	    columns - taken - (said > 10 ? said + 2 : 0));
}

void
app_add_pace(const struct app *app, struct str *out)
{
	for (size_t i = 0; i < app->n_screens; i++) {
		const struct screen *screen = app->screens[i];
		struct str badge = STR_INIT;

		if (screen->ops->badge && !out->n)
			screen->ops->badge(screen, &badge, out);
		str_fini(&badge);
	}
}

static void
draw_status(const struct app *app, const struct area *area, bool typed)
{
	const struct toast *toast = toast_now(&app->toasts);
	struct str left = STR_INIT;
	struct str right = STR_INIT;
	int columns = area->columns - 2, taken;

	if (app->typing && !typed) {
		draw_input(app, area, toast, columns);
		return;
	}
	app_screen(app)->ops->status(app_screen(app), app, &left, &right);
	if (!right.n)
		app_add_pace(app, &right);
	if (!app->hinted && !toast && !right.n)
		str_set(&right, "? help   : commands   q quit");
	if (!app->mouse && !right.n)
		str_set(&right, "mouse off (M)");
	taken = text_columns(right.v);
	/* What is said just now is said whole. */
	if (taken + 20 < columns &&
	    (!toast || taken + text_columns(toast->text) + 2 < columns))
		area_right(area, 0, 0, columns + 1, ROLE_TEXT, right.v);
	else
		taken = 0;
	if (toast) {
		str_clear(&left);
		add_toast(&left, area, toast, columns - taken - 2);
	}
	area_name(area, 1, 0, columns - taken - 2,
	    toast ? toast_roles[toast->level] : ROLE_TEXT, left.v);
	str_fini(&left);
	str_fini(&right);
}

/* Where the screen has a field of its own for what is typed, it is typed there. */
static bool
draw_field(struct app *app)
{
	const struct screen *screen = app_screen(app);
	struct area field;

	if (!app->typing || app->asker != screen || !screen->ops->field ||
	    !screen->ops->field(screen, app->question, &field))
		return false;
	area_fill(&field, 0, 0, field.columns, ROLE_TEXT);
	input_draw(&app->input, &field, 0, 0, field.columns);
	return true;
}

static void
draw_too_small(const struct area *area, const struct app *app)
{
	area_print(area, 0, 0, ROLE_TEXT, "terminal too small: %d x %d",
	    area->columns, area->rows);
	area_print(area, 0, 1, ROLE_TEXT, "needs %d x %d", APP_MIN_COLUMNS,
	    APP_MIN_ROWS);
	if (!app_is_idle(app))
		area_print(area, 0, 3, ROLE_TEXT, "running work continues");
	area_print(
	    area, 0, area->rows > 5 ? 5 : area->rows - 1, ROLE_KEY, "q quit");
}

void
app_draw(struct app *app, uint64_t now_ms)
{
	struct screen *screen = app_screen(app);
	struct area all = surface_area(&app->surface), tabs, context, body;
	int top = app_top(app);

	app->now_ms = now_ms;
	app->dirty = false;
	app->spots.n = 0;
	surface_clear(&app->surface);
	if (all.columns < APP_MIN_COLUMNS || all.rows < APP_MIN_ROWS) {
		draw_too_small(&all, app);
		return;
	}
	tabs = area_part(&all, 0, 0, all.columns, top - 1);
	context = area_part(&all, 0, top - 1, all.columns, 1);
	body = area_part(&all, 0, top, all.columns, all.rows - top - 2);
	if (tabs.rows)
		draw_tabs(app, &tabs);
	screen->ops->size(screen, &body);
	screen->ops->draw(screen, app, &context, &body);
	tabs = area_part(&all, 0, all.rows - 1, all.columns, 1);
	draw_hints(app, &tabs);
	tabs = area_part(&all, 0, all.rows - 2, all.columns, 1);
	draw_status(app, &tabs, draw_field(app));
	if (menu_is_open(&app->menu))
		menu_draw(&app->menu, &body);
	if (dialog_is_open(&app->dialog))
		dialog_draw(&app->dialog, &body, now_ms);
}
