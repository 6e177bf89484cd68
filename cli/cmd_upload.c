/* cmd_upload.c: hug upload. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/official.h"
#include "cli/out.h"
#include "cli/queue_text.h"
#include "cli/request.h"
#include "cli/session.h"
#include "cli/suggest.h"
#include "cli/target.h"
#include "cli/upload_place.h"
#include "cli/upload_text.h"
#include "cli/visibility.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"
#include "core/run/loop.h"
#include "core/up/upload.h"
#include "core/xfer/limit.h"

struct upload_args {
	const char *repo, *local, *target;
	unsigned type;
	const char *revision;
	struct visibility_args visible;
	struct text_list include, exclude, delete;
	const char *files_from;
	const char *message, *description;
	bool create_pr;
	bool dry_run, one_commit, skip_unreadable, include_secrets, yes, queue;
	uint64_t rate;
	bool quiet, debug;
	const char *token;
};

static void
upload_defaults(void *args)
{
	struct upload_args *a = args;

	a->type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct upload_args, member)
#define VISIBLE_AT(member) offsetof(struct upload_args, visible.member)

static const struct arg upload_args[] = {
	{ "REPO_ID",
	    "Repository: org/name, dataset/org/name, space/org/name, "
	    "hf://..., or the address of its page",
	    AT(repo), .required = true },
	{ "LOCAL_PATH",
	    "File or folder to upload, or a pattern of files here (default: "
	    "what is named as the repository)",
	    AT(local) },
	{ "PATH_IN_REPO",
	    "Where it goes (default: a file keeps its name, a folder's content "
	    "goes to the root)",
	    AT(target) },
	{ .name = NULL },
};

static const struct opt upload_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct upload_args, type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, made if it is missing, or refs/pr/N (default: main)",
	    AT(revision) },
	{ "private", 0, OPT_FLAG, NULL,
	    "Make the repository private, if it has to be created",
	    .offset = VISIBLE_AT(private) },
	{ "no-private", 0, OPT_UNFLAG, NULL, "The opposite",
	    .offset = VISIBLE_AT(private), .faces = FACE_HF },
	{ "include", 0, OPT_LIST, "PATTERN...",
	    "Upload only files that match one of these", AT(include) },
	{ "exclude", 0, OPT_LIST, "PATTERN...",
	    "Skip files that match one of these", AT(exclude) },
	{ "delete", 0, OPT_LIST, "PATTERN...",
	    "Delete files of the repository that match one of these and are "
	    "not uploaded",
	    AT(delete) },
	{ "files-from", 0, OPT_TEXT, "FILE",
	    "Read the names of files of the folder from FILE, one per line (-: "
	    "standard input)",
	    AT(files_from), .faces = FACE_HUG },
	{ "commit-message", 0, OPT_TEXT, "TEXT",
	    "First line of the commit message", AT(message),
	    .may_be_empty = true },
	{ "commit-description", 0, OPT_TEXT, "TEXT",
	    "Rest of the commit message", AT(description),
	    .may_be_empty = true },
	{ "create-pr", 0, OPT_FLAG, NULL,
	    "Open a pull request instead of committing", AT(create_pr) },
	{ "no-create-pr", 0, OPT_UNFLAG, NULL, "The opposite", AT(create_pr),
	    .faces = FACE_HF },
	{ "one-commit", 0, OPT_FLAG, NULL,
	    "Make one commit or none (default: a large folder makes several)",
	    AT(one_commit), .faces = FACE_HUG },
	{ "dry-run", 0, OPT_FLAG, NULL, "List what would be uploaded, and stop",
	    AT(dry_run), .faces = FACE_HUG },
	{ "queue", 0, OPT_FLAG, NULL,
	    "Queue it for the app or `hug queue run`, and return", AT(queue),
	    .faces = FACE_HUG },
	{ "skip-unreadable", 0, OPT_FLAG, NULL,
	    "Leave out what cannot be read or has a name that the Hub does "
	    "not take",
	    AT(skip_unreadable), .faces = FACE_HUG },
	{ "include-secrets", 0, OPT_FLAG, NULL,
	    "Upload files that look like keys, passwords or tokens too",
	    AT(include_secrets), .faces = FACE_HUG },
	{ "limit-rate", 0, OPT_SIZE, "RATE",
	    "Limit the speed to RATE bytes per second, for example "
	    "500K or 20M",
	    AT(rate), .faces = FACE_HUG },
	{ "yes", 'y', OPT_FLAG, NULL, "Do not ask before --delete deletes",
	    AT(yes), .faces = FACE_HUG },
	TARGET_TOKEN_OPT(offsetof(struct upload_args, token)),
	{ "quiet", 0, OPT_FLAG, NULL, "Print the address and errors only",
	    AT(quiet), .faces = FACE_OLD },
	{ "debug", 0, OPT_FLAG, NULL,
	    "Log requests to standard error, without the token (or "
	    "set HF_DEBUG)",
	    AT(debug), .faces = FACE_HUG },
	{ .name = NULL },
};

/* One upload, while it runs. */
struct putting {
	struct session base;
	const struct upload_args *args;
	struct address address;
	struct upload_place place;
	struct text_list files; /* --files-from */
	struct str names;
	struct str message;
	struct repo_settings settings;
	struct limit limit;
	struct upload_request request;
	const char *one[1]; /* a pattern in place of --include */
	struct upload *upload;
	bool planned, over;
	enum exit_code code;
	struct error failure; /* ERR_NONE: it has not failed */
};

