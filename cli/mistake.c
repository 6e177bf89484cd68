#include "cli/mistake.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/guess.h"
#include "cli/similar.h"
#include "core/base/arr.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

/* What the parts of a message are made of; all is safe to show. */
struct words {
	struct str word, option, choices;
};

/* How each name joins choices: before, between, behind. */
static void
add_choices(struct str *out, const char *const *choices, bool quoted)
{
	for (unsigned i = 0; choices && choices[i]; i++)
		str_addf(
		    out, quoted ? "%s'%s'" : "%s%s", i ? ", " : "", choices[i]);
}

static void
add_option(struct str *out, const struct cli *cli, const struct opt *opt)
{
	if (cli->face == FACE_HUG) {
		str_addf(out, "--%s", opt->name);
	} else if (cli->face == FACE_OLD) {
		if (opt->letter)
			str_addf(out, "-%c/", opt->letter);
		str_addf(out, "--%s", opt->name);
	} else {
		str_addf(out, "'--%s'", opt->name);
		if (opt->alias)
			str_addf(out, " / '--%s'", opt->alias);
	}
}

/* -- hug -- */

/* "hug download REPO_ID [FILENAMES...]" */
static void
add_usage(struct str *out, const struct mistake *m)
{
	str_addf(out, "hug %s", m->command->name);
	arg_each (arg, m->command, m->cli)
		str_addf(out,
		    arg_is_required(arg, FACE_HUG) ? " %s%s" : " [%s%s]",
		    arg->name, arg->many ? "..." : "");
}

static void
no_such_option(const struct mistake *m, const char *word, struct error *err)
{
	struct str guess = STR_INIT;

	err_set(err, ERR_USAGE, "there is no option %.200s", word);
	guess_option(&guess, m->cli, m->command, m->word);
	if (guess.n)
		err_hint(err, "Did you mean %s?", guess.v);
	else
		err_hint(
		    err, "`hug help %s` lists the options", m->command->name);
	str_fini(&guess);
}

static void
no_such_choice(
    const struct mistake *m, const struct words *w, struct error *err)
{
	struct str guess = STR_INIT;

	err_set(err, ERR_USAGE, "%s takes one of %s, not '%.100s'", w->option.v,
	    w->choices.v, w->word.v);
	guess_choice(&guess, m->opt, m->word);
	if (guess.n)
		err_hint(err, "Did you mean %s?", guess.v);
	str_fini(&guess);
}

/* Words that are missing or too many. */
static void
wrong_words(const struct mistake *m, const char *word, struct error *err)
{
	struct str usage = STR_INIT;

	add_usage(&usage, m);
	if (m->kind == MISTAKE_MISSING)
		err_set(err, ERR_USAGE, "%s is missing", word);
	else
		err_set(
		    err, ERR_USAGE, "'%.200s' is one argument too many", word);
	err_hint(err, "Type `%s`; `hug help %s` has examples", usage.v,
	    m->command->name);
	str_fini(&usage);
}

/* What is wrong with the value of an option. */
static void
wrong_value(const struct mistake *m, const struct words *w, struct error *err)
{
	const char *option = w->option.v;
	const char *word = w->word.v;

	if (m->kind == MISTAKE_NO_VALUE) {
		err_set(err, ERR_USAGE, "%s needs a value", option);
		if (m->opt && m->opt->value)
			err_hint(err, "Type %s %s", option, m->opt->value);
	} else if (m->kind == MISTAKE_HAS_VALUE) {
		err_set(err, ERR_USAGE, "%s takes no value", option);
		err_hint(err, "Type %s alone", option);
	} else if (m->kind == MISTAKE_NUMBER) {
		err_set(err, ERR_USAGE,
		    "%s takes a whole number from 1 to 100000, not '%.100s'",
		    option, word);
	} else if (m->kind == MISTAKE_INTEGER) {
		err_set(err, ERR_USAGE, "%s takes a whole number, not '%.100s'",
		    option, word);
	} else {
		err_set(err, ERR_USAGE,
		    "%s: '%.100s' is not a size; use for example 500M, 20GB or "
		    "1.5T",
		    option, word);
	}
}

