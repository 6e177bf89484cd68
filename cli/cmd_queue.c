/* cmd_queue.c: hug queue ls, add, pause, go, rm and set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/queue_text.h"
#include "cli/request.h"
#include "cli/show/table.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/timefmt.h"
#include "core/hub/endpoint.h"
#include "core/os/log.h"
#include "core/queue/queue.h"
#include "core/queue/record.h"
#include "core/run/loop.h"
#include "core/xfer/schedule.h"

static enum exit_code
end_with(const struct cli *cli, bool ok, const struct error *err)
{
	if (!ok)
		out_error(cli, err);
	if (!out_finish(cli) || !ok)
		return !ok && err->code == ERR_USAGE ? EXIT_USAGE
		                                     : EXIT_NOT_ALL;
	return EXIT_ALL;
}

/* Of commands that take none. */
static const struct arg no_args[] = { { .name = NULL } };
static const struct opt no_opts[] = { { .name = NULL } };

/* -- ls -- */

static const char *
state_of(const struct queue_job *job)
{
	return job->state == QUEUE_WAITING && job->running
	           ? "running"
	           : queue_state_name(job->state);
}

static const char *
direction_of(const struct queue_job *job)
{
	return job->kind == QUEUE_UPLOAD ? "up" : "down";
}

/* `both`: it is to be told which are uploads. */
static void
add_row(struct table *table, const struct queue_job *job, bool both)
{
	const struct queue_counts *counts = &job->counts;
	char text[TIMEFMT_MAX];
	struct str target = STR_INIT;

	snprintf(text, sizeof(text), "%u", job->id);
	table_add(table, text);
	if (both)
		table_add(table, direction_of(job));
	queue_add_place(&target, job);
	table_add(table, target.v);
	table_add(table, state_of(job));
	snprintf(text, sizeof(text), "%u%%",
	    (unsigned)((double)counts->done * 100 /
		       (double)(counts->total + !counts->total)));
	table_add(table, counts->total ? text : "-");
	fmt_bytes(text, counts->total);
	table_add(table, counts->total ? text : "-");
	table_add(table, job->error ? job->error : "");
	str_fini(&target);
}

static void
print_table(const struct cli *cli, const struct queue *queue)
{
	static const struct column columns[] = { { "id", COLUMN_ID },
		{ "target", 0 }, { "state", 0 }, { "done", COLUMN_RIGHT },
		{ "size", COLUMN_RIGHT }, { "why", 0 } };
	static const struct column with_direction[] = { { "id", COLUMN_ID },
		{ "direction", 0 }, { "target", 0 }, { "state", 0 },
		{ "done", COLUMN_RIGHT }, { "size", COLUMN_RIGHT },
		{ "why", 0 } };
	struct table table = { .columns = columns, .n = 6 };
	bool both = false;

	arr_each (job, &queue->list.jobs)
		both = both || (*job)->kind == QUEUE_UPLOAD;
	if (both)
		table = (struct table){ .columns = with_direction, .n = 7 };
	arr_each (job, &queue->list.jobs)
		add_row(&table, *job, both);
	table_print(&table, cli);
	table_fini(&table);
}

static void
add_member(struct str *out, const char *key, const char *value)
{
	json_add_key(out, false, key);
	if (value)
		json_add_string(out, value);
	else
		str_addz(out, "null");
}

static void
add_number(struct str *out, const char *key, uint64_t number)
{
	json_add_key(out, !strcmp(key, "id"), key);
	str_addf(out, "%llu", (unsigned long long)number);
}

static void
print_json(const struct queue *queue)
{
	struct str out = STR_INIT;

	arr_each (item, &queue->list.jobs) {
		const struct queue_job *job = *item;

		str_addz(&out, out.n ? ", " : "[");
		add_number(&out, "id", job->id);
		add_member(&out, "direction", direction_of(job));
		add_member(&out, "repo_id", job->repo);
		add_member(&out, "repo_type", repo_type_name(job->type));
		add_member(&out, "revision", job->revision);
		add_member(&out, "commit", job->commit);
		if (job->kind == QUEUE_UPLOAD) {
			add_member(&out, "local_path", job->folder);
			add_member(&out, "path_in_repo",
			    job->target ? job->target : "");
		}
		add_member(&out, "state", state_of(job));
		add_member(&out, "error", job->error);
		add_member(&out, "path", job->path);
		add_number(&out, "bytes_done", job->counts.done);
		add_number(&out, "bytes_total", job->counts.total);
		add_number(&out, "files_done", job->counts.files_done);
		add_number(&out, "files_total", job->counts.files_total);
		str_addc(&out, '}');
	}
	str_addz(&out, out.n ? "]" : "[]");
	out_line(out.v);
	str_fini(&out);
}

