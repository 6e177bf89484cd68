/* cmd_ui.c: hug ui, and hug without a command on a terminal. */
#include <stdlib.h>
#include <string.h>

#include "cli/cache_text.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/screens.h"
#include "core/base/repoid.h"
#include "core/base/timefmt.h"
#include "core/hub/address.h"
#include "core/hub/endpoint.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/root.h"
#include "core/store/trash.h"

struct ui_args {
	const char *repo;
	const char *cache_dir;
	bool linear;
	bool ascii;
	bool no_mouse;
	const char *theme;
	unsigned undo; /* in undo_names */
	unsigned color;
	unsigned screen; /* in screen_names */
};

static const char *const color_names[] = { "auto", "never", NULL };

/* The first stands for: as is preferred. */
static const char *const undo_names[] = { "auto", "0", "10", "30", "60", "300",
	"600", NULL };

static const char *const screen_names[] = { "cache", "log", NULL };

#define AT(member) .offset = offsetof(struct ui_args, member)

static const struct arg ui_args[] = {
	{ "REPO_ID", "Begin with the files of this repository", AT(repo) },
	{ .name = NULL },
};

static const struct opt ui_opts[] = {
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    AT(cache_dir) },
	{ "screen", 0, OPT_CHOICE, NULL, "Start with this screen", AT(screen),
	    .choices = screen_names },
	{ "undo", 0, OPT_CHOICE, NULL,
	    "Seconds in which a deletion can be undone (default: 30; "
	    "0: free the space at once)",
	    AT(undo), .choices = undo_names },
	{ "linear", 0, OPT_FLAG, NULL,
	    "Draw for screen readers: no boxes, no bars, a visible "
	    "cursor",
	    AT(linear) },
	{ "ascii", 0, OPT_FLAG, NULL, "Draw with ASCII characters only",
	    AT(ascii) },
	{ "no-mouse", 0, OPT_FLAG, NULL, "Leave the mouse to the terminal",
	    AT(no_mouse) },
	{ "theme", 0, OPT_TEXT, "NAME",
	    "neutral, dark, light, contrast or none (default: from "
	    "the settings)",
	    AT(theme) },
	{ "color", 0, OPT_CHOICE, NULL,
	    "Choose when to use colour (or set NO_COLOR)", AT(color),
	    .choices = color_names },
	{ .name = NULL },
};

/* One line on the ordinary screen says what was done on the other. */
static void
tell_freed(const struct cli *cli, uint64_t freed)
{
	char size[TIMEFMT_MAX];

	if (!freed)
		return;
	fmt_bytes(size, freed);
	out_note(cli, "freed %s", size);
}

/* And what could still be brought back. */
static void
tell_waiting(const struct cli *cli, const char *path)
{
	struct error ignored;
	struct root *root = root_open(path, &ignored);
	trash_list list = { 0 };
	char size[TIMEFMT_MAX];
	uint64_t bytes = 0;

	if (root)
		MAY_FAIL(trash_look(root, &list, &ignored),
		    "`hug cache restore` says why it cannot be read");
	root_close(root);
	arr_each (batch, &list)
		bytes += batch->state == TRASH_LEFT ? batch->bytes : 0;
	fmt_bytes(size, bytes);
	if (bytes)
		out_note(cli,
		    "%s are deleted but not freed: `hug cache restore` "
		    "restores them, `hug cache prune` frees them",
		    size);
	trash_list_free(&list);
}

static void
say(void *context, const char *text)
{
	out_note(context, "%s", text);
}

/* A name that cannot be a repository's is an error before the screen opens. */
static bool
check_repo(const char *name, struct error *err)
{
	struct address address = { .id = NULL };
	char *base = hub_choose_base();
	bool ok = address_read(name, base, ADDRESS_OWN, &address, err) &&
	          repo_check_id(address.id, err);

	address_fini(&address);
	free(base);
	return ok;
}

static enum exit_code
ui_run(const struct cli *cli, const void *args)
{
	const struct ui_args *a = args;
	const char *why = "this program was built without";
	struct cli own = *cli;
	struct screens_options options = { .linear = a->linear,
		.say = say,
		.context = &own,
		.ascii = a->ascii,
		.no_mouse = a->no_mouse,
		.color_never = a->color == 1,
		.log = a->screen == 1,
		.repo = a->repo,
		.theme = a->theme,
		.undo = a->undo ? undo_names[a->undo] : NULL };
	char *root;
	uint64_t freed = 0;
	struct error err;
	int code;

	if (!cli->screens || !cli->screens->usable(&why)) {
		err_set(&err, ERR_USAGE,
		    "the full-screen app cannot be shown here: %s", why);
		err_hint(&err, "`hug --help` lists the commands");
		out_error(cli, &err);
		return EXIT_USAGE;
	}
	if (a->theme && !cli->screens->has_theme(a->theme)) {
		err_set(&err, ERR_USAGE,
		    "there is no theme called '%.40s': neutral, dark, light, "
		    "contrast, none",
		    a->theme);
		out_error(cli, &err);
		return EXIT_USAGE;
	}
	if (a->repo && !check_repo(a->repo, &err)) {
		out_error(cli, &err);
		return EXIT_USAGE;
	}
	root = cache_root(a->cache_dir, &err);
	if (!root) {
		out_error(cli, &err);
		return EXIT_NOT_ALL;
	}
	options.root = root;
	code = cli->screens->browse(&options, &freed, &err);
	if (code < 0)
		out_error(cli, &err);
	tell_freed(cli, freed);
	tell_waiting(cli, root);
	free(root);
	return code < 0 ? EXIT_NOT_ALL : (enum exit_code)code;
}

static const struct example ui_examples[] = {
	{ "hug ui", "Open the app; `hug` alone does the same on a terminal" },
	{ "hug ui acme/owl",
	    "Open it with the files of a repository, to choose from" },
	{ "hug ui --cache-dir /data/hub", "Show another cache" },
	{ "hug ui --linear", "Open it for a screen reader" },
	{ NULL, NULL },
};

const struct command cmd_ui = {
	.name = "ui",
	.summary = "Open the full-screen app",
	.details = "`hug` without a command does the same on a terminal. "
		   "Press ? in the app to see every key.\n",
	.examples = ui_examples,
	.args = ui_args,
	.opts = ui_opts,
	.args_size = sizeof(struct ui_args),
	.run = ui_run,
	.faces = FACE_HUG,
};
