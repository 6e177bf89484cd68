#include "cli/show/help.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/mistake.h"
#include "cli/show/render.h"
#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/str.h"

/* Fits the narrowest terminal that people read help on. */
#define WIDTH 78

/* Where explanations begin. */
#define INDENT 28

/* An option with longer choices has them in its explanation. */
#define LEFT_MAX 60

/* Where the commands of a topic begin in the overview. */
#define TOPIC_INDENT 15

/* Examples of a command in its help; its man page has all of them. */
#define EXAMPLES_SHOWN 3

/*
 * The overview: first words of commands, in the order of the page. A first word
 * that is in none of them is shown with the last topic, so that a new command is
 * never missing.
 */
static const struct topic {
	const char *title;
	const char *words;
} topics[] = {
	{ "Files",
	    " download upload cp lfs-enable-largefiles queue ls info quants "
	    "cat " },
	{ "Cache", " cache " },
	{ "Search", " models datasets spaces " },
	{ "Repositories", " repo " },
	{ "Accounts", " login logout whoami auth " },
	{ "Older names", " scan-cache delete-cache tag repo-files " },
	{ "hug itself", " ui env version completion help " },
};
#define TOPICS (sizeof(topics) / sizeof(*topics))

/* What a group is about. */
static const struct topic groups[] = {
	{ "auth", "Manage the access tokens that are stored on this machine." },
	{ "cache", "Look at the cache, verify it, and free space in it." },
	{ "datasets", "Search datasets on the Hub." },
	{ "models", "Search models on the Hub." },
	{ "queue", "Queue downloads, and run them here or in the app." },
	{ "repo", "Create, change and delete repositories on the Hub." },
	{ "repo branch", "Create, list and delete branches of a repository." },
	{ "repo tag", "Create, list and delete tags of a repository." },
	{ "spaces", "Search Spaces on the Hub." },
};

/* -- text in columns -- */

static void
add_blanks(struct str *out, size_t n)
{
	while (n--)
		str_addc(out, ' ');
}

/* Adds words with a break before each that would pass the width; `column` is where
 * the line stands. */
static void
add_words(struct str *out, const char *text, size_t indent, size_t column)
{
	bool first = true;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (!first && column + 1 + n > WIDTH) {
			str_addc(out, '\n');
			add_blanks(out, indent);
			column = indent;
		} else if (!first) {
			str_addc(out, ' ');
			column++;
		}
		str_add(out, text, n);
		column += n;
		first = false;
		text += n;
		text += *text == ' ';
	}
	str_addc(out, '\n');
}

/* "  left          right", the right side wrapped below itself. */
static void
add_row(struct str *out, const char *left, const char *right, size_t indent)
{
	size_t n = strlen(left) + 2;

	str_addf(out, "  %s", left);
	if (n + 2 > indent) {
		str_addc(out, '\n');
		n = 0;
	}
	add_blanks(out, indent - n);
	add_words(out, right, indent, indent);
}

/* A paragraph a line, as tables have them. */
static void
add_paragraphs(struct str *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = mem_strndup(text, n);

		if (*line == ' ')
			str_addf(out, "%s\n", line);
		else
			add_words(out, line, 0, 0);
		free(line);
		text += n + (text[n] == '\n');
	}
}

/* -- all of it -- */

static bool
has_word(const char *words, const char *word, size_t n)
{
	const char *p = words;

	while ((p = strstr(p, " ")) && p[1]) {
		p++;
		if (!strncmp(p, word, n) && p[n] == ' ')
			return true;
	}
	return false;
}

/* The topic that a command is listed with. */
static size_t
topic_of(const struct command *command)
{
	size_t n = strcspn(command->name, " ");

	for (size_t i = 0; i < TOPICS; i++) {
		if (has_word(topics[i].words, command->name, n))
			return i;
	}
	return TOPICS - 1;
}

/* Whether an earlier command does the same: "auth login" is "login". */
static bool
is_repeated(unsigned i, const struct cli *cli)
{
	for (unsigned k = 0; k < i; k++) {
		if (command_is_of(commands[k], cli) &&
		    commands[k]->run == commands[i]->run)
			return true;
	}
	return false;
}

/* A name that stays on one line: its blanks are tabs until the lines are made. */
static void
add_unbroken(struct str *out, const char *name)
{
	for (; *name; name++)
		str_addc(out, *name == ' ' ? '\t' : *name);
}

