/* cmd_catalog.c: hug models, datasets and spaces: list and info. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/catalog.h"
#include "cli/commands.h"
#include "cli/mistake.h"
#include "cli/out.h"
#include "cli/show/facts.h"
#include "cli/show/pytext.h"
#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/hub/endpoint.h"
#include "core/hub/tree.h"

static void
catalog_defaults(void *args)
{
	struct catalog_args *a = args;

	a->sort = TYPE_NONE;
	a->limit = CATALOG_LIMIT;
}

#define AT(member) .offset = offsetof(struct catalog_args, member)

#define LIST_ARG(what)                                                         \
	{                                                                      \
		{ "REPO_ID", "List the files of this " what " instead",        \
			AT(repo) },                                            \
		{                                                              \
			.name = NULL                                           \
		}                                                              \
	}

static const struct arg model_arg[] = LIST_ARG("model");
static const struct arg dataset_arg[] = LIST_ARG("dataset");
static const struct arg space_arg[] = LIST_ARG("Space");

#define SEARCH_OPTS                                                            \
	{ "search", 0, OPT_TEXT, "TEXT", "Show only names that contain TEXT",  \
		AT(search), .may_be_empty = true },                            \
	    { "author", 0, OPT_TEXT, "NAME",                                   \
		    "Show only repositories of this user or organisation",     \
		    AT(author) },                                              \
	{                                                                      \
		"filter", 0, OPT_REPEAT, "TAG",                                \
		    "Show only repositories with this tag; can be repeated",   \
		    AT(filter)                                                 \
	}

#define SORT_OPT(values)                                                       \
	{                                                                      \
		"sort", 0, OPT_CHOICE, NULL,                                   \
		    "Sort the list (default: the Hub's order)", AT(sort),      \
		    .choices = values                                          \
	}

#define LIST_OPTS                                                              \
	{ "limit", 0, OPT_INTEGER, "N",                                        \
		"Show at most N (default: 30; 0: all)", AT(limit) },           \
	    { "expand", 0, OPT_TEXT, "NAMES",                                  \
		    "Show these properties, separated by commas",              \
		    AT(expand) },                                              \
	    { "human-readable", 'h', OPT_FLAG, NULL,                           \
		    "With REPO_ID: show short sizes and dates", AT(human) },   \
	    { "tree", 0, OPT_FLAG, NULL,                                       \
		    "With REPO_ID: show the files as a tree", AT(tree) },      \
	    { "recursive", 'R', OPT_FLAG, NULL,                                \
		    "With REPO_ID: list files in folders too",                 \
		    AT(recursive) },                                           \
	    { "revision", 0, OPT_TEXT, "REV",                                  \
		    "With REPO_ID: branch, tag or commit (default: main)",     \
		    AT(revision) },                                            \
	    TARGET_TOKEN_OPT(offsetof(struct catalog_args, token))

static const struct opt model_opts[] = {
	SEARCH_OPTS,
	{ "pipeline-tag", 0, OPT_TEXT, "TASK",
	    "Show only models for this task, for example "
	    "text-generation",
	    AT(pipeline_tag) },
	{ "gated", 0, OPT_FLAG, NULL, "Show only gated models", AT(gated) },
	{ "no-gated", 0, OPT_FLAG, NULL, "Show only models that are not gated",
	    AT(not_gated) },
	{ "apps", 0, OPT_REPEAT, "NAME",
	    "Show only models that this app can run; can be repeated",
	    AT(apps) },
	{ "num-parameters", 0, OPT_TEXT, "RANGE",
	    "Show only models of this size, for example "
	    "min:6B,max:128B",
	    AT(num_parameters) },
	{ "inference-provider", 0, OPT_REPEAT, "NAME",
	    "Show only models that this provider serves; can be "
	    "repeated",
	    AT(providers) },
	{ "warm", 0, OPT_FLAG, NULL,
	    "Show only models that a provider serves now", AT(warm) },
	SORT_OPT(catalog_sorts),
	LIST_OPTS,
	{ .name = NULL },
};

static const struct opt dataset_opts[] = { SEARCH_OPTS, SORT_OPT(catalog_sorts),
	LIST_OPTS, { .name = NULL } };

static const struct opt space_opts[] = { SEARCH_OPTS,
	SORT_OPT(catalog_space_sorts), LIST_OPTS, { .name = NULL } };

/* -- what was asked for -- */

/* Says what is wrong with the command line, as Click says it of a value. */
static bool
wrong(const struct catalog_command *l, const char *option, const char *text,
    struct error *err)
{
	const struct opt *opt = option ? l->command->opts : NULL;

	while (opt && strcmp(opt->name, option) != 0)
		opt++;
	return mistake(&(struct mistake){ MISTAKE_VALUE, l->ask.session.cli,
			   l->command, opt, text },
	    err);
}

