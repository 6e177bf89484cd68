#include "cli/dispatch.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ahead.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/complete.h"
#include "cli/mistake.h"
#include "cli/out.h"
#include "cli/parse.h"
#include "cli/screens.h"
#include "cli/show/help.h"
#include "cli/show/render.h"
#include "core/base/str.h"
#include "core/os/dump.h"

/* Prints help, of a command or (NULL) of all, and ends. */
static enum exit_code
print_help(const struct cli *cli, const struct command *command)
{
	struct str text = STR_INIT;
	bool hug = cli->face == FACE_HUG;

	if (command)
		(hug ? help_command : render_help)(&text, cli, command);
	else
		(hug ? help_overview : render_overview)(&text, cli);
	out_put(text.v);
	str_fini(&text);
	return out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
usage_error(const struct cli *cli, const struct error *err)
{
	if (cli->face == FACE_OLD)
		out_tell("usage: huggingface-cli <command> [<args>]\n");
	out_error(cli, err);
	return EXIT_USAGE;
}

/* As hf does: a command that needs words and got none explains itself. */
static bool
wants_words(const struct cli *cli, const struct command *command, int argc)
{
	const struct arg *arg = arg_of(command->args, cli);

	return cli->face == FACE_HF && !argc && arg->name &&
	       arg_is_required(arg, cli->face);
}

static enum exit_code
run_command(
    struct cli *cli, const struct command *command, int argc, char **argv)
{
	void *args = mem_zalloc(command->args_size);
	enum exit_code code;
	struct error err;
	bool help = wants_words(cli, command, argc);

	if (command->defaults)
		command->defaults(args);
	if (!help &&
	    !command_parse(command, cli, argc, argv, args, &help, &err))
		code = usage_error(cli, &err);
	else if (help)
		code = print_help(cli, command);
	else
		code = command->run(cli, args);
	command_release(command, args);
	free(args);
	return code;
}

/*
 * A descriptor below 3 that is closed would be given to the next file that is
 * opened, and that file would get what we print. What stands in for stdout
 * cannot be written to, so that a lost result is noticed.
 */
static void
fill_descriptors(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", flags[fd]) != fd)
			_exit(EXIT_NOT_ALL);
	}
}

/*
 * Without a command: the full-screen program where it can be shown; else each
 * name has its own way to say what there is.
 */
static enum exit_code
no_command(struct cli *cli, bool off)
{
	struct str text = STR_INIT;
	const char *why = "--disable-tui";

	if (cli->face == FACE_HUG && !off && cli->screens &&
	    cli->screens->usable(&why))
		return run_command(cli, &cmd_ui, 0, NULL);
	(cli->face == FACE_HUG ? help_overview : render_overview)(&text, cli);
	if (cli->face == FACE_OLD)
		out_put(text.v);
	else
		out_tell(text.v);
	str_fini(&text);
	if (cli->face == FACE_OLD)
		return EXIT_NOT_ALL;
	if (cli->face == FACE_HUG)
		out_note(cli,
		    "the full-screen app cannot be shown here: %s. Choose a "
		    "command",
		    why);
	return EXIT_USAGE;
}

/* What there is in a group: an answer if it was asked for, else a mistake. */
static enum exit_code
explain_group(const struct cli *cli, const char *group, bool asked)
{
	struct str text = STR_INIT;

	(cli->face == FACE_HUG ? help_group : render_group)(&text, cli, group);
	if (asked)
		out_put(text.v);
	else
		out_tell(text.v);
	str_fini(&text);
	if (!asked)
		return EXIT_USAGE;
	return out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
}

static bool
is_any(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

static enum exit_code
run_typed(struct cli *cli, const struct command *command, int taken, int argc,
    char **argv)
{
	struct str typed = STR_INIT;
	enum exit_code code;

	for (int i = 0; i < taken; i++)
		str_addf(&typed, "%s%s", i ? " " : "", argv[i]);
	cli->typed = typed.v;
	code = run_command(cli, command, argc - taken, argv + taken);
	cli->typed = NULL;
	str_fini(&typed);
	return code;
}

static enum exit_code
no_such_command(const struct cli *cli, int argc, char **argv)
{
	struct str group = STR_INIT;
	int taken = command_take_group(&group, cli, argc, argv);
	enum exit_code code;
	struct error err;

	if (taken &&
	    (taken == argc || is_any(argv[taken], "--help", "-h") ||
		(cli->face == FACE_HUG && !strcmp(argv[taken], "help")))) {
		code = explain_group(cli, group.v, taken < argc);
	} else {
		mistake_no_command(cli, group.v, argv[taken], &err);
		code = usage_error(cli, &err);
	}
	str_fini(&group);
	return code;
}

/* `hug help cache rm`, and `hug --help cache rm`. */
static enum exit_code
help(const struct cli *cli, int argc, char **argv)
{
	struct str text = STR_INIT;
	enum exit_code code = EXIT_USAGE;
	struct error err;

	/* `hug help` may have its own options of help behind it. */
	while (argc && is_any(argv[argc - 1], "--help", "-h"))
		argc--;
	if (help_words(&text, cli, argc, argv, &err)) {
		out_put(text.v);
		code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else {
		out_error(cli, &err);
	}
	str_fini(&text);
	return code;
}

/* The words behind the program's name that only hug knows; `done` says whether it
 * was one of them. */
static enum exit_code
run_own(struct cli *cli, int argc, char **argv, bool *done)
{
	struct error err;

	*done = true;
	if (argc == 1 && !strcmp(argv[0], "--disable-tui"))
		return no_command(cli, true);
	if (is_any(argv[0], "--help", "-h") || !strcmp(argv[0], "help"))
		return help(cli, argc - 1, argv + 1);
	if (is_any(argv[0], "--version", "-V"))
		return run_command(cli, &cmd_version, 0, argv + 1);
	if (!strcmp(argv[0], "__complete")) {
		complete(argc - 1, argv + 1);
		return EXIT_ALL;
	}
	if (!ahead_move(cli, argc, argv, &err))
		return usage_error(cli, &err);
	*done = false;
	return EXIT_ALL;
}

static enum exit_code
run_words(struct cli *cli, int argc, char **argv)
{
	const struct command *command;
	enum exit_code code;
	bool done;
	int taken;

	if (cli->face == FACE_HUG) {
		code = run_own(cli, argc, argv, &done);
		if (done)
			return code;
	} else if (is_any(argv[0], "--help", "-h")) {
		return print_help(cli, NULL);
	} else if (cli->face == FACE_HF && is_any(argv[0], "--version", "-v")) {
		cli->format = FORMAT_QUIET;
		return run_command(cli, &cmd_version, 0, argv + 1);
	}
	command = command_find(cli, argc, argv, &taken);
	if (command)
		return run_typed(cli, command, taken, argc, argv);
	return no_such_command(cli, argc, argv);
}

int
cli_main(int argc, char **argv, const struct screens *screens)
{
	struct cli cli;

	fill_descriptors();
	/* Whatever the command: a token may stand in the environment. */
	dump_forbid();

	/* Widths of characters come from the locale; a foreign one that is
	 * not installed here must not spoil them. */
	if (!setlocale(LC_CTYPE, ""))
		setlocale(LC_CTYPE, "C.UTF-8");
	cli_init(&cli, argc ? argv[0] : NULL);
	cli.screens = screens;
	if (argc < 2)
		return (int)no_command(&cli, false);
	return (int)run_words(&cli, argc - 1, argv + 1);
}
