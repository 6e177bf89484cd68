/* cmd_revision.c: hug repo branch and tag, and hug tag. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/mistake.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/show/table.h"
#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/hub/endpoint.h"
#include "core/hub/revision.h"

struct revision_args {
	const char *repo;
	const char *name; /* of the branch or tag */
	unsigned type;
	const char *revision;
	const char *message;
	bool exist_ok;
	bool yes;
	bool list, delete; /* of `tag` */
	const char *token;
};

static void
revision_defaults(void *args)
{
	struct revision_args *a = args;

	a->type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct revision_args, member)
#define NEW (FACE_HUG | FACE_HF)

#define REPO_ARG                                                               \
	{                                                                      \
		"REPO_ID",                                                     \
		    "Repository: org/name, dataset/org/name, space/org/name, " \
		    "or the address of its page",                              \
		    AT(repo), .required = true                                 \
	}

static const struct arg list_args[] = { REPO_ARG, { .name = NULL } };

static const struct arg branch_args[] = {
	REPO_ARG,
	{ "BRANCH", "Name of the branch", AT(name), .required = true },
	{ .name = NULL },
};

static const struct arg tag_args[] = {
	REPO_ARG,
	{ "TAG", "Name of the tag", AT(name), .required = true },
	{ .name = NULL },
};

#define TYPE_AND_TOKEN                                                         \
	TARGET_TYPE_OPTS(offsetof(struct revision_args, type)),                \
	    TARGET_TOKEN_OPT(offsetof(struct revision_args, token))

static const struct opt plain_opts[] = { TYPE_AND_TOKEN, { .name = NULL } };

/* A branch or a tag in work. */
struct revision_command {
	struct questions ask;
	const struct revision_args *args;
	struct address address;
	struct repo repo;
	struct str name; /* safe to show */
};

static bool
begin(struct revision_command *n, const struct cli *cli, const void *args,
    struct error *err)
{
	*n = (struct revision_command){ .args = args,
		.address = { .type = REPO_MODEL },
		.name = STR_INIT };
	utf8_safe(&n->name, n->args->name ? n->args->name : "");
	if (!questions_open(&n->ask, cli, n->args->token, err) ||
	    !target_read(cli, n->args->repo, n->args->type,
		n->ask.session.hub->base, 0, &n->address, err))
		return false;
	if ((n->args->name && !repo_check_revision(n->args->name, err)) ||
	    (n->args->revision && !repo_check_revision(n->args->revision, err)))
		return false;
	n->repo = target_repo(&n->address);
	return true;
}

static enum exit_code
end(struct revision_command *n, enum exit_code code)
{
	if (code == EXIT_ALL && !out_finish(n->ask.session.cli))
		code = EXIT_NOT_ALL;
	address_fini(&n->address);
	str_fini(&n->name);
	return questions_close(&n->ask, code);
}

static enum exit_code
fail(struct revision_command *n, const struct error *err)
{
	return end(n, questions_failed(&n->ask, err));
}

/* "Tag created" and what it is, as hf. */
static void
print_done(const struct revision_command *n, const char *done, const char *kind)
{
	const struct out_pair pairs[] = { { kind, n->args->name, NULL },
		{ "repo_type", repo_type_name(n->repo.type), NULL },
		{ "repo_id", n->repo.id, NULL } };

	out_results(n->ask.session.cli, done, pairs, 3);
}

static bool
ask_refs(struct revision_command *n, const char *kind, struct error *err)
{
	if (!questions_wait(&n->ask,
		revision_list(n->ask.session.hub, &n->repo, false,
		    questions_asker(&n->ask)),
		err))
		return false;
	return json_is_array(json_get(n->ask.answer, kind)) ||
	       err_set(err, ERR_NETWORK, "the answer names no %s", kind);
}

/* -- branches -- */

static const struct opt branch_create_opts[] = {
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit to start from (default: the "
	    "default branch)",
	    AT(revision) },
	TYPE_AND_TOKEN,
	{ "exist-ok", 0, OPT_FLAG, NULL, "Succeed if it already exists",
	    AT(exist_ok) },
	{ "no-exist-ok", 0, OPT_UNFLAG, NULL, "The opposite", AT(exist_ok),
	    .faces = FACE_HF },
	{ .name = NULL },
};