static bool
is_property(enum repo_type type, const char *name)
{
	for (const char *const *p = catalog_properties(type); *p; p++) {
		if (!strcmp(*p, name))
			return true;
	}
	return false;
}

static bool
wrong_property(
    const struct catalog_command *l, const char *name, struct error *err)
{
	struct str text = STR_INIT;

	text_addf(&text,
	    "Invalid expand property: '%.100s'. Valid values are: ", name);
	for (const char *const *p = catalog_properties(l->type); *p; p++)
		str_addf(&text, "%s%s",
		    p == catalog_properties(l->type) ? "" : ", ", *p);
	wrong(l, "expand", text.v, err);
	str_fini(&text);
	return false;
}

static bool
read_expand(struct catalog_command *l, struct error *err)
{
	const char *text = l->args->expand;
	struct span rest = span_of(text ? text : "");
	struct span part;

	while (text && span_next(&rest, ',', &part)) {
		part = span_trim(part);
		arr_push(&l->expand, mem_strndup(part.p, part.n));
		if (!is_property(l->type, l->expand.v[l->expand.n - 1]))
			return wrong_property(
			    l, l->expand.v[l->expand.n - 1], err);
	}
	return true;
}

/* Options of one kind of list that were given for the other. */
static bool
check_kinds(const struct catalog_command *l, struct error *err)
{
	const struct catalog_args *a = l->args;
	const struct {
		bool given;
		const char *name;
	} of_repos[] = {
		{ a->search != NULL, "--search" },
		{ a->author != NULL, "--author" },
		{ a->filter.list.n != 0, "--filter" },
		{ a->pipeline_tag != NULL, "--pipeline-tag" },
		{ a->gated || a->not_gated, "--gated/--no-gated" },
		{ a->apps.list.n != 0, "--apps" },
		{ a->num_parameters != NULL, "--num-parameters" },
		{ a->providers.list.n != 0, "--inference-provider" },
		{ a->warm, "--warm" },
		{ a->sort != TYPE_NONE, "--sort" },
		{ a->limit != CATALOG_LIMIT, "--limit" },
		{ a->expand != NULL, "--expand" },
	};
	const struct {
		bool given;
		const char *name;
	} of_files[] = {
		{ a->tree, "--tree" },
		{ a->recursive, "--recursive" },
		{ a->human, "--human-readable" },
		{ a->revision != NULL, "--revision" },
	};
	char text[120];

	for (size_t i = 0; a->repo && i < sizeof(of_repos) / sizeof(*of_repos);
	     i++) {
		if (!of_repos[i].given)
			continue;
		snprintf(text, sizeof(text),
		    "Cannot use %s when listing files.", of_repos[i].name);
		return wrong(l, NULL, text, err);
	}
	for (size_t i = 0; !a->repo && i < sizeof(of_files) / sizeof(*of_files);
	     i++) {
		if (!of_files[i].given)
			continue;
		snprintf(text, sizeof(text), "Cannot use %s when listing %ss.",
		    of_files[i].name, repo_type_name(l->type));
		return wrong(l, NULL, text, err);
	}
	if (a->gated && a->not_gated &&
	    l->ask.session.cli->voice->policy.errors.refuses_opposites)
		return wrong(l, NULL,
		    "--gated and --no-gated cannot be used together", err);
	if (!a->repo && a->warm && a->providers.list.n)
		return wrong(l, NULL,
		    "Cannot use --warm together with --inference-provider.",
		    err);
	if (a->repo && a->tree && l->ask.session.cli->format == FORMAT_JSON)
		return wrong(
		    l, NULL, "Cannot use --tree with --format json.", err);
	return true;
}

/* -- files of one -- */

static bool
on_file(void *context, const struct cJSON *item, struct error *err)
{
	struct catalog_command *l = context;

	(void)err;
	filelist_add(&l->files, item);
	return out_is_wanted();
}

static void
on_file_page(void *context)
{
	(void)context;
	out_flush();
}

static bool
list_files(struct catalog_command *l, struct error *err)
{
	const struct catalog_args *a = l->args;
	const struct cli *cli = l->ask.session.cli;
	const struct pages_taker taker = { .item = on_file,
		.page = on_file_page,
		.done = questions_ended,
		.context = l };
	struct address address;
	struct repo repo;
	const char *revision = NULL;
	bool ok;

	l->files = (struct filelist){
		.cli = cli, .tree = a->tree, .human = a->human, .dates = true
	};
	ok = target_read_as(cli, a->repo, l->type, l->ask.session.hub->base,
		 TARGET_REVISION, &address, err) &&
	     target_revision(a->revision, &address, &revision, err);
	repo = target_repo(&address);
	ok = ok && questions_wait(&l->ask,
		       tree_pages(l->ask.session.hub,
			   &(struct tree_request){ .repo = &repo,
			       .revision = revision ? revision : "main",
			       .folder = "",
			       .recursive = a->recursive,
			       .expand = true },
			   &taker),
		       err);
	address_fini(&address);
	if (!ok)
		return false;
	filelist_end(&l->files);
	out_flush();
	if (!a->recursive && l->files.folders && cli->format != FORMAT_QUIET)
		out_tell("Hint: Use -R to list files recursively.\n");
	return true;
}

