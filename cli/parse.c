#include "cli/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/mistake.h"
#include "cli/out.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"

/* A command line while it is read. */
struct reading {
	const struct command *command;
	struct cli *cli;
	char **argv;
	int argc;
	int next;
	char *args;
	const struct arg *arg; /* that takes the next word */
	bool only_words;       /* after -- */
	bool words;            /* there were some */
	bool last_was_word;
	bool late;                /* an option came between words */
	struct text_list *greedy; /* the last list, if it took several */
	struct str unknown;       /* each after a blank */
	const char *format_by;    /* the option that chose it */
	bool help;
	struct error *err;
};

static bool
complain(struct reading *r, enum mistake_kind kind, const struct opt *opt,
    const char *word)
{
	return mistake(
	    &(struct mistake){ kind, r->cli, r->command, opt, word }, r->err);
}

static bool
is_named(const char *name, const char *word, size_t n, bool cut)
{
	return name && !strncmp(name, word, n) && (cut || !name[n]);
}

/* With `cut`, of which the word is the front; `count` says of how many. */
static const struct opt *
find_option(
    const struct reading *r, const char *word, size_t n, bool cut, int *count)
{
	const struct opt *found = NULL;

	*count = 0;
	for (const struct opt *opt = r->command->opts; opt->name; opt++) {
		if (!opt_is_of(opt, r->cli) ||
		    !(is_named(opt->name, word, n, cut) ||
			is_named(opt->alias, word, n, cut)))
			continue;
		found = opt;
		++*count;
	}
	return found;
}

static const struct opt *
find_letter(const struct reading *r, char letter)
{
	for (const struct opt *opt = r->command->opts; opt->name; opt++)
		if (opt->letter == letter && opt_is_of(opt, r->cli))
			return opt;
	return NULL;
}

/* What huggingface-cli hides has none. */
static bool
has_help(const struct reading *r)
{
	return r->cli->face != FACE_OLD ||
	       command_is_listed(r->command, r->cli);
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
		return complain(r, MISTAKE_NUMBER, opt, value);
	*(unsigned *)(void *)(r->args + opt->offset) = (unsigned)number;
	return true;
}

static bool
set_integer(struct reading *r, const struct opt *opt, const char *value)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (errno || end == value || *end)
		return complain(r, MISTAKE_INTEGER, opt, value);
	*(long *)(void *)(r->args + opt->offset) = number;
	return true;
}

static bool
set_size(struct reading *r, const struct opt *opt, const char *value)
{
	uint64_t bytes;

	if (!parse_size(value, &bytes) || !bytes)
		return complain(r, MISTAKE_SIZE, opt, value);
	*(uint64_t *)(void *)(r->args + opt->offset) = bytes;
	return true;
}

static bool
set_choice(struct reading *r, const struct opt *opt, const char *value)
{
	for (unsigned i = 0; opt->choices[i]; i++) {
		if (strcmp(opt->choices[i], value) != 0)
			continue;
		*(unsigned *)(void *)(r->args + opt->offset) = i;
		return true;
	}
	return complain(r, MISTAKE_CHOICE, opt, value);
}

/* Whether the word that follows belongs to the list as well. */
static bool
list_goes_on(const struct reading *r)
{
	const char *word;

	if (r->next == r->argc || is_option(r, r->argv[r->next]))
		return false;
	word = r->argv[r->next];
	return r->cli->face != FACE_HF || strpbrk(word, "*?[");
}

/* The last list alone counts, but no pattern is dropped silently. */
static void
note_dropped(const struct opt *opt, const struct text_list *texts)
{
	struct str text = STR_INIT;

	arr_each (word, &texts->list) {
		str_addz(&text, " '");
		utf8_safe(&text, *word);
		str_addc(&text, '\'');
	}
	out_tellf(
	    "huggingface-cli: --%s was given twice: the last one counts, not"
	    "%s\n",
	    opt->name, text.v);
	str_fini(&text);
}

/* `value` is what came attached to the option, NULL: nothing. */
static bool
set_list(struct reading *r, const struct opt *opt, const char *value)
{
	struct text_list *texts = (void *)(r->args + opt->offset);
	size_t before = texts->list.n;

	if (r->cli->face == FACE_OLD && before) {
		note_dropped(opt, texts);
		texts->list.n = before = 0;
	}
	r->greedy = NULL;
	if (value) {
		arr_push(&texts->list, value);
		return *value || complain(r, MISTAKE_NO_VALUE, opt, NULL);
	}
	/* One that is empty is none: a variable that was not set. */
	if (r->cli->face == FACE_HF && r->next < r->argc)
		arr_push(&texts->list, r->argv[r->next++]);
	while (list_goes_on(r))
		arr_push(&texts->list, r->argv[r->next++]);
	if (texts->list.n == before && r->cli->face != FACE_OLD)
		return complain(r, MISTAKE_NO_VALUE, opt, NULL);
	/* An empty list keeps nothing: a range that is reversed matches none. */
	if (texts->list.n == before)
		arr_push(&texts->list, "[c-a]");
	if (texts->list.n > before + 1 && r->cli->face == FACE_HUG)
		r->greedy = texts;
	return true;
}

