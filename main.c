/* main.c: the command line and the full-screen program, brought together. */
#include "cli/dispatch.h"
#include "cli/screens.h"
#include "core/base/mem.h"
#include "tui/frame/run.h"
#include "tui/frame/settings.h"
#include "widgets/term.h"
#include "widgets/theme.h"
#include "widgets/tty.h"

static void
set(struct settings *settings, enum setting setting, const char *value)
{
	if (value)
		MAY_FAIL(setting_set(settings, setting, value),
		    "the command line has been checked");
}

/* What was asked for on the command line wins over what is preferred. */
static void
prefer(struct settings *settings, const struct screens_options *options)
{
	settings_load(settings);
	set(settings, SETTING_THEME, options->theme);
	set(settings, SETTING_UNDO, options->undo);
	set(settings, SETTING_LOOK, options->ascii ? "plain" : NULL);
	set(settings, SETTING_LINEAR, options->linear ? "on" : NULL);
	set(settings, SETTING_MOUSE, options->no_mouse ? "off" : NULL);
}

static int
run_with(const struct screens_options *options, bool pick,
    const struct queue_job *choose, struct run_picked *picked,
    struct error *err)
{
	struct run_options run = {
		.app = { .root = options->root,
		    .pick = pick,
		    .choose = choose,
		    .log = options->log,
		    .repo = options->repo },
		.color_never = options->color_never,
		.say = options->say,
		.context = options->context,
	};
	int code;

	prefer(&run.app.settings, options);
	code = run_app(&run, picked, err);
	settings_fini(&run.app.settings);
	return code;
}

static bool
has_theme(const char *name)
{
	enum theme_name theme;

	return theme_parse(name, &theme);
}

static int
browse(
    const struct screens_options *options, uint64_t *freed, struct error *err)
{
	struct run_picked done;
	int code = run_with(options, false, NULL, &done, err);

	*freed = done.freed;
	return code;
}

static int
pick(const struct screens_options *options, struct scan **scan,
    struct purge **purge, struct error *err)
{
	struct run_picked picked;
	int code = run_with(options, true, NULL, &picked, err);

	*scan = picked.scan;
	*purge = picked.purge;
	return code;
}

static struct queue_job *
choose(const struct screens_options *options, const struct queue_job *from,
    struct error *err)
{
	struct run_picked picked = { .job = NULL };
	const char *why;
	struct tty tty;
	int code = -1;

	tty_take(&tty);
	if (term_usable(&why))
		code = run_with(options, false, from, &picked, err);
	else
		err_set(err, ERR_USAGE,
		    "files can only be picked on a terminal: %s", why);
	tty_give_back(&tty);
	if (code >= 0 && !picked.job)
		err_set(err, ERR_CANCELLED, "no file was picked");
	return picked.job;
}

int
main(int argc, char **argv)
{
	static const struct screens screens = { term_usable, has_theme, browse,
		pick, choose };

	return cli_main(argc, argv, &screens);
}
