/*
 * argv.c: command lines, a word a line, as each name of the program reads them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ahead.h"
#include "cli/cli.h"
#include "cli/command.h"
#include "cli/mistake.h"
#include "cli/parse.h"
#include "cli/show/help.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "tests/fuzz/fuzz.h"

#define WORDS_MAX 24

static void
check_parse(
    const struct command *command, struct cli *cli, int argc, char **argv)
{
	void *args = mem_zalloc(command->args_size ? command->args_size : 1);
	struct error err = { .code = ERR_NONE };
	bool help = false;

	if (command->defaults)
		command->defaults(args);
	if (!command_parse(command, cli, argc, argv, args, &help, &err))
		fuzz_check_error(&err);
	command_release(command, args);
	free(args);
}

/* What only hug does with a line: help for it, and options that stand before the
 * command, which then stand behind it. */
static void
check_own(const struct cli *cli, int argc, char **argv)
{
	struct str text = STR_INIT;
	struct error err = { .code = ERR_NONE };

	if (!help_words(&text, cli, argc, argv, &err))
		fuzz_check_error(&err);
	must(fuzz_is_shown(text.v) || strchr(text.v, '\n'));
	if (argc && !ahead_move(cli, argc, argv, &err))
		fuzz_check_error(&err);
	str_fini(&text);
}

static void
check_words(const char *name, int argc, char **argv)
{
	struct cli cli;
	const struct command *command;
	struct error err;
	struct str guess = STR_INIT;
	int taken = 0;

	cli_init(&cli, name);
	if (cli.face == FACE_HUG)
		check_own(&cli, argc, argv);
	command = command_find(&cli, argc, argv, &taken);
	must(taken >= 0 && taken <= argc);
	if (command) {
		must(command_is_of(command, &cli));
		check_parse(command, &cli, argc - taken, argv + taken);
	} else {
		const char *word = argc ? argv[0] : "";

		must(!mistake_no_command(&cli, "", word, &err));
		fuzz_check_error(&err);
		command_guess(&guess, &cli, "", word, false);
		must(fuzz_is_shown(guess.v));
		(void)command_is_group(&cli, word);
	}
	str_fini(&guess);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool quiet;
	struct fuzz in = { data, size };
	char *argv[WORDS_MAX + 1];
	int argc = 0;

	/* Notes of the old names are of no use here. Others than glibc do not let
	 * the stream be replaced while libFuzzer keeps its own. */
#ifdef __GLIBC__
	if (!quiet)
		stderr = fopen("/dev/null", "we");
#endif
	quiet = true;
	while (in.n && argc < WORDS_MAX)
		argv[argc++] = fuzz_text(&in, '\n');
	argv[argc] = NULL;
	check_words("hug", argc, argv);
	check_words("hf", argc, argv);
	check_words("huggingface-cli", argc, argv);
	while (argc)
		free(argv[--argc]);
	return 0;
}