static void
say_as_hug(const struct mistake *m, const struct words *w, struct error *err)
{
	const char *word = w->word.v;

	switch (m->kind) {
	case MISTAKE_UNKNOWN_OPTION:
	case MISTAKE_AMBIGUOUS:
		no_such_option(m, word, err);
		break;
	case MISTAKE_NO_VALUE:
	case MISTAKE_HAS_VALUE:
	case MISTAKE_NUMBER:
	case MISTAKE_INTEGER:
	case MISTAKE_SIZE:
		wrong_value(m, w, err);
		break;
	case MISTAKE_CHOICE:
		no_such_choice(m, w, err);
		break;
	case MISTAKE_FORMAT:
		err_set(err, ERR_USAGE,
		    "--format takes one of human, json, quiet, not '%.100s'",
		    word);
		break;
	case MISTAKE_NO_FORMAT:
		err_set(err, ERR_USAGE, "--format needs a value");
		err_hint(err, "Type `--format human`, `json` or `quiet`");
		break;
	case MISTAKE_TWO_FORMATS:
		err_set(err, ERR_USAGE, "%.60s cannot be used together", word);
		err_hint(err, "Choose one of them");
		break;
	case MISTAKE_MISSING:
	case MISTAKE_EXTRA:
		wrong_words(m, word, err);
		break;
	case MISTAKE_VALUE:
		err_set(err, ERR_USAGE, "%s", word);
		break;
	}
	err_hint(err, "See `hug help %s`", m->command->name);
}

bool
mistake_ahead(
    const struct cli *cli, const char *option, bool unknown, struct error *err)
{
	struct str guess = STR_INIT;

	if (unknown) {
		err_set(err, ERR_USAGE, "there is no option %.200s", option);
		guess_option(&guess, cli, NULL, option);
	} else {
		err_set(err, ERR_USAGE, "%.200s must come after the command",
		    option);
		err_hint(err, "Type `hug COMMAND %.100s`", option);
	}
	if (guess.n)
		err_hint(err, "Did you mean %s?", guess.v);
	else
		err_hint(
		    err, "`hug help COMMAND` lists the options of a command");
	str_fini(&guess);
	return false;
}

bool
mistake_alone(const char *option, struct error *err)
{
	err_set(err, ERR_USAGE, "%.200s needs a command", option);
	return err_hint(err,
	    "Type `hug COMMAND %.100s`; options of the full-screen app go "
	    "after `hug ui`",
	    option);
}

/* A word that is no command, or none of a group. */
static bool
no_command_of_hug(const struct cli *cli, const char *group, const char *word,
    struct error *err)
{
	const char *blank = *group ? " " : "";
	struct str guess = STR_INIT;

	if (!*group && guess_left_out(word, err))
		return false;
	if (*word == '-') {
		err_set(err, ERR_USAGE,
		    "a command is missing between `hug %s` and %.200s", group,
		    word);
	} else {
		err_set(err, ERR_USAGE, "there is no command '%s%s%.200s'",
		    group, blank, word);
		guess_command(&guess, cli, group, word);
	}
	if (!*group && !guess.n && strchr(word, '/'))
		err_hint(
		    err, "For a repository, type `hug download %.150s`", word);
	if (guess.n)
		err_hint(err, "Did you mean %s?", guess.v);
	str_fini(&guess);
	return err_hint(err, "`hug help%s%s` lists the commands", blank, group);
}

/* -- huggingface-cli: argparse's words -- */

#define OLD_USAGE "huggingface-cli <command> [<args>]"

/* "repo_id, filenames": argparse names lists that may be empty as well. */
static void
add_arguments(struct str *out, const struct mistake *m)
{
	arg_each (arg, m->command, m->cli) {
		if (!arg->required && !arg->many)
			continue;
		str_addz(out, out->n ? ", " : "");
		for (const char *p = arg->name; *p; p++)
			str_addc(out, *p >= 'A' && *p <= 'Z'
					  ? (char)(*p - 'A' + 'a')
					  : *p);
	}
}

