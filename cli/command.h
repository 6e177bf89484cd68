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

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

enum exit_code {
	EXIT_ALL = 0,     /* all of it happened */
	EXIT_NOT_ALL = 1, /* it did not */
	EXIT_USAGE = 2,   /* the command line makes no sense */
	EXIT_INTERRUPTED = 130,
};

/* What an option or argument is stored as, at its offset in the struct. */
enum opt_kind {
	OPT_FLAG,   /* bool */
	OPT_TEXT,   /* const char * */
	OPT_NUMBER, /* unsigned, 1 and up */
	OPT_SIZE,   /* uint64_t: bytes, as 500K, 20M, 1.5G */
	OPT_LIST,   /* struct text_list: takes one word and all that follow */
	OPT_CHOICE, /* unsigned: index into `choices` */
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
};

/* A word without dashes. */
struct arg {
	const char *name; /* NULL ends a table */
	const char *help;
	size_t offset; /* const char *, or struct text_list if `many` */
	bool required;
	bool many; /* takes all words that are left; the last in its table */
};

struct command {
	const char *name;
	const char *summary; /* a line of the list of commands */
	const char *details; /* paragraphs under the usage; NULL: none */
	const struct arg *args;
	const struct opt *opts;
	size_t args_size;             /* of the struct; 0: none */
	void (*defaults)(void *args); /* NULL: all zero */
	enum exit_code (*run)(const void *args);
};

/* All commands, ended by NULL, in the order they are shown. */
extern const struct command *const commands[];

/*
 * Parses the words behind the command's name into `args` (args_size zeroed
 * bytes), text borrowed from argv. False with `err` filled (ERR_USAGE); `help`
 * is set, and true returned, if help was asked for instead.
 */
MUST_USE bool command_parse(const struct command *command, int argc,
    char **argv, void *args, bool *help, struct error *err);

/* Frees what the parser allocated in `args`, not `args`. */
void command_release(const struct command *command, void *args);

/* The command of that name, NULL if there is none. */
const struct command *command_find(const char *name);

/* The nearest of the commands to a mistyped name, NULL if none is near. */
const char *command_guess(const char *name);

/* How many letters to add, drop, change or swap from `a` to `b`. */
size_t edit_distance(const char *a, const char *b);

#endif
