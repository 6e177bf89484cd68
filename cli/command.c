#include "cli/command.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"

/* A command line while it is read. */
struct reading {
	const struct command *command;
	char **argv;
	int argc;
	int next;
	char *args;
	const struct arg *arg; /* that takes the next word */
	bool only_words;       /* after -- */
	bool help;
	struct error *err;
};

static bool
complain(
    struct reading *r, const char *before, const char *what, const char *after)
{
	struct str safe = STR_INIT;

	utf8_safe(&safe, what);
	err_set(r->err, ERR_USAGE, "%s%.200s%s", before, safe.v, after);
	str_fini(&safe);
	return false;
}

size_t
edit_distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	size_t *row = mem_resize(NULL, n + 1, sizeof(*row));
	size_t result;

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] > row[j - 1])
				row[j] = row[j - 1];
			row[j]++;
			if (change < row[j])
				row[j] = change;
		}
	}
	result = row[n];
	free(row);
	return result;
}

/* Whether one may well be meant by the other: a third of it is wrong at most. */
static bool
is_near(const char *typed, const char *name, size_t *best)
{
	size_t distance = edit_distance(typed, name);

	if (distance >= *best || distance > (strlen(name) + 2) / 3)
		return false;
	*best = distance;
	return true;
}

const char *
command_guess(const char *name)
{
	const char *guess = NULL;
	size_t best = (size_t)-1;

	for (unsigned i = 0; commands[i]; i++)
		if (is_near(name, commands[i]->name, &best))
			guess = commands[i]->name;
	return guess;
}

