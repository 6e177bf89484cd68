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

/* What other programs call it. Of a group ("cache delete") the first command that
 * is in it is meant. */
static const struct {
	const char *word;
	const char *commands; /* separated by "|" */
} familiar[] = {
	{ "add", "repo create|repo branch create|repo tag create" },
	{ "branch", "repo branch" },
	{ "checksum", "cache verify" },
	{ "clean", "cache free|cache prune" },
	{ "clear", "cache free|cache prune" },
	{ "clone", "download" },
	{ "create", "repo create|repo branch create|repo tag create" },
	{ "config", "ui|env" },
	{ "del", "cache rm|repo delete|repo branch delete|repo tag delete" },
	{ "delete", "cache rm|repo delete" },
	{ "df", "cache du" },
	{ "dir", "ls|cache ls" },
	{ "fetch", "download" },
	{ "find", "models ls --search TEXT|datasets ls --search TEXT|"
		  "spaces ls --search TEXT" },
	{ "gc", "cache prune" },
	{ "get", "download" },
	{ "info", "models info|datasets info|spaces info" },
	{ "init", "repo create" },
	{ "install", "download" },
	{ "list", "ls|cache ls|models ls" },
	{ "make", "repo create|repo branch create|repo tag create" },
	{ "mv", "repo move" },
	{ "new", "repo create|repo branch create|repo tag create" },
	{ "pull", "download" },
	{ "remove", "cache rm|repo delete|repo branch delete|repo tag delete" },
	{ "rename", "repo move" },
	{ "rm", "cache rm|repo delete|repo branch delete|repo tag delete" },
	{ "search", "models ls --search TEXT|datasets ls --search TEXT|"
		    "spaces ls --search TEXT" },
	{ "show", "models info|datasets info|spaces info" },
	{ "size", "cache du" },
	{ "tui", "ui" },
	{ "undo", "cache restore" },
	{ "uninstall", "cache rm" },
	{ "user", "whoami" },
	{ "view", "cat" },
	{ "wget", "download" },
};

/* The same of options. */
static const char *const familiar_options[][2] = { { "all", "recursive" },
	{ "branch", "revision" }, { "commit", "revision" },
	{ "destination", "local-dir" }, { "dir", "local-dir" },
	{ "directory", "local-dir" }, { "folder", "local-dir" },
	{ "force", "force-download" }, { "force", "yes" },
	{ "jobs", "max-workers" }, { "kind", "repo-type" },
	{ "message", "commit-message" }, { "order", "sort" },
	{ "out", "local-dir" }, { "output", "local-dir" },
	{ "output-dir", "local-dir" }, { "parallel", "max-workers" },
	{ "pattern", "include" }, { "silent", "quiet" },
	{ "speed", "limit-rate" }, { "tag", "revision" },
	{ "threads", "max-workers" }, { "verbose", "debug" },
	{ "version", "revision" }, { "what-if", "dry-run" } };

/* How like a word must be to one of these. */
#define FAMILIAR_LEAST 0.8

static void
add_command(struct str *out, const char *name, size_t n, bool last)
{
	str_addf(out, "%s`hug %.*s`",
	    !out->n ? ""
	    : last  ? " or "
		    : ", ",
	    (int)n, name);
}

/* Whether one of the commands, separated by "|", can be named for a group. */
static bool
is_inside(const char *command, size_t n, const char *group)
{
	size_t front = strlen(group);

	return !front || (n > front && !strncmp(command, group, front) &&
			     command[front] == ' ');
}

