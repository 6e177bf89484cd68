/* test_command.c: the option parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "cli/parse.h"
#include "cli/similar.h"
#include "core/base/str.h"

/* What the parser tells of is tested through the program. */
void
out_tellf(const char *format, ...)
{
	(void)format;
}

struct args {
	const char *repo;
	struct text_list files;
	struct text_list include;
	const char *text;
	bool flag;
	unsigned number;
	unsigned choice;
	long integer;
	struct text_list repeat;
};

static const char *const choices[] = { "model", "dataset", NULL };

static const struct arg test_args[] = {
	{ "REPO", "", .offset = offsetof(struct args, repo), .required = true },
	{ "FILES", "", .offset = offsetof(struct args, files), .many = true },
	{ .name = NULL },
};

#define AT(member) .offset = offsetof(struct args, member)

static const struct opt test_opts[] = {
	{ "include", 'i', OPT_LIST, "P", "", AT(include) },
	{ "text", 't', OPT_TEXT, "T", "", AT(text) },
	{ "flag", 'f', OPT_FLAG, NULL, "", AT(flag) },
	{ "number", 'n', OPT_NUMBER, "N", "", AT(number) },
	{ "kind", 'k', OPT_CHOICE, NULL, "", AT(choice), .choices = choices },
	{ "integer", 0, OPT_INTEGER, "I", "", AT(integer) },
	{ "each", 'e', OPT_REPEAT, "E", "", AT(repeat) },
	{ .name = NULL },
};

static const struct command command = { .name = "try",
	.args = test_args,
	.opts = test_opts,
	.args_size = sizeof(struct args) };

static const struct command list = { .name = "repo tag list",
	.as_hf = "repos tag list",
	.alias = "ls",
	.args = test_args,
	.opts = test_opts };

const struct command *const commands[] = { &command, &list, NULL };

/* What a command line is read as, or the message it is refused with. */
static void
check_as(enum face face, const char *line, const char *wanted)
{
	struct cli cli = { .face = face };
	char *text = mem_strdup(line);
	char *argv[16];
	int argc = 0;
	struct args args = { 0 };
	struct str got = STR_INIT;
	struct error err;
	bool help;

	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (!command_parse(&command, &cli, argc, argv, &args, &help, &err)) {
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
		if (args.integer)
			str_addf(&got, " j=%ld", args.integer);
		arr_each (word, &args.repeat.list)
			str_addf(&got, " e=%s", *word);
	}
	assert_string_equal(got.v, wanted);
	str_fini(&got);
	command_release(&command, &args);
	free(text);
}

static void
check(const char *line, const char *wanted)
{
	check_as(FACE_HUG, line, wanted);
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
	check("r --integer -1 a", "r a j=-1");
	check("-e a r -eb --each=c", "r e=a e=b e=c");
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
	check("r -n 0",
	    "--number takes a whole number from 1 to 100000, not '0'");
	check("r -n x",
	    "--number takes a whole number from 1 to 100000, not 'x'");
	check("r --integer 1x", "--integer takes a whole number, not '1x'");
	check("r --each", "--each needs a value");
	check("r --kind x", "--kind takes one of model, dataset, not 'x'");
}

/* The last line of a message of an old name. */
static void
test_old_names(void **state)
{
	(void)state;
	check("--include a b r", "r i=a i=b");
	check("--include r", "REPO is missing");
	check_as(FACE_OLD, "r --inc a b --include c", "r i=c");
	check_as(FACE_OLD, "r a b --include", "r a b i=[c-a]");
	check_as(FACE_OLD, "--include a -- r", "r i=a");
	check_as(FACE_OLD, "r --flag a",
	    "huggingface-cli: error: unrecognized arguments: a");
	check_as(FACE_OLD, "r --nope -z a",
	    "huggingface-cli: error: unrecognized arguments: --nope -z a");
	check_as(FACE_OLD, "--include a r",
	    "huggingface-cli <command> [<args>] try: error: the following "
	    "arguments are required: repo, files");
	check_as(FACE_HF, "r --include a b", "r b i=a");
	check_as(FACE_HF, "r --include a *.b c? d", "r d i=a i=*.b i=c?");
	check_as(FACE_HF, "--include a r --include b", "r i=a i=b");
	check_as(FACE_HF, "r --include",
	    "Error: Option '--include' requires an argument.");
}

static void
check_guess(const struct cli *cli, const char *group, const char *word,
    const char *wanted)
{
	struct str guess = STR_INIT;

	command_guess(&guess, cli, group, word, false);
	assert_string_equal(guess.v, wanted);
	str_fini(&guess);
}

static void
test_similarity(void **state)
{
	struct cli cli = { .face = FACE_HUG };

	(void)state;
	assert_true(similarity("abc", "abc") > 0.99);
	assert_true(similarity("--nope", "--type") > 0.66 &&
		    similarity("--nope", "--type") < 0.67);
	assert_true(similarity("abc", "xyz") < 0.01);
	check_guess(&cli, "", "tryy", "try");
	check_guess(&cli, "", "something", "");
	check_guess(&cli, "repo", "tagg", "tag");
	check_guess(&cli, "repo tag", "lis", "list");
	check_guess(&cli, "repo tag", "lss", "ls");
}

/* Which command words are, as which name, and how many they take. */
static void
check_find(enum face face, const char *line, const char *wanted, int words)
{
	struct cli cli = { .face = face };
	char *text = mem_strdup(line);
	char *argv[16];
	int argc = 0, taken;
	const struct command *found;

	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	found = command_find(&cli, argc, argv, &taken);
	assert_string_equal(found ? command_name(found, &cli) : "", wanted);
	assert_int_equal(taken, words);
	free(text);
}

static void
test_names(void **state)
{
	struct cli hug = { .face = FACE_HUG }, hf = { .face = FACE_HF };

	(void)state;
	check_find(FACE_HUG, "try x", "try", 1);
	check_find(FACE_HUG, "repo tag list x", "repo tag list", 3);
	check_find(FACE_HUG, "repo tag ls x", "repo tag list", 3);
	check_find(FACE_HUG, "repos tag ls x", "repo tag list", 3);
	check_find(FACE_HF, "repos tag ls x", "repos tag list", 3);
	check_find(FACE_HF, "repo tag ls x", "", 0);
	check_find(FACE_HUG, "repo ls", "", 0);
	check_find(FACE_HUG, "repo tag", "", 0);
	assert_true(command_is_group(&hug, "repo"));
	assert_true(command_is_group(&hug, "repos tag"));
	assert_false(command_is_group(&hug, "repo tag list"));
	assert_false(command_is_group(&hf, "repo"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_old_names),
		cmocka_unit_test(test_similarity),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
