/* main.c: start-up, dispatch, exit code. */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/render.h"
#include "core/base/str.h"
#include "core/base/utf8.h"

const struct command *const commands[] = {
	&cmd_download,
	&cmd_version,
	NULL,
};

static enum exit_code
print(void (*render)(struct str *out, const struct command *command),
    const struct command *command)
{
	struct str text = STR_INIT;

	if (command)
		render(&text, command);
	else
		render_overview(&text);
	fputs(text.v, stdout);
	str_fini(&text);
	return out_finish() ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
usage_error(const struct error *err)
{
	out_error(err);
	return EXIT_USAGE;
}

static enum exit_code
unknown_command(const char *name)
{
	const char *guess = command_guess(name);
	struct str safe = STR_INIT;
	struct error err;

	utf8_safe(&safe, name);
	err_set(&err, ERR_USAGE, "there is no command '%.200s'", safe.v);
	if (guess)
		err_hint(&err, "Did you mean `hug %s`?", guess);
	else
		err_hint(&err, "`hug --help` lists them");
	str_fini(&safe);
	return usage_error(&err);
}

static enum exit_code
run_command(const struct command *command, int argc, char **argv)
{
	void *args = mem_zalloc(command->args_size);
	enum exit_code code;
	struct error err;
	bool help;

	if (!command_parse(command, argc, argv, args, &help, &err))
		code = usage_error(&err);
	else if (help)
		code = print(render_help, command);
	else
		code = command->run(args);
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

int
main(int argc, char **argv)
{
	const struct command *command;

	fill_descriptors();

	/* Widths of characters come from the locale; a foreign one that is
	 * not installed here must not spoil them. */
	if (!setlocale(LC_CTYPE, ""))
		setlocale(LC_CTYPE, "C.UTF-8");
	if (argc < 2) {
		struct str text = STR_INIT;

		render_overview(&text);
		fputs(text.v, stderr);
		str_fini(&text);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help"))
		return (int)print(render_help, NULL);
	command =
	    strcmp(argv[1], "--version") ? command_find(argv[1]) : &cmd_version;
	if (!command)
		return (int)unknown_command(argv[1]);
	return (int)run_command(command, argc - 2, argv + 2);
}
