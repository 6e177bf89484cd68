#include "cli/show/render.h"

#include <string.h>

#include "cli/command.h"
#include "cli/show/former.h"
#include "cli/voice/voice.h"
#include "core/base/str.h"

/* Fits the narrowest terminal anybody reads help on. */
#define WIDTH 78

/* Where explanations begin. */
#define INDENT 28

static void
add_blanks(struct str *out, size_t n)
{
	while (n--)
		str_addc(out, ' ');
}

/* Adds words with a break before each that would pass the width. */
static void
add_wrapped(struct str *out, const char *text, size_t indent)
{
	size_t column = indent;

	for (;;) {
		size_t n = strcspn(text, " ");

		if (column > indent && column + 1 + n > WIDTH) {
			str_addc(out, '\n');
			add_blanks(out, indent);
			column = indent;
		} else if (column > indent) {
			str_addc(out, ' ');
			column++;
		}
		str_add(out, text, n);
		column += n;
		text += n;
		if (!*text)
			break;
		text++;
	}
	str_addc(out, '\n');
}

/* "  left          right", the right side wrapped below itself. */
static void
add_row(struct str *out, const char *left, const char *right)
{
	size_t n = strlen(left) + 2;

	str_addf(out, "  %s", left);
	if (n + 2 > INDENT) {
		str_addc(out, '\n');
		n = 0;
	}
	add_blanks(out, INDENT - n);
	add_wrapped(out, right, INDENT);
}

/* A line for each command whose name begins with `front`. */
static void
add_commands(struct str *out, const struct cli *cli, const char *front)
{
	for (unsigned i = 0; commands[i]; i++) {
		const char *name = command_name(commands[i], cli);

		if (command_is_listed(commands[i], cli) &&
		    !strncmp(name, front, strlen(front)))
			add_row(out, name, former_text(commands[i]->summary));
	}
}

void
render_group(struct str *out, const struct cli *cli, const char *group)
{
	struct str front = STR_INIT;

	str_addf(out,
	    "usage: %s %s COMMAND [ARGUMENTS] [OPTIONS]\n\n"
	    "Commands:\n",
	    cli->name, group);
	str_addf(&front, "%s ", group);
	add_commands(out, cli, front.v);
	str_fini(&front);
}

void
render_overview(struct str *out, const struct cli *cli)
{
	str_addf(out,
	    "usage: %s COMMAND [ARGUMENTS] [OPTIONS]\n\n"
	    "The Hugging Face Hub from a terminal.\n\nCommands:\n",
	    cli->name);
	add_commands(out, cli, "");
	str_addf(out,
	    "\n`%s COMMAND --help` explains a command.\n"
	    "Exit codes: 0 all of it happened, 1 it did not, 2 usage, 130 "
	    "interrupted.\n",
	    cli->name);
}

static void
add_usage(struct str *out, const struct cli *cli, const struct command *command)
{
	str_addf(out, "usage: %s %s", cli->name, command_name(command, cli));
	arg_each (arg, command, cli) {
		bool required = arg_is_required(arg, cli->face);

		str_addz(out, required ? " " : " [");
		str_addf(out, "%s%s", arg->name, arg->many ? "..." : "");
		str_addz(out, required ? "" : "]");
	}
	if (command->opts->name)
		str_addz(out, " [OPTIONS]");
	str_addz(out, "\n\n");
}

void
render_option(struct str *out, const struct opt *opt)
{
	if (opt->letter)
		str_addf(out, "-%c, ", opt->letter);
	str_addf(out, "--%s", opt->name);
	if (opt->alias)
		str_addf(out, ", --%s", opt->alias);
	if (opt->kind == OPT_CHOICE) {
		for (unsigned i = 0; opt->choices[i]; i++)
			str_addf(out, "%c%s", i ? '|' : ' ', opt->choices[i]);
	} else if (opt->value) {
		str_addf(out, " %s", opt->value);
	}
}

void
render_help(
    struct str *out, const struct cli *cli, const struct command *command)
{
	struct str left = STR_INIT;

	add_usage(out, cli, command);
	add_wrapped(out, former_text(command->summary), 0);
	if (command->details) {
		str_addc(out, '\n');
		str_addz(out, former_text(command->details));
	}
	if (arg_of(command->args, cli)->name)
		str_addz(out, "\nArguments:\n");
	arg_each (arg, command, cli)
		add_row(out, arg->name, former_text(arg->help));
	str_addz(out, "\nOptions:\n");
	for (const struct opt *opt = command->opts; opt->name; opt++) {
		if (!opt_is_of(opt, cli))
			continue;
		str_clear(&left);
		render_option(&left, opt);
		add_row(out, left.v, former_text(opt->help));
	}
	if (cli->voice->policy.output.formats) {
		add_row(out, "--format human|json|quiet",
		    "How the result is written (also --json)");
		add_row(out, "-q, --quiet", "The bare result and errors only");
	}
	add_row(out, "-h, --help", "Show this and stop");
	str_fini(&left);
}
