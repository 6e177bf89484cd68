/* cmd_repo.c: hug repo delete, move, settings and list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/out.h"
#include "cli/questions.h"
#include "cli/show/facts.h"
#include "cli/show/table.h"
#include "cli/target.h"
#include "cli/visibility.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/hub/catalog.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"

struct repo_args {
	const char *repo;
	const char *to; /* of move */
	unsigned type;
	bool missing_ok;
	bool yes;
	unsigned gated;
	struct visibility_args visible;
	const char *token;
};

static void
repo_defaults(void *args)
{
	struct repo_args *a = args;

	a->type = TYPE_NONE;
	a->gated = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct repo_args, member)
#define VISIBLE_AT(member) offsetof(struct repo_args, visible.member)
#define NEW (FACE_HUG | FACE_HF)

static const struct arg repo_arg[] = {
	{ "REPO_ID",
	    "Repository: org/name, dataset/org/name, space/org/name, "
	    "or the address of its page",
	    AT(repo), .required = true },
	{ .name = NULL },
};

/* What all four have to begin with. */
static bool
begin(struct questions *ask, const struct cli *cli, const struct repo_args *a,
    struct address *address, struct error *err)
{
	*address = (struct address){ .type = REPO_MODEL };
	return questions_open(ask, cli, a->token, err) &&
	       target_read(cli, a->repo, a->type, ask->session.hub->base, 0,
		   address, err);
}

/* Ends with what was printed, or with the error. */
static enum exit_code
end(struct questions *ask, struct address *address, const struct error *err)
{
	enum exit_code code;

	if (err)
		code = questions_failed(ask, err);
	else
		code = out_finish(ask->session.cli) ? EXIT_ALL : EXIT_NOT_ALL;
	address_fini(address);
	return questions_close(ask, code);
}

/* -- delete -- */

static const struct opt delete_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct repo_args, type)),
	TARGET_TOKEN_OPT(offsetof(struct repo_args, token)),
	{ "missing-ok", 0, OPT_FLAG, NULL,
	    "Succeed if the repository does not exist", AT(missing_ok) },
	{ "no-missing-ok", 0, OPT_UNFLAG, NULL, "The opposite", AT(missing_ok),
	    .faces = FACE_HF },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask for confirmation", AT(yes) },
	{ .name = NULL },
};

/* As hug its name has to be typed: nothing brings it back. */
static bool
confirm_delete(const struct cli *cli, const struct repo *repo, bool yes)
{
	struct str question = STR_INIT;
	bool sure;

	text_addf(&question, "You are about to permanently delete %s '%s'.",
	    repo_type_name(repo->type), repo->id);
	if (cli->voice->policy.deletion.name_is_typed) {
		sure = confirm_name(cli, question.v, repo->id, yes);
	} else {
		str_addz(&question, " Proceed?");
		sure = confirm(cli, question.v, yes);
	}
	str_fini(&question);
	return sure;
}

static enum exit_code
delete_run(const struct cli *cli, const void *args)
{
	const struct repo_args *a = args;
	struct questions ask;
	struct address address;
	struct error err;
	struct repo repo;
	bool gone;

	if (!begin(&ask, cli, a, &address, &err))
		return end(&ask, &address, &err);
	repo = target_repo(&address);
	if (!confirm_delete(cli, &repo, a->yes)) {
		address_fini(&address);
		return questions_close(&ask, EXIT_NOT_ALL);
	}
	gone = questions_wait(&ask,
	    manage_delete(ask.session.hub, &repo, questions_asker(&ask)), &err);
	if (!gone && !(a->missing_ok && err.about == ERR_ABOUT_REPO))
		return end(&ask, &address, &err);
	out_result(cli,
	    gone ? "Repo deleted" : cli->voice->text.repos.not_there, "repo_id",
	    address.id);
	return end(&ask, &address, NULL);
}

static const struct example repo_delete_examples[] = {
	{ "hug repo delete acme/tiny-owl",
	    "Delete a model, after you typed its name" },
	{ "hug repo delete dataset/acme/songs --yes --missing-ok",
	    "Delete a dataset in a script, if it exists" },
	{ NULL, NULL },
};

const struct command cmd_repo_delete = {
	.name = "repo delete",
	.as_hf = "repos delete",
	.summary = "Delete a repository from the Hub permanently",
	.details = "On a terminal it asks you to type the name; elsewhere "
		   "it needs --yes.\n",
	.examples = repo_delete_examples,
	.args = repo_arg,
	.opts = delete_opts,
	.args_size = sizeof(struct repo_args),
	.defaults = repo_defaults,
	.run = delete_run,
	.faces = NEW,
};

/* -- move -- */

static const struct arg move_args[] = {
	{ "FROM_ID", "Current name of the repository", AT(repo),
	    .required = true },
	{ "TO_ID", "New name, with its namespace", AT(to), .required = true },
	{ .name = NULL },
};

