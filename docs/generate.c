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
#include "core/base/arr.h"
#include "core/base/mem.h"
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
	str_addf(out, ".TH %s 1 " PACKAGE_DATE " \"hug " PACKAGE_VERSION "\"\n",
	    name);
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
	if (!command->local)
		add_item(out, "--as NAME",
		    "Use this stored token for once (hug auth list)");
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

/* The words that begin names of several: "cache", "repo", "repo tag". A shorter
 * one comes before those that it begins. */
struct groups {
	ARR(char *) list;
};

static bool
has_group(const struct groups *groups, const char *words, size_t n)
{
	arr_each (group, &groups->list) {
		if (strlen(*group) == n && !memcmp(*group, words, n))
			return true;
	}
	return false;
}

static void
groups_init(struct groups *groups)
{
	*groups = (struct groups){ { NULL, 0, 0 } };
	for (unsigned i = 0; commands[i]; i++) {
		const char *name = commands[i]->name;

		for (const char *p = name; (p = strchr(p, ' ')); p++) {
			size_t n = (size_t)(p - name);

			if (!has_group(groups, name, n))
				arr_push(&groups->list, mem_strndup(name, n));
		}
	}
}

static void
groups_fini(struct groups *groups)
{
	arr_each (group, &groups->list)
		free(*group);
	arr_free(&groups->list);
}

/* Whether an earlier command has the same next word in the group. */
static bool
is_repeated(unsigned i, const char *group)
{
	const char *word = command_inside(commands[i]->name, group);
	size_t n = strcspn(word, " ");

	for (unsigned k = 0; k < i; k++) {
		const char *other = command_inside(commands[k]->name, group);

		if (other && strcspn(other, " ") == n &&
		    !memcmp(other, word, n))
			return true;
	}
	return false;
}

/* "ls rm ": the words that may follow those of the group ("": the first). */
static void
add_members(struct str *out, const char *group)
{
	for (unsigned i = 0; commands[i]; i++) {
		const char *word = command_inside(commands[i]->name, group);

		if (word && !is_repeated(i, group))
			str_addf(out, "%.*s ", (int)strcspn(word, " "), word);
	}
}

/* How many words the name has. */
static unsigned
words_of(const struct command *command)
{
	unsigned n = 1;

	for (const char *p = command->name; *p; p++)
		n += *p == ' ';
	return n;
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
	str_addf(out, "%s --format --json --quiet --help",
	    command->local ? "" : " --as");
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
				      "\"${COMP_WORDS[at]}\") ;;\n");
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

/* The groups as patterns of a case, then what may follow each. */
static void
bash_groups(struct str *out, const struct groups *groups)
{
	str_addz(out,
	    "\twhile [ \"$at\" -lt \"$COMP_CWORD\" ]; do\n"
	    "\t\tcase \"${group:+$group }${COMP_WORDS[at]}\" in\n\t\t");
	arr_each (group, &groups->list)
		str_addf(
		    out, "%s'%s'", group == groups->list.v ? "" : "|", *group);
	str_addz(out, ")\n\t\t\tgroup=\"${group:+$group }${COMP_WORDS[at]}\"\n"
		      "\t\t\tat=$((at + 1)) ;;\n"
		      "\t\t*) break ;;\n\t\tesac\n\tdone\n"
		      "\tif [ \"$at\" -eq \"$COMP_CWORD\" ]; then\n"
		      "\t\tcase $group in\n\t\t'') words=\"");
	add_members(out, "");
	str_addz(out, "--help --version\" ;;\n");
	arr_each (group, &groups->list) {
		str_addf(out, "\t\t'%s') words=\"", *group);
		add_members(out, *group);
		str_addz(out, "\" ;;\n");
	}
	str_addz(out, "\t\tesac\n");
}