const struct command *
command_find(const char *name)
{
	for (unsigned i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static const struct opt *
find_long(const struct reading *r, const char *name, size_t n)
{
	for (const struct opt *opt = r->command->opts; opt->name; opt++)
		if (strlen(opt->name) == n && !memcmp(opt->name, name, n))
			return opt;
	return NULL;
}

static const struct opt *
find_letter(const struct reading *r, char letter)
{
	for (const struct opt *opt = r->command->opts; opt->name; opt++)
		if (opt->letter == letter)
			return opt;
	return NULL;
}

/* A word that is an option; a lone dash is none. */
static bool
is_option(const struct reading *r, const char *word)
{
	return !r->only_words && word[0] == '-' && word[1];
}

static bool
set_number(struct reading *r, const struct opt *opt, const char *value)
{
	uint64_t number = 0;

	if (!span_u64(span_of(value), &number) || !number || number > 100000)
		return complain(r, "--", opt->name,
		    " takes a whole number from 1 to 100000");
	*(unsigned *)(void *)(r->args + opt->offset) = (unsigned)number;
	return true;
}

static bool
set_size(struct reading *r, const struct opt *opt, const char *value)
{
	uint64_t bytes;

	if (!parse_size(value, &bytes) || !bytes)
		return complain(
		    r, "--", opt->name, " takes a size, as 500K or 20M");
	*(uint64_t *)(void *)(r->args + opt->offset) = bytes;
	return true;
}

static bool
set_choice(struct reading *r, const struct opt *opt, const char *value)
{
	struct str names = STR_INIT;

	for (unsigned i = 0; opt->choices[i]; i++) {
		if (!strcmp(opt->choices[i], value)) {
			*(unsigned *)(void *)(r->args + opt->offset) = i;
			str_fini(&names);
			return true;
		}
		str_addf(&names, "%s%s", i ? ", " : "", opt->choices[i]);
	}
	err_set(r->err, ERR_USAGE, "--%s takes one of %s", opt->name, names.v);
	str_fini(&names);
	return false;
}

/* Takes `value` and, for an option that came as a word of its own, those that
 * follow up to the next option. */
static void
set_list(
    struct reading *r, const struct opt *opt, const char *value, bool greedy)
{
	struct text_list *texts = (void *)(r->args + opt->offset);

	arr_push(&texts->list, value);
	while (greedy && r->next < r->argc && !is_option(r, r->argv[r->next]))
		arr_push(&texts->list, r->argv[r->next++]);
}

/* Stores a value; `attached` is the part behind "=" or the letter. */
static bool
set_option(struct reading *r, const struct opt *opt, const char *attached)
{
	const char *value = attached;

	if (opt->kind == OPT_FLAG) {
		if (attached)
			return complain(r, "--", opt->name, " takes no value");
		*(bool *)(r->args + opt->offset) = true;
		return true;
	}
	if (!value) {
		if (r->next == r->argc || is_option(r, r->argv[r->next]))
			return complain(r, "--", opt->name, " needs a value");
		value = r->argv[r->next++];
	}
	if (!*value)
		return complain(r, "--", opt->name, " needs a value");
	switch (opt->kind) {
	case OPT_FLAG:
		break;
	case OPT_TEXT:
		*(const char **)(void *)(r->args + opt->offset) = value;
		break;
	case OPT_NUMBER:
		return set_number(r, opt, value);
	case OPT_SIZE:
		return set_size(r, opt, value);
	case OPT_LIST:
		set_list(r, opt, value, !attached);
		break;
	case OPT_CHOICE:
		return set_choice(r, opt, value);
	}
	return true;
}

static bool
unknown_option(struct reading *r, const char *word)
{
	const char *guess = NULL;
	size_t best = (size_t)-1;

	complain(r, "there is no option ", word, "");
	for (const struct opt *opt = r->command->opts; opt->name; opt++)
		if (is_near(word + strspn(word, "-"), opt->name, &best))
			guess = opt->name;
	if (guess)
		err_hint(r->err, "Did you mean --%s?", guess);
	else
		err_hint(
		    r->err, "`hug %s --help` lists them", r->command->name);
	return false;
}

static bool
read_long(struct reading *r, const char *word)
{
	const char *name = word + 2;
	size_t n = strcspn(name, "=");
	const struct opt *opt = find_long(r, name, n);

	if (!strcmp(name, "help")) {
		r->help = true;
		return true;
	}
	if (!opt)
		return unknown_option(r, word);
	return set_option(r, opt, name[n] ? name + n + 1 : NULL);
}

/* One or more letters; the first that takes a value takes the rest. */
static bool
read_letters(struct reading *r, const char *word)
{
	for (const char *p = word + 1; *p; p++) {
		const struct opt *opt = find_letter(r, *p);

		if (*p == 'h' && !opt) {
			r->help = true;
			return true;
		}
		if (!opt)
			return unknown_option(r, word);
		if (opt->kind != OPT_FLAG)
			return set_option(r, opt, p[1] ? p + 1 : NULL);
		if (!set_option(r, opt, NULL))
			return false;
	}
	return true;
}

static bool
read_word(struct reading *r, const char *word)
{
	if (!r->arg->name)
		return complain(r, "'", word, "' is one word too many");
	if (r->arg->many) {
		struct text_list *texts = (void *)(r->args + r->arg->offset);

		arr_push(&texts->list, word);
		return true;
	}
	*(const char **)(void *)(r->args + r->arg->offset) = word;
	r->arg++;
	return true;
}

static bool
read_all(struct reading *r)
{
	while (r->next < r->argc && !r->help) {
		const char *word = r->argv[r->next++];
		bool ok;

		if (is_option(r, word) && !strcmp(word, "--")) {
			r->only_words = true;
			continue;
		}
		if (!is_option(r, word))
			ok = read_word(r, word);
		else if (word[1] == '-')
			ok = read_long(r, word);
		else
			ok = read_letters(r, word);
		if (!ok)
			return false;
	}
	if (r->help || !r->arg->name || !r->arg->required)
		return true;
	return complain(r, "", r->arg->name, " is missing");
}

bool
command_parse(const struct command *command, int argc, char **argv, void *args,
    bool *help, struct error *err)
{
	struct reading r = { .command = command,
		.argv = argv,
		.argc = argc,
		.args = args,
		.arg = command->args,
		.err = err };
	bool ok = read_all(&r);

	*help = r.help;
	if (!ok)
		err_hint(err, "`hug %s --help` explains it", command->name);
	return ok;
}

void
command_release(const struct command *command, void *args)
{
	char *base = args;

	for (const struct opt *opt = command->opts; opt->name; opt++) {
		struct text_list *texts = (void *)(base + opt->offset);

		if (opt->kind == OPT_LIST)
			arr_free(&texts->list);
	}
	for (const struct arg *arg = command->args; arg->name; arg++) {
		struct text_list *texts = (void *)(base + arg->offset);

		if (arg->many)
			arr_free(&texts->list);
	}
}
