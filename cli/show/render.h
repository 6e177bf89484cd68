/* render.h: the help of the old names; that of hug is help.h's. */
#ifndef CLI_SHOW_RENDER_H
#define CLI_SHOW_RENDER_H

struct cli;
struct command;
struct opt;
struct str;

/* What `hf --help` prints: the commands, a line each. */
void render_overview(struct str *out, const struct cli *cli);

/* The same of a group of commands, as "cache". */
void render_group(struct str *out, const struct cli *cli, const char *group);

/* Appends "-q, --quiet" or "--repo-type, --type model|dataset". */
void render_option(struct str *out, const struct opt *opt);

/* What `hf COMMAND --help` prints. */
void render_help(
    struct str *out, const struct cli *cli, const struct command *command);

#endif