static void
bash(struct str *out, const struct groups *groups)
{
	str_addz(out, "# bash completion of hug. Made by docs/generate.\n\n"
		      "_hug()\n{\n"
		      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words=\n"
		      "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]} "
		      "group= at=1 name\n\n");
	bash_groups(out, groups);
	str_addz(out, "\telif [ \"$prev\" = --format ]; then\n"
		      "\t\twords=\"human json quiet\"\n\tfi\n"
		      "\t[ -n \"$words\" ] && COMPREPLY=($(compgen -W "
		      "\"$words\" -- \"$cur\")) && return\n"
		      "\tname=\"${group:+$group }${COMP_WORDS[at]}\"\n"
		      "\tat=$((at + 1))\n"
		      "\tcase $name in\n");
	for (unsigned i = 0; commands[i]; i++) {
		str_addf(
		    out, "\t'%s')\n\t\tcase $prev in\n", commands[i]->name);
		bash_values(out, commands[i]);
		str_addz(out, "\t\t*) words=\"");
		add_long_names(out, commands[i]);
		str_addz(out, "\"\n");
		if (commands[i]->args->name)
			str_addz(out,
			    "\t\t\t[ \"$COMP_CWORD\" -eq \"$at\" ] &&\n"
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
	str_addf(out, "\t\t\t'%s--%s%s[",
	    opt->kind == OPT_LIST || opt->kind == OPT_REPEAT ? "*" : "", name,
	    opt_is_switch(opt) ? "" : "=");
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
zsh_groups(struct str *out, const struct groups *groups)
{
	arr_each (group, &groups->list) {
		str_addf(out, "\tif [[ $name = '%s' ]]; then\n", *group);
		str_addz(out, "\t\t((CURRENT == 2)) && { compadd -- ");
		add_members(out, *group);
		str_addz(out, "; return }\n\t\tshift words\n"
			      "\t\t((CURRENT--))\n"
			      "\t\tname=\"$name $words[1]\"\n\tfi\n");
	}
}

static void
zsh(struct str *out, const struct groups *groups)
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
		if (is_repeated(i, ""))
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
	zsh_groups(out, groups);
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
		    "\t\t\t'--help[Explain the command]'");
		if (!command->local)
			str_addz(out, " \\\n\t\t\t'--as=[Use this stored "
				      "token]:name:'");
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

static void
fish_option(struct str *out, const struct command *command,
    const struct opt *opt, const char *name)
{
	str_addf(
	    out, "complete -c hug -n '__hug_at %s' -l %s", command->name, name);
	if (opt->kind == OPT_CHOICE) {
		str_addz(out, " -x -a '");
		for (unsigned i = 0; opt->choices[i]; i++)
			str_addf(out, "%s%s", i ? " " : "", opt->choices[i]);
		str_addz(out, "'");
	} else if (!strcmp(opt->name, "revision")) {
		str_addf(out,
		    " -x -a '(hug __complete revisions (commandline "
		    "-opc)[%u])'",
		    words_of(command) + 2);
	} else if (opt->value && !strcmp(opt->value, "DIR")) {
		str_addz(out, " -x -a '(__fish_complete_directories)'");
	} else if (!opt_is_switch(opt)) {
		str_addz(out, " -r");
	}
	str_addz(out, " -d ");
	add_fish(out, opt->help);
	str_addc(out, '\n');
}

/* The first word of the name, and what its argument may be. */
static void
fish_command(struct str *out, unsigned i)
{
	const struct command *command = commands[i];

	if (!is_repeated(i, "")) {
		str_addf(out,
		    "complete -c hug -n __fish_use_subcommand -a %.*s -d ",
		    (int)strcspn(command->name, " "), command->name);
		add_fish(out, command->summary);
		str_addc(out, '\n');
	}
	if (command->args->name)
		str_addf(out,
		    "complete -c hug -n '__hug_at %s' -a '(hug __complete "
		    "repos)'\n",
		    command->name);
}

static void
fish(struct str *out, const struct groups *groups)
{
	str_addz(out,
	    "# fish completion of hug. Made by docs/generate.\n\n"
	    "# Whether the line begins with these words; of a group: is them.\n"
	    "function __hug_at\n"
	    "\tset -l words (commandline -opc)[2..-1]\n"
	    "\ttest (count $words) -ge (count $argv); or return 1\n"
	    "\tfor i in (seq (count $argv))\n"
	    "\t\ttest \"$words[$i]\" = \"$argv[$i]\"; or return 1\n"
	    "\tend\n"
	    "end\n\n"
	    "function __hug_group\n"
	    "\t__hug_at $argv; and test (count (commandline -opc)) -eq "
	    "(math (count $argv) + 1)\n"
	    "end\n\n"
	    "complete -c hug -f\n");
	arr_each (group, &groups->list) {
		str_addf(
		    out, "complete -c hug -n '__hug_group %s' -a '", *group);
		add_members(out, *group);
		str_addz(out, "'\n");
	}
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
	struct groups groups;
	bool ok;

	if (argc != 2)
		return EXIT_USAGE;
	groups_init(&groups);
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
	bash(&text, &groups);
	ok = ok && save(argv[1], "completions/hug", &text);
	zsh(&text, &groups);
	ok = ok && save(argv[1], "completions/_hug", &text);
	fish(&text, &groups);
	ok = ok && save(argv[1], "completions/hug.fish", &text);
	str_fini(&text);
	str_fini(&place);
	groups_fini(&groups);
	return ok ? EXIT_ALL : EXIT_NOT_ALL;
}
