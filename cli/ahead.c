#include "cli/ahead.h"

#include <string.h>

#include "cli/command.h"
#include "cli/mistake.h"
#include "cli/parse.h"
#include "core/base/arr.h"

/* What commands make of an option; of several, how they differ. */
enum takes {
	TAKES_UNKNOWN, /* no command has it */
	TAKES_NOTHING,
	TAKES_VALUE,
	TAKES_EITHER, /* it depends on the command, or it takes a list */
};

static enum takes
both(enum takes a, enum takes b)
{
	return a == TAKES_UNKNOWN || a == b ? b : TAKES_EITHER;
}

static enum takes
taken_by(const struct opt *opt)
{
	if (opt->kind == OPT_LIST)
		return TAKES_EITHER;
	return opt_is_switch(opt) ? TAKES_NOTHING : TAKES_VALUE;
}

static bool
has_name(const struct opt *opt, const char *name, size_t n)
{
	return (!strncmp(opt->name, name, n) && !opt->name[n]) ||
	       (opt->alias && !strncmp(opt->alias, name, n) && !opt->alias[n]);
}

/* Of a name of n bytes, or of a letter if there is no name. */
static enum takes
look_up(const struct cli *cli, const char *name, size_t n, char letter)
{
	enum takes takes = TAKES_UNKNOWN;

	if (name ? n == 4 && !strncmp(name, "help", 4) : letter == 'h')
		return TAKES_NOTHING;
	for (const struct opt *opt = parse_common_options; opt->name; opt++) {
		if (name ? has_name(opt, name, n) : opt->letter == letter)
			takes = taken_by(opt);
	}
	for (unsigned i = 0; commands[i]; i++) {
		const struct opt *opt = commands[i]->opts;

		for (; command_is_of(commands[i], cli) && opt->name; opt++) {
			if (opt_is_of(opt, cli) &&
			    (name ? has_name(opt, name, n)
				  : opt->letter == letter))
				takes = both(takes, taken_by(opt));
		}
	}
	return takes;
}

/* "-qy": switches, of which the last may be one that takes the next word. */
static enum takes
look_up_letters(const struct cli *cli, const char *word)
{
	enum takes takes = TAKES_UNKNOWN;

	for (const char *p = word + 1; *p; p++) {
		takes = look_up(cli, NULL, 0, *p);
		if (takes == TAKES_VALUE)
			return p[1] ? TAKES_NOTHING : TAKES_VALUE;
		if (takes != TAKES_NOTHING)
			return takes;
	}
	return takes;
}

/* How many words the option at the front is; 0: that cannot be told. */
static int
length_of(const struct cli *cli, char **argv, struct error *err)
{
	const char *word = argv[0];
	size_t n = strcspn(word, "=");
	enum takes takes = word[1] == '-' ? look_up(cli, word + 2, n - 2, 0)
	                                  : look_up_letters(cli, word);

	if (takes == TAKES_UNKNOWN) {
		MAY_FAIL(mistake_ahead(cli, word, true, err),
		    "the caller says that it failed");
		return 0;
	}
	if (word[1] == '-' && word[n])
		return 1;
	if (takes == TAKES_EITHER) {
		MAY_FAIL(mistake_ahead(cli, word, false, err),
		    "the caller says that it failed");
		return 0;
	}
	return takes == TAKES_VALUE ? 2 : 1;
}

bool
ahead_move(const struct cli *cli, int argc, char **argv, struct error *err)
{
	ARR(char *) moved = { 0 };
	int n = 0, taken;

	while (n < argc && argv[n][0] == '-' && argv[n][1]) {
		int length = length_of(cli, argv + n, err);

		if (!length)
			return false;
		n += length;
	}
	if (!n)
		return true;
	if (n >= argc)
		return mistake_alone(argv[0], err);
	if (!command_find(cli, argc - n, argv + n, &taken))
		taken = argc - n;
	for (int i = 0; i < taken; i++)
		arr_push(&moved, argv[n + i]);
	for (int i = 0; i < n; i++)
		arr_push(&moved, argv[i]);
	memcpy(argv, moved.v, moved.n * sizeof(*argv));
	arr_free(&moved);
	return true;
}
