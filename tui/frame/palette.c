#include "tui/frame/palette.h"

#include "tui/frame/app.h"
#include "tui/frame/screen.h"
#include "widgets/theme.h"

static void
add(struct app *app, const struct screen *screen, const struct action *action)
{
	const char *why = screen->ops->refuse(screen, action->id);
	struct str right = STR_INIT;

	if (why)
		str_addf(&right, "(%s)", why);
	else
		str_addz(&right,
		    keymap_keys(&app->options.settings.keys, action->id));
	menu_add(&app->menu, 0, action->help, right.v, (int)action->id);
	if (why)
		menu_grey(&app->menu);
	str_fini(&right);
}

static void
add_group(struct app *app, const struct screen *screen, enum action_group group,
    const char *heading)
{
	size_t n;
	const struct action *all = actions_all(&n);

	menu_add(&app->menu, 0, heading, NULL, MENU_HEADING);
	for (size_t i = 0; i < n; i++) {
		if (all[i].group == group && all[i].screens & screen->ops->id)
			add(app, screen, &all[i]);
	}
}

static void
add_legend(struct app *app)
{
	static const char *const lines[][2] = {
		{ "[x] marked   [-] partly marked   [ ] not marked", NULL },
		{ "ONLY HERE: bytes freed if only this row is deleted", NULL },
		{ "R open in a program   L being downloaded", NULL },
		{ "B a checksum is wrong   S bytes that repositories share",
		    NULL },
		{ "+ a number that is still growing", NULL },
		{ "LAST USED? the file system does not record when files are "
		  "read",
		    NULL },
	};

	menu_add(&app->menu, 0, "MARKS AND SIGNS", NULL, MENU_HEADING);
	for (size_t i = 0; i < 6; i++)
		menu_add(&app->menu, 0, lines[i][0], lines[i][1], MENU_HEADING);
}

static void
add_themes(struct app *app)
{
	for (int i = 0; i < THEMES; i++) {
		struct str label = STR_INIT;

		str_addf(
		    &label, "Use the %s theme", theme_text((enum theme_name)i));
		menu_add(&app->menu, 0, label.v, ",", PALETTE_THEMES + i);
		str_fini(&label);
	}
}

void
palette_chosen(struct app *app, int answer)
{
	struct screen *screen = app_screen(app);

	if (answer >= PALETTE_THEMES)
		app_set(app, SETTING_THEME,
		    theme_text((enum theme_name)(answer - PALETTE_THEMES)));
	else if (answer >= PALETTE_OWN)
		screen->ops->chosen(screen, app, answer);
	else
		app_act(app, (enum action_id)answer);
}

void
palette_open(struct app *app, bool help)
{
	const struct screen *screen = app->screens[app->current];
	struct str title = STR_INIT;

	str_addf(&title,
	    help ? "help: %s   type to search, Enter runs it"
		 : "commands of %s",
	    screen->ops->name);
	app_choose(app, NULL, APP_ASK_PALETTE, title.v, true);
	str_fini(&title);
	/* Enter in a help that is only read must run nothing. */
	if (help)
		menu_to_read(&app->menu);
	add_group(app, screen, GROUP_SCREEN, "THIS SCREEN");
	add_group(app, screen, GROUP_LISTS, "IN LISTS");
	add_group(app, screen, GROUP_EVERYWHERE, "EVERYWHERE");
	if (help) {
		add_legend(app);
		return;
	}
	if (screen->ops->offer)
		screen->ops->offer(screen, &app->menu);
	add_themes(app);
}

void
palette_offer(struct app *app)
{
	const struct screen *screen = app_screen(app);

	app_choose(app, NULL, APP_ASK_PALETTE, "this row", false);
	for (const enum action_id *id = screen->ops->offers; *id; id++)
		add(app, screen, action_of(*id));
}
