/* cmd_repo_files.c: hug repo delete-files, and repo-files as it was in 0.36. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/target.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/pattern.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/commit.h"
#include "core/hub/endpoint.h"
#include "core/hub/resolve.h"
#include "core/hub/tree.h"

struct files_args {
	const char *repo;
	const char *action; /* of repo-files: "delete" */
	struct text_list patterns;
	unsigned type;
	const char *revision;
	const char *message, *description;
	bool create_pr;
	bool yes;
	const char *token;
};

static void
files_defaults(void *args)
{
	struct files_args *a = args;

	a->type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct files_args, member)

static const struct arg delete_args[] = {
	{ "REPO_ID",
	    "Repository: org/name, dataset/org/name, space/org/name, "
	    "or the address of its page",
	    AT(repo), .required = true },
	{ "PATTERNS", "Files, folders (ending in /) or patterns to delete",
	    AT(patterns), .required = true, .many = true },
	{ .name = NULL },
};

static const struct arg old_args[] = {
	{ "REPO_ID", "Repository; may also follow `delete`", AT(repo) },
	{ "delete", "The only action", AT(action) },
	{ "PATTERNS", "Files, folders (ending in /) or patterns to delete",
	    AT(patterns), .many = true },
	{ .name = NULL },
};

static const struct opt files_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct files_args, type)),
	{ "revision", 0, OPT_TEXT, "REV", "Branch (default: main)",
	    AT(revision) },
	{ "commit-message", 0, OPT_TEXT, "TEXT",
	    "First line of the commit message", AT(message) },
	{ "commit-description", 0, OPT_TEXT, "TEXT",
	    "Rest of the commit message", AT(description) },
	{ "create-pr", 0, OPT_FLAG, NULL,
	    "Open a pull request instead of committing", AT(create_pr) },
	{ "no-create-pr", 0, OPT_UNFLAG, NULL, "The opposite", AT(create_pr),
	    .faces = FACE_HF },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes),
	    .faces = FACE_HUG },
	TARGET_TOKEN_OPT(offsetof(struct files_args, token)),
	{ .name = NULL },
};

/* A pattern, and whether it chose any file. */
struct choice {
	struct pattern *pattern;
	bool used;
};

struct removing {
	struct questions ask;
	const struct files_args *args;
	struct address address;
	struct repo repo;
	const char *revision;
	char commit[COMMIT_MAX]; /* whose files they are; "" if not asked for */
	ARR(struct choice) choices;
	ARR(char *) paths; /* that go */
	char *url;         /* of the commit that took them away */
};

/* -- which files -- */

static bool
read_patterns(struct removing *r, struct error *err)
{
	arr_each (text, &r->args->patterns.list) {
		struct pattern *pattern = pattern_new(*text, err);

		if (!pattern)
			return false;
		arr_push(&r->choices, (struct choice){ pattern, false });
	}
	return true;
}

static bool
on_item(void *context, const struct cJSON *item, struct error *err)
{
	struct removing *r = context;
	const char *path = json_str(item, "path", "");
	bool chosen = false;

	(void)err;
	/* Without it the repository would not work as it does. */
	if (strcmp(json_str(item, "type", ""), "file") != 0 ||
	    !strcmp(path, ".gitattributes"))
		return true;
	arr_each (choice, &r->choices) {
		if (!pattern_match(choice->pattern, path))
			continue;
		choice->used = chosen = true;
	}
	if (chosen)
		arr_push(&r->paths, mem_strdup(path));
	return true;
}

static void
on_commit(void *context, const char *commit, const struct error *err)
{
	struct removing *r = context;

	if (commit)
		memcpy(r->commit, commit, COMMIT_MAX);
	questions_ended(&r->ask, err);
}

static bool
resolve(struct removing *r, struct error *err)
{
	return questions_wait(&r->ask,
	    repo_resolve(
		r->ask.session.hub, &r->repo, r->revision, true, on_commit, r),
	    err);
}

/* As hug what was shown is what goes: the commit is pinned to what was listed. */
static bool
list_files(struct removing *r, struct error *err)
{
	const struct pages_taker taker = {
		.item = on_item, .done = questions_ended, .context = r
	};
	struct tree_request tree = {
		.repo = &r->repo, .folder = "", .recursive = true
	};

	if (r->ask.session.cli->voice->policy.repos.pins_files &&
	    !resolve(r, err))
		return false;
	tree.revision = *r->commit ? r->commit : r->revision;
	return questions_wait(
	    &r->ask, tree_pages(r->ask.session.hub, &tree, &taker), err);
}

static void
note_unused(const struct removing *r)
{
	for (size_t i = 0; i < r->choices.n; i++) {

		if (r->choices.v[i].used)
			continue;
		out_note(r->ask.session.cli, "no file matches '%s'",
		    r->args->patterns.list.v[i]);
	}
}