static bool
set_flag(struct reading *r, const struct opt *opt, const char *attached)
{
	if (attached)
		return complain(r, MISTAKE_HAS_VALUE, opt, attached);
	if (opt->kind == OPT_COUNT)
		++*(unsigned *)(void *)(r->args + opt->offset);
	else
		*(bool *)(r->args + opt->offset) = opt->kind == OPT_FLAG;
	return true;
}

/* Whether the next word is the option's value. As hug a number may be wrong, and
 * have a sign; what only looks like an option is not taken. */
static bool
is_value(const struct reading *r, const struct opt *opt)
{
	const char *word = r->argv[r->next];

	if (!is_option(r, word) || opt->kind == OPT_INTEGER)
		return true;
	return r->cli->face == FACE_HUG &&
	       (opt->kind == OPT_NUMBER || opt->kind == OPT_SIZE) &&
	       word[1] >= '0' && word[1] <= '9';
}

/* Stores a value; `attached` is the part behind "=" or the letter. */
static bool
set_option(struct reading *r, const struct opt *opt, const char *attached)
{
	const char *value = attached;

	if (opt_is_switch(opt))
		return set_flag(r, opt, attached);
	if (opt->kind == OPT_LIST)
		return set_list(r, opt, attached);
	if (!value && r->next < r->argc && is_value(r, opt))
		value = r->argv[r->next++];
	if (!value || (!*value && !opt->may_be_empty))
		return complain(r, MISTAKE_NO_VALUE, opt, NULL);
	switch (opt->kind) {
	case OPT_FLAG:
	case OPT_UNFLAG:
	case OPT_COUNT:
	case OPT_LIST:
		break;
	case OPT_REPEAT:
		arr_push(&((struct text_list *)(void *)(r->args + opt->offset))
			      ->list,
		    value);
		break;
	case OPT_INTEGER:
		return set_integer(r, opt, value);
	case OPT_TEXT:
		*(const char **)(void *)(r->args + opt->offset) = value;
		break;
	case OPT_NUMBER:
		return set_number(r, opt, value);
	case OPT_SIZE:
		return set_size(r, opt, value);
	case OPT_CHOICE:
		return set_choice(r, opt, value);
	}
	return true;
}

/* -- output options, which all commands have but those of huggingface-cli -- */

static const char *const formats[] = { "human", "agent", "json", "quiet" };

static bool
set_format(struct reading *r, const char *by, enum format format)
{
	struct str both = STR_INIT;

	if (r->format_by) {
		str_addf(&both, "'%s' and '%s'", r->format_by, by);
		complain(r, MISTAKE_TWO_FORMATS, NULL, both.v);
		str_fini(&both);
		return false;
	}
	r->format_by = by;
	r->cli->format = format;
	return true;
}

static bool
read_format(struct reading *r, const char *value)
{
	if (!value && r->next < r->argc)
		value = r->argv[r->next++];
	if (!value)
		return complain(r, MISTAKE_NO_FORMAT, NULL, NULL);
	if (!strcmp(value, "auto"))
		return set_format(r, "--format", r->cli->format);
	for (unsigned i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (!strcmp(value, formats[i]))
			return set_format(r, "--format", (enum format)i);
	}
	return complain(r, MISTAKE_FORMAT, NULL, value);
}

const struct opt parse_common_options[] = {
	{ .name = "format", .kind = OPT_TEXT },
	{ .name = "json", .kind = OPT_FLAG },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG },
	{ .name = "no-truncate", .kind = OPT_FLAG },
	{ .name = "as", .kind = OPT_TEXT, .faces = FACE_HUG },
	{ .name = NULL },
};

static bool
read_account(struct reading *r, const struct opt *opt, const char *value)
{
	if (!value && r->next < r->argc)
		value = r->argv[r->next++];
	if (!value)
		return complain(r, MISTAKE_NO_VALUE, opt, NULL);
	r->cli->as = value;
	return true;
}

/* Takes an output option; `done` says whether it was one. */
static bool
read_output(struct reading *r, const char *name, size_t n, bool *done)
{
	const char *value = name[n] ? name + n + 1 : NULL;
	const struct opt *opt = parse_common_options;

	while (opt->name && !is_named(opt->name, name, n, false))
		opt++;
	*done = opt->name && r->cli->face != FACE_OLD && opt_is_of(opt, r->cli);
	if (*done && r->command->local && !strcmp(opt->name, "as"))
		*done = false;
	if (!*done)
		return true;
	if (!strcmp(opt->name, "as"))
		return read_account(r, opt, value);
	if (opt->kind == OPT_TEXT)
		return read_format(r, value);
	if (value && r->cli->face == FACE_HF)
		*done = false;
	if (value)
		return !*done || complain(r, MISTAKE_HAS_VALUE, opt, value);
	if (!strcmp(opt->name, "json"))
		return set_format(r, "--json", FORMAT_JSON);
	if (!strcmp(opt->name, "quiet"))
		return set_format(r, "-q", FORMAT_QUIET);
	r->cli->whole = true;
	return true;
}

