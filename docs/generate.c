/*
 * generate.c: man pages and completions from the command table.
 *
 *	generate FOLDER     writes man/ and completions/ there
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/render.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"

/* Environment, for the pages and the README alike. */
static const char *const variables[][2] = {
	{ "HF_HOME", "Folder of everything (default: ~/.cache/huggingface)" },
	{ "HF_HUB_CACHE", "Folder of the cache (default: hub in HF_HOME)" },
	{ "HF_ENDPOINT", "Another Hub (default: https://huggingface.co)" },
	{ "HF_TOKEN", "Access token; else the file HF_TOKEN_PATH, or token in "
		      "HF_HOME" },
	{ "HF_HUB_DISABLE_IMPLICIT_TOKEN",
	    "1: send a token only if --token is given" },
	{ "HF_HUB_OFFLINE", "1: no network" },
	{ "HF_HUB_ETAG_TIMEOUT", "Seconds of silence borne by questions "
				 "(default: 10)" },
	{ "HF_HUB_DOWNLOAD_TIMEOUT", "The same of files (default: 10)" },
	{ "HF_HUB_DISABLE_PROGRESS_BARS", "1: no progress" },
	{ "HF_HUB_DISABLE_SYMLINKS", "1: copies in place of links" },
	{ "HF_HUB_DISABLE_SHARED_BLOBS",
	    "1: leave the store alone that repositories share" },
	{ "HF_DEBUG", "1: log requests, without the token" },
	{ "NO_COLOR", "Set: no colours" },
	{ "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "Proxies" },
	{ "REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR",
	    "Certificates to trust in place of the system's" },
	{ NULL, NULL },
};

static const struct cli as_hug = { .face = FACE_HUG, .name = "hug" };

/* -- man pages -- */

/* Text as roff takes it: no dash, dot or backslash that means something. */
static void
add_roff(struct str *out, const char *text)
{
	bool begins = true;

	for (; *text; text++) {
		if (begins && (*text == '.' || *text == '\''))
			str_addz(out, "\\&");
		begins = *text == '\n';
		if (*text == '-')
			str_addz(out, "\\-");
		else if (*text == '\\')
			str_addz(out, "\\e");
		else if (*text == '\'')
			str_addz(out, "\\(aq");
		else if (*text == '~')
			str_addz(out, "\\(ti");
		else
			str_addc(out, *text);
	}
}

static void
add_item(struct str *out, const char *left, const char *right)
{
	str_addz(out, ".TP\n.B ");
	add_roff(out, left);
	str_addc(out, '\n');
	add_roff(out, right);
	str_addc(out, '\n');
}

static void
add_head(struct str *out, const char *name, const char *summary)
{
	str_addz(out, ".\\\" Made by docs/generate from the command table.\n");
	str_addf(out, ".TH %s 1 \"\" \"hug " PACKAGE_VERSION "\"\n", name);
	str_addz(out, ".SH NAME\n");
	add_roff(out, name);
	str_addz(out, " \\- ");
	add_roff(out, summary);
	str_addz(out, "\n.SH SYNOPSIS\n");
}

static void
add_options(struct str *out, const struct command *command)
{
	struct str words = STR_INIT;

	str_addz(out, ".SH OPTIONS\n");
	for (const struct opt *opt = command->opts; opt->name; opt++) {
		if (!opt_is_of(opt, &as_hug))
			continue;
		str_clear(&words);
		render_option(&words, opt);
		add_item(out, words.v, opt->help);
	}
	add_item(out, "--format human|json|quiet, --json, -q, --quiet",
	    "How the result is written");
	add_item(
	    out, "--as NAME", "Use this stored token for once (hug auth list)");
	add_item(out, "-h, --help", "Explain the command and stop");
	str_fini(&words);
}

static void
add_examples(struct str *out, const struct command *command)
{
	const struct example *example = command->examples;

	if (!example)
		return;
	str_addz(out, ".SH EXAMPLES\n");
	for (; example->line; example++)
		add_item(out, example->line, example->means);
}

static void
add_paragraphs(struct str *out, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");
		char *line = mem_strndup(text, n);

		if (n)
			add_roff(out, line);
		else if (text[n])
			str_addz(out, ".PP");
		str_addz(out, n || text[n] ? "\n" : "");
		free(line);
		if (!text[n])
			return;
		text += n + 1;
	}
}

/* "hug-cache-ls" */
static void
add_page_name(struct str *out, const struct command *command)
{
	str_addz(out, "hug-");
	for (const char *p = command->name; *p; p++)
		str_addc(out, *p == ' ' ? '-' : *p);
}