static void
say_as_old(const struct mistake *m, const struct words *w, struct error *err)
{
	struct str names = STR_INIT;
	const char *option = w->option.v;
	const char *word = w->word.v;

	switch (m->kind) {
	case MISTAKE_AMBIGUOUS:
		err_set(err, ERR_USAGE, "ambiguous option: %.200s", word);
		break;
	case MISTAKE_HAS_VALUE:
		err_set(err, ERR_USAGE,
		    "argument %s: ignored explicit argument '%.200s'", option,
		    word);
		break;
	case MISTAKE_NUMBER:
	case MISTAKE_INTEGER:
	case MISTAKE_SIZE:
		err_set(err, ERR_USAGE,
		    "argument %s: invalid int value: '%.200s'", option, word);
		break;
	case MISTAKE_CHOICE:
		err_set(err, ERR_USAGE,
		    "argument %s: invalid choice: '%.200s' (choose from %s)",
		    option, word, w->choices.v);
		break;
	case MISTAKE_MISSING:
		add_arguments(&names, m);
		err_set(err, ERR_USAGE,
		    "the following arguments are required: %s", names.v);
		break;
	case MISTAKE_UNKNOWN_OPTION:
	case MISTAKE_EXTRA:
		err_set(err, ERR_USAGE,
		    "huggingface-cli: error: unrecognized arguments: %.700s",
		    word);
		str_fini(&names);
		return;
	default:
		err_set(err, ERR_USAGE, "argument %s: expected one argument",
		    option);
		break;
	}
	str_fini(&names);
	err_wrap(err, OLD_USAGE " %s: error",
	    m->command->as_old ? m->command->as_old : m->command->name);
}

/* -- hf: Click's words -- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "--exclude, --include": at most three, as difflib chooses them, sorted. */
static void
hf_guesses(struct str *out, const struct mistake *m)
{

	const char *best[3] = { NULL };
	double like[3] = { 0 };
	struct str name = STR_INIT;
	ARR(const char *) names = { 0 };
	size_t n = 0;

	for (const struct opt *opt = m->command->opts; opt->name; opt++) {
		if (!opt_is_of(opt, m->cli))
			continue;
		arr_push(&names, opt->name);
		if (opt->alias)
			arr_push(&names, opt->alias);
	}
	arr_push(&names, "help");
	arr_each (candidate, &names) {
		size_t at = n < 3 ? n : 3;
		double ratio;

		str_clear(&name);
		str_addf(&name, "--%s", *candidate);
		ratio = similarity(name.v, m->word ? m->word : "");
		if (ratio < SIMILAR_LEAST)
			continue;
		while (at && ratio > like[at - 1])
			at--;
		for (size_t k = 2; k > at; k--) {
			best[k] = best[k - 1];
			like[k] = like[k - 1];
		}
		if (at < 3) {
			best[at] = *candidate;
			like[at] = ratio;
		}
		n += n < 3;
	}
	if (n)
		qsort(best, n, sizeof(*best), by_text);
	for (size_t i = 0; i < n; i++)
		str_addf(out, "%s--%s", i ? ", " : "", best[i]);
	arr_free(&names);
	str_fini(&name);
}

/* The command in the words that were typed: "models ls", not "models list". */
static const char *
hf_name(const struct mistake *m)
{
	return m->cli->typed && *m->cli->typed
	           ? m->cli->typed
	           : command_name(m->command, m->cli);
}

/* "Usage: hf download [OPTIONS] REPO_ID [FILENAMES]..." and a line of advice. */
static void
hf_usage(struct str *out, const struct mistake *m)
{
	str_addf(out, "Usage: hf %s [OPTIONS]", hf_name(m));
	arg_each (arg, m->command, m->cli)
		str_addf(out,
		    arg_is_required(arg, FACE_HF) ? " %s%s" : " [%s]%s",
		    arg->name, arg->many ? "..." : "");
	str_addf(out, "\nTry 'hf %s --help' for help.\n\n", hf_name(m));
}