/* Without the right to make it, it may be there all the same. */
static bool
branch_is_there(struct revision_command *n)
{
	struct error ignored;
	bool found = false;

	if (!ask_refs(n, "branches", &ignored))
		return false;
	json_each (branch, json_get(n->ask.answer, "branches"))
		found = found ||
		        !strcmp(json_str(branch, "name", ""), n->args->name);
	return found;
}

static enum exit_code
branch_create_run(const struct cli *cli, const void *args)
{
	struct revision_command n;
	struct error err;
	bool made, there = false;

	if (!begin(&n, cli, args, &err))
		return fail(&n, &err);
	made = questions_wait(&n.ask,
	    branch_create(n.ask.session.hub, &n.repo, n.args->name,
		n.args->revision, false, questions_asker(&n.ask)),
	    &err);
	if (!made && n.args->exist_ok)
		there = err.detail == 409 ||
		        (err.detail == 403 && branch_is_there(&n));
	if (!made && !there) {
		if (err.detail == 409)
			err_hint(
			    &err, "Pass --exist-ok if it may already exist");
		return fail(&n, &err);
	}
	print_done(&n,
	    there ? cli->voice->text.repos.branch_exists : "Branch created",
	    "branch");
	return end(&n, EXIT_ALL);
}

static const struct opt delete_opts[] = {
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes) },
	TYPE_AND_TOKEN,
	{ .name = NULL },
};

static const struct opt branch_delete_opts[] = {
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes),
	    .faces = FACE_HUG },
	TYPE_AND_TOKEN,
	{ .name = NULL },
};

/* hf asks before a tag goes, not before a branch. */
static bool
confirm_branch(const struct revision_command *n)
{
	const struct cli *cli = n->ask.session.cli;
	struct str question = STR_INIT;
	bool sure;

	text_addf(&question,
	    "You are about to delete branch %s on %s %s. Proceed?", n->name.v,
	    repo_type_name(n->repo.type), n->repo.id);
	sure = confirm(cli, question.v,
	    n->args->yes || !cli->voice->policy.deletion.asks_before_branch);
	str_fini(&question);
	return sure;
}

static enum exit_code
branch_delete_run(const struct cli *cli, const void *args)
{
	struct revision_command n;
	struct error err;

	if (!begin(&n, cli, args, &err))
		return fail(&n, &err);
	if (!confirm_branch(&n))
		return end(&n, EXIT_NOT_ALL);
	if (!questions_wait(&n.ask,
		branch_delete(n.ask.session.hub, &n.repo, n.args->name,
		    questions_asker(&n.ask)),
		&err))
		return fail(&n, &err);
	print_done(&n, "Branch deleted", "branch");
	return end(&n, EXIT_ALL);
}

/* -- lists -- */

static void
add_refs(struct table *table, const struct cJSON *refs)
{
	json_each (ref, refs) {
		table_add(table, json_str(ref, "name", ""));
		table_add(table, json_str(ref, "targetCommit", ""));
		table_add(table, json_str(ref, "ref", ""));
	}
}

static enum exit_code
print_refs(struct revision_command *n, const char *kind)
{
	static const struct column columns[] = { { "name", COLUMN_ID },
		{ "target_commit", 0 }, { "ref", 0 } };
	struct table table = { .columns = columns, .n = 3 };

	add_refs(&table, json_get(n->ask.answer, kind));
	table_print(&table, n->ask.session.cli);
	table_fini(&table);
	return end(n, EXIT_ALL);
}

static enum exit_code
branch_list_run(const struct cli *cli, const void *args)
{
	struct revision_command n;
	struct error err;

	if (!begin(&n, cli, args, &err) || !ask_refs(&n, "branches", &err))
		return fail(&n, &err);
	return print_refs(&n, "branches");
}

/* -- tags -- */

/* In the words of hf, and as hug, what was asked for was not there. */
static void
no_tag(const struct revision_command *n, struct error *err)
{
	target_not_found(n->ask.session.cli, &n->repo, err);
	if (err->about != ERR_ABOUT_REVISION)
		return;
	err_set(err, ERR_NOT_FOUND, "Tag '%s' not found on '%s'.", n->name.v,
	    n->repo.id);
}

static void
no_new_tag(const struct revision_command *n, struct error *err)
{
	target_not_found(n->ask.session.cli, &n->repo, err);
	if (err->about == ERR_ABOUT_REVISION)
		err_set(err, ERR_NOT_FOUND, "Revision '%s' not found.",
		    n->args->revision ? n->args->revision : "None");
	else if (err->detail == 409)
		err_set(err, ERR_CONFLICT, "Tag '%s' already exists on '%s'.",
		    n->name.v, n->repo.id);
}