static void
command_page(struct str *out, const struct command *command)
{
	struct str name = STR_INIT;

	add_page_name(&name, command);
	add_head(out, name.v, command->summary);
	str_addf(out, ".B hug %s\n", command->name);
	for (const struct arg *arg = command->args; arg->name; arg++)
		str_addf(out,
		    arg_is_required(arg, FACE_HUG) ? ".I %s%s\n"
						   : ".RI [ %s%s ]\n",
		    arg->name, arg->many ? "..." : "");
	str_addz(out, ".RI [ options ]\n.SH DESCRIPTION\n");
	add_roff(out, command->summary);
	str_addz(out, ".\n");
	if (command->details) {
		str_addz(out, ".PP\n");
		add_paragraphs(out, command->details);
	}
	if (command->args->name)
		str_addz(out, ".SH ARGUMENTS\n");
	for (const struct arg *arg = command->args; arg->name; arg++)
		add_item(out, arg->name, arg->help);
	add_options(out, command);
	add_examples(out, command);
	str_addz(out, ".SH SEE ALSO\n.BR hug (1)\n");
	str_fini(&name);
}

static void
main_page(struct str *out)
{
	struct str name = STR_INIT;

	add_head(out, "hug", "the Hugging Face Hub from a terminal");
	str_addz(out, ".B hug\n.I command\n.RI [ arguments ]\n.RI [ options ]\n"
		      ".SH DESCRIPTION\n");
	add_roff(out,
	    "Downloads models, datasets and Spaces into the cache that all "
	    "Hugging Face libraries share.\nResults go to standard output, "
	    "everything else to standard error.\n");
	str_addz(out, ".PP\n");
	add_roff(out,
	    "Through a link named huggingface-cli or hf it takes the options "
	    "and gives the output of the official client that had that "
	    "name.\n");
	str_addz(out, ".SH COMMANDS\n");
	for (unsigned i = 0; commands[i]; i++) {
		str_clear(&name);
		str_addf(&name, "hug %s", commands[i]->name);
		add_item(out, name.v, commands[i]->summary);
	}
	str_addz(out, ".SH EXIT STATUS\n");
	add_item(out, "0", "All of it happened");
	add_item(out, "1", "It did not; standard error says why");
	add_item(out, "2", "The command line makes no sense");
	add_item(out, "130, 143", "Interrupted, terminated");
	str_addz(out, ".SH ENVIRONMENT\n");
	for (unsigned i = 0; variables[i][0]; i++)
		add_item(out, variables[i][0], variables[i][1]);
	str_addz(out, ".SH SEE ALSO\n");
	for (unsigned i = 0; commands[i]; i++) {
		str_clear(&name);
		add_page_name(&name, commands[i]);
		str_addz(out, ".BR ");
		add_roff(out, name.v);
		str_addf(out, " (1)%s\n", commands[i + 1] ? "," : "");
	}
	str_fini(&name);
}

/* -- completions -- */

/* The first word of a name of two, and its length; 0: of one. */
static size_t
group_length(const struct command *command)
{
	const char *blank = strchr(command->name, ' ');

	return blank ? (size_t)(blank - command->name) : 0;
}

/* Whether an earlier command has the same first word. */
static bool
is_repeated(unsigned i)
{
	size_t n = strcspn(commands[i]->name, " ");

	for (unsigned k = 0; k < i; k++) {
		if (strcspn(commands[k]->name, " ") == n &&
		    !memcmp(commands[k]->name, commands[i]->name, n))
			return true;
	}
	return false;
}

/* " ls rm": what follows the first word of command `i`. */
static void
add_members(struct str *out, unsigned i)
{
	size_t n = group_length(commands[i]);

	for (unsigned k = 0; commands[k]; k++) {
		if (group_length(commands[k]) == n &&
		    !memcmp(commands[k]->name, commands[i]->name, n))
			str_addf(out, " %s", commands[k]->name + n + 1);
	}
}

/* "download cache env": the first words, each once. */
static void
add_first_words(struct str *out)
{
	for (unsigned i = 0; commands[i]; i++) {
		if (!is_repeated(i))
			str_addf(out, "%.*s ",
			    (int)strcspn(commands[i]->name, " "),
			    commands[i]->name);
	}
}