/* -- away with them -- */

static bool
is_sure(const struct removing *r)
{
	const struct cli *cli = r->ask.session.cli;
	struct str question = STR_INIT;
	bool sure;

	if (!cli->voice->policy.deletion.asks_before_files || r->args->yes)
		return true;
	if (cli->format == FORMAT_HUMAN)
		out_putf("About to delete %zu file(s) of %s %s:\n", r->paths.n,
		    repo_type_name(r->repo.type), r->repo.id);
	arr_each (path, &r->paths) {
		if (cli->format == FORMAT_HUMAN)
			out_putf("  - %s\n", *path);
	}
	str_addf(&question, "Delete %zu file(s)?", r->paths.n);
	sure = confirm(cli, question.v, false);
	str_fini(&question);
	return sure;
}

static void
add_message(struct str *out, const struct removing *r)
{
	if (r->args->message) {
		str_addz(out, r->args->message);
		return;
	}
	str_addz(out, "Delete files");
	arr_each (pattern, &r->args->patterns.list)
		str_addf(out, " %s", *pattern);
	str_addf(out, " with %s", r->ask.session.cli->voice->text.repos.tool);
}

static bool
send(struct removing *r, struct error *err)
{
	struct commit commit = { 0 };
	struct str message = STR_INIT;
	const char *url;
	bool ok;

	add_message(&message, r);
	commit_begin(&commit, message.v, r->args->description,
	    *r->commit ? r->commit : NULL);
	arr_each (path, &r->paths)
		commit_delete_file(&commit, *path);
	str_fini(&message);
	ok = questions_wait(&r->ask,
	    commit_send(&commit, r->ask.session.hub, &r->repo,
		&(struct commit_way){
		    .branch = r->revision, .pull_request = r->args->create_pr },
		questions_asker(&r->ask)),
	    err);
	url = json_str(r->ask.answer, "commitUrl", NULL);
	if (ok && !url)
		ok = err_set(err, ERR_NETWORK,
		    "the answer does not say which commit it is");
	if (ok)
		r->url = mem_strdup(url);
	else if (err->detail == 412 && *r->commit)
		err_hint(err, "Somebody else changed it just now: try again");
	return ok;
}

/* As the official clients: nothing to do is done, and the head is named. */
static bool
name_head(struct removing *r, struct error *err)
{
	struct str url = STR_INIT;

	out_tell("No files have been modified since last commit. Skipping to "
		 "prevent empty commit.\n");
	if (!resolve(r, err))
		return false;
	repo_page_url(&url, r->ask.session.hub->base, &r->repo);
	str_addf(&url, "/commit/%s", r->commit);
	r->url = str_steal(&url);
	return true;
}

static void
print_done(const struct removing *r)
{
	const struct cli *cli = r->ask.session.cli;
	char count[24];
	struct out_pair pairs[3] = { { "repo_id", r->repo.id, NULL } };

	snprintf(count, sizeof(count), "%zu", r->paths.n);
	pairs[1] = (struct out_pair){ "commit_url", r->url, NULL };
	pairs[2] = (struct out_pair){ "files", count, count };
	if (cli->voice->policy.repos.tells_in_sentences)
		out_putf(
		    "Files correctly deleted from repo. Commit: %s.\n", r->url);
	else
		out_results(cli, "Files deleted", pairs,
		    cli->voice->policy.repos.counts_files ? 3 : 2);
}

