/*
 * cmd_upload_large.c: upload-large-folder, as huggingface-cli had it: its options, its
 * texts and its report every minute. What it does is what `hug upload` does: nothing is
 * written into the folder, and one folder may go to several repositories.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/commands.h"
#include "cli/out.h"
#include "cli/session.h"
#include "cli/target.h"
#include "cli/upload_request.h"
#include "cli/upload_text.h"
#include "cli/voice/voice.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/base/timefmt.h"
#include "core/hub/endpoint.h"
#include "core/os/clock.h"
#include "core/os/file.h"
#include "core/run/loop.h"
#include "core/up/upload.h"

#define REPORT_MS 60000

struct large_args {
	struct upload_args upload;
	unsigned workers; /* without effect: as many as help */
	bool no_report, no_bars;
};

static void
large_defaults(void *args)
{
	struct large_args *a = args;

	a->upload.type = TYPE_NONE;
}

#define AT(member) .offset = offsetof(struct large_args, member)

static const struct arg large_args[] = {
	{ "repo_id",
	    "The ID of the repo to upload to (e.g. `username/repo-name`)",
	    AT(upload.repo), .required = true },
	{ "local_path", "Local path to the folder to upload", AT(upload.local),
	    .required = true },
	{ .name = NULL },
};

static const struct opt large_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct large_args, upload.type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, made if it is missing, or refs/pr/N (default: main)",
	    AT(upload.revision) },
	{ "private", 0, OPT_FLAG, NULL,
	    "Make the repository private, if it has to be created",
	    AT(upload.visible.private) },
	{ "include", 0, OPT_LIST, "PATTERN...",
	    "Upload only files that match one of these", AT(upload.include) },
	{ "exclude", 0, OPT_LIST, "PATTERN...",
	    "Skip files that match one of these", AT(upload.exclude) },
	TARGET_TOKEN_OPT(offsetof(struct large_args, upload.token)),
	{ "num-workers", 0, OPT_NUMBER, "N",
	    "Accepted for old scripts: as many as help are used", AT(workers) },
	{ "no-report", 0, OPT_FLAG, NULL, "Print no report every minute",
	    AT(no_report) },
	{ "no-bars", 0, OPT_FLAG, NULL, "Show no progress bars", AT(no_bars) },
	{ .name = NULL },
};

struct large {
	struct session base;
	const struct large_args *args;
	struct upload_asked asked;
	struct upload *upload;
	struct loop_timer timer;
	double begun_s;
	enum exit_code code;
	struct error failure; /* ERR_NONE: it has not failed */
};

/* -- texts -- */

static void
print_notice(const struct cli *cli, const char *path)
{
	const char *on = cli->color ? OUT_BOLD : "";
	const char *off = cli->color ? OUT_PLAIN : "";

	out_put(on);
	out_put(
	    "You are about to upload a large folder to the Hub using "
	    "`huggingface-cli upload-large-folder`. This is a new feature so "
	    "feedback is very welcome!\n"
	    "\n"
	    "A few things to keep in mind:\n"
	    "  - Repository limits still apply: "
	    "https://huggingface.co/docs/hub/repositories-recommendations\n"
	    "  - Do not start several processes in parallel.\n"
	    "  - You can interrupt and resume the process at any time. The "
	    "script will pick up where it left off except for partially "
	    "uploaded files that would have to be entirely reuploaded.\n"
	    "  - Do not upload the same folder to several repositories. If you "
	    "need to do so, you must delete the `./.cache/huggingface/` folder "
	    "first.\n"
	    "\n");
	out_putf("Some temporary metadata will be stored under "
		 "`%s/.cache/huggingface`.\n",
	    path);
	out_put(
	    "  - You must not modify those files manually.\n"
	    "  - You must not delete the `./.cache/huggingface/` folder while "
	    "a process is running.\n"
	    "  - You can delete the `./.cache/huggingface/` folder to "
	    "reinitialize the upload state when process is not running. Files "
	    "will have to be hashed and preuploaded again, except for already "
	    "committed files.\n"
	    "\n"
	    "If the process output is too verbose, you can disable the "
	    "progress bars with `--no-bars`. You can also entirely disable the "
	    "status report with `--no-report`.\n"
	    "\n"
	    "For more details, run `huggingface-cli upload-large-folder "
	    "--help` or check the documentation at "
	    "https://huggingface.co/docs/huggingface_hub/guides/"
	    "upload#upload-a-large-folder.");
	out_put(off);
	out_put("\n");
	out_flush();
}

