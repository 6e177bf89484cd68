#include "cli/command.h"

#include <stdlib.h>
#include <string.h>

#include "cli/similar.h"
#include "core/base/mem.h"
#include "core/base/str.h"

bool
command_is_of(const struct command *command, const struct cli *cli)
{
	return !command->faces || (command->faces & (unsigned)cli->face);
}

bool
command_is_listed(const struct command *command, const struct cli *cli)
{
	return command_is_of(command, cli) &&
	       !(command->hidden & (unsigned)cli->face);
}

const char *
command_name(const struct command *command, const struct cli *cli)
{
	return cli->face == FACE_HF && command->as_hf ? command->as_hf
	                                              : command->name;
}

const char *
command_inside(const char *name, const char *group)
{
	size_t n = strlen(group);

	if (!n)
		return name;
	return !strncmp(name, group, n) && name[n] == ' ' ? name + n + 1 : NULL;
}

void
command_guess(struct str *out, const struct cli *cli, const char *group,
    const char *word, bool single)
{
	double best = SIMILAR_LEAST;

	for (unsigned i = 0; commands[i]; i++) {
		const char *rest =
		    command_inside(command_name(commands[i], cli), group);
		const char *alias = commands[i]->alias;
		const char *names[2] = { rest, NULL };

		if (!rest || !command_is_of(commands[i], cli) ||
		    (single && alias))
			continue;
		if (alias && !strchr(rest, ' '))
			names[1] = alias;
		for (unsigned k = 0; k < 2 && names[k]; k++) {
			size_t n = strcspn(names[k], " ");
			char *first = mem_strndup(names[k], n);
			double like = similarity(word, first);

			if (like > best || (like >= best && !out->n)) {
				best = like;
				str_set(out, first);
			}
			free(first);
		}
	}
}

/* How many words of the line are the name, whose last may be the alias; 0: it
 * is another. */
static int
words_of(const char *name, const char *alias, int argc, char **argv)
{
	int n = 0;

	while (name && n < argc) {
		size_t length = strcspn(name, " ");
		bool last = !name[length];

		if ((strlen(argv[n]) != length ||
			memcmp(argv[n], name, length) != 0) &&
		    !(last && alias && !strcmp(argv[n], alias)))
			return 0;
		n++;
		if (last)
			return n;
		name += length + 1;
	}
	return 0;
}

const struct command *
command_find(const struct cli *cli, int argc, char **argv, int *taken)
{
	const struct command *found = NULL;

	*taken = 0;
	for (unsigned i = 0; commands[i]; i++) {
		const struct command *command = commands[i];
		const char *name = command_name(command, cli);
		int n;

		if (!command_is_of(command, cli))
			continue;
		n = words_of(name, command->alias, argc, argv);
		if (!n && cli->face == FACE_HUG)
			n = words_of(
			    command->as_hf, command->alias, argc, argv);
		/* "repo-files" is one; "repo-files delete" may be another. */
		if (n > *taken) {
			*taken = n;
			found = command;
		}
	}
	return found;
}

bool
command_is_group(const struct cli *cli, const char *words)
{
	if (!*words)
		return false;
	for (unsigned i = 0; commands[i]; i++) {
		const struct command *command = commands[i];

		if (!command_is_of(command, cli))
			continue;
		if (command_inside(command_name(command, cli), words) ||
		    (cli->face == FACE_HUG && command->as_hf &&
			command_inside(command->as_hf, words)))
			return true;
	}
	return false;
}

int
command_take_group(
    struct str *out, const struct cli *cli, int argc, char **argv)
{
	int taken = 0;

	for (int n = 1; n <= argc; n++) {
		struct str words = STR_INIT;

		for (int i = 0; i < n; i++)
			str_addf(&words, "%s%s", i ? " " : "", argv[i]);
		if (command_is_group(cli, words.v)) {
			str_set(out, words.v);
			taken = n;
		}
		str_fini(&words);
		if (taken < n)
			break;
	}
	return taken;
}

const struct command *const *
command_of(const struct command *const *at, const struct cli *cli)
{
	while (*at && !command_is_listed(*at, cli))
		at++;
	return at;
}

bool
opt_is_of(const struct opt *opt, const struct cli *cli)
{
	return !opt->faces || (opt->faces & (unsigned)cli->face);
}

bool
opt_is_switch(const struct opt *opt)
{
	return opt->kind == OPT_FLAG || opt->kind == OPT_UNFLAG ||
	       opt->kind == OPT_COUNT;
}

bool
arg_is_required(const struct arg *arg, enum face face)
{
	return arg->required && !(arg->optional_of & face);
}

const struct arg *
arg_of(const struct arg *arg, const struct cli *cli)
{
	while (arg->name && arg->faces && !(arg->faces & (unsigned)cli->face))
		arg++;
	return arg;
}