static const struct opt move_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct repo_args, type)),
	TARGET_TOKEN_OPT(offsetof(struct repo_args, token)),
	{ .name = NULL },
};

static bool
has_namespace(const char *id, struct error *err)
{
	if (strchr(id, '/'))
		return true;
	err_set(err, ERR_CONFLICT,
	    "Invalid repo_id: %.200s. It should have a namespace "
	    "(:namespace:/:repo_name:)",
	    id);
	return err_about(err, ERR_ABOUT_ARGUMENT, NULL, NULL);
}

static bool
move(struct questions *ask, const struct repo_args *a, struct address *from,
    struct address *to, struct error *err)
{
	struct repo repo;

	if (!target_read_two(ask->session.cli, a->repo, a->to, a->type,
		ask->session.hub->base, from, to, err) ||
	    !has_namespace(from->id, err) || !has_namespace(to->id, err))
		return false;
	repo = target_repo(from);
	return questions_wait(ask,
	    manage_move(ask->session.hub, &repo, to->id, questions_asker(ask)),
	    err);
}

static enum exit_code
move_run(const struct cli *cli, const void *args)
{
	const struct repo_args *a = args;
	struct questions ask;
	struct address from = { .type = REPO_MODEL }, to = from;
	struct error err;
	bool ok = questions_open(&ask, cli, a->token, &err) &&
	          move(&ask, a, &from, &to, &err);
	const struct out_pair pairs[] = { { "from_id", from.id, NULL },
		{ "to_id", to.id, NULL } };

	if (ok)
		out_results(cli, "Repo moved", pairs, 2);
	address_fini(&to);
	return end(&ask, &from, ok ? NULL : &err);
}

static const struct example repo_move_examples[] = {
	{ "hug repo move acme/tiny-owl acme/small-owl", "Rename a model" },
	{ "hug repo move dataset/acme/songs zoo/songs",
	    "Move a dataset to another organisation" },
	{ NULL, NULL },
};

const struct command cmd_repo_move = {
	.name = "repo move",
	.as_hf = "repos move",
	.summary = "Rename a repository, or move it to another namespace",
	.details = "The old name redirects to the new one.\n",
	.examples = repo_move_examples,
	.args = move_args,
	.opts = move_opts,
	.args_size = sizeof(struct repo_args),
	.defaults = repo_defaults,
	.run = move_run,
	.faces = NEW,
};

/* -- settings -- */

static const char *const gates[] = { "auto", "manual", "false", NULL };

static const struct opt settings_opts[] = {
	{ "gated", 0, OPT_CHOICE, NULL,
	    "Require users to request access: auto grants it, manual "
	    "leaves it to you, false lets everybody in",
	    AT(gated), .choices = gates },
	VISIBILITY_OPTS(VISIBLE_AT),
	TARGET_TYPE_OPTS(offsetof(struct repo_args, type)),
	TARGET_TOKEN_OPT(offsetof(struct repo_args, token)),
	{ .name = NULL },
};

static bool
change(struct questions *ask, const struct repo_args *a,
    const struct address *address, struct error *err)
{
	const struct repo repo = target_repo(address);
	const char *gated = a->gated == TYPE_NONE ? NULL : gates[a->gated];
	const char *visibility;

	if (!visibility_read(
		ask->session.cli, &a->visible, repo.type, &visibility, err))
		return false;
	if (!gated && !visibility) {
		err_set(
		    err, ERR_CONFLICT, "At least one setting must be updated.");
		err_hint(
		    err, "Add --private, --public, --protected or --gated");
		return err_about(err, ERR_ABOUT_ARGUMENT, NULL, NULL);
	}
	return questions_wait(ask,
	    manage_set(ask->session.hub, &repo, visibility, gated,
		questions_asker(ask)),
	    err);
}

static enum exit_code
settings_run(const struct cli *cli, const void *args)
{
	const struct repo_args *a = args;
	struct questions ask;
	struct address address;
	struct error err;
	bool ok = begin(&ask, cli, a, &address, &err) &&
	          change(&ask, a, &address, &err);

	if (ok)
		out_result(cli, "Repo settings updated", "repo_id", address.id);
	return end(&ask, &address, ok ? NULL : &err);
}

static const struct example repo_settings_examples[] = {
	{ "hug repo settings acme/tiny-owl --private", "Make a model private" },
	{ "hug repo settings dataset/acme/songs --gated auto",
	    "Let users request access to a dataset" },
	{ NULL, NULL },
};

const struct command cmd_repo_settings = {
	.name = "repo settings",
	.as_hf = "repos settings",
	.summary = "Change who can see or download a repository",
	.examples = repo_settings_examples,
	.args = repo_arg,
	.opts = settings_opts,
	.args_size = sizeof(struct repo_args),
	.defaults = repo_defaults,
	.run = settings_run,
	.faces = NEW,
};

/* -- list -- */

struct list_args {
	const char *namespace;
	unsigned type;
	const char *search;
	long limit;
	bool explore;
	const char *token;
};