static enum exit_code
ls_run(const struct cli *cli, const void *args)
{
	struct queue queue;
	struct error err;
	bool ok = queue_look(&queue, &err);

	(void)args;
	if (ok && cli->format == FORMAT_JSON)
		print_json(&queue);
	else if (ok && !queue.list.jobs.n && cli->format == FORMAT_HUMAN)
		out_note(cli, "no transfers are queued. `hug download --queue "
			      "REPO` adds one");
	else if (ok)
		print_table(cli, &queue);
	queue_close(&queue);
	return end_with(cli, ok, &err);
}

static const struct example ls_examples[] = {
	{ "hug queue ls", "List queued transfers and their progress" },
	{ "hug queue ls --json", "The same for a program" },
	{ NULL, NULL },
};

const struct command cmd_queue_ls = {
	.name = "queue ls",
	.summary = "List queued transfers",
	.details = "The list is kept in the folder `hug` of XDG_STATE_HOME "
		   "(~/.local/state). The full-screen app runs its transfers, "
		   "and so does `hug queue run`. If uploads are among them, "
		   "each row says its direction; with --json it always does, "
		   "and for an upload also what is sent (local_path) and where "
		   "to (path_in_repo, empty for the root).\n",
	.examples = ls_examples,
	.args = no_args,
	.opts = no_opts,
	.run = ls_run,
	.faces = FACE_HUG,
};

/* -- add -- */

#define OF(member) .offset = offsetof(struct download_args, member)

static const struct arg add_args[] = {
	{ "REPO_ID",
	    "Repository: org/name, dataset/org/name, space/org/name, "
	    "hf://..., or the address of its page",
	    OF(repo), .required = true },
	{ "FILENAMES", "Files or patterns to download (default: all files)",
	    OF(files), .many = true },
	{ .name = NULL },
};

static const struct opt add_opts[] = {
	TARGET_TYPE_OPTS(offsetof(struct download_args, type)),
	{ "revision", 0, OPT_TEXT, "REV",
	    "Branch, tag or commit (default: main)", OF(revision) },
	{ "include", 0, OPT_LIST, "PATTERN...",
	    "Download only files that match one of these", OF(include) },
	{ "exclude", 0, OPT_LIST, "PATTERN...",
	    "Skip files that match one of these", OF(exclude) },
	{ "files-from", 0, OPT_TEXT, "FILE",
	    "Read file names from FILE, one per line (-: standard input)",
	    OF(files_from) },
	{ "cache-dir", 0, OPT_TEXT, "DIR",
	    "Cache folder (default: HF_HUB_CACHE, or hub in HF_HOME)",
	    OF(cache_dir) },
	{ "local-dir", 0, OPT_TEXT, "DIR",
	    "Download into DIR, under the files' own names, instead of the "
	    "cache",
	    OF(local_dir) },
	{ "force-download", 0, OPT_FLAG, NULL,
	    "Download files again even if they are there", OF(force) },
	{ "limit-rate", 0, OPT_SIZE, "RATE",
	    "Limit its speed to RATE bytes per second, for example 500K or "
	    "20M",
	    OF(rate) },
	{ "paused", 0, OPT_FLAG, NULL, "Add it paused", OF(paused) },
	{ .name = NULL },
};

static void
add_defaults(void *args)
{
	struct download_args *a = args;

	a->type = TYPE_NONE;
	a->local_links = TYPE_NONE;
}

static enum exit_code
add_run(const struct cli *cli, const void *args)
{
	struct error err;

	return end_with(cli, queue_add_args(cli, args, &err), &err);
}

static const struct example add_examples[] = {
	{ "hug queue add openai-community/gpt2",
	    "Queue a download; an open app starts it" },
	{ "hug queue add openai-community/gpt2 --include '*.json' --paused",
	    "Queue some of its files, to start later" },
	{ NULL, NULL },
};

const struct command cmd_queue_add = {
	.name = "queue add",
	.summary = "Queue a download",
	.details = "The same as `hug download --queue`. If the app or `hug "
		   "queue run` is running, it takes the download at once; "
		   "otherwise it stays queued for the next start. Cautions "
		   "about the repository follow on stderr, as `hug info` "
		   "shows them; the download is queued even if the Hub cannot "
		   "be reached.\n",
	.examples = add_examples,
	.args = add_args,
	.opts = add_opts,
	.args_size = sizeof(struct download_args),
	.defaults = add_defaults,
	.run = add_run,
	.faces = FACE_HUG,
};

/* -- pause, go, rm -- */

struct change_args {
	struct text_list ids;
	bool all;
};

