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
#include "cli/session.h"
#include "cli/target.h"
#include "cli/upload_every.h"
#include "cli/upload_failure.h"
#include "cli/upload_request.h"
#include "cli/upload_text.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/hub/endpoint.h"
#include "core/run/loop.h"
#include "core/up/upload.h"

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
	{ "remove-local", 0, OPT_FLAG, NULL,
	    "Delete each file here once it is committed and the Hub has shown "
	    "its checksum",
	    AT(remove_local), .faces = FACE_HUG },
	{ "strict", 0, OPT_FLAG, NULL,
	    "Upload nothing if there is a warning: files that an index names "
	    "are missing, for example",
	    AT(strict), .faces = FACE_HUG },
	{ "include-secrets", 0, OPT_FLAG, NULL,
	    "Upload files that look like keys, passwords or tokens too",
	    AT(include_secrets), .faces = FACE_HUG },
	{ "every", 0, OPT_TEXT, "MINUTES",
	    "Stay, and upload what changed every so many minutes", AT(every) },
	{ "watch", 0, OPT_FLAG, NULL,
	    "Stay, and upload what changes as soon as it is written", AT(watch),
	    .faces = FACE_HUG },
	{ "append", 0, OPT_LIST, "PATTERN...",
	    "With --every or --watch: files that only grow, besides logs, and "
	    "are uploaded while they do",
	    AT(append), .faces = FACE_HUG },
	{ "calm", 0, OPT_NUMBER, "SECONDS",
	    "With --every or --watch: a file is written once it has not "
	    "changed for so long (default: 2, more for large files)",
	    AT(calm), .faces = FACE_HUG },
	{ "limit-rate", 0, OPT_SIZE, "RATE",
	    "Limit the speed to RATE bytes per second, for example "
	    "500K or 20M",
	    AT(rate), .faces = FACE_HUG },
	SESSION_PROGRESS_OPT(offsetof(struct upload_args, progress)),
	{ "yes", 'y', OPT_FLAG, NULL,
	    "Do not ask before --delete or --remove-local deletes", AT(yes),
	    .faces = FACE_HUG },
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
	struct upload_asked asked;
	struct upload *upload;
	bool over;
	size_t warnings; /* before anything is sent */
	bool begun;      /* files may be sent: nothing kept it back */
	enum exit_code code;
	struct error failure; /* ERR_NONE: it has not failed */
};

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
	    n == 1 ? "file" : "files", p->asked.request.repo.id);
	for (size_t i = 0; i < n; i++)
		out_tellf("  - %s\n", paths[i]);
	str_addf(&question, "Delete %zu %s?", n, n == 1 ? "file" : "files");
	sure = confirm(cli, question.v, false);
	str_fini(&question);
	return sure;
}

/* The files here that --remove-local will delete are shown, too. */
static bool
is_removal_meant(const struct putting *p)
{
	const struct cli *cli = p->base.cli;
	const struct selection *selection = upload_selection(p->upload);
	size_t n = selection->files.n;
	struct str question = STR_INIT;
	char size[TIMEFMT_MAX];
	uint64_t bytes = 0;
	bool sure;

	if (!p->args->remove_local || !n || p->args->yes || p->args->dry_run)
		return true;
	out_tellf("--remove-local deletes %zu %s here, in %s:\n", n,
	    n == 1 ? "file" : "files", p->asked.request.local);
	arr_each (file, &selection->files) {
		out_tellf("  - %s\n", file->path);
		bytes += file->mark.size;
	}
	fmt_bytes(size, bytes);
	str_addf(&question, "Delete %s (%s) here once the Hub has %s?",
	    n == 1 ? "this file" : "these files", size, n == 1 ? "it" : "them");
	sure = confirm(cli, question.v, false);
	str_fini(&question);
	return sure;
}