/* -- one of them -- */

static void
info_error(
    const struct catalog_command *l, const struct repo *repo, struct error *err)
{
	target_not_found(l->ask.session.cli, repo, err);
	if (l->ask.session.cli->voice->policy.errors.names_the_missing &&
	    err->about == ERR_ABOUT_REVISION)
		err_set(err, ERR_NOT_FOUND, "Revision '%s' not found on '%s'.",
		    l->args->revision ? l->args->revision : "None", repo->id);
}

static void
print_info(struct catalog_command *l)
{
	struct error ignored;
	struct cJSON *root;
	struct str text = STR_INIT;

	facts_add_repo(&l->json, l->type, l->ask.answer);
	if (l->ask.session.cli->format == FORMAT_HUMAN) {
		root = json_parse(l->json.v, l->json.n, &ignored);
		py_add_indented(&text, root, 0);
		json_free(root);
		out_line(text.v);
		str_fini(&text);
	} else {
		out_line(l->json.v);
	}
}

static bool
look(struct catalog_command *l, struct error *err)
{
	const char *revision = NULL;
	struct address address;
	struct repo repo;
	bool ok =
	    target_read_as(l->ask.session.cli, l->args->repo, l->type,
		l->ask.session.hub->base, TARGET_REVISION, &address, err) &&
	    target_revision(l->args->revision, &address, &revision, err);

	repo = target_repo(&address);
	if (ok && !questions_wait(&l->ask,
		      catalog_info(l->ask.session.hub, &repo, revision,
			  catalog_expand(l), questions_asker(&l->ask)),
		      err)) {
		info_error(l, &repo, err);
		ok = false;
	}
	if (ok && !json_str(l->ask.answer, "id", NULL))
		ok = err_set(err, ERR_NETWORK,
		    "the answer does not describe a repository");
	if (ok)
		print_info(l);
	address_fini(&address);
	return ok;
}

static enum exit_code
run(const struct cli *cli, const void *args, const struct command *command,
    enum repo_type type, bool info)
{
	struct catalog_command l = {
		.command = command, .args = args, .type = type, .json = STR_INIT
	};
	enum exit_code code;
	struct error err;
	bool ok;

	l.ask.session.cli = cli;
	ok = (info || check_kinds(&l, &err)) && read_expand(&l, &err);
	if (!ok) {
		out_error(cli, &err);
		code = EXIT_USAGE;
	} else {
		ok = questions_open(&l.ask, cli, l.args->token, &err) &&
		     (info              ? look(&l, &err)
			 : l.args->repo ? list_files(&l, &err)
					: catalog_list_repos(&l, &err));
		code = ok ? EXIT_ALL : questions_failed(&l.ask, &err);
		if (ok && !out_finish(cli))
			code = EXIT_NOT_ALL;
		code = questions_close(&l.ask, code);
	}
	arr_each (name, &l.expand)
		free(*name);
	arr_free(&l.expand);
	records_fini(&l.records);
	table_fini(&l.table);
	filelist_fini(&l.files);
	str_fini(&l.json);
	return code;
}

/* -- the commands, three of each -- */

static enum exit_code
models_list(const struct cli *cli, const void *args)
{
	return run(cli, args, &cmd_models_list, REPO_MODEL, false);
}

static enum exit_code
datasets_list(const struct cli *cli, const void *args)
{
	return run(cli, args, &cmd_datasets_list, REPO_DATASET, false);
}

static enum exit_code
spaces_list(const struct cli *cli, const void *args)
{
	return run(cli, args, &cmd_spaces_list, REPO_SPACE, false);
}

static enum exit_code
models_info(const struct cli *cli, const void *args)
{
	return run(cli, args, &cmd_models_info, REPO_MODEL, true);
}

static enum exit_code
datasets_info(const struct cli *cli, const void *args)
{
	return run(cli, args, &cmd_datasets_info, REPO_DATASET, true);
}

static enum exit_code
spaces_info(const struct cli *cli, const void *args)
{
	return run(cli, args, &cmd_spaces_info, REPO_SPACE, true);
}

#define LIST_DETAILS                                                           \
	"Lists page by page. --json writes every property; "                   \
	"--expand chooses which. With REPO_ID it lists the files "             \
	"of that repository. On a terminal, long values are cut "              \
	"to its width unless --no-truncate is given.\n"

