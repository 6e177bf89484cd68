/* main.c: the command line and the full-screen program, brought together. */
#include "cli/dispatch.h"
#include "cli/screens.h"
#include "core/base/mem.h"
#include "tui/run.h"
#include "widgets/term.h"

static struct run_options
options_of(const struct screens_wish *wish, bool pick)
{
	struct run_options options = {
		.app = { .root = wish->root,
		    .pick = pick,
		    .linear = wish->linear,
		    .undo_s = wish->undo_s },
		.ascii = wish->ascii,
		.color_never = wish->color_never,
		.no_mouse = wish->no_mouse,
	};

	options.theme_given =
	    wish->theme && theme_parse(wish->theme, &options.theme);
	return options;
}

static bool
has_theme(const char *name)
{
	enum theme_name theme;

	return theme_parse(name, &theme);
}

static int
browse(const struct screens_wish *wish, struct error *err)
{
	struct run_options options = options_of(wish, false);
	struct run_picked nothing;

	return run_app(&options, &nothing, err);
}

static int
pick(const struct screens_wish *wish, struct scan **scan, struct purge **purge,
    struct error *err)
{
	struct run_options options = options_of(wish, true);
	struct run_picked picked;
	int code = run_app(&options, &picked, err);

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