static bool
ask_of_secrets(struct putting *p, size_t n)
{
	char answer[80];

	for (;;) {
		out_ask("Upload %s too (y), leave %s out (n), or stop (s)? "
			"[y/N/s]: ",
		    n == 1 ? "it" : "them", n == 1 ? "it" : "them");
		if (!confirm_read(answer, sizeof(answer)) ||
		    !strcmp(answer, "s") || !strcmp(answer, "stop")) {
			out_tell("Aborted!\n");
			return false;
		}
		if (!strcmp(answer, "y") || !strcmp(answer, "yes"))
			return true;
		if (*answer && strcmp(answer, "n") != 0 &&
		    strcmp(answer, "no") != 0)
			continue;
		upload_leave_secrets(p->upload);
		return true;
	}
}

static bool
are_secrets_settled(struct putting *p)
{
	const struct cli *cli = p->base.cli;
	const struct selection *selection = upload_selection(p->upload);
	const size_t *secrets;
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
	return ask_of_secrets(p, n);
}

/* Nothing is made for nothing: a repository, say, whose files were to match. */
static bool
is_anything(const struct putting *p)
{
	const struct upload_request *r = &p->asked.request;
	struct error err;
	size_t deleted;

	(void)upload_deletions(p->upload, &deleted);
	if (upload_selection(p->upload)->files.n || deleted ||
	    !p->base.cli->voice->policy.upload.tells_more)
		return true;
	if (r->includes.n || r->excludes.n || r->deletes.n)
		err_set(&err, ERR_NOT_FOUND, "no file matches");
	else
		err_set(&err, ERR_NOT_FOUND, "'%s' has no files to upload",
		    r->local);
	if (r->includes.n || r->excludes.n)
		err_hint(&err, "Patterns match the whole path below the "
			       "folder, for example *.json or onnx/*");
	out_error(p->base.cli, &err);
	return false;
}

/* Whether what was warned of is no reason to stop. */
static bool
are_warnings_fine(const struct putting *p)
{
	struct error err;

	if (!p->warnings || !p->args->strict)
		return true;
	err_set(&err, ERR_CONFLICT,
	    "nothing was uploaded, as there %s %zu %s (--strict)",
	    p->warnings == 1 ? "is" : "are", p->warnings,
	    p->warnings == 1 ? "warning" : "warnings");
	err_hint(&err, "Mend what they say, or leave out --strict");
	out_error(p->base.cli, &err);
	return false;
}

static void
announce(struct putting *p)
{
	const struct selection *selection = upload_selection(p->upload);
	const struct cli *cli = p->base.cli;

	upload_text_skipped(cli, p->upload);
	if (cli->voice->policy.upload.tells_more)
		p->warnings = upload_text_limits(cli, selection) +
		              upload_text_doubts(cli, p->upload);
	if (selection->files.n > 250 &&
	    p->asked.request.commits == UPLOAD_SEVERAL && !p->args->dry_run)
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
	if (what == UPLOAD_EXISTS && p->args->visible.private &&
	    p->base.cli->voice->policy.upload.tells_more)
		out_say(p->base.cli,
		    "the repository exists, so --private changes nothing; "
		    "`hug repo settings %s --private` does",
		    p->asked.request.repo.id);
	if (what == UPLOAD_FILES)
		upload_text_data(
		    p->base.cli, p->upload, p->asked.request.repo.type);
	else
		upload_text_news(p->base.cli, what, text, n);
}

