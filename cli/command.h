/*
 * command.h: the command table, and the parser that reads it.
 *
 * One entry, in the command's own file, gives parsing into a plain struct,
 * --help, and what is made of the table later. A command function gets a
 * filled struct; it never sees argv.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

enum exit_code {
	EXIT_ALL = 0,     /* all of it happened */
	EXIT_NOT_ALL = 1, /* it did not */
	EXIT_USAGE = 2,   /* the command line makes no sense */
	EXIT_INTERRUPTED = 130,
};

/* What an option or argument is stored as, at its offset in the struct. */
enum opt_kind {
	OPT_FLAG,    /* bool */
	OPT_UNFLAG,  /* the same, set to false */
	OPT_TEXT,    /* const char * */
	OPT_NUMBER,  /* unsigned, 1 and up */
	OPT_INTEGER, /* long, whatever its sign */
	OPT_COUNT,   /* unsigned: how often it was given */
	OPT_SIZE,    /* uint64_t: bytes, as 500K, 20M, 1.5G */
	OPT_LIST,    /* struct text_list: takes one word and all that follow */
	OPT_REPEAT,  /* struct text_list: takes one word each time */
	OPT_CHOICE,  /* unsigned: index into `choices` */
};

struct text_list {
	ARR(const char *) list;
};

struct opt {
	const char *name; /* without the dashes; NULL ends a table */
	char letter;      /* 0: none */
	enum opt_kind kind;
	const char *value; /* what --help calls its value */
	const char *help;
	size_t offset;
	const char *const *choices; /* of OPT_CHOICE, ended by NULL */
	unsigned faces;             /* which have it: of enum face; 0: all */
	const char *alias;          /* another name; NULL: none */
	bool may_be_empty;          /* an empty text says something */
};

/* A word without dashes. */
struct arg {
	const char *name; /* NULL ends a table */
	const char *help;
	size_t offset; /* const char *, or struct text_list if `many` */
	bool required;
	bool many; /* takes all words that are left; the last in its table */
	unsigned optional_of; /* of enum face: not required there after all */
	unsigned faces;       /* which have it: of enum face; 0: all */
};

struct example {
	const char *line; /* as typed */
	const char *means;
};

struct command {
	const char *name;
	const char
	    *as_hf; /* what hf calls it, and hug takes too; NULL: the same */
	const char *as_old;  /* the same in mistakes of huggingface-cli */
	const char *summary; /* a line of the list of commands */
	const char *details; /* paragraphs under the usage; NULL: none */
	const struct example *examples; /* ended by NULL; NULL: none */
	const struct arg *args;
	const struct opt *opts;
	size_t args_size;             /* of the struct; 0: none */
	void (*defaults)(void *args); /* NULL: all zero */
	enum exit_code (*run)(const struct cli *cli, const void *args);
	unsigned faces;    /* which have it: of enum face; 0: all */
	unsigned hidden;   /* which have it, and no list or page shows it */
	const char *alias; /* another last word of the names; NULL: none */
	bool local;        /* --as would change nothing, and is refused */
};

/* All commands, ended by NULL, in the order they are shown. */
extern const struct command *const commands[];

/* Those that lists of a name show, in that order: the first from `at` on, maybe the
 * table's end. */
const struct command *const *command_of(
    const struct command *const *at, const struct cli *cli);
#define command_each(item, cli)                                                \
	for (const struct command *const *                                     \
		 item##_at = command_of(commands, (cli)),                      \
		*item = *item##_at;                                            \
	     item; item = *(item##_at = command_of(item##_at + 1, (cli))))

/* The arguments of a command under a name: the first that is one from `arg` on,
 * maybe the end of the table. */
const struct arg *arg_of(const struct arg *arg, const struct cli *cli);
#define arg_each(item, command, cli)                                           \
	for (const struct arg *item = arg_of((command)->args, (cli));          \
	     item->name; item = arg_of(item + 1, (cli)))

/* Whether it must be given where the command is called by this name. */
bool arg_is_required(const struct arg *arg, enum face face);

/* Whether the option takes no value. */
bool opt_is_switch(const struct opt *opt);

/* Whether the option is one under this name. */
bool opt_is_of(const struct opt *opt, const struct cli *cli);

/*
 * The command that the words begin with, which may be one of a group ("cache
 * ls"); NULL if there is none. `taken` says how many words it took.
 */
const struct command *command_find(
    const struct cli *cli, int argc, char **argv, int *taken);

/* Whether commands have names that begin with these words and go on. */
bool command_is_group(const struct cli *cli, const char *words);

/* Appends the words of the line that are a group: "repo tag"; how many. */
int command_take_group(
    struct str *out, const struct cli *cli, int argc, char **argv);

/* Whether it exists under the name that this program was called by. */
bool command_is_of(const struct command *command, const struct cli *cli);

/* The same, and lists show it. */
bool command_is_listed(const struct command *command, const struct cli *cli);

/* Its name as this program is called. */
const char *command_name(const struct command *command, const struct cli *cli);

/* What stands behind "<group> " in a name; all of it if the group is ""; NULL if
 * it is of another. */
const char *command_inside(const char *name, const char *group);

/*
 * Appends the next word of the commands that begin with `group` ("" for all)
 * which is nearest to a mistyped one; nothing if none is near. `single` leaves
 * out commands with an alias.
 */
void command_guess(struct str *out, const struct cli *cli, const char *group,
    const char *word, bool single);

#endif
