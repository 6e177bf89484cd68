/* catalog.h: what `hug models`, `datasets` and `spaces` have in common. */
#ifndef CLI_CATALOG_H
#define CLI_CATALOG_H

#include "cli/command.h"
#include "cli/questions.h"
#include "cli/show/filelist.h"
#include "cli/show/records.h"
#include "cli/show/table.h"
#include "core/hub/catalog.h"

/* As many as hf lists. */
#define CATALOG_LIMIT 30

struct catalog_args {
	const char *repo;
	const char *search, *author;
	struct text_list filter;
	const char *pipeline_tag;
	bool gated, not_gated;
	struct text_list apps;
	const char *num_parameters;
	struct text_list providers;
	bool warm;
	unsigned sort;
	long limit;
	const char *expand;
	bool human, tree, recursive;
	const char *revision;
	const char *token;
};

/* Values of --sort; a Space has no downloads. */
extern const char *const catalog_sorts[];
extern const char *const catalog_space_sorts[];

/* One list, or one look at a repository. */
struct catalog_command {
	struct questions ask;
	const struct command *command;
	const struct catalog_args *args;
	enum repo_type type;
	ARR(char *) expand;
	struct catalog_query query;
	struct records records; /* of a table that needs all of them */
	struct table table;     /* of hug's own, which comes page by page */
	struct filelist files;
	long seen;
	struct str json;
};

/* Names of properties that a type has, ended by NULL. */
const char *const *catalog_properties(enum repo_type type);

/* What --expand names, as a query takes it; borrowed from `l`. */
struct catalog_texts catalog_expand(const struct catalog_command *l);

/* Lists repositories, and prints them as they come. */
MUST_USE bool catalog_list_repos(struct catalog_command *l, struct error *err);

#endif