static void
add_long_names(struct str *out, const struct command *command)
{
	for (const struct opt *opt = command->opts; opt->name; opt++) {
		if (!opt_is_of(opt, &as_hug))
			continue;
		str_addf(out, " --%s", opt->name);
		if (opt->alias)
			str_addf(out, " --%s", opt->alias);
	}
	str_addz(out, " --as --format --json --quiet --help");
}

/* The values of an option after which these words come. */
static void
bash_values(struct str *out, const struct command *command)
{
	for (const struct opt *opt = command->opts; opt->name; opt++) {
		bool folder = opt->value && !strcmp(opt->value, "DIR");
		bool file = opt->value && !strcmp(opt->value, "FILE");

		if (!opt_is_of(opt, &as_hug) || opt_is_switch(opt))
			continue;
		str_addf(out, "\t\t--%s", opt->name);
		if (opt->alias)
			str_addf(out, "|--%s", opt->alias);
		if (opt->kind == OPT_CHOICE) {
			str_addz(out, ") words=\"");
			for (unsigned i = 0; opt->choices[i]; i++)
				str_addf(
				    out, "%s%s", i ? " " : "", opt->choices[i]);
			str_addz(out, "\" ;;\n");
		} else if (!strcmp(opt->name, "revision")) {
			str_addz(out, ") words=$(hug __complete revisions "
				      "\"${COMP_WORDS[2]}\") ;;\n");
		} else if (folder || file) {
			str_addf(out,
			    ") COMPREPLY=($(compgen -%c -- \"$cur\")); return "
			    ";;\n",
			    folder ? 'd' : 'f');
		} else {
			str_addz(out, ") return ;;\n");
		}
	}
}

/* A group's second word belongs to the command's name. */
static void
bash_groups(struct str *out)
{
	for (unsigned i = 0; commands[i]; i++) {
		if (!group_length(commands[i]) || is_repeated(i))
			continue;
		str_addf(out,
		    "\telif [ \"$COMP_CWORD\" -eq 2 ] && [ \"$name\" = %.*s ]; "
		    "then\n\t\twords=\"",
		    (int)group_length(commands[i]), commands[i]->name);
		add_members(out, i);
		str_addz(out, "\"\n");
	}
}

static void
bash_group_names(struct str *out)
{
	for (unsigned i = 0; commands[i]; i++) {
		if (group_length(commands[i]) && !is_repeated(i))
			str_addf(out,
			    "\t[ \"$name\" = %.*s ] && "
			    "name=\"$name ${COMP_WORDS[2]}\"\n",
			    (int)group_length(commands[i]), commands[i]->name);
	}
}

static void
bash(struct str *out)
{
	str_addz(out, "# bash completion of hug. Made by docs/generate.\n\n"
		      "_hug()\n{\n"
		      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words=\n"
		      "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]} "
		      "name=${COMP_WORDS[1]}\n\n"
		      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords=\"");
	add_first_words(out);
	str_addz(out, "--help --version\"\n");
	bash_groups(out);
	str_addz(out, "\telif [ \"$prev\" = --format ]; then\n"
		      "\t\twords=\"human json quiet\"\n\tfi\n"
		      "\t[ -n \"$words\" ] && COMPREPLY=($(compgen -W "
		      "\"$words\" -- \"$cur\")) && return\n");
	bash_group_names(out);
	str_addz(out, "\tcase $name in\n");
	for (unsigned i = 0; commands[i]; i++) {
		str_addf(
		    out, "\t'%s')\n\t\tcase $prev in\n", commands[i]->name);
		bash_values(out, commands[i]);
		str_addz(out, "\t\t*) words=\"");
		add_long_names(out, commands[i]);
		str_addz(out, "\"\n");
		if (commands[i]->args->name)
			str_addz(out, "\t\t\t[ \"$COMP_CWORD\" -eq 2 ] &&\n"
				      "\t\t\t\twords=\"$words $(hug __complete "
				      "repos)\" ;;\n");
		else
			str_addz(out, "\t\t\t;;\n");
		str_addz(out, "\t\tesac ;;\n");
	}
	str_addz(out, "\tesac\n"
		      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
		      "\"$cur\")\n"
		      "}\n"
		      "complete -F _hug hug\n");
}

/* Text inside single quotes and brackets of zsh. */
static void
add_zsh(struct str *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			str_addz(out, "'\\''");
		else if (strchr("[]:\\", *text))
			str_addf(out, "\\%c", *text);
		else
			str_addc(out, *text);
	}
}