/* argparse finishes what was read wrong before it tells of what is unknown. */
static bool
unknown_option(struct reading *r, const char *word)
{
	if (r->cli->face != FACE_OLD)
		return complain(r, MISTAKE_UNKNOWN_OPTION, NULL, word);
	str_addf(&r->unknown, " %s", word);
	return true;
}

static bool
read_long(struct reading *r, const char *word)
{
	const char *name = word + 2;
	size_t n = strcspn(name, "=");
	int count;
	const struct opt *opt = find_option(r, name, n, false, &count);
	bool done = false;

	if (!opt && r->cli->face == FACE_OLD && n) {
		opt = find_option(r, name, n, true, &count);
		if (count > 1)
			return complain(r, MISTAKE_AMBIGUOUS, NULL, word);
	}
	if (opt)
		return set_option(r, opt, name[n] ? name + n + 1 : NULL);
	if (!read_output(r, name, n, &done))
		return false;
	if (done)
		return true;
	r->help = has_help(r) && !strcmp(name, "help");
	return r->help || unknown_option(r, word);
}

/* One or more letters; the first that takes a value takes the rest. */
static bool
read_letters(struct reading *r, const char *word)
{
	for (const char *p = word + 1; *p; p++) {
		const struct opt *opt = find_letter(r, *p);

		if (*p == 'h' && !opt && has_help(r)) {
			r->help = true;
			return true;
		}
		if (!opt && *p == 'q' &&
		    (r->cli->face == FACE_HUG ||
			(r->cli->face == FACE_HF && !strcmp(word, "-q")))) {
			if (!set_format(r, "-q", FORMAT_QUIET))
				return false;
			continue;
		}
		if (!opt)
			return unknown_option(r, word);
		if (!opt_is_switch(opt))
			return set_option(r, opt, p[1] ? p + 1 : NULL);
		if (!set_option(r, opt, NULL))
			return false;
	}
	return true;
}

/* What huggingface-cli would not take any more: words in a second place. */
static bool
is_late(struct reading *r)
{
	r->late = r->late || (r->words && !r->last_was_word);
	return r->cli->face == FACE_OLD && r->late;
}

static bool
read_word(struct reading *r, const char *word)
{
	if (is_late(r))
		return unknown_option(r, word);
	r->words = r->last_was_word = true;
	if (!r->arg->name)
		return r->cli->face == FACE_OLD
		           ? unknown_option(r, word)
		           : complain(r, MISTAKE_EXTRA, NULL, word);
	if (r->arg->many) {
		struct text_list *texts = (void *)(r->args + r->arg->offset);

		arr_push(&texts->list, word);
		return true;
	}
	*(const char **)(void *)(r->args + r->arg->offset) = word;
	r->arg = arg_of(r->arg + 1, r->cli);
	return true;
}

/* A list that took all words may have taken one too many. */
static void
give_back(struct reading *r)
{
	if (!r->greedy)
		return;
	*(const char **)(void *)(r->args + r->arg->offset) =
	    r->greedy->list.v[--r->greedy->list.n];
	r->arg = arg_of(r->arg + 1, r->cli);
}

/* Whether the next argument has to come, and has not. */
static bool
is_missing(const struct reading *r)
{
	const struct text_list *texts =
	    (const void *)(r->args + r->arg->offset);

	return r->arg->name && arg_is_required(r->arg, r->cli->face) &&
	       !(r->arg->many && texts->list.n);
}

static bool
finish(struct reading *r)
{
	if (r->help)
		return true;
	if (is_missing(r) && !r->arg->many)
		give_back(r);
	if (is_missing(r))
		return complain(r, MISTAKE_MISSING, NULL, r->arg->name);
	if (r->unknown.n)
		return complain(
		    r, MISTAKE_UNKNOWN_OPTION, NULL, r->unknown.v + 1);
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
		if (!is_option(r, word)) {
			ok = read_word(r, word);
		} else {
			r->last_was_word = false;
			ok = word[1] == '-' ? read_long(r, word)
			                    : read_letters(r, word);
		}
		if (!ok)
			return false;
	}
	return finish(r);
}

bool
command_parse(const struct command *command, struct cli *cli, int argc,
    char **argv, void *args, bool *help, struct error *err)
{
	struct reading r = { .command = command,
		.cli = cli,
		.argv = argv,
		.argc = argc,
		.args = args,
		.arg = arg_of(command->args, cli),
		.unknown = STR_INIT,
		.err = err };
	bool ok;

	ok = read_all(&r);
	*help = r.help;
	str_fini(&r.unknown);
	return ok;
}

void
command_release(const struct command *command, void *args)
{
	char *base = args;

	for (const struct opt *opt = command->opts; opt->name; opt++) {
		struct text_list *texts = (void *)(base + opt->offset);

		if (opt->kind == OPT_LIST || opt->kind == OPT_REPEAT)
			arr_free(&texts->list);
	}
	for (const struct arg *arg = command->args; arg->name; arg++) {
		struct text_list *texts = (void *)(base + arg->offset);

		if (arg->many)
			arr_free(&texts->list);
	}
}
