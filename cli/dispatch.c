#include "cli/dispatch.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/complete.h"
#include "cli/mistake.h"
#include "cli/out.h"
#include "cli/parse.h"
#include "cli/screens.h"
#include "cli/show/render.h"
#include "core/base/str.h"
#include "core/os/dump.h"

static enum exit_code
print(const struct cli *cli,
    void (*render)(
	struct str *out, const struct cli *cli, const struct command *command),
    const struct command *command)
{
	struct str text = STR_INIT;

	if (command)
		render(&text, cli, command);
	else
		render_overview(&text, cli);
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
	return cli->face == FACE_HF && !argc && command->args->name &&
	       arg_is_required(command->args, cli->face);
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
		code = print(cli, render_help, command);
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
	render_overview(&text, cli);
	if (cli->face == FACE_OLD)
		out_put(text.v);
	else
		out_tell(text.v);
	str_fini(&text);
	if (cli->face == FACE_OLD)
		return EXIT_NOT_ALL;
	if (cli->face == FACE_HUG)
		out_note(cli,
		    "a command is needed, as the full-screen program cannot be "
		    "shown: %s",
		    why);
	return EXIT_USAGE;
}

/* Appends the words of the line that are a group: "repo tag"; how many. */
static int
take_group(struct str *out, const struct cli *cli, int argc, char **argv)
{
	int taken = 0;

	for (int n = 1; n <= argc; n++) {
		struct str words = STR_INIT;

		for (int i = 0; i < n; i++)
			str_addf(&words, "%s%s", i ? " " : "", argv[i]);
		if (command_is_group(cli, words.v)) {
			str_set(out, words.v);
			taken = n;
		}
		str_fini(&words);
		if (taken < n)
			break;
	}
	return taken;
}

/* What there is in a group: an answer if it was asked for, else a mistake. */
static enum exit_code
explain_group(const struct cli *cli, const char *group, bool asked)
{
	struct str text = STR_INIT;

	render_group(&text, cli, group);
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
	int taken = take_group(&group, cli, argc, argv);
	enum exit_code code;
	struct error err;

	if (taken && (taken == argc || is_any(argv[taken], "--help", "-h"))) {
		code = explain_group(cli, group.v, taken < argc);
	} else {
		mistake_no_command(cli, group.v, argv[taken], &err);
		code = usage_error(cli, &err);
	}
	str_fini(&group);
	return code;
}

int
cli_main(int argc, char **argv, const struct screens *screens)
{
	const struct command *command;
	struct cli cli;
	int taken;

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
	if (argc == 2 && cli.face == FACE_HUG &&
	    !strcmp(argv[1], "--disable-tui"))
		return (int)no_command(&cli, true);
	if (is_any(argv[1], "--help", "-h") ||
	    (cli.face == FACE_HUG && !strcmp(argv[1], "help")))
		return (int)print(&cli, render_help, NULL);
	if (cli.face == FACE_HF && is_any(argv[1], "--version", "-v")) {
		cli.format = FORMAT_QUIET;
		return (int)run_command(&cli, &cmd_version, 0, argv + 2);
	}
	if (cli.face == FACE_HUG && !strcmp(argv[1], "__complete")) {
		complete(argc - 2, argv + 2);
		return EXIT_ALL;
	}
	if (cli.face == FACE_HUG && !strcmp(argv[1], "--version"))
		return (int)run_command(&cli, &cmd_version, 0, argv + 2);
	command = command_find(&cli, argc - 1, argv + 1, &taken);
	if (command)
		return (int)run_typed(&cli, command, taken, argc - 1, argv + 1);
	return (int)no_such_command(&cli, argc - 1, argv + 1);
}