/* "cache ls, rm, prune": a group is named once, before its first command. */
static void
add_topic(struct str *out, const struct cli *cli, size_t topic)
{
	const char *before = NULL;
	size_t shared = 0;

	for (unsigned i = 0; commands[i]; i++) {
		const char *name = commands[i]->name;
		const char *last = strrchr(name, ' ');
		size_t n = last ? (size_t)(last - name) : 0;
		bool same;

		if (!command_is_listed(commands[i], cli) ||
		    topic_of(commands[i]) != topic || is_repeated(i, cli))
			continue;
		same = before && n == shared && !strncmp(before, name, n);
		str_addz(out, !before ? "" : same ? ", " : "; ");
		add_unbroken(out, same && n ? last + 1 : name);
		before = name;
		shared = n;
	}
}

void
help_overview(struct str *out, const struct cli *cli)
{
	struct str names = STR_INIT;

	str_addz(out,
	    "hug downloads from the Hugging Face Hub, and manages the cache "
	    "and repositories.\n\n"
	    "  hug                  open the full-screen app\n"
	    "  hug help COMMAND     explain a command, or a group of "
	    "commands\n\n");
	for (size_t i = 0; i < TOPICS; i++) {
		str_clear(&names);
		add_topic(&names, cli, i);
		str_addz(out, topics[i].title);
		add_blanks(out, TOPIC_INDENT - strlen(topics[i].title));
		add_words(out, names.v, TOPIC_INDENT, TOPIC_INDENT);
	}
	for (char *tab = out->v; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	str_addz(out,
	    "\nFirst steps:\n"
	    "  hug download openai-community/gpt2   download a model\n"
	    "  hug cache ls                         list what is cached\n"
	    "  hug login                            save an access token\n\n"
	    "All commands take --json, --quiet (-q) and --help (-h). Read "
	    "more: man hug\n");
	str_fini(&names);
}

/* -- a group -- */

/* The group as hug calls it: "repo tag" for "repos tag". Its end is where the name
 * of a command that has both names goes on. */
static char *
own_name(const struct cli *cli, const char *group)
{
	for (unsigned i = 0; commands[i]; i++) {
		const struct command *command = commands[i];
		const char *rest = command->as_hf
		                       ? command_inside(command->as_hf, group)
		                       : NULL;
		const char *end = command->name;

		if (!rest || !command_is_of(command, cli))
			continue;
		for (const char *p = group; p; p = strchr(p + 1, ' '))
			end += strcspn(end, " ") + 1;
		return mem_strndup(
		    command->name, (size_t)(end - command->name) - 1);
	}
	return mem_strdup(group);
}

void
help_group(struct str *out, const struct cli *cli, const char *group)
{
	char *own = own_name(cli, group);

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (!strcmp(groups[i].title, own))
			str_addf(out, "%s\n\n", groups[i].words);
	}
	str_addf(out,
	    "usage: hug %s COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n", own);
	for (unsigned i = 0; commands[i]; i++) {
		const char *rest = command_inside(commands[i]->name, own);

		if (rest && command_is_listed(commands[i], cli))
			add_row(out, rest, commands[i]->summary, INDENT);
	}
	str_addf(out, "\n`hug help %s COMMAND` explains a command.\n", own);
	free(own);
}

/* -- one command -- */

/* Options of many commands that stand before all others, and behind them. */
static const char *const early[] = { "include", "exclude", "local-dir" };
static const char *const late[] = { "repo-type", "dry-run", "yes", "cache-dir",
	"dir", "token", "offline", "progress", "verify", "debug",
	"local-dir-use-symlinks", "resume-download", "space_sdk" };
#define EARLY (sizeof(early) / sizeof(*early))
#define LATE (sizeof(late) / sizeof(*late))

static size_t
rank_of(const struct opt *opt)
{
	for (size_t i = 0; i < EARLY; i++) {
		if (!strcmp(early[i], opt->name))
			return i;
	}
	for (size_t i = 0; i < LATE; i++) {
		if (!strcmp(late[i], opt->name))
			return EARLY + 1 + i;
	}
	return EARLY;
}

