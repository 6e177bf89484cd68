#include "cli/guess.h"

#include <string.h>

#include "cli/command.h"
#include "cli/parse.h"
#include "cli/similar.h"
#include "core/base/str.h"

/* Guesses that are shown at most. */
#define GUESSES 3

/* Last words of commands of another group are guessed only if they are this like:
 * there are many of them. */
#define ELSEWHERE_LEAST 0.75

/* What other programs call it. */
static const struct {
	const char *word;
	const char *commands; /* separated by "|" */
} familiar[] = {
	{ "add", "repo create" },
	{ "branch", "repo branch" },
	{ "checksum", "cache verify" },
	{ "clean", "cache free|cache prune" },
	{ "clone", "download" },
	{ "config", "ui|env" },
	{ "del", "cache rm|repo delete" },
	{ "delete", "cache rm|repo delete" },
	{ "df", "cache du" },
	{ "dir", "ls|cache ls" },
	{ "fetch", "download" },
	{ "find", "models ls --search TEXT" },
	{ "gc", "cache prune" },
	{ "get", "download" },
	{ "info", "models info|datasets info|spaces info" },
	{ "install", "download" },
	{ "list", "ls|cache ls|models ls" },
	{ "mv", "repo move" },
	{ "pull", "download" },
	{ "remove", "cache rm|repo delete" },
	{ "rename", "repo move" },
	{ "rm", "cache rm|repo delete-files" },
	{ "search", "models ls --search TEXT" },
	{ "show", "models info|cat" },
	{ "size", "cache du" },
	{ "tui", "ui" },
	{ "undo", "cache restore" },
	{ "uninstall", "cache rm" },
	{ "user", "whoami" },
	{ "view", "cat" },
	{ "wget", "download" },
};

static void
add_command(struct str *out, const char *name, size_t n, bool last)
{
	str_addf(out, "%s`hug %.*s`",
	    !out->n ? ""
	    : last  ? " or "
		    : ", ",
	    (int)n, name);
}

static bool
add_familiar(struct str *out, const char *word)
{
	for (size_t i = 0; i < sizeof(familiar) / sizeof(*familiar); i++) {
		const char *p = familiar[i].commands;

		if (strcmp(familiar[i].word, word) != 0)
			continue;
		for (;;) {
			size_t n = strcspn(p, "|");

			add_command(out, p, n, !p[n]);
			if (!p[n])
				return true;
			p += n + 1;
		}
	}
	return false;
}

static double
likeness(const struct command *command, const char *word)
{
	const char *last = strrchr(command->name, ' ');
	double like = similarity(word, last ? last + 1 : command->name);
	double alias = command->alias ? similarity(word, command->alias) : 0;

	return alias > like ? alias : like;
}

/* The commands of all groups whose last words are most like it. */
static void
add_elsewhere(struct str *out, const struct cli *cli, const char *word)
{
	const char *found[GUESSES];
	double best = ELSEWHERE_LEAST;
	size_t n = 0;

	for (unsigned i = 0; commands[i]; i++) {
		double like = likeness(commands[i], word);

		if (!command_is_of(commands[i], cli) || like < best)
			continue;
		if (like > best)
			n = 0;
		best = like;
		if (n < GUESSES)
			found[n++] = commands[i]->name;
	}
	for (size_t i = 0; i < n; i++)
		add_command(out, found[i], strlen(found[i]), i + 1 == n);
}

void
guess_command(
    struct str *out, const struct cli *cli, const char *group, const char *word)
{
	struct str near = STR_INIT;
	struct str name = STR_INIT;

	if (*group || !add_familiar(out, word)) {
		command_guess(&near, cli, group, word, false);
		str_addf(&name, "%s%s%s", group, *group ? " " : "", near.v);
		if (near.n)
			add_command(out, name.v, name.n, true);
		else
			add_elsewhere(out, cli, word);
	}
	str_fini(&near);
	str_fini(&name);
}

/* -- options and their values -- */

static void
try_options(struct str *out, const struct cli *cli, const struct opt *opt,
    const char *word, double *best)
{
	for (; opt->name; opt++) {
		const char *names[2] = { opt->name, opt->alias };

		for (unsigned k = 0; k < 2 && names[k]; k++) {
			double like = similarity(word, names[k]);

			if (like < *best || !opt_is_of(opt, cli))
				continue;
			*best = like;
			str_clear(out);
			str_addf(out, "--%s", names[k]);
		}
	}
}

void
guess_option(struct str *out, const struct cli *cli,
    const struct command *command, const char *word)
{
	double best = SIMILAR_LEAST;
	struct str name = STR_INIT;

	word += strspn(word, "-");
	str_add(&name, word, strcspn(word, "="));
	try_options(out, cli, parse_common_options, name.v, &best);
	if (command)
		try_options(out, cli, command->opts, name.v, &best);
	for (unsigned i = 0; !command && commands[i]; i++) {
		if (command_is_of(commands[i], cli))
			try_options(out, cli, commands[i]->opts, name.v, &best);
	}
	if (similarity(name.v, "help") > best)
		str_set(out, "--help");
	str_fini(&name);
}

void
guess_choice(struct str *out, const struct opt *opt, const char *word)
{
	double best = SIMILAR_LEAST;

	for (unsigned i = 0; opt->choices[i]; i++) {
		double like = similarity(word, opt->choices[i]);

		if (like < best)
			continue;
		best = like;
		str_set(out, opt->choices[i]);
	}
}

/* -- what only the official client has -- */

bool
guess_left_out(const char *word, struct error *err)
{
	static const char *const words[] = { "buckets", "collections",
		"discussions", "endpoints", "ext", "extensions", "jobs",
		"kernels", "lfs-enable-largefiles", "lfs-multipart-upload",
		"papers", "sandbox", "skills", "sync", "update", "webhooks" };

	if (!strcmp(word, "upload") || !strcmp(word, "upload-large-folder")) {
		err_set(err, ERR_USAGE, "hug cannot upload files yet");
		err_hint(err,
		    "Use `hf %s` of the official client (pip install "
		    "huggingface_hub); `hug repo create` creates the "
		    "repository",
		    word);
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(words[i], word) != 0)
			continue;
		err_set(err, ERR_USAGE, "hug has no command '%s'", word);
		err_hint(err,
		    "The official client has it: `hf %s` (pip install "
		    "huggingface_hub)",
		    word);
		return true;
	}
	return false;
}