#define LIST_AT(member) .offset = offsetof(struct list_args, member)

static const char *const list_types[] = { "model", "dataset", "space", "bucket",
	NULL };

static void
list_defaults(void *args)
{
	struct list_args *a = args;

	a->type = TYPE_NONE;
	a->limit = 30;
}

static const struct arg no_args[] = { { .name = NULL } };

static const struct opt list_opts[] = {
	{ "namespace", 0, OPT_TEXT, "NAME",
	    "List the repositories of this organisation (default: "
	    "yours)",
	    LIST_AT(namespace) },
	{ "type", 0, OPT_CHOICE, NULL, "Show only this kind of repository",
	    LIST_AT(type), .choices = list_types, .alias = "repo-type" },
	{ "search", 0, OPT_TEXT, "TEXT", "Show only names that contain TEXT",
	    LIST_AT(search), .may_be_empty = true },
	{ "limit", 0, OPT_INTEGER, "N", "Show at most N (default: 30; 0: all)",
	    LIST_AT(limit) },
	{ "explore", 0, OPT_FLAG, NULL, "Is left out of this program",
	    LIST_AT(explore), .faces = FACE_HF },
	TARGET_TOKEN_OPT(offsetof(struct list_args, token)),
	{ .name = NULL },
};

struct listing {
	struct questions ask;
	const struct list_args *args;
	struct table table;
	long total; /* of those that are wanted */
};

static bool
is_wanted(const struct list_args *a, const char *id, const char *type)
{
	if (a->type != TYPE_NONE && strcmp(type, list_types[a->type]) != 0)
		return false;
	return !a->search || strcasestr(id, a->search);
}

static bool
on_item(void *context, const struct cJSON *item, struct error *err)
{
	struct listing *l = context;
	const char *id = json_str(item, "id", "");
	const char *type = json_str(item, "type", "");
	struct str day = STR_INIT;
	char size[TIMEFMT_MAX], share[24];
	uint64_t bytes = 0;
	double percent = 0;

	(void)err;
	if (is_wanted(l->args, id, type) &&
	    (++l->total <= l->args->limit || l->args->limit <= 0)) {
		json_u64(item, "storage", &bytes);
		json_double(json_get(item, "storagePercent"), &percent);
		fmt_listed(size, bytes);
		snprintf(share, sizeof(share), "%.1f%%", percent);
		table_add(&l->table, id);
		table_add(&l->table, type);
		facts_add_day(&day, json_str(item, "updatedAt", ""));
		table_add(&l->table, day.v);
		table_add(&l->table, json_str(item, "visibility", ""));
		table_add(&l->table, size);
		table_add(&l->table, share);
	}
	str_fini(&day);
	return true;
}

static enum exit_code
list_run(const struct cli *cli, const void *args)
{
	static const struct column columns[] = { { "id", COLUMN_ID },
		{ "type", 0 }, { "updated", 0 }, { "visibility", 0 },
		{ "storage", COLUMN_RIGHT }, { "%_of_total", COLUMN_RIGHT } };
	struct listing l = { .args = args,
		.table = { .columns = columns, .n = 6 } };
	struct address none = { .type = REPO_MODEL };
	const struct pages_taker taker = {
		.item = on_item, .done = questions_ended, .context = &l
	};
	struct error err;
	bool ok = questions_open(&l.ask, cli, l.args->token, &err);

	if (ok && l.args->explore)
		ok = err_set(&err, ERR_CONFLICT,
		    "--explore is left out of this program: the official "
		    "client has it.");
	if (ok && l.args->namespace &&
	    !repo_check_path(l.args->namespace, &err))
		ok = err_set(&err, ERR_USAGE,
		    "'%s' is not the name of an organization",
		    l.args->namespace);
	ok = ok &&
	     questions_wait(&l.ask,
		 catalog_owned(l.ask.session.hub, l.args->namespace, &taker),
		 &err);
	if (ok) {
		table_print(&l.table, cli);
		out_flush();
	}
	if (ok && l.args->limit > 0 && l.total > l.args->limit &&
	    cli->format != FORMAT_QUIET)
		out_tellf(
		    "Hint: Showing %ld of %ld repos. Use `--limit 0` to list "
		    "all.\n",
		    l.args->limit, l.total);
	table_fini(&l.table);
	return end(&l.ask, &none, ok ? NULL : &err);
}

static const struct example repo_list_examples[] = {
	{ "hug repo list", "List your own repositories" },
	{ "hug repo list --namespace acme --type dataset",
	    "List the datasets of an organisation" },
	{ NULL, NULL },
};

const struct command cmd_repo_list = {
	.name = "repo list",
	.as_hf = "repos list",
	.alias = "ls",
	.summary = "List an account's repositories and the storage they use",
	.examples = repo_list_examples,
	.args = no_args,
	.opts = list_opts,
	.args_size = sizeof(struct list_args),
	.defaults = list_defaults,
	.run = list_run,
	.faces = NEW,
};
