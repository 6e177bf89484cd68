/* test_command.c: the option parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "core/base/str.h"

struct args {
	const char *repo;
	struct text_list files;
	struct text_list include;
	const char *text;
	bool flag;
	unsigned number;
	unsigned choice;
};

static const char *const choices[] = { "model", "dataset", NULL };

static const struct arg test_args[] = {
	{ "REPO", "", offsetof(struct args, repo), true, false },
	{ "FILES", "", offsetof(struct args, files), false, true },
	{ .name = NULL },
};

static const struct opt test_opts[] = {
	{ "include", 'i', OPT_LIST, "P", "", offsetof(struct args, include),
	    NULL },
	{ "text", 't', OPT_TEXT, "T", "", offsetof(struct args, text), NULL },
	{ "flag", 'f', OPT_FLAG, NULL, "", offsetof(struct args, flag), NULL },
	{ "number", 'n', OPT_NUMBER, "N", "", offsetof(struct args, number),
	    NULL },
	{ "kind", 'k', OPT_CHOICE, NULL, "", offsetof(struct args, choice),
	    choices },
	{ .name = NULL },
};

static const struct command command = { .name = "try",
	.args = test_args,
	.opts = test_opts,
	.args_size = sizeof(struct args) };

const struct command *const commands[] = { &command, NULL };

/* What a command line is read as, or the message it is refused with. */
static void
check(const char *line, const char *wanted)
{
	char *text = mem_strdup(line);
	char *argv[16];
	int argc = 0;
	struct args args = { 0 };
	struct str got = STR_INIT;
	struct error err;
	bool help;

	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (!command_parse(&command, argc, argv, &args, &help, &err)) {
		str_addz(&got, err.message);
	} else if (help) {
		str_addz(&got, "help");
	} else {
		str_addf(&got, "%s", args.repo);
		arr_each (file, &args.files.list)
			str_addf(&got, " %s", *file);
		arr_each (pattern, &args.include.list)
			str_addf(&got, " i=%s", *pattern);
		str_addf(&got, "%s%s%s", args.text ? " t=" : "",
		    args.text ? args.text : "", args.flag ? " f" : "");
		if (args.number)
			str_addf(&got, " n=%u", args.number);
		if (args.choice)
			str_addf(&got, " k=%u", args.choice);
	}
	assert_string_equal(got.v, wanted);
	str_fini(&got);
	command_release(&command, &args);
	free(text);
}

static void
test_lines(void **state)
{
	(void)state;
	check("r", "r");
	check("r a b", "r a b");
	check("r --include a b --flag c", "r c i=a i=b f");
	check("r --include a --include b", "r i=a i=b");
	check("r --include=a c", "r c i=a");
	check("--include a b -- r", "r i=a i=b");
	check("-ft x r", "r t=x f");
	check("-tx r", "r t=x");
	check("r --text=a=b", "r t=a=b");
	check("r -n 8 --kind dataset", "r n=8 k=1");
	check("r -- --flag -", "r --flag -");
	check("r -", "r -");
	check("r --help --nope", "help");
	check("-h", "help");
}

static void
test_mistakes(void **state)
{
	(void)state;
	check("", "REPO is missing");
	check("r --nope", "there is no option --nope");
	check("r -x", "there is no option -x");
	check("r --text", "--text needs a value");
	check("r --text --flag", "--text needs a value");
	check("r --flag=1", "--flag takes no value");
	check("r -n 0", "--number takes a whole number from 1 to 100000");
	check("r -n x", "--number takes a whole number from 1 to 100000");
	check("r --kind x", "--kind takes one of model, dataset");
}

static void
test_distance(void **state)
{
	(void)state;
	assert_int_equal(edit_distance("", "abc"), 3);
	assert_int_equal(edit_distance("downlod", "download"), 1);
	assert_int_equal(edit_distance("kitten", "sitting"), 3);
	assert_string_equal(command_guess("tryy"), "try");
	assert_null(command_guess("something"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
