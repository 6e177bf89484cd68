/* space.h: what a command line gives a new Space: secrets, variables, volumes. */
#ifndef CLI_SPACE_H
#define CLI_SPACE_H

#include "cli/cli.h"
#include "cli/command.h"
#include "cli/dotenv.h"
#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/hub/address.h"
#include "core/hub/manage.h"

/* As options have it. */
struct space_args {
	const char *hardware;
	long sleep_s; /* SLEEP_NONE: not given */
	struct text_list secrets, env, volumes;
	const char *secrets_file, *env_file;
};

#define SLEEP_NONE (-1000000000L)

/* Rows of an option table; `at(member)` gives the place of one. */
#define SPACE_OPTS(at, on)                                                     \
	{ "flavor", 0, OPT_TEXT, "NAME",                                       \
		"Hardware of a Space, for example t4-medium",                  \
		.offset = at(hardware), .faces = (on) },                       \
	    { "sleep-time", 0, OPT_INTEGER, "S",                               \
		    "Seconds without visitors until a Space sleeps (-1: "      \
		    "never)",                                                  \
		    .offset = at(sleep_s), .faces = (on) },                    \
	    { "secrets", 's', OPT_REPEAT, "KEY",                               \
		    "Set a secret of a Space to the value of the environment " \
		    "variable KEY; KEY=VALUE works too, but other users can "  \
		    "see it",                                                  \
		    .offset = at(secrets), .faces = (on) },                    \
	    { "secrets-file", 0, OPT_TEXT, "FILE",                             \
		    "Read a Space's secrets from FILE (-: standard input)",    \
		    .offset = at(secrets_file), .faces = (on) },               \
	    { "env", 'e', OPT_REPEAT, "KEY=VALUE",                             \
		    "Set a variable of a Space", .offset = at(env),            \
		    .faces = (on) },                                           \
	    { "env-file", 0, OPT_TEXT, "FILE",                                 \
		    "Read a Space's variables from FILE (-: standard input)",  \
		    .offset = at(env_file), .faces = (on) },                   \
	{                                                                      \
		"volume", 'v', OPT_REPEAT, "SPEC",                             \
		    "Mount a repository in a Space: "                          \
		    "hf://[TYPE/]ID:/FOLDER[:ro]",                             \
		    .offset = at(volumes), .faces = (on)                       \
	}

/* Kept while a settings is sent that speaks of it. */
struct space_parts {
	struct dotenv secrets, variables;
	ARR(struct space_value) secret_list, variable_list;
	ARR(struct space_volume) volumes;
	ARR(char *) texts; /* that volumes speak of */
};

/* Puts what the options say into `settings`; `token` is the one in use, or NULL.
 * space_fini in any case; it wipes. */
MUST_USE bool space_read(struct space_parts *parts, const struct cli *cli,
    const struct space_args *args, const char *token,
    struct repo_settings *settings, struct error *err);
void space_fini(struct space_parts *parts);

/* Appends the names of the options that were given, as Python's arguments. */
void space_add_given(struct str *out, const struct space_args *args);

#endif
