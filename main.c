/* main.c: the command line and the full-screen program, brought together. */
#include "cli/dispatch.h"
#include "cli/screens.h"
#include "core/base/mem.h"
#include "tui/run.h"
#include "tui/settings.h"
#include "widgets/term.h"
#include "widgets/theme.h"

static void
set(struct settings *settings, enum setting setting, const char *value)
{
	if (value)
		MAY_FAIL(setting_set(settings, setting, value),
		    "the command line has been checked");
}

/* What was asked for on the command line wins over what is preferred. */
static void
prefer(struct settings *settings, const struct screens_wish *wish)
{
	settings_load(settings);
	set(settings, SETTING_THEME, wish->theme);
	set(settings, SETTING_UNDO, wish->undo);
	set(settings, SETTING_LOOK, wish->ascii ? "plain" : NULL);
	set(settings, SETTING_LINEAR, wish->linear ? "on" : NULL);
	set(settings, SETTING_MOUSE, wish->no_mouse ? "off" : NULL);
}

static int
run_with(const struct screens_wish *wish, bool pick, struct run_picked *picked,
    struct error *err)
{
	struct run_options options = {
		.app = { .root = wish->root, .pick = pick, .log = wish->log },
		.color_never = wish->color_never,
	};
	int code;

	prefer(&options.app.settings, wish);
	code = run_app(&options, picked, err);
	settings_fini(&options.app.settings);
	return code;
}

static bool
has_theme(const char *name)
{
	enum theme_name theme;

	return theme_parse(name, &theme);
}

static int
browse(const struct screens_wish *wish, uint64_t *freed, struct error *err)
{
	struct run_picked done;
	int code = run_with(wish, false, &done, err);

	*freed = done.freed;
	return code;
}

static int
pick(const struct screens_wish *wish, struct scan **scan, struct purge **purge,
    struct error *err)
{
	struct run_picked picked;
	int code = run_with(wish, true, &picked, err);

	*scan = picked.scan;
	*purge = picked.purge;
	return code;
}

int
main(int argc, char **argv)
{
	static const struct screens screens = { term_usable, has_theme, browse,
		pick };

	return cli_main(argc, argv, &screens);
}