/* Files of a kind, and their bytes. */
struct sum {
	size_t n;
	uint64_t bytes;
};

static void
add(struct sum *sum, const struct up_file *file, bool counts)
{
	if (!counts)
		return;
	sum->n++;
	sum_add(&sum->bytes, file->mark.size);
}

static void
add_share(struct str *out, const char *what, const struct sum *part, size_t of,
    const struct sum *all)
{
	char a[TIMEFMT_MAX], b[TIMEFMT_MAX];

	fmt_size(a, part->bytes);
	fmt_size(b, all->bytes);
	str_addf(out, "%s %zu/%zu (%s/%s)", what, part->n, of, a, b);
}

static void
add_head(struct str *out, double begun_s)
{
	time_t now = (time_t)clock_unix_s();
	unsigned passed = (unsigned)(clock_unix_s() - begun_s);
	struct tm tm;
	char text[32] = "";

	if (localtime_r(&now, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	str_addf(out, "\n---------- %s (%u:%02u:%02u) ----------\n", text,
	    passed / 3600, passed / 60 % 60, passed % 60);
}

static void
add_report(struct str *out, const struct large *l)
{
	const struct selection *selection = upload_selection(l->upload);
	struct sum all = { 0 }, hashed = { 0 }, lfs = { 0 }, there = { 0 };
	struct sum sent = { 0 };
	size_t ignored = 0, unsure = 0;
	enum upload_stage stage = upload_stage(l->upload);

	arr_each (file, &selection->files) {
		if (file->state == UP_IGNORED) {
			ignored++;
			continue;
		}
		add(&all, file, true);
		add(&hashed, file,
		    file->has_sha || file->has_git || file->state >= UP_READY);
		unsure += file->state == UP_LISTED;
		add(&lfs, file, file->lfs);
		add(&sent, file, file->lfs && file->state >= UP_READY);
		add(&there, file,
		    file->state == UP_THERE || file->state == UP_SAME);
	}
	add_head(out, l->begun_s);
	add_share(out, "Files:   hashed", &hashed, all.n, &all);
	add_share(out, " | pre-uploaded:", &sent, lfs.n, &all);
	if (unsure)
		str_addf(out, " (+%zu unsure)", unsure);
	add_share(out, " | committed:", &there, all.n, &all);
	str_addf(out,
	    " | ignored: %zu\nWorkers: hashing: %d | get upload mode: 0 | "
	    "pre-uploading: %d | committing: %d | waiting: 0\n",
	    ignored, stage == UPLOAD_COMPARES && there.n < all.n,
	    stage == UPLOAD_SENDS, stage == UPLOAD_COMMITS);
	str_addz(out, "---------------------------------------------------");
}

static void
on_report(void *context)
{
	struct large *l = context;
	struct str text = STR_INIT;

	if (!l->args->no_report) {
		progress_make_way(l->base.progress);
		add_report(&text, l);
		out_line(text.v);
		out_flush();
		str_fini(&text);
	}
	loop_timer_start(
	    l->base.loop, &l->timer, clock_scaled(REPORT_MS), on_report, l);
}

/* -- the run -- */

static void
on_planned(void *context)
{
	struct large *l = context;
	struct str url = STR_INIT;
	size_t n = upload_selection(l->upload)->files.n;

	repo_page_url(&url, l->base.hub->base, &l->asked.request.repo);
	progress_make_way(l->base.progress);
	out_say(l->base.cli, "Repo created: %s", url.v);
	out_say(l->base.cli, "Found %zu candidate files to upload", n);
	out_say(l->base.cli, "Running validation checks on files to upload...");
	(void)upload_text_limits(l->base.cli, upload_selection(l->upload));
	out_say(l->base.cli, "Validation checks complete.");
	out_say(l->base.cli, "Starting upload...");
	str_fini(&url);
	upload_go(l->upload);
	if (!l->args->no_report)
		out_put("\n\n");
	on_report(l);
}

static void
on_news(void *context, enum upload_news what, const char *text, uint64_t n)
{
	struct large *l = context;

	progress_make_way(l->base.progress);
	upload_text_news(l->base.cli, what, text, n);
}

static void
on_done(
    void *context, const struct upload_result *result, const struct error *err)
{
	struct large *l = context;
	struct str text = STR_INIT;

	(void)result;
	loop_timer_stop(&l->timer);
	session_quiet(&l->base);
	if (err) {
		l->failure = *err;
		l->code = session_failed(&l->base, err);
	} else {
		add_report(&text, l);
		out_say(l->base.cli,
		    "All files have been processed! Exiting worker.");
		out_tell(text.v);
		out_tell("\n");
		str_fini(&text);
		l->code = out_finish(l->base.cli) ? EXIT_ALL : EXIT_NOT_ALL;
	}
	loop_stop(l->base.loop);
}

static void
on_interrupt(void *context)
{
	struct large *l = context;

	upload_cancel(l->upload);
}

static void
run(struct large *l)
{
	l->asked.request.commits = UPLOAD_SEVERAL;
	l->asked.request.message = "Add files using upload-large-folder tool";
	l->asked.request.planned = on_planned;
	l->asked.request.news = on_news;
	l->begun_s = clock_unix_s();
	l->upload = upload_start(l->base.hub, l->base.workers, &l->base.bus,
	    &l->asked.request, on_done, l);
	l->base.cancel = on_interrupt;
	l->base.context = l;
	loop_run(l->base.loop);
}

static bool
check(const struct large_args *a, struct error *err)
{
	if (file_kind(a->upload.local, NULL) != FILE_FOLDER)
		err_set(err, ERR_USAGE,
		    "Large upload is only supported for folders.");
	else if (a->upload.type == TYPE_NONE)
		err_set(err, ERR_USAGE,
		    "For large uploads, `repo_type` is explicitly required. "
		    "Please set it to `model`, `dataset` or `space`. If you "
		    "are "
		    "using the CLI, pass it as `--repo-type=model`.");
	else
		return true;
	return err_about(err, ERR_ABOUT_ARGUMENT, "", NULL);
}

static enum exit_code
large_run(const struct cli *cli, const void *args)
{
	struct large l = { .args = args,
		.asked = { .address = { .type = REPO_MODEL },
		    .names = STR_INIT,
		    .message = STR_INIT },
		.code = EXIT_NOT_ALL };
	struct session_options options = { .token = l.args->upload.token,
		.look = l.args->no_bars ? PROGRESS_NOTES
		                        : session_look(cli, PROGRESS_AUTO) };

	if (file_kind(l.args->upload.local, NULL) == FILE_FOLDER)
		print_notice(cli, l.args->upload.local);
	if (check(l.args, &l.failure) &&
	    session_open(&l.base, cli, &options, &l.failure) &&
	    upload_asked_read(
		&l.asked, cli, &l.args->upload, l.base.hub->base, &l.failure)) {
		l.failure.code = ERR_NONE;
		run(&l);
	}
	if (l.base.loop)
		session_quiet(&l.base);
	if (l.failure.code != ERR_NONE)
		out_error(cli, &l.failure);
	if (l.base.loop)
		session_halt(&l.base);
	upload_free(l.upload);
	if (l.base.loop)
		session_close(&l.base);
	upload_asked_fini(&l.asked);
	return l.code;
}

const struct command cmd_upload_large = {
	.name = "upload-large-folder",
	.summary = "Upload a large folder to a repo on the Hub",
	.args = large_args,
	.opts = large_opts,
	.args_size = sizeof(struct large_args),
	.defaults = large_defaults,
	.run = large_run,
	.faces = FACE_OLD,
};