static void
zsh_option(struct str *out, const struct opt *opt, const char *name)
{
	str_addf(out, "\t\t\t'%s--%s%s[", opt->kind == OPT_LIST ? "*" : "",
	    name, opt_is_switch(opt) ? "" : "=");
	add_zsh(out, opt->help);
	str_addz(out, "]");
	if (opt->kind == OPT_CHOICE) {
		str_addf(out, ":%s:(", name);
		for (unsigned i = 0; opt->choices[i]; i++)
			str_addf(out, "%s%s", i ? " " : "", opt->choices[i]);
		str_addz(out, ")");
	} else if (!strcmp(opt->name, "revision")) {
		str_addz(out, ":revision:_hug_revisions");
	} else if (opt->value && !strcmp(opt->value, "DIR")) {
		str_addz(out, ":folder:_files -/");
	} else if (opt->value && !strcmp(opt->value, "FILE")) {
		str_addz(out, ":file:_files");
	} else if (!opt_is_switch(opt)) {
		str_addf(out, ":%s: ", name);
	}
	str_addz(out, "' \\\n");
}

static void
zsh_groups(struct str *out)
{
	for (unsigned i = 0; commands[i]; i++) {
		if (!group_length(commands[i]) || is_repeated(i))
			continue;
		str_addf(out, "\tif [[ $name = %.*s ]]; then\n",
		    (int)group_length(commands[i]), commands[i]->name);
		str_addz(out, "\t\t((CURRENT == 2)) && { compadd --");
		add_members(out, i);
		str_addz(out, "; return }\n\t\tshift words\n"
			      "\t\t((CURRENT--))\n"
			      "\t\tname=\"$name $words[1]\"\n\tfi\n");
	}
}

static void
zsh(struct str *out)
{
	str_addz(out,
	    "#compdef hug\n# zsh completion of hug. Made by "
	    "docs/generate.\n\n"
	    "_hug_repos() {\n\tcompadd -- ${(f)\"$(hug __complete repos)\"}\n"
	    "}\n\n"
	    "_hug_revisions() {\n"
	    "\tcompadd -- ${(f)\"$(hug __complete revisions $words[2])\"}\n"
	    "}\n\n"
	    "_hug() {\n\tlocal -a names\n\tnames=(\n");
	for (unsigned i = 0; commands[i]; i++) {
		if (is_repeated(i))
			continue;
		str_addf(out,
		    "\t\t'%.*s:", (int)strcspn(commands[i]->name, " "),
		    commands[i]->name);
		add_zsh(out, commands[i]->summary);
		str_addz(out, "'\n");
	}
	str_addz(out, "\t)\n"
		      "\tif ((CURRENT == 2)); then\n"
		      "\t\t_describe command names\n\t\treturn\n\tfi\n"
		      "\tshift words\n\t((CURRENT--))\n"
		      "\tlocal name=$words[1]\n");
	zsh_groups(out);
	str_addz(out, "\tcase $name in\n");
	for (unsigned i = 0; commands[i]; i++) {
		const struct command *command = commands[i];

		str_addf(out, "\t'%s')\n\t\t_arguments -S \\\n", command->name);
		for (const struct opt *opt = command->opts; opt->name; opt++) {
			if (!opt_is_of(opt, &as_hug))
				continue;
			zsh_option(out, opt, opt->name);
			if (opt->alias)
				zsh_option(out, opt, opt->alias);
		}
		str_addz(out,
		    "\t\t\t'--format=[How the result is written]:format:(human "
		    "json quiet)' \\\n"
		    "\t\t\t'--json[The result as JSON]' \\\n"
		    "\t\t\t'(-q --quiet)'{-q,--quiet}'[The bare result]' \\\n"
		    "\t\t\t'--as=[Use this stored token]:name:' \\\n"
		    "\t\t\t'--help[Explain the command]'");
		if (command->args->name)
			str_addz(out, " \\\n\t\t\t'1:repository:_hug_repos'");
		str_addz(out, "\n\t\t;;\n");
	}
	str_addz(out, "\tesac\n}\n\n_hug \"$@\"\n");
}

static void
add_fish(struct str *out, const char *text)
{
	str_addc(out, '\'');
	for (; *text; text++) {
		if (strchr("'\\", *text))
			str_addc(out, '\\');
		str_addc(out, *text);
	}
	str_addc(out, '\'');
}

/* When a command's own words are completed. */
static void
add_fish_when(struct str *out, const struct command *command)
{
	size_t n = group_length(command);

	if (n)
		str_addf(out,
		    "'__fish_seen_subcommand_from %.*s; and "
		    "__fish_seen_subcommand_from %s'",
		    (int)n, command->name, command->name + n + 1);
	else
		str_addf(
		    out, "'__fish_seen_subcommand_from %s'", command->name);
}