static enum exit_code
remove_files(struct removing *r)
{
	bool must_be = r->ask.session.cli->voice->policy.repos.files_must_match;
	struct error err;

	r->repo = target_repo(&r->address);
	if (!target_revision(
		r->args->revision, &r->address, &r->revision, &err))
		return questions_failed(&r->ask, &err);
	if (!r->revision)
		r->revision = "main";
	if (!read_patterns(r, &err) || !list_files(r, &err))
		return questions_failed(&r->ask, &err);
	if (must_be)
		note_unused(r);
	if (!r->paths.n && must_be) {
		err_set(&err, ERR_NOT_FOUND, "nothing was deleted from %s",
		    r->repo.id);
		err_hint(&err, "`hug ls -R %s%s` lists its files",
		    repo_type_prefix(r->repo.type), r->repo.id);
		return questions_failed(&r->ask, &err);
	}
	if (!is_sure(r))
		return EXIT_NOT_ALL;
	if (!(r->paths.n ? send(r, &err) : name_head(r, &err)))
		return questions_failed(&r->ask, &err);
	print_done(r);
	return out_finish(r->ask.session.cli) ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
delete_run(const struct cli *cli, const void *args)
{
	struct removing r = { .args = args, .address = { .type = REPO_MODEL } };
	enum exit_code code;
	struct error err;

	if (questions_open(&r.ask, cli, r.args->token, &err) &&
	    target_read(cli, r.args->repo, r.args->type,
		r.ask.session.hub->base, TARGET_REVISION, &r.address, &err))
		code = remove_files(&r);
	else
		code = questions_failed(&r.ask, &err);
	arr_each (choice, &r.choices)
		pattern_free(choice->pattern);
	arr_free(&r.choices);
	arr_each (path, &r.paths)
		free(*path);
	arr_free(&r.paths);
	free(r.url);
	address_fini(&r.address);
	return questions_close(&r.ask, code);
}

static const struct example repo_delete_files_examples[] = {
	{ "hug repo delete-files acme/tiny-owl old.bin", "Delete one file" },
	{ "hug repo delete-files acme/tiny-owl '*.bin' onnx/ --create-pr",
	    "Propose to delete what matches, in a pull request" },
	{ NULL, NULL },
};

const struct command cmd_repo_delete_files = {
	.name = "repo delete-files",
	.as_hf = "repos delete-files",
	.summary = "Delete files from a repository in one commit",
	.details = "Shows which files match, then asks. Older commits keep "
		   "the files. Patterns match the whole path: * also "
		   "matches /, and a pattern that ends in / matches "
		   "everything below.\n",
	.examples = repo_delete_files_examples,
	.args = delete_args,
	.opts = files_opts,
	.args_size = sizeof(struct files_args),
	.defaults = files_defaults,
	.run = delete_run,
	.faces = FACE_HUG | FACE_HF,
};

/* -- REPO delete PATTERNS -- */

#define OLD_USAGE "huggingface-cli <command> [<args>] repo-files"

static enum exit_code
complain(const struct cli *cli, const char *text)
{
	struct error err;

	err_set(&err, ERR_USAGE, "%s", text);
	err_hint(&err, "Type `hug repo-files REPO_ID delete PATTERNS...`");
	out_error(cli, &err);
	return EXIT_USAGE;
}

/* `repo-files delete REPO` too, as it was in between. */
static enum exit_code
repo_files_run(const struct cli *cli, const void *args)
{
	struct files_args own = *(const struct files_args *)args;

	if (own.repo && !strcmp(own.repo, "delete")) {
		own.repo = own.action;
		own.action = "delete";
	}
	if (!own.repo)
		return complain(cli, "REPO_ID is missing");
	if (!own.action)
		return complain(cli, "'delete' is missing");
	if (strcmp(own.action, "delete") != 0)
		return complain(cli, "repo-files can only delete");
	if (!own.patterns.list.n)
		return complain(cli, "PATTERNS are missing");
	return delete_run(cli, &own);
}

/* As argparse complains. */
static enum exit_code
repo_files_old_run(const struct cli *cli, const void *args)
{
	const struct files_args *a = args;
	struct error err;

	if (!a->repo)
		err_set(&err, ERR_USAGE,
		    OLD_USAGE ": error: the following arguments are required: "
			      "repo_id, {delete}");
	else if (!a->action)
		err_set(&err, ERR_USAGE,
		    OLD_USAGE ": error: the following arguments are required: "
			      "{delete}");
	else if (strcmp(a->action, "delete") != 0)
		err_set(&err, ERR_USAGE,
		    OLD_USAGE ": error: argument {delete}: invalid choice: "
			      "'%s' (choose from 'delete')",
		    a->action);
	else if (!a->patterns.list.n)
		err_set(&err, ERR_USAGE,
		    OLD_USAGE " repo_id delete: error: the following arguments "
			      "are required: patterns");
	else
		return delete_run(cli, args);
	out_error(cli, &err);
	return EXIT_USAGE;
}

#define REPO_FILES                                                             \
	.name = "repo-files",                                                  \
	.details = "    hug repo-files REPO_ID delete PATTERNS...\n",          \
	.args = old_args, .opts = files_opts,                                  \
	.args_size = sizeof(struct files_args), .defaults = files_defaults

static const struct example repo_files_examples[] = {
	{ "hug repo-files acme/tiny-owl delete '*.bin' --yes",
	    "Delete what matches, without asking" },
	{ "hug repo delete-files acme/tiny-owl '*.bin' --yes",
	    "The same with hug's own command" },
	{ NULL, NULL },
};

const struct command cmd_repo_files = {
	REPO_FILES,
	.summary = "Delete files from a repository, as huggingface-cli did",
	.examples = repo_files_examples,
	.run = repo_files_run,
	.faces = FACE_HUG,
};

const struct command cmd_repo_files_old = {
	REPO_FILES,
	.as_old = "repo-files repo_id delete",
	.summary = "Remove files, as huggingface-cli did",
	.run = repo_files_old_run,
	.faces = FACE_OLD,
};