#define CATALOG_COMMAND                                                        \
	.args_size = sizeof(struct catalog_args),                              \
	.defaults = catalog_defaults, .faces = FACE_HUG | FACE_HF

static const struct example model_examples[] = {
	{ "hug models ls --search gpt2 --sort downloads --limit 10",
	    "Show the ten most downloaded matches" },
	{ "hug models ls --author openai-community --json",
	    "Write all properties, for a program" },
	{ "hug models ls openai-community/gpt2 -R --tree -h",
	    "Show the files of a model" },
	{ NULL, NULL },
};

const struct command cmd_models_list = {
	.name = "models ls",
	.as_hf = "models list",
	.alias = "ls",
	.summary = "List models on the Hub, or the files of one",
	.details = LIST_DETAILS,
	.examples = model_examples,
	.args = model_arg,
	.opts = model_opts,
	.run = models_list,
	CATALOG_COMMAND,
};

static const struct example datasets_list_examples[] = {
	{ "hug datasets ls --search squad --limit 5", "Search by name" },
	{ "hug datasets ls rajpurkar/squad --tree",
	    "Show the files of a dataset" },
	{ NULL, NULL },
};

const struct command cmd_datasets_list = {
	.name = "datasets ls",
	.as_hf = "datasets list",
	.alias = "ls",
	.summary = "List datasets on the Hub, or the files of one",
	.details = LIST_DETAILS,
	.examples = datasets_list_examples,
	.args = dataset_arg,
	.opts = dataset_opts,
	.run = datasets_list,
	CATALOG_COMMAND,
};

static const struct example spaces_list_examples[] = {
	{ "hug spaces ls --search whisper --limit 5", "Search by name" },
	{ "hug spaces ls openai/whisper -R", "Show the files of a Space" },
	{ NULL, NULL },
};

const struct command cmd_spaces_list = {
	.name = "spaces ls",
	.as_hf = "spaces list",
	.alias = "ls",
	.summary = "List Spaces on the Hub, or the files of one",
	.details = LIST_DETAILS,
	.examples = spaces_list_examples,
	.args = space_arg,
	.opts = space_opts,
	.run = spaces_list,
	CATALOG_COMMAND,
};

#define INFO_ARG(title, what)                                                  \
	{                                                                      \
		{ title, "The " what ", as namespace/name", AT(repo),          \
			.required = true },                                    \
		{                                                              \
			.name = NULL                                           \
		}                                                              \
	}

static const struct arg model_info_arg[] = INFO_ARG("MODEL_ID", "model");
static const struct arg dataset_info_arg[] = INFO_ARG("DATASET_ID", "dataset");
static const struct arg space_info_arg[] = INFO_ARG("SPACE_ID", "Space");

static const struct opt info_opts[] = {
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", AT(revision) },
	{ "expand", 0, OPT_TEXT, "NAMES",
	    "Show these properties, separated by commas", AT(expand) },
	TARGET_TOKEN_OPT(offsetof(struct catalog_args, token)),
	{ .name = NULL },
};

static const struct example models_info_examples[] = {
	{ "hug models info openai-community/gpt2",
	    "Show everything the Hub knows" },
	{ "hug models info openai-community/gpt2 --expand downloads,likes",
	    "Show only these properties" },
	{ NULL, NULL },
};

const struct command cmd_models_info = {
	.name = "models info",
	.summary = "Show a model's metadata as JSON",
	.examples = models_info_examples,
	.args = model_info_arg,
	.opts = info_opts,
	.run = models_info,
	CATALOG_COMMAND,
};

static const struct example datasets_info_examples[] = {
	{ "hug datasets info rajpurkar/squad",
	    "Show everything the Hub knows" },
	{ "hug datasets info rajpurkar/squad --expand downloads,likes",
	    "Show only these properties" },
	{ NULL, NULL },
};

const struct command cmd_datasets_info = {
	.name = "datasets info",
	.summary = "Show a dataset's metadata as JSON",
	.examples = datasets_info_examples,
	.args = dataset_info_arg,
	.opts = info_opts,
	.run = datasets_info,
	CATALOG_COMMAND,
};

static const struct example spaces_info_examples[] = {
	{ "hug spaces info openai/whisper", "Show everything the Hub knows" },
	{ "hug spaces info openai/whisper --expand sdk,runtime",
	    "Show only these properties" },
	{ NULL, NULL },
};

const struct command cmd_spaces_info = {
	.name = "spaces info",
	.summary = "Show a Space's metadata as JSON",
	.examples = spaces_info_examples,
	.args = space_info_arg,
	.opts = info_opts,
	.run = spaces_info,
	CATALOG_COMMAND,
};