/* The tables are in the order of the old names, whose help stays as it was. */
void
help_each_option(const struct cli *cli, const struct command *command,
    void (*visit)(void *context, const struct opt *opt), void *context)
{
	for (size_t rank = 0; rank <= EARLY + LATE; rank++) {
		for (const struct opt *opt = command->opts; opt->name; opt++) {
			if (opt_is_of(opt, cli) && rank_of(opt) == rank)
				visit(context, opt);
		}
	}
}

static void
add_usage(struct str *out, const struct cli *cli, const struct command *command)
{
	str_addf(out, "usage: hug %s", command->name);
	arg_each (arg, command, cli) {
		bool required = arg_is_required(arg, cli->face);

		str_addf(out, required ? " %s%s" : " [%s%s]", arg->name,
		    arg->many ? "..." : "");
	}
	str_addz(out, " [OPTIONS]\n");
}

static void
add_option(void *context, const struct opt *opt)
{
	struct str *out = context;
	struct str left = STR_INIT;
	struct str right = STR_INIT;

	render_option(&left, opt);
	if (left.n <= LEFT_MAX) {
		add_row(out, left.v, opt->help, INDENT);
	} else {
		str_cut(&left, strcspn(left.v, "|"));
		str_cut(&left, (size_t)(strrchr(left.v, ' ') - left.v));
		str_addz(&left, " CHOICE");
		str_addf(&right, "%s: ", opt->help);
		for (unsigned i = 0; opt->choices[i]; i++)
			str_addf(
			    &right, "%s%s", i ? ", " : "", opt->choices[i]);
		add_row(out, left.v, right.v, INDENT);
	}
	str_fini(&left);
	str_fini(&right);
}

static bool
has_letter(const struct command *command, const struct cli *cli, char letter)
{
	for (const struct opt *opt = command->opts; opt->name; opt++) {
		if (opt->letter == letter && opt_is_of(opt, cli))
			return true;
	}
	return false;
}

bool
help_has_as(const struct command *command)
{
	if (command->local)
		return false;
	for (const struct opt *opt = command->opts; opt->name; opt++) {
		if (!strcmp(opt->name, "token"))
			return true;
	}
	return command->run == cmd_whoami.run ||
	       command->run == cmd_auth_token.run;
}

static void
add_options(
    struct str *out, const struct cli *cli, const struct command *command)
{
	str_addz(out, "\nOptions:\n");
	help_each_option(cli, command, add_option, out);
	if (help_has_as(command))
		add_row(out, "--as NAME", HELP_AS, INDENT);
	add_row(out, "--format human|json|quiet", HELP_FORMAT, INDENT);
	add_row(out, "--json", HELP_JSON, INDENT);
	add_row(out, "-q, --quiet", HELP_QUIET, INDENT);
	add_row(out, has_letter(command, cli, 'h') ? "--help" : "-h, --help",
	    HELP_HELP, INDENT);
}

static void
add_examples(struct str *out, const struct command *command)
{
	const struct example *example = command->examples;

	if (!example)
		return;
	str_addz(out, "\nExamples:\n");
	for (unsigned i = 0; i < EXAMPLES_SHOWN && example[i].line; i++)
		str_addf(
		    out, "  %s\n      %s\n", example[i].line, example[i].means);
}

void
help_command(
    struct str *out, const struct cli *cli, const struct command *command)
{
	add_words(out, command->summary, 0, 0);
	str_cut(out, out->n - 1);
	str_addz(out, ".\n\n");
	add_usage(out, cli, command);
	if (command->details) {
		str_addc(out, '\n');
		add_paragraphs(out, command->details);
	}
	if (arg_of(command->args, cli)->name)
		str_addz(out, "\nArguments:\n");
	arg_each (arg, command, cli)
		add_row(out, arg->name, arg->help, INDENT);
	add_options(out, cli, command);
	add_examples(out, command);
}

/* -- hug help -- */

bool
help_words(struct str *out, const struct cli *cli, int argc, char **argv,
    struct error *err)
{
	struct str words = STR_INIT;
	int taken;
	const struct command *command = command_find(cli, argc, argv, &taken);
	bool ok = true;

	if (!command)
		taken = command_take_group(&words, cli, argc, argv);
	if (!argc || (argc == 1 && !strcmp(argv[0], "help")))
		help_overview(out, cli);
	else if (taken < argc)
		ok = mistake_no_command(cli, words.v, argv[taken], err);
	else if (command)
		help_command(out, cli, command);
	else
		help_group(out, cli, words.v);
	str_fini(&words);
	return ok;
}