static void
hf_unknown(const struct mistake *m, const char *word, struct error *err)
{
	struct str text = STR_INIT;
	struct str guesses = STR_INIT;

	hf_usage(&text, m);
	hf_guesses(&guesses, m);
	text_addf(&text,
	    "Error: No such option '%.200s'.\n\n"
	    "Run 'hf %s --help' for full details.",
	    word, hf_name(m));
	if (guesses.n)
		text_addf(&text, "\n\nDid you mean: %s?", guesses.v);
	err_lines(err, ERR_USAGE, text.v);
	str_fini(&text);
	str_fini(&guesses);
}

/* Messages that stand alone, without the usage before them. */
static bool
say_alone(const struct mistake *m, const struct words *w, struct error *err)
{
	switch (m->kind) {
	case MISTAKE_UNKNOWN_OPTION:
	case MISTAKE_AMBIGUOUS:
		hf_unknown(m, w->word.v, err);
		return true;
	case MISTAKE_NO_VALUE:
		err_set(err, ERR_USAGE,
		    "Error: Option %s requires an argument.", w->option.v);
		return true;
	case MISTAKE_FORMAT:
		err_set(err, ERR_USAGE,
		    "Error: Invalid value for '--format': '%.200s'. Valid "
		    "values: agent, auto, human, json, quiet.",
		    w->word.v);
		return true;
	case MISTAKE_NO_FORMAT:
		err_set(err, ERR_USAGE,
		    "Error: Option '--format' requires a value.");
		return true;
	case MISTAKE_TWO_FORMATS:
		err_set(err, ERR_USAGE, "Error: %.40s are mutually exclusive.",
		    w->word.v);
		return true;
	default:
		return false;
	}
}

static bool
is_many(const struct command *command, const char *name)
{
	const struct arg *arg = command->args;

	while (arg->name && strcmp(arg->name, name) != 0)
		arg++;
	return arg->many;
}

static void
say_as_hf(const struct mistake *m, const struct words *w, struct error *err)
{
	struct str text = STR_INIT;
	const char *option = w->option.v;
	const char *word = w->word.v;

	if (say_alone(m, w, err))
		return;
	hf_usage(&text, m);
	str_addz(&text, "Error: ");
	if (m->kind == MISTAKE_HAS_VALUE)
		text_addf(&text, "Option %s does not take a value.", option);
	else if (m->kind == MISTAKE_MISSING)
		text_addf(&text, "Missing argument '%s%s'.", word,
		    is_many(m->command, word) ? "..." : "");
	else if (m->kind == MISTAKE_VALUE)
		text_addf(&text, "Invalid value%s%s: %s", m->opt ? " for " : "",
		    option, word);
	else if (m->kind == MISTAKE_EXTRA)
		text_addf(
		    &text, "Got unexpected extra argument (%.200s)", word);
	else if (m->kind == MISTAKE_CHOICE)
		text_addf(&text,
		    "Invalid value for %s: '%.200s' is not one of %s.", option,
		    word, w->choices.v);
	else
		text_addf(&text,
		    "Invalid value for %s: '%.200s' is not a valid integer.",
		    option, word);
	err_lines(err, ERR_USAGE, text.v);
	str_fini(&text);
}

bool
mistake(const struct mistake *m, struct error *err)
{
	struct words w = { STR_INIT, STR_INIT, STR_INIT };

	if (m->word)
		utf8_safe(&w.word, m->word);
	if (m->opt) {
		add_option(&w.option, m->cli, m->opt);
		add_choices(
		    &w.choices, m->opt->choices, m->cli->face != FACE_HUG);
	}
	if (m->cli->face == FACE_HUG)
		say_as_hug(m, &w, err);
	else if (m->cli->face == FACE_OLD)
		say_as_old(m, &w, err);
	else
		say_as_hf(m, &w, err);
	str_fini(&w.word);
	str_fini(&w.option);
	str_fini(&w.choices);
	return false;
}