/* -- what was asked for -- */

static struct texts
texts_of(const struct text_list *list)
{
	return (struct texts){ list->list.v, list->list.n };
}

static void
warn_of_patterns(const struct putting *p)
{
	if (p->args->quiet)
		return;
	const struct cli *cli = p->base.cli;
	const char *quote = cli->voice->text.upload.quote;
	const struct {
		const char *name;
		size_t n;
	} lists[] = { { "--include", p->args->include.list.n },
		{ "--exclude", p->args->exclude.list.n },
		{ "--delete", p->args->delete.list.n } };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (lists[i].n)
			out_tellf("%sIgnoring %s%s%s since a single file is "
				  "uploaded.\n",
			    cli->voice->text.errors.warning, quote,
			    lists[i].name, quote);
	}
}

static void
make_message(struct putting *p)
{
	const struct cli *cli = p->base.cli;
	const char *tool = cli->voice->text.upload.tool;

	if (p->args->message && *p->args->message)
		str_addz(&p->message, p->args->message);
	else if (p->place.is_file)
		str_addf(&p->message, "Upload %s with %s",
		    cli->voice->policy.upload.title_as_typed ? p->place.named
							     : p->place.target,
		    tool);
	else
		str_addf(&p->message, "Upload folder using %s", tool);
}

static void
choose_files(struct putting *p, struct upload_request *r)
{
	r->includes = texts_of(&p->args->include);
	r->excludes = texts_of(&p->args->exclude);
	r->deletes = texts_of(&p->args->delete);
	r->files = texts_of(&p->files);
	if (p->place.pattern) {
		p->one[0] = p->place.pattern;
		r->includes = (struct texts){ p->one, 1 };
	}
	if (!p->place.is_file)
		return;
	warn_of_patterns(p);
	r->includes = r->excludes = r->deletes = (struct texts){ 0 };
}