static bool
create_tag(struct revision_command *n, struct error *err)
{
	const struct revision_args *a = n->args;

	return questions_wait(&n->ask,
	    tag_create(n->ask.session.hub, &n->repo, a->name,
		a->revision ? a->revision : "main", a->message,
		questions_asker(&n->ask)),
	    err);
}

static bool
delete_tag(struct revision_command *n, struct error *err)
{
	return questions_wait(&n->ask,
	    tag_delete(n->ask.session.hub, &n->repo, n->args->name,
		questions_asker(&n->ask)),
	    err);
}

static const struct opt tag_create_opts[] = {
	{ "message", 'm', OPT_TEXT, "TEXT", "Message of the tag", AT(message),
	    .may_be_empty = true },
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit to tag (default: main)", AT(revision) },
	TYPE_AND_TOKEN,
	{ .name = NULL },
};

static enum exit_code
tag_create_run(const struct cli *cli, const void *args)
{
	struct revision_command n;
	struct error err;

	if (!begin(&n, cli, args, &err))
		return fail(&n, &err);
	if (!create_tag(&n, &err)) {
		no_new_tag(&n, &err);
		return fail(&n, &err);
	}
	print_done(&n, "Tag created", "tag");
	return end(&n, EXIT_ALL);
}

static enum exit_code
tag_list_run(const struct cli *cli, const void *args)
{
	struct revision_command n;
	struct error err;

	if (!begin(&n, cli, args, &err))
		return fail(&n, &err);
	if (!ask_refs(&n, "tags", &err)) {
		target_not_found(cli, &n.repo, &err);
		return fail(&n, &err);
	}
	return print_refs(&n, "tags");
}

static bool
confirm_tag(const struct revision_command *n)
{
	const struct cli *cli = n->ask.session.cli;
	struct str text = STR_INIT;
	bool sure;

	text_addf(&text, "You are about to delete tag %s on %s %s", n->name.v,
	    repo_type_name(n->repo.type), n->repo.id);
	if (cli->voice->policy.deletion.asks_in_one_line) {
		str_addz(&text, ". Proceed?");
		sure = confirm(cli, text.v, n->args->yes);
	} else {
		if (cli->format == FORMAT_HUMAN || cli->format == FORMAT_AGENT)
			out_line(text.v);
		sure = confirm(cli, "Proceed?", n->args->yes);
	}
	str_fini(&text);
	return sure;
}

static enum exit_code
tag_delete_run(const struct cli *cli, const void *args)
{
	struct revision_command n;
	struct error err;

	if (!begin(&n, cli, args, &err))
		return fail(&n, &err);
	if (!confirm_tag(&n))
		return end(&n, EXIT_NOT_ALL);
	if (!delete_tag(&n, &err)) {
		no_tag(&n, &err);
		return fail(&n, &err);
	}
	print_done(&n, "Tag deleted", "tag");
	return end(&n, EXIT_ALL);
}

/* -- tag, as it was in 0.36: everything on stdout -- */

static const struct arg old_args[] = {
	REPO_ARG,
	{ "TAG", "Name of the tag", AT(name) },
	{ .name = NULL },
};

static const struct opt old_opts[] = {
	{ "message", 'm', OPT_TEXT, "TEXT", "Message of the tag", AT(message),
	    .may_be_empty = true },
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit to tag (default: main)", AT(revision) },
	TYPE_AND_TOKEN,
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes) },
	{ "list", 'l', OPT_FLAG, NULL, "List the tags", AT(list) },
	{ "delete", 'd', OPT_FLAG, NULL, "Delete the tag", AT(delete) },
	{ .name = NULL },
};

/* A sentence with %t for the tag, %r for the repository and %v for the revision,
 * in bold; %k is the kind of repository, %K the same with a capital. */
static void
say(const struct revision_command *n, const char *sentence)
{
	const struct cli *cli = n->ask.session.cli;
	const char *kind = repo_type_name(n->repo.type);
	const char *revision = n->args->revision ? n->args->revision : "None";
	struct str text = STR_INIT;

	for (const char *p = sentence; *p; p++) {
		if (*p != '%')
			str_addc(&text, *p);
		else if (*++p == 't')
			out_add_bold(&text, cli, n->name.v);
		else if (*p == 'r')
			out_add_bold(&text, cli, n->repo.id);
		else if (*p == 'v')
			out_add_bold(&text, cli, revision);
		else if (*p == 'k')
			str_addz(&text, kind);
		else
			str_addf(&text, "%c%s", kind[0] - 'a' + 'A', kind + 1);
	}
	out_line(text.v);
	str_fini(&text);
}