static void
fish_option(struct str *out, const struct command *command,
    const struct opt *opt, const char *name)
{
	str_addz(out, "complete -c hug -n ");
	add_fish_when(out, command);
	str_addf(out, " -l %s", name);
	if (opt->kind == OPT_CHOICE) {
		str_addz(out, " -x -a '");
		for (unsigned i = 0; opt->choices[i]; i++)
			str_addf(out, "%s%s", i ? " " : "", opt->choices[i]);
		str_addz(out, "'");
	} else if (!strcmp(opt->name, "revision")) {
		str_addz(out, " -x -a '(hug __complete revisions (commandline "
			      "-opc)[3])'");
	} else if (opt->value && !strcmp(opt->value, "DIR")) {
		str_addz(out, " -x -a '(__fish_complete_directories)'");
	} else if (!opt_is_switch(opt)) {
		str_addz(out, " -r");
	}
	str_addz(out, " -d ");
	add_fish(out, opt->help);
	str_addc(out, '\n');
}

/* The name itself, and the words that follow it. */
static void
fish_command(struct str *out, unsigned i)
{
	const struct command *command = commands[i];
	size_t n = group_length(command);

	if (!is_repeated(i)) {
		str_addf(out,
		    "complete -c hug -n __fish_use_subcommand -a %.*s -d ",
		    (int)strcspn(command->name, " "), command->name);
		add_fish(out, command->summary);
		str_addc(out, '\n');
	}
	if (n && !is_repeated(i)) {
		str_addf(out,
		    "complete -c hug -n '__fish_seen_subcommand_from %.*s; "
		    "and not __fish_seen_subcommand_from",
		    (int)n, command->name);
		add_members(out, i);
		str_addz(out, "' -a '");
		add_members(out, i);
		str_addz(out, "'\n");
	}
	if (!command->args->name)
		return;
	str_addz(out, "complete -c hug -n ");
	add_fish_when(out, command);
	str_addz(out, " -a '(hug __complete repos)'\n");
}

static void
fish(struct str *out)
{
	str_addz(out, "# fish completion of hug. Made by docs/generate.\n\n"
		      "complete -c hug -f\n");
	for (unsigned i = 0; commands[i]; i++) {
		fish_command(out, i);
		for (const struct opt *opt = commands[i]->opts; opt->name;
		     opt++) {
			if (!opt_is_of(opt, &as_hug))
				continue;
			fish_option(out, commands[i], opt, opt->name);
			if (opt->alias)
				fish_option(out, commands[i], opt, opt->alias);
		}
	}
	str_addz(out, "complete -c hug -l format -x -a 'human json quiet' "
		      "-d 'How the result is written'\n"
		      "complete -c hug -l json -d 'The result as JSON'\n"
		      "complete -c hug -s q -l quiet -d 'The bare result'\n"
		      "complete -c hug -s h -l help -d 'Explain'\n");
}

/* -- files -- */

/* Writes `text` to FOLDER/<place>, and empties it. */
static bool
save(const char *folder, const char *place, struct str *text)
{
	struct str path = STR_INIT;
	struct error err;
	bool ok;

	str_addf(&path, "%s/%s", folder, place);
	ok = dir_make_parent(path.v, &err) &&
	     file_replace(path.v, text->v, text->n, &err);
	if (!ok)
		fprintf(stderr, "generate: %s\n", err.message);
	str_clear(text);
	str_fini(&path);
	return ok;
}

int
main(int argc, char **argv)
{
	struct str text = STR_INIT;
	struct str place = STR_INIT;
	bool ok;

	if (argc != 2)
		return EXIT_USAGE;
	main_page(&text);
	ok = save(argv[1], "man/hug.1", &text);
	for (unsigned i = 0; ok && commands[i]; i++) {
		str_clear(&place);
		str_addz(&place, "man/");
		add_page_name(&place, commands[i]);
		str_addz(&place, ".1");
		command_page(&text, commands[i]);
		ok = save(argv[1], place.v, &text);
	}
	bash(&text);
	ok = ok && save(argv[1], "completions/hug", &text);
	zsh(&text);
	ok = ok && save(argv[1], "completions/_hug", &text);
	fish(&text);
	ok = ok && save(argv[1], "completions/hug.fish", &text);
	str_fini(&text);
	str_fini(&place);
	return ok ? EXIT_ALL : EXIT_NOT_ALL;
}