static const struct arg change_args[] = {
	{ "ID", "Numbers of transfers, as `hug queue ls` lists them",
	    .offset = offsetof(struct change_args, ids), .many = true },
	{ .name = NULL },
};

static const struct opt change_opts[] = {
	{ "all", 0, OPT_FLAG, NULL, "All transfers",
	    .offset = offsetof(struct change_args, all) },
	{ .name = NULL },
};

enum change {
	CHANGE_PAUSE,
	CHANGE_GO,
	CHANGE_REMOVE,
};

/* Whether it is one of those that --all means. */
static bool
is_meant(const struct queue_job *job, enum change change)
{
	switch (change) {
	case CHANGE_PAUSE:
		return job->state == QUEUE_WAITING;
	case CHANGE_GO:
		return job->state != QUEUE_WAITING && job->state != QUEUE_DONE;
	case CHANGE_REMOVE:
		break;
	}
	return true;
}

static void
add_change(struct str *lines, unsigned id, enum change change)
{
	if (change == CHANGE_REMOVE)
		record_add_drop(lines, id);
	else
		record_add_state(lines, id,
		    queue_state_name(
			change == CHANGE_PAUSE ? QUEUE_PAUSED : QUEUE_WAITING),
		    NULL, NULL);
}

/* "Paused 2 transfers" */
static void
tell_changed(const struct cli *cli, const char *lines, enum change change)
{
	static const char *const words[] = { [CHANGE_PAUSE] = "Paused",
		[CHANGE_GO] = "Continuing",
		[CHANGE_REMOVE] = "Removed" };
	struct str text = STR_INIT;
	char number[24];
	size_t n = 0;

	for (const char *at = lines; (at = strchr(at, '\n')); at++)
		n++;
	snprintf(number, sizeof(number), "%zu", n);
	str_addf(
	    &text, "%s %zu transfer%s", words[change], n, n == 1 ? "" : "s");
	out_results(
	    cli, text.v, &(struct out_pair){ "changed", number, number }, 1);
	str_fini(&text);
}

static bool
read_ids(const struct queue *queue, const struct change_args *args,
    enum change change, struct str *lines, struct error *err)
{
	uint64_t id;

	arr_each (text, &args->ids.list) {
		if (span_u64(span_of(*text), &id) && id <= UINT32_MAX &&
		    queue_find(&queue->list, (unsigned)id)) {
			add_change(lines, (unsigned)id, change);
			continue;
		}
		err_set(
		    err, ERR_NOT_FOUND, "there is no transfer '%.100s'", *text);
		return err_hint(err, "`hug queue ls` lists them");
	}
	arr_each (job, &queue->list.jobs) {
		if (args->all && is_meant(*job, change))
			add_change(lines, (*job)->id, change);
	}
	return true;
}

static enum exit_code
change_run(const struct cli *cli, const void *args, enum change change)
{
	const struct change_args *a = args;
	struct str lines = STR_INIT;
	struct queue queue;
	struct error err;
	bool ok;

	if (!a->all == !a->ids.list.n) {
		err_set(&err, ERR_USAGE,
		    a->all ? "--all and numbers cannot be used together"
			   : "name the transfers, or pass --all");
		err_hint(&err, "`hug queue ls` lists them");
		return end_with(cli, false, &err);
	}
	ok = queue_open(&queue, &err) &&
	     read_ids(&queue, a, change, &lines, &err) &&
	     (!lines.n || queue_send(cli, &queue, lines.v, &err));
	if (ok)
		tell_changed(cli, lines.v, change);
	queue_close(&queue);
	str_fini(&lines);
	return end_with(cli, ok, &err);
}

static enum exit_code
pause_run(const struct cli *cli, const void *args)
{
	return change_run(cli, args, CHANGE_PAUSE);
}

static enum exit_code
go_run(const struct cli *cli, const void *args)
{
	return change_run(cli, args, CHANGE_GO);
}

static enum exit_code
rm_run(const struct cli *cli, const void *args)
{
	return change_run(cli, args, CHANGE_REMOVE);
}

static const struct example pause_examples[] = {
	{ "hug queue pause --all", "Pause all transfers" },
	{ "hug queue pause 3", "Pause one; its bytes are kept" },
	{ NULL, NULL },
};

const struct command cmd_queue_pause = {
	.name = "queue pause",
	.summary = "Pause queued transfers",
	.details = "What was downloaded so far is kept.\n",
	.examples = pause_examples,
	.args = change_args,
	.opts = change_opts,
	.args_size = sizeof(struct change_args),
	.run = pause_run,
	.faces = FACE_HUG,
};