/* The commands of 0.36, whether ours or not: the message names them all. */
#define OLD_COMMANDS(before, between, after)                                   \
	before "download" between "upload" between "repo-files" between        \
	       "env" between "login" between "whoami" between "logout" between \
	       "auth" between "repo" between "lfs-enable-largefiles" between   \
	       "lfs-multipart-upload" between "scan-cache" between             \
	       "delete-cache" between "tag" between "version" between          \
	       "upload-large-folder" after

static void
no_command_of_hf(const struct cli *cli, const char *group, const char *word,
    const char *guess, struct error *err)
{
	const char *blank = *group ? " " : "";
	struct str single = STR_INIT;

	/* Click's own guess, which knows no alias. */
	command_guess(&single, cli, group, word, true);
	err_set(err, ERR_USAGE,
	    "Usage: hf%s%s [OPTIONS] %s [ARGS]...\n"
	    "Try 'hf%s%s --help' for help.\n\n"
	    "Error: No such command '%.200s'.%s%s%s\n\n"
	    "Run 'hf%s%s --help' for full details.%s%s%s",
	    blank, group, *group ? "COMMAND" : "[COMMAND]", blank, group, word,
	    guess ? " Did you mean '" : "", guess ? guess : "",
	    guess ? "'?" : "", blank, group, single.n ? " Did you mean '" : "",
	    single.v, single.n ? "'?" : "");
	str_fini(&single);
}

/* Commands of hf that are none of ours. */
static bool
is_left_out(const char *word)
{
	static const char *const words[] = { "buckets", "collections",
		"discussions", "endpoints", "ext", "extensions", "jobs",
		"papers", "sandbox", "skills", "sync", "update", "webhooks" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcmp(words[i], word))
			return true;
	}
	return false;
}

/* argparse knows what may follow a word. */
static void
no_member_of_old(const struct cli *cli, const char *group, const char *word,
    struct error *err)
{
	struct str names = STR_INIT;
	struct str quoted = STR_INIT;

	for (unsigned i = 0; commands[i]; i++) {
		const char *name = command_inside(commands[i]->name, group);

		if (!name || !command_is_of(commands[i], cli))
			continue;
		str_addf(&names, "%s%s", names.n ? "," : "", name);
		str_addf(&quoted, "%s'%s'", quoted.n ? ", " : "", name);
	}
	err_set(err, ERR_USAGE,
	    OLD_USAGE " %s: error: argument {%s}: invalid choice: '%.200s' "
		      "(choose from %s)",
	    group, names.v, word, quoted.v);
	str_fini(&names);
	str_fini(&quoted);
}

bool
mistake_no_command(const struct cli *cli, const char *group, const char *word,
    struct error *err)
{
	struct str near = STR_INIT;
	struct str safe = STR_INIT;
	const char *guess;

	if (cli->face == FACE_HUG)
		return no_command_of_hug(cli, group, word, err);
	command_guess(&near, cli, group, word, false);
	guess = near.n ? near.v : NULL;

	utf8_safe(&safe, word);
	if (cli->face == FACE_OLD && *group)
		no_member_of_old(cli, group, safe.v, err);
	else if (cli->face == FACE_OLD)
		err_set(err, ERR_USAGE,
		    "huggingface-cli: error: argument " OLD_COMMANDS("{", ",",
			"}") ": invalid choice: '%.200s' (choose "
			     "from " OLD_COMMANDS("'", "', '", "'") ")",
		    safe.v);
	else if (cli->face == FACE_HF && *word == '-')
		err_set(err, ERR_USAGE,
		    "Usage: hf [OPTIONS] [COMMAND] [ARGS]...\n"
		    "Try 'hf --help' for help.\n\n"
		    "Error: No such option '%.200s'.%s",
		    safe.v,
		    similarity(word, "--version") >= SIMILAR_LEAST
			? " Did you mean '--version'?"
			: "");
	else if (!*group && is_left_out(word))
		err_set(err, ERR_USAGE,
		    "Error: %s is left out of this program: the official "
		    "client has it.",
		    safe.v);
	else
		no_command_of_hf(cli, group, safe.v, guess, err);
	str_fini(&safe);
	str_fini(&near);
	return false;
}