static void
tell_commits(struct putting *p, const struct upload_counts *counts,
    const struct upload_result *result)
{
	const struct cli *cli = p->base.cli;

	if (!cli->voice->policy.upload.tells_more)
		return;
	if (result->unsure)
		out_say(cli, "a commit was on its way and may still be made; "
			     "run the command again to see");
	if (counts->commits && !counts->stay)
		out_say(cli,
		    "%u %s made before that; run the command again to continue",
		    counts->commits,
		    counts->commits == 1 ? "commit was" : "commits were");
	else if (p->failure.code == ERR_CANCELLED && p->begun)
		out_say(cli, "what the Hub has is kept; run the command again "
			     "to continue");
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
		upload_text_card(
		    cli, p->upload, result, p->asked.request.repo.type);
		upload_text_result(
		    cli, &(struct upload_outcome){ .hub = p->base.hub,
			     .repo = { p->asked.request.repo.type, result->id },
			     .revision = p->asked.request.revision,
			     .place = &p->asked.place,
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

/* Runs it until it is over, or an answer says not to begin. */
static void
run(struct putting *p)
{
	p->asked.request.planned = on_planned;
	p->asked.request.news = on_news;
	p->upload = upload_start(p->base.hub, p->base.workers, &p->base.bus,
	    &p->asked.request, on_done, p);
	p->base.cancel = on_interrupt;
	p->base.context = p;
	loop_run(p->base.loop);
	if (p->over)
		return;
	progress_make_way(p->base.progress);
	announce(p);
	if (is_anything(p) && are_warnings_fine(p) && are_secrets_settled(p) &&
	    are_deletions_meant(p) && is_removal_meant(p)) {
		p->begun = true;
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
	upload_tell_failure(&p->base, err);
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
	                    : a->strict          ? "--strict"
	                    : a->remove_local    ? "--remove-local"
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
	ok = p->base.hub &&
	     upload_asked_read(
		 &p->asked, p->base.cli, p->args, p->base.hub->base, &err) &&
	     queue_add_upload(p->base.cli, p->base.hub->base, &p->asked.request,
		 p->args->include_secrets, p->args->rate, &err);
	if (!ok)
		out_error(p->base.cli, &err);
	hub_free(p->base.hub);
	loop_free(loop);
	if (!ok && err.code == ERR_USAGE)
		return EXIT_USAGE;
	return out_finish(p->base.cli) && ok ? EXIT_ALL : EXIT_NOT_ALL;
}

static enum exit_code
upload_run(const struct cli *cli, const void *args)
{
	struct putting p = { .args = args,
		.asked = { .address = { .type = REPO_MODEL },
		    .names = STR_INIT,
		    .message = STR_INIT },
		.code = EXIT_NOT_ALL };
	struct session_options options = { .token = p.args->token,
		.debug = p.args->debug,
		.look = session_look_chosen(cli, p.args->progress) };
	struct cli own = *cli;

	if (p.args->queue) {
		p.base.cli = cli;
		p.code = queue_it(&p);
		upload_asked_fini(&p.asked);
		return p.code;
	}
	/* hf says with -q what it says without. */
	if (p.args->quiet || (cli->format == FORMAT_QUIET &&
				 cli->voice->policy.upload.tells_more)) {
		own.mute = true;
		options.look = PROGRESS_NONE;
	}
	own.notes_json = options.look == PROGRESS_JSON;
	session_warn_of_token(&own, p.args->token);
	if (!session_open(&p.base, &own, &options, &p.failure) ||
	    !upload_asked_read(
		&p.asked, &own, p.args, p.base.hub->base, &p.failure)) {
		/* To the clients an argument is a value: it is looked at
		 * when all is read. */
		if (p.failure.code == ERR_USAGE &&
		    p.failure.about != ERR_ABOUT_VALUE &&
		    (p.failure.about != ERR_ABOUT_ARGUMENT ||
			cli->voice->policy.upload.tells_more))
			p.code = EXIT_USAGE;
	} else if (upload_stays(p.args)) {
		p.failure.code = ERR_NONE;
		p.code =
		    upload_every(&p.base, &p.asked.request, &p.asked.every);
	} else {
		p.failure.code = ERR_NONE;
		run(&p);
	}
	session_quiet(&p.base);
	(void)tell_failure(&p);
	session_halt(&p.base);
	upload_free(p.upload);
	session_close(&p.base);
	upload_asked_fini(&p.asked);
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
