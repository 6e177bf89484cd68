#include "cli/completion.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/voice/voice.h"
#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/str.h"

const char *const completion_shells[] = { "bash", "zsh", "fish", NULL };

static const struct cli as_hug = {
	.face = FACE_HUG, .name = "hug", .voice = &voice_hug
};

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
	command_each (command, &as_hug) {
		const char *name = command->name;

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
is_repeated(const struct command *command, const char *group)
{
	const char *word = command_inside(command->name, group);
	size_t n = strcspn(word, " ");

	command_each (before, &as_hug) {
		const char *other = command_inside(before->name, group);

		if (before == command)
			break;
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
	command_each (command, &as_hug) {
		const char *word = command_inside(command->name, group);

		if (word && !is_repeated(command, group))
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

/* What the first argument of a command can be. */
enum first {
	FIRST_OTHER, /* nothing that can be completed */
	FIRST_REPO,
	FIRST_SHELL,
};

static enum first
first_of(const struct command *command)
{
	static const char *const repos[] = { "REPO_ID", "FROM_ID", "MODEL_ID",
		"DATASET_ID", "SPACE_ID", "TARGETS", "FILES" };
	const char *name = arg_of(command->args, &as_hug)->name;

	for (size_t i = 0; name && i < sizeof(repos) / sizeof(*repos); i++) {
		if (!strcmp(name, repos[i]))
			return FIRST_REPO;
	}
	return name && !strcmp(name, "SHELL") ? FIRST_SHELL : FIRST_OTHER;
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
	str_addz(out, "help --help --version\" ;;\n");
	arr_each (group, &groups->list) {
		str_addf(out, "\t\t'%s') words=\"", *group);
		add_members(out, *group);
		str_addz(out, "\" ;;\n");
	}
	str_addz(out, "\t\tesac\n");
}

static void
add_bash(struct str *out, const struct groups *groups)
{
	str_addz(out,
	    "# bash completion of hug. Made by `hug completion bash`.\n\n"
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
	command_each (command, &as_hug) {
		str_addf(out, "\t'%s')\n\t\tcase $prev in\n", command->name);
		bash_values(out, command);
		str_addz(out, "\t\t*) words=\"");
		add_long_names(out, command);
		str_addz(out, "\"\n");
		if (first_of(command) != FIRST_OTHER)
			str_addf(out,
			    "\t\t\t[ \"$COMP_CWORD\" -eq \"$at\" ] &&\n"
			    "\t\t\t\twords=\"$words %s\" ;;\n",
			    first_of(command) == FIRST_REPO
				? "$(hug __complete repos)"
				: "bash zsh fish");
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
quote_zsh(struct str *out, const char *text)
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
	quote_zsh(out, opt->help);
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
add_zsh(struct str *out, const struct groups *groups)
{
	str_addz(out,
	    "#compdef hug\n# zsh completion of hug. Made by "
	    "`hug completion zsh`.\n\n"
	    "_hug_repos() {\n\tcompadd -- ${(f)\"$(hug __complete repos)\"}\n"
	    "}\n\n"
	    "_hug_revisions() {\n"
	    "\tcompadd -- ${(f)\"$(hug __complete revisions $words[2])\"}\n"
	    "}\n\n"
	    "_hug() {\n\tlocal -a names\n\tnames=(\n");
	command_each (command, &as_hug) {
		if (is_repeated(command, ""))
			continue;
		str_addf(out, "\t\t'%.*s:", (int)strcspn(command->name, " "),
		    command->name);
		quote_zsh(out, command->summary);
		str_addz(out, "'\n");
	}
	str_addz(out, "\t)\n"
		      "\tif ((CURRENT == 2)); then\n"
		      "\t\t_describe command names\n\t\treturn\n\tfi\n"
		      "\tshift words\n\t((CURRENT--))\n"
		      "\tlocal name=$words[1]\n");
	zsh_groups(out, groups);
	str_addz(out, "\tcase $name in\n");
	command_each (command, &as_hug) {
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
		if (first_of(command) == FIRST_REPO)
			str_addz(out, " \\\n\t\t\t'1:repository:_hug_repos'");
		else if (first_of(command) == FIRST_SHELL)
			str_addz(out, " \\\n\t\t\t'1:shell:(bash zsh fish)'");
		str_addz(out, "\n\t\t;;\n");
	}
	str_addz(out, "\tesac\n}\n\n_hug \"$@\"\n");
}

static void
quote_fish(struct str *out, const char *text)
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
	quote_fish(out, opt->help);
	str_addc(out, '\n');
}

/* The first word of the name, and what its argument may be. */
static void
fish_command(struct str *out, const struct command *command)
{
	if (!is_repeated(command, "")) {
		str_addf(out,
		    "complete -c hug -n __fish_use_subcommand -a %.*s -d ",
		    (int)strcspn(command->name, " "), command->name);
		quote_fish(out, command->summary);
		str_addc(out, '\n');
	}
	if (first_of(command) != FIRST_OTHER)
		str_addf(out, "complete -c hug -n '__hug_at %s' -a '%s'\n",
		    command->name,
		    first_of(command) == FIRST_REPO ? "(hug __complete repos)"
						    : "bash zsh fish");
}

static void
add_fish(struct str *out, const struct groups *groups)
{
	str_addz(out,
	    "# fish completion of hug. Made by `hug completion fish`.\n\n"
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
	command_each (command, &as_hug) {
		fish_command(out, command);
		for (const struct opt *opt = command->opts; opt->name; opt++) {
			if (!opt_is_of(opt, &as_hug))
				continue;
			fish_option(out, command, opt, opt->name);
			if (opt->alias)
				fish_option(out, command, opt, opt->alias);
		}
	}
	str_addz(out, "complete -c hug -l format -x -a 'human json quiet' "
		      "-d 'How the result is written'\n"
		      "complete -c hug -l json -d 'The result as JSON'\n"
		      "complete -c hug -s q -l quiet -d 'The bare result'\n"
		      "complete -c hug -s h -l help -d 'Explain'\n");
}

bool
completion_add(struct str *out, const char *shell)
{
	static void (*const adders[])(struct str * out,
	    const struct groups *groups) = { add_bash, add_zsh, add_fish };
	struct groups groups;
	unsigned i = 0;

	while (completion_shells[i] && strcmp(completion_shells[i], shell) != 0)
		i++;
	if (!completion_shells[i])
		return false;
	groups_init(&groups);
	adders[i](out, &groups);
	groups_fini(&groups);
	return true;
}