static bool
add_familiar(struct str *out, const char *group, const char *word)
{
	const char *found[GUESSES];
	double best = FAMILIAR_LEAST;
	size_t n = 0;

	for (size_t i = 0; i < sizeof(familiar) / sizeof(*familiar); i++) {
		const char *p = familiar[i].commands;
		double like = similarity(word, familiar[i].word);
		size_t count = 0;

		for (; like >= best && *p; p += strspn(p, "|")) {
			size_t length = strcspn(p, "|");

			if (is_inside(p, length, group) && count < GUESSES)
				found[count++] = p;
			p += length;
		}
		if (count) {
			best = like;
			n = count;
		}
	}
	/* In a group one is meant. */
	if (n > (*group ? 1 : 2))
		n = *group ? 1 : 2;
	for (size_t i = 0; i < n; i++)
		add_command(out, found[i], strcspn(found[i], "|"), i + 1 == n);
	return n > 0;
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
add_elsewhere(
    struct str *out, const struct cli *cli, const char *word, double least)
{
	const char *found[GUESSES];
	double best = least;
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

/* "cache-ls" and "repo_create". */
static bool
add_joined(struct str *out, const struct cli *cli, const char *word)
{
	struct str words = STR_INIT;
	bool found = false;

	for (const char *p = word; *p; p++)
		str_addc(&words, *p == '-' || *p == '_' ? ' ' : *p);
	for (unsigned i = 0; commands[i] && !found; i++) {
		found = command_is_of(commands[i], cli) &&
		        !strcmp(commands[i]->name, words.v);
		if (found)
			add_command(out, words.v, words.n, true);
	}
	str_fini(&words);
	return found;
}

/* What is near in the group itself. */
static void
add_near(
    struct str *out, const struct cli *cli, const char *group, const char *word)
{
	struct str near = STR_INIT;
	struct str name = STR_INIT;

	command_guess(&near, cli, group, word, false);
	str_addf(&name, "%s%s%s", group, *group ? " " : "", near.v);
	if (near.n)
		add_command(out, name.v, name.n, true);
	str_fini(&near);
	str_fini(&name);
}

/* From what is sure to what is likely. */
void
guess_command(
    struct str *out, const struct cli *cli, const char *group, const char *word)
{
	bool alone = !*group;

	if ((alone && add_joined(out, cli, word)) ||
	    add_familiar(out, group, word))
		return;
	if (alone)
		add_elsewhere(out, cli, word, 1);
	if (!out->n)
		add_near(out, cli, group, word);
	if (!out->n)
		add_elsewhere(out, cli, word, ELSEWHERE_LEAST);
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

static bool
has_option(
    const struct cli *cli, const struct command *command, const char *name)
{
	for (const struct opt *opt = command->opts; opt->name; opt++) {
		if (opt_is_of(opt, cli) && !strcmp(opt->name, name))
			return true;
	}
	return false;
}

static bool
add_familiar_option(struct str *out, const struct cli *cli,
    const struct command *command, const char *word)
{
	const size_t n = sizeof(familiar_options) / sizeof(*familiar_options);

	for (size_t i = 0; command && i < n; i++) {
		if (strcmp(familiar_options[i][0], word) != 0 ||
		    !has_option(cli, command, familiar_options[i][1]))
			continue;
		str_addf(out, "--%s", familiar_options[i][1]);
		return true;
	}
	return false;
}

void
guess_option(struct str *out, const struct cli *cli,
    const struct command *command, const char *word)
{
	double best = SIMILAR_LEAST;
	struct str name = STR_INIT;

	/* A letter is like nothing. */
	if (strncmp(word, "--", 2) != 0)
		return;
	word += strspn(word, "-");
	str_add(&name, word, strcspn(word, "="));
	if (add_familiar_option(out, cli, command, name.v)) {
		str_fini(&name);
		return;
	}
	try_options(out, cli, parse_common_options, name.v, &best);
	if (command && command->local && !strcmp(out->v, "--as")) {
		str_clear(out);
		best = SIMILAR_LEAST;
	}
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
		"kernels", "papers", "sandbox", "skills", "sync", "update",
		"webhooks" };

	if (!strcmp(word, "upload-large-folder")) {
		err_set(err, ERR_USAGE, "hug has no command '%s'", word);
		err_hint(err, "`hug upload` takes folders of any size, and "
			      "continues after an interruption");
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