/* What is not said in a sentence of its own is a traceback's end. */
static enum exit_code
fail_old(struct revision_command *n, const struct error *err,
    const char *no_revision)
{
	if (err->about == ERR_ABOUT_REPO)
		say(n, "%K %r not found.");
	else if (err->about == ERR_ABOUT_REVISION && no_revision)
		say(n, no_revision);
	else if (err->detail == 409)
		say(n, "Tag %t already exists on %r");
	else
		return fail(n, err);
	return end(n, EXIT_NOT_ALL);
}

static enum exit_code
list_old(struct revision_command *n)
{
	const struct cJSON *tags;
	struct error err;

	if (!ask_refs(n, "tags", &err))
		return fail_old(n, &err, NULL);
	tags = json_get(n->ask.answer, "tags");
	if (json_first(tags))
		say(n, "Tags for %k %r:");
	else
		out_line("No tags found");
	json_each (tag, tags)
		out_putf("%s\n", json_str(tag, "name", ""));
	return end(n, EXIT_ALL);
}

/* "Proceed? [Y/n] ": 1 go on, 0 stop, -1 nobody answered. */
static int
ask_old(void)
{
	char answer[80];

	out_ask("Proceed? [Y/n] ");
	if (!confirm_read(answer, sizeof(answer)))
		return -1;
	return !*answer || !strcasecmp(answer, "y") ||
	       !strcasecmp(answer, "yes");
}

static enum exit_code
delete_old(struct revision_command *n)
{
	struct error err;
	int sure = 1;

	say(n, "You are about to delete tag %t on %k %r");
	if (!n->args->yes)
		sure = ask_old();
	if (sure < 0) {
		out_tell("EOFError: EOF when reading a line\n");
		return end(n, EXIT_NOT_ALL);
	}
	if (!sure) {
		out_line("Abort");
		return end(n, EXIT_ALL);
	}
	if (!delete_tag(n, &err))
		return fail_old(n, &err, "Tag %t not found on %r");
	say(n, "Tag %t deleted on %r");
	return end(n, EXIT_ALL);
}

static enum exit_code
create_old(struct revision_command *n)
{
	struct error err;

	say(n, "You are about to create tag %t on %k %r");
	if (!create_tag(n, &err))
		return fail_old(n, &err, "Revision %v not found.");
	say(n, "Tag %t created on %r");
	return end(n, EXIT_ALL);
}

static enum exit_code
miss_name(const struct cli *cli)
{
	struct error err;

	MAY_FAIL(mistake(&(struct mistake){ MISTAKE_MISSING, cli, &cmd_tag,
			     NULL, "TAG" },
		     &err),
	    "it fills the error, which is shown");
	out_error(cli, &err);
	return EXIT_USAGE;
}

static enum exit_code
tag_run(const struct cli *cli, const void *args)
{
	const struct revision_args *a = args;

	if (a->list)
		return tag_list_run(cli, args);
	if (!a->name)
		return miss_name(cli);
	return a->delete ? tag_delete_run(cli, args)
	                 : tag_create_run(cli, args);
}

/* 0.36 makes a tag called "None" where none is named; that helps nobody. */
static enum exit_code
tag_old_run(const struct cli *cli, const void *args)
{
	const struct revision_args *a = args;
	struct revision_command n;
	struct error err;

	if (!a->name && !a->list) {
		err_set(&err, ERR_USAGE,
		    "huggingface-cli <command> [<args>] tag: error: the "
		    "following arguments are required: tag");
		out_error(cli, &err);
		return EXIT_USAGE;
	}
	if (!begin(&n, cli, args, &err))
		return fail(&n, &err);
	if (a->list)
		return list_old(&n);
	return a->delete ? delete_old(&n) : create_old(&n);
}

#define REVISION_COMMAND                                                       \
	.args_size = sizeof(struct revision_args), .defaults = revision_defaults

static const struct example branch_create_examples[] = {
	{ "hug repo branch create acme/tiny-owl dev",
	    "Create a branch from the default branch" },
	{ "hug repo branch create acme/tiny-owl fix --revision v1.0",
	    "Create a branch from a tag" },
	{ NULL, NULL },
};