static const struct example go_examples[] = {
	{ "hug queue go --all", "Continue all that is paused or has failed" },
	{ "hug queue go 3", "Continue one" },
	{ NULL, NULL },
};

const struct command cmd_queue_go = {
	.name = "queue go",
	.summary = "Continue queued transfers that are paused or have failed",
	.examples = go_examples,
	.args = change_args,
	.opts = change_opts,
	.args_size = sizeof(struct change_args),
	.run = go_run,
	.faces = FACE_HUG,
};

static const struct example rm_examples[] = {
	{ "hug queue rm 3", "Remove a transfer from the list" },
	{ "hug queue rm --all", "Empty the list" },
	{ NULL, NULL },
};

const struct command cmd_queue_rm = {
	.name = "queue rm",
	.summary = "Remove transfers from the queue",
	.details = "Downloaded files stay. Unfinished files stay too: a later "
		   "download of them resumes.\n",
	.examples = rm_examples,
	.args = change_args,
	.opts = change_opts,
	.args_size = sizeof(struct change_args),
	.run = rm_run,
	.faces = FACE_HUG,
};

/* -- set -- */

struct set_args {
	unsigned at_once;
	const char *order, *down, *up;
};

#define AT(member) .offset = offsetof(struct set_args, member)

static const struct opt set_opts[] = {
	{ "at-once", 0, OPT_NUMBER, "N", "Run N transfers at a time",
	    AT(at_once) },
	{ "order", 0, OPT_TEXT, "ORDER",
	    "Start with the first in the list (list) or the smallest "
	    "(smallest)",
	    AT(order) },
	{ "limit-down", 0, OPT_TEXT, "LIMIT",
	    "Limit downloads: 20M, off, or '08:00-18:00 2M, else off'",
	    AT(down), .may_be_empty = true },
	{ "limit-up", 0, OPT_TEXT, "LIMIT", "Limit uploads, in the same way",
	    AT(up), .may_be_empty = true },
	{ .name = NULL },
};

static bool
take_settings(struct queue_settings *settings, const struct set_args *args,
    struct error *err)
{
	struct schedule ignored;

	if (!schedule_read(args->down, &ignored, err) ||
	    !schedule_read(args->up, &ignored, err))
		return false;
	if (args->order && strcmp(args->order, "list") != 0 &&
	    strcmp(args->order, "smallest") != 0)
		return err_set(err, ERR_USAGE,
		    "'%.100s' is not an order; use list or smallest",
		    args->order);
	if (args->at_once)
		settings->at_once = args->at_once;
	if (args->order)
		settings->smallest = !strcmp(args->order, "smallest");
	if (args->down) {
		free(settings->down);
		settings->down = mem_strdup(args->down);
	}
	if (args->up) {
		free(settings->up);
		settings->up = mem_strdup(args->up);
	}
	return true;
}

static void
print_settings(const struct cli *cli, const struct queue_settings *settings)
{
	const char *down = settings->down ? settings->down : "off";
	const char *up = settings->up ? settings->up : "off";
	const char *order = settings->smallest ? "smallest" : "list";
	char number[24];

	snprintf(number, sizeof(number), "%u", settings->at_once);
	out_results(cli, "How queued transfers run",
	    (struct out_pair[]){ { "at_once", number, number },
		{ "order", order, NULL }, { "limit_down", down, NULL },
		{ "limit_up", up, NULL } },
	    4);
}

static enum exit_code
set_run(const struct cli *cli, const void *args)
{
	const struct set_args *a = args;
	struct str line = STR_INIT;
	struct queue queue;
	struct error err;
	bool ok = queue_open(&queue, &err) &&
	          take_settings(&queue.list.settings, a, &err);

	if (ok && (a->at_once || a->order || a->down || a->up)) {
		record_add_settings(&line, &queue.list);
		ok = queue_send(cli, &queue, line.v, &err);
	}
	if (ok)
		print_settings(cli, &queue.list.settings);
	str_fini(&line);
	queue_close(&queue);
	return end_with(cli, ok, &err);
}

static const struct example set_examples[] = {
	{ "hug queue set --limit-down '08:00-18:00 2M, else off'",
	    "Leave bandwidth to others during the day" },
	{ "hug queue set --at-once 2", "Run two transfers at a time" },
	{ "hug queue set", "Show the settings" },
	{ NULL, NULL },
};

const struct command cmd_queue_set = {
	.name = "queue set",
	.summary = "Change how queued transfers run",
	.details = "Limits apply to all transfers together. They change at "
		   "once, also for running transfers.\n",
	.examples = set_examples,
	.args = no_args,
	.opts = set_opts,
	.args_size = sizeof(struct set_args),
	.run = set_run,
	.faces = FACE_HUG,
};