static bool
refuse(struct error *err, const char *why)
{
	err_set(err, ERR_USAGE, "%s", why);
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

/* A pull request with several commits begins at the main branch. */
static bool
check_branch(const struct putting *p, const char *revision, struct error *err)
{
	const struct policies *does = &p->base.cli->voice->policy;

	if (!p->args->create_pr || !revision || !strcmp(revision, "main"))
		return true;
	if (does->upload.tells_more && !strncmp(revision, "refs/pr/", 8))
		return refuse(err, "--create-pr opens another pull request: "
				   "leave it out to add to that of --revision");
	if (p->place.is_file || !does->upload.pull_needs_main)
		return true;
	if (does->upload.tells_more)
		return refuse(err,
		    "a pull request with a folder is for the main branch: "
		    "leave out --revision or --create-pr");
	err_set(err, ERR_USAGE,
	    "Cannot use `create_pr=True` with `revision='%s'`: pull requests "
	    "created by `upload_folder` are always opened against the default "
	    "branch. Don't set `revision` when `create_pr=True`.",
	    revision);
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

static bool
check_together(const struct putting *p, const char *revision, struct error *err)
{
	const struct upload_args *a = p->args;
	bool is_default = !p->place.is_file &&
	                  p->base.cli->voice->policy.upload.empty_is_default;

	if (!check_branch(p, revision, err))
		return false;
	if (a->files_from && p->place.is_file)
		return refuse(err, "--files-from needs a folder, and one file "
				   "is given");
	if (a->message && !*a->message && !is_default)
		return refuse(err, "`commit_message` can't be empty, please "
				   "pass a value.");
	return true;
}

/* Which repository, and which revision of it. */
static bool
read_repo(struct putting *p, const char **revision, struct error *err)
{
	const struct upload_args *a = p->args;
	const struct cli *cli = p->base.cli;
	const char *no_buckets = cli->voice->text.upload.no_buckets;

	if (no_buckets && !strncmp(a->repo, "hf://buckets/", 13))
		return err_set(err, ERR_CONFLICT, "%s", no_buckets);
	return target_read(cli, a->repo, a->type, p->base.hub->base,
		   TARGET_REVISION | TARGET_PATH | TARGET_URI, &p->address,
		   err) &&
	       target_alone(a->repo, a->type, a->revision, &p->address, err) &&
	       target_revision(a->revision, &p->address, revision, err);
}

/* How many commits. A single file needs one, which then opens its own pull request,
 * for whichever branch. */
static enum upload_commits
commits_of(const struct putting *p)
{
	if (p->args->one_commit)
		return UPLOAD_ONLY;
	return p->base.cli->voice->policy.upload.several_commits &&
	               !p->place.is_file
	           ? UPLOAD_SEVERAL
	           : UPLOAD_ONE;
}

static bool
read_request(struct putting *p, struct error *err)
{
	const struct upload_args *a = p->args;
	const struct cli *cli = p->base.cli;
	struct upload_request *r = &p->request;
	const char *target = a->target;
	const char *revision;

	if (!read_repo(p, &revision, err))
		return false;
	if (p->address.path && target)
		return err_set(err, ERR_CONFLICT,
		    "Cannot combine a path in the hf:// URI ('%s') with the "
		    "`path_in_repo` argument ('%s').",
		    p->address.path, target);
	if (p->address.path)
		target = p->address.path;
	if (!upload_place_read(&p->place, cli, &p->address, a->local, target,
		a->include.list.n > 0, err) ||
	    !check_together(p, revision, err) ||
	    (a->files_from && !request_read_names(
				  a->files_from, &p->names, &p->files, err)) ||
	    !visibility_read(cli, &a->visible, p->address.type,
		&p->settings.visibility, err))
		return false;
	make_message(p);
	choose_files(p, r);
	p->settings.sdk = p->address.type == REPO_SPACE ? "gradio" : NULL;
	r->repo = target_repo(&p->address);
	r->revision = revision;
	r->local = p->place.local;
	r->is_file = p->place.is_file;
	r->target = p->place.target;
	r->message = p->message.v;
	r->description = a->description;
	r->pull_request = a->create_pr;
	r->commits = commits_of(p);
	r->any_branch = cli->voice->policy.upload.makes_any_branch;
	r->no_waiting = !cli->voice->policy.upload.waits_for_quota;
	r->only_403 = cli->voice->policy.upload.looks_after_403;
	r->dry_run = a->dry_run;
	r->skip_impossible = a->skip_unreadable;
	r->looks_for_secrets =
	    cli->voice->policy.upload.asks && !a->include_secrets;
	r->settings = &p->settings;
	limit_set(&p->limit, a->rate);
	r->limit = a->rate ? &p->limit : NULL;
	return true;
}

/* -- questions before anything is sent -- */

static bool
are_deletions_meant(const struct putting *p)
{
	const struct cli *cli = p->base.cli;
	struct str question = STR_INIT;
	char *const *paths;
	size_t n;
	bool sure;

	paths = upload_deletions(p->upload, &n);
	if (!n || !cli->voice->policy.upload.asks || p->args->yes ||
	    p->args->dry_run)
		return true;
	out_tellf("--delete takes away %zu %s of %s:\n", n,
	    n == 1 ? "file" : "files", p->request.repo.id);
	for (size_t i = 0; i < n; i++)
		out_tellf("  - %s\n", paths[i]);
	str_addf(&question, "Delete %zu %s?", n, n == 1 ? "file" : "files");
	sure = confirm(cli, question.v, false);
	str_fini(&question);
	return sure;
}

static bool
are_secrets_settled(struct putting *p)
{
	const struct cli *cli = p->base.cli;
	const struct selection *selection = upload_selection(p->upload);
	const size_t *secrets;
	char answer[80];
	struct error err;
	size_t n;

	secrets = upload_secrets(p->upload, &n);
	if (!n)
		return true;
	out_tellf("%s to be secret:\n",
	    n == 1 ? "This file seems" : "These files seem");
	for (size_t i = 0; i < n; i++)
		out_tellf("  - %s\n", selection->files.v[secrets[i]].path);
	if (p->args->dry_run)
		return true;
	if (cli->format != FORMAT_HUMAN || !isatty(STDIN_FILENO)) {
		err_set(&err, ERR_CONFLICT,
		    "nothing was uploaded, as %zu %s to be secret", n,
		    n == 1 ? "file seems" : "files seem");
		err_hint(&err, "Add --include-secrets to upload them too, or "
			       "leave them out with --exclude");
		out_error(cli, &err);
		return false;
	}
	out_ask("Upload %s too? No leaves %s out [y/N]: ",
	    n == 1 ? "it" : "them", n == 1 ? "it" : "them");
	if (!confirm_read(answer, sizeof(answer)))
		return false;
	if (strcmp(answer, "y") != 0 && strcmp(answer, "yes") != 0)
		upload_leave_secrets(p->upload);
	return true;
}

static void
announce(const struct putting *p)
{
	const struct selection *selection = upload_selection(p->upload);
	const struct cli *cli = p->base.cli;

	upload_text_skipped(cli, p->upload);
	if (selection->files.n > 250 && p->request.commits == UPLOAD_SEVERAL &&
	    !p->args->dry_run)
		out_say(cli,
		    "%zu files: new ones go in several commits, 250 in the "
		    "first (--one-commit: in one or none)",
		    selection->files.n);
}

/* -- the run -- */

static void
on_planned(void *context)
{
	struct putting *p = context;

	p->planned = true;
	loop_stop(p->base.loop);
}

static void
on_news(void *context, enum upload_news what, const char *text, uint64_t n)
{
	struct putting *p = context;

	progress_make_way(p->base.progress);
	/* Warnings of theirs, which --quiet silences. */
	if (p->args->quiet && (what == UPLOAD_CARD || what == UPLOAD_FILES))
		return;
	if (what == UPLOAD_FILES)
		upload_text_data(p->base.cli, p->upload, p->request.repo.type);
	else
		upload_text_news(p->base.cli, what, text, n);
}

static void
tell_commits(struct putting *p, const struct upload_counts *counts,
    const struct upload_result *result)
{
	const struct cli *cli = p->base.cli;

	if (result->unsure && cli->voice->policy.upload.tells_more)
		out_say(cli, "a commit was on its way and may still be made; "
			     "run the command again to see");

	if (counts->commits && cli->voice->policy.upload.tells_more)
		out_say(cli,
		    "%u %s made before that; run the command again to continue",
		    counts->commits,
		    counts->commits == 1 ? "commit was" : "commits were");
}

static void
on_done(
    void *context, const struct upload_result *result, const struct error *err)
{
	struct putting *p = context;
	const struct cli *cli = p->base.cli;
	struct upload_counts counts;

	upload_look(p->upload, &counts);
	session_quiet(&p->base);
	p->over = true;
	if (err) {
		p->failure = *err;
		p->code = session_failed(&p->base, err);
		tell_commits(p, &counts, result);
	} else if (p->args->dry_run) {
		upload_text_plan(cli, p->upload, result);
		p->code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	} else {
		upload_text_counts(cli, &counts);
		upload_text_card(cli, p->upload, result, p->request.repo.type);
		upload_text_result(
		    cli, &(struct upload_outcome){ .hub = p->base.hub,
			     .repo = { p->request.repo.type, result->id },
			     .revision = p->request.revision,
			     .place = &p->place,
			     .result = result,
			     .counts = &counts });
		p->code = out_finish(cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	loop_stop(p->base.loop);
}

static void
on_interrupt(void *context)
{
	struct putting *p = context;

	upload_cancel(p->upload);
}

/* Runs it until it is over; false if an answer said not to begin. */
static void
run(struct putting *p)
{
	p->request.planned = on_planned;
	p->request.news = on_news;
	p->upload = upload_start(p->base.hub, p->base.workers, &p->base.bus,
	    &p->request, on_done, p);
	p->base.cancel = on_interrupt;
	p->base.context = p;
	loop_run(p->base.loop);
	if (p->over)
		return;
	progress_make_way(p->base.progress);
	announce(p);
	if (are_secrets_settled(p) && are_deletions_meant(p)) {
		upload_go(p->upload);
	} else {
		session_quiet(&p->base);
		upload_cancel(p->upload);
		loop_run(p->base.loop);
		p->failure.code = ERR_NONE;
		p->code = EXIT_NOT_ALL;
		return;
	}
	loop_run(p->base.loop);
}

/* -- how it failed -- */

/* What is wrong with the card, "- " before each line, in one line. */
static void
add_card_faults(struct str *out, const char *said)
{
	while (*said) {
		size_t n = strcspn(said, "\n");
		bool dash = n >= 2 && !strncmp(said, "- ", 2);

		str_addf(out, "%s%.*s", out->n ? "; " : "", (int)(n - 2 * dash),
		    said + 2 * dash);
		said += n + (said[n] == '\n');
	}
}

/* A ValueError of the clients, whatever was wrong with the card. */
static void
word_card(const struct cli *cli, struct error *err)
{
	struct str text = STR_INIT;

	if (err->about != ERR_ABOUT_CARD)
		return;
	if (cli->voice->policy.upload.tells_more) {
		add_card_faults(&text, err->said);
		err_set(err, ERR_CONFLICT,
		    "the metadata in README.md is not valid: %s", text.v);
	} else {
		str_addf(
		    &text, "Invalid metadata in README.md.\n%s", err->said);
		err_lines(err, ERR_CONFLICT, text.v);
	}
	err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
	str_fini(&text);
}

/* A file that cannot be where it is to go: the clients say only that. */
static void
word_target(const struct cli *cli, struct error *err)
{
	if (err->about != ERR_ABOUT_ARGUMENT || !err->said[0] ||
	    cli->voice->policy.upload.tells_more)
		return;
	err_lines(err, ERR_CONFLICT, err->said);
	err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

/* The last line of an exception that nobody catches. */
static bool
is_no_file(const struct putting *p, const struct error *err)
{
	const char *front = p->base.cli->voice->text.upload.no_file;

	if (!front || err->code != ERR_NOT_FOUND || err->detail != ENOENT)
		return false;
	out_tellf("%s%s\n", front, err->message);
	return true;
}

static enum exit_code
tell_failure(struct putting *p)
{
	struct error *err = &p->failure;

	if (err->code == ERR_NONE)
		return p->code;
	if (is_no_file(p, err))
		return p->code;
	word_target(p->base.cli, err);
	word_card(p->base.cli, err);
	suggest_repo(&p->base, err);
	/* There is no cache here that could have it. */
	if (err->about == ERR_ABOUT_REACH ||
	    (err->about == ERR_ABOUT_OTHER && err->code == ERR_NETWORK))
		err->about = ERR_ABOUT_CALL;
	/* Whatever the network did: what has arrived is not sent again. */
	if (err->code == ERR_NETWORK && !err->hint[0])
		err_remedy(err, REMEDY_RUN_AGAIN);
	out_error(p->base.cli, err);
	return p->code;
}

/* -- for later -- */

/* A queue keeps no token, and asks nobody. */
static bool
check_queued(const struct upload_args *a, struct error *err)
{
	const char *other = a->dry_run           ? "--dry-run"
	                    : a->token           ? "--token"
	                    : a->one_commit      ? "--one-commit"
	                    : a->skip_unreadable ? "--skip-unreadable"
	                                         : NULL;

	if (other)
		return err_set(err, ERR_USAGE,
		    "--queue and %s cannot be used together", other);
	if (a->delete.list.n && !a->yes) {
		err_set(err, ERR_USAGE,
		    "--queue asks nothing later, so --delete needs --yes");
		return err_hint(err, "Add --dry-run in place of --queue to see "
				     "what that deletes");
	}
	return true;
}

static enum exit_code
queue_it(struct putting *p)
{
	struct hub_options options = { .offline = true };
	struct loop *loop = loop_new();
	struct error err;
	bool ok = check_queued(p->args, &err);

	p->base.log.fd = -1;
	p->base.hub = ok ? hub_new(loop, &p->base.log, &options, &err) : NULL;
	ok = p->base.hub && read_request(p, &err) &&
	     queue_add_upload(p->base.cli, p->base.hub->base, &p->request,
		 p->args->include_secrets, p->args->rate, &err);
	if (!ok)
		out_error(p->base.cli, &err);
	hub_free(p->base.hub);
	loop_free(loop);
	if (!ok && err.code == ERR_USAGE)
		return EXIT_USAGE;
	return out_finish(p->base.cli) && ok ? EXIT_ALL : EXIT_NOT_ALL;
}

static void
release(struct putting *p)
{
	upload_place_fini(&p->place);
	address_fini(&p->address);
	arr_free(&p->files.list);
	str_fini(&p->names);
	str_fini(&p->message);
}

static enum exit_code
upload_run(const struct cli *cli, const void *args)
{
	struct putting p = { .args = args,
		.address = { .type = REPO_MODEL },
		.names = STR_INIT,
		.message = STR_INIT,
		.code = EXIT_NOT_ALL };
	struct session_options options = { .token = p.args->token,
		.debug = p.args->debug,
		.look = session_look(cli, PROGRESS_AUTO) };
	struct cli own = *cli;

	if (p.args->queue) {
		p.base.cli = cli;
		p.code = queue_it(&p);
		release(&p);
		return p.code;
	}
	if (p.args->quiet) {
		own.mute = true;
		options.look = PROGRESS_NONE;
	}
	session_warn_of_token(&own, p.args->token);
	if (!session_open(&p.base, &own, &options, &p.failure) ||
	    !read_request(&p, &p.failure)) {
		/* To the clients an argument is a value: it is looked at
		 * when all is read. */
		if (p.failure.code == ERR_USAGE &&
		    p.failure.about != ERR_ABOUT_VALUE &&
		    (p.failure.about != ERR_ABOUT_ARGUMENT ||
			cli->voice->policy.upload.tells_more))
			p.code = EXIT_USAGE;
	} else {
		p.failure.code = ERR_NONE;
		run(&p);
	}
	session_quiet(&p.base);
	(void)tell_failure(&p);
	session_halt(&p.base);
	upload_free(p.upload);
	session_close(&p.base);
	release(&p);
	return p.code;
}

static const struct example upload_examples[] = {
	{ "hug upload acme/tiny-owl model.safetensors", "Upload one file" },
	{ "hug upload acme/tiny-owl ./out . --exclude 'logs/*' --create-pr",
	    "Propose the content of a folder, in a pull request" },
	{ "hug upload dataset/acme/owls ./data train --dry-run",
	    "List what a folder would change, and stop" },
	{ NULL, NULL },
};

const struct command cmd_upload = {
	.name = "upload",
	.summary = "Upload a file or a folder",
	.details =
	    "Sends only what the repository does not have yet. Run the command "
	    "again after an interruption: it continues. A missing repository "
	    "or branch is created. Patterns match the whole path below the "
	    "folder: * also matches /.\n",
	.examples = upload_examples,
	.args = upload_args,
	.opts = upload_opts,
	.args_size = sizeof(struct upload_args),
	.defaults = upload_defaults,
	.run = upload_run,
};