const struct command cmd_branch_create = {
	.name = "repo branch create",
	.as_hf = "repos branch create",
	.summary = "Create a branch",
	.examples = branch_create_examples,
	.args = branch_args,
	.opts = branch_create_opts,
	REVISION_COMMAND,
	.run = branch_create_run,
	.faces = NEW,
};

static const struct example branch_delete_examples[] = {
	{ "hug repo branch delete acme/tiny-owl dev",
	    "Delete a branch, after a question" },
	{ "hug repo branch delete acme/tiny-owl dev --yes",
	    "Delete it without asking" },
	{ NULL, NULL },
};

const struct command cmd_branch_delete = {
	.name = "repo branch delete",
	.as_hf = "repos branch delete",
	.summary = "Delete a branch",
	.examples = branch_delete_examples,
	.args = branch_args,
	.opts = branch_delete_opts,
	REVISION_COMMAND,
	.run = branch_delete_run,
	.faces = NEW,
};

static const struct example branch_list_examples[] = {
	{ "hug repo branch list openai-community/gpt2",
	    "List the branches of a model" },
	{ "hug repo branch list dataset/rajpurkar/squad --json",
	    "List those of a dataset, for a program" },
	{ NULL, NULL },
};

const struct command cmd_branch_list = {
	.name = "repo branch list",
	.alias = "ls",
	.summary = "List the branches of a repository",
	.examples = branch_list_examples,
	.args = list_args,
	.opts = plain_opts,
	REVISION_COMMAND,
	.run = branch_list_run,
	.faces = FACE_HUG,
};

static const struct example tag_create_examples[] = {
	{ "hug repo tag create acme/tiny-owl v1.0",
	    "Tag the newest commit of main" },
	{ "hug repo tag create acme/tiny-owl v1.1 -m \"Smaller\" --revision "
	  "dev",
	    "Tag another branch, with a message" },
	{ NULL, NULL },
};

const struct command cmd_tag_create = {
	.name = "repo tag create",
	.as_hf = "repos tag create",
	.summary = "Create a tag",
	.examples = tag_create_examples,
	.args = tag_args,
	.opts = tag_create_opts,
	REVISION_COMMAND,
	.run = tag_create_run,
	.faces = NEW,
};

static const struct example tag_list_examples[] = {
	{ "hug repo tag list openai-community/gpt2",
	    "List the tags of a model" },
	{ "hug repo tag list dataset/rajpurkar/squad --json",
	    "List those of a dataset, for a program" },
	{ NULL, NULL },
};

const struct command cmd_tag_list = {
	.name = "repo tag list",
	.as_hf = "repos tag list",
	.alias = "ls",
	.summary = "List the tags of a repository",
	.examples = tag_list_examples,
	.args = list_args,
	.opts = plain_opts,
	REVISION_COMMAND,
	.run = tag_list_run,
	.faces = NEW,
};

static const struct example tag_delete_examples[] = {
	{ "hug repo tag delete acme/tiny-owl v1.0",
	    "Delete a tag, after a question" },
	{ "hug repo tag delete acme/tiny-owl v1.0 --yes",
	    "Delete it without asking" },
	{ NULL, NULL },
};

const struct command cmd_tag_delete = {
	.name = "repo tag delete",
	.as_hf = "repos tag delete",
	.summary = "Delete a tag",
	.examples = tag_delete_examples,
	.args = tag_args,
	.opts = delete_opts,
	REVISION_COMMAND,
	.run = tag_delete_run,
	.faces = NEW,
};

static const struct example tag_examples[] = {
	{ "hug tag acme/tiny-owl v1.0", "Create a tag" },
	{ "hug tag acme/tiny-owl --list", "List the tags" },
	{ "hug tag acme/tiny-owl v1.0 --delete", "Delete a tag" },
	{ NULL, NULL },
};

const struct command cmd_tag = {
	.name = "tag",
	.summary = "Create, list or delete tags, as huggingface-cli did",
	.examples = tag_examples,
	.args = old_args,
	.opts = old_opts,
	REVISION_COMMAND,
	.run = tag_run,
	.faces = FACE_HUG,
};

const struct command cmd_tag_old = {
	.name = "tag",
	.summary = "Make, list or remove tags, as huggingface-cli did",
	.args = old_args,
	.opts = old_opts,
	REVISION_COMMAND,
	.run = tag_old_run,
	.faces = FACE_OLD,
};
