#include "cli/queue_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/know.h"
#include "cli/out.h"
#include "cli/request.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/utf8.h"
#include "core/down/download.h"
#include "core/hub/endpoint.h"
#include "core/hub/manage.h"
#include "core/os/clock.h"
#include "core/os/log.h"
#include "core/queue/inbox.h"
#include "core/queue/record.h"
#include "core/run/loop.h"
#include "core/up/upload.h"

/* How long the process that has the queue may take to take a change. */
#define TAKE_MS 3000

static bool
change_here(struct queue *queue, const char *lines, struct error *err)
{
	struct span rest = span_of(lines), line;
	char *copy;
	bool ok = true;

	while (ok && rest.n && span_next(&rest, '\n', &line)) {
		copy = mem_strndup(line.p, line.n);
		ok = queue_change(queue, copy, NULL, err);
		free(copy);
	}
	return ok;
}

static bool
change_there(const struct cli *cli, struct queue *queue, const char *lines,
    struct error *err)
{
	long owner = queue->owner;
	bool taken;

	if (!inbox_put(lines, TAKE_MS, &taken, err))
		return false;
	if (!taken && owner > 0)
		out_note(cli,
		    "process %ld owns the list of transfers and does not "
		    "answer; it makes the change when it continues",
		    owner);
	else if (!taken)
		out_note(cli,
		    "another hug owns the list of transfers and does not "
		    "answer; it makes the change when it continues");
	queue_close(queue);
	return queue_look(queue, err);
}

bool
queue_send(const struct cli *cli, struct queue *queue, const char *lines,
    struct error *err)
{
	return queue->owner ? change_there(cli, queue, lines, err)
	                    : change_here(queue, lines, err);
}

/* A list of transfers is JSON, which holds no other bytes. */
static bool
check_text(const char *text, const char *what, struct error *err)
{
	return !text || utf8_valid(text, strlen(text)) ||
	       err_set(err, ERR_USAGE,
		   "%s is not UTF-8: it cannot be kept in the list of "
		   "transfers",
		   what);
}

static bool
copy_names(queue_names *names, const struct texts *from, struct error *err)
{
	for (size_t i = 0; i < from->n; i++) {
		if (!check_text(from->v[i], "a file's name", err))
			return false;
		arr_push(names, mem_strdup(from->v[i]));
	}
	return true;
}

static bool
fill_job(struct queue_job *job, const struct cli *cli,
    const struct download_request *request, struct error *err)
{
	job->account = cli->as ? mem_strdup(cli->as) : NULL;
	job->folder = request->folder ? mem_strdup(request->folder) : NULL;
	job->literal = request->literal;
	job->force = request->force;
	job->rate = request->rate;
	job->added = (uint64_t)clock_unix_s();
	return repo_check_id(job->repo, err) &&
	       repo_check_revision(job->revision, err) &&
	       check_text(job->root, "the cache's folder", err) &&
	       check_text(job->folder, "the folder", err) &&
	       copy_names(&job->files, &request->files, err) &&
	       copy_names(&job->includes, &request->includes, err) &&
	       copy_names(&job->excludes, &request->excludes, err);
}

void
queue_add_place(struct str *out, const struct queue_job *job)
{
	str_addf(out, "%s/", repo_type_name(job->type));
	utf8_safe(out, job->repo);
	if (strcmp(job->revision, "main") != 0) {
		str_addc(out, '@');
		utf8_safe(out, job->revision);
	}
	if (!job->target)
		return;
	str_addc(out, '/');
	utf8_safe(out, job->target);
	str_addz(out, job->one_file ? "" : "/");
}

void
queue_add_target(struct str *out, const struct queue_job *job)
{
	str_addz(out, job->kind == QUEUE_UPLOAD ? "to " : "");
	queue_add_place(out, job);
}

/* The one that was added last: another process gave it its number. */
static void
tell_added(const struct cli *cli, const struct queue *queue,
    const struct queue_job *added)
{
	const struct queue_job *job = NULL;
	struct str text = STR_INIT;
	struct str target = STR_INIT;
	char id[24];
	size_t before = 0;

	arr_each (other, &queue->list.jobs) {
		if (!strcmp((*other)->repo, added->repo) &&
		    (!job || (*other)->id > job->id))
			job = *other;
	}
	queue_add_target(&target, added);
	if (job) {
		arr_each (other, &queue->list.jobs)
			before += *other != job && queue_is_open(*other);
		snprintf(id, sizeof(id), "%u", job->id);
		str_addf(&text, "Queued as transfer %s: %s", id, target.v);
		if (before)
			str_addf(&text, " (%zu before it)", before);
		out_results(cli, text.v,
		    (struct out_pair[]){
			{ "id", id, id }, { "target", target.v, NULL } },
		    2);
	}
	str_fini(&target);
	str_fini(&text);
}

/* It is in the list, and goes on some day. */
static void
tell_same(const struct cli *cli, const struct queue_job *same)
{
	struct str text = STR_INIT;
	struct str target = STR_INIT;
	char id[24];

	snprintf(id, sizeof(id), "%u", same->id);
	queue_add_target(&target, same);
	str_addf(&text, "already queued as #%s: %s%s", id, target.v,
	    same->state == QUEUE_PAUSED ? " (paused)" : "");
	out_results(cli, text.v,
	    (struct out_pair[]){
		{ "id", id, id }, { "target", target.v, NULL } },
	    2);
	str_fini(&target);
	str_fini(&text);
}

/* Unless it is there. */
static bool
add_job(const struct cli *cli, struct queue *queue, const struct queue_job *job,
    bool *added, struct error *err)
{
	const struct queue_job *same = queue_find_same(&queue->list, job);
	struct str line = STR_INIT;

	*added = false;
	if (same) {
		tell_same(cli, same);
		return true;
	}
	record_add_job(&line, job);
	*added = queue_send(cli, queue, line.v, err);
	str_fini(&line);
	if (*added)
		tell_added(cli, queue, job);
	return *added;
}

static bool
fill_upload(struct queue_job *job, const struct cli *cli,
    const struct upload_request *request, struct error *err)
{
	const char *visibility = request->settings->visibility;

	job->kind = QUEUE_UPLOAD;
	job->account = cli->as ? mem_strdup(cli->as) : NULL;
	job->folder = mem_strdup(request->local);
	job->one_file = request->is_file;
	job->target = *request->target ? mem_strdup(request->target) : NULL;
	job->message = mem_strdup(request->message);
	job->description = mem_strdup(request->description);
	job->visibility = mem_strdup(visibility);
	job->proposes = request->pull_request;
	job->added = (uint64_t)clock_unix_s();
	return repo_check_id(job->repo, err) &&
	       repo_check_revision(job->revision, err) &&
	       check_text(job->folder, "the folder", err) &&
	       check_text(job->target, "the place", err) &&
	       check_text(job->message, "the message", err) &&
	       check_text(job->description, "the description", err) &&
	       copy_names(&job->files, &request->files, err) &&
	       copy_names(&job->includes, &request->includes, err) &&
	       copy_names(&job->excludes, &request->excludes, err) &&
	       copy_names(&job->deletes, &request->deletes, err);
}

bool
queue_add_upload(const struct cli *cli, const char *base,
    const struct upload_request *request, bool secrets, uint64_t rate,
    struct error *err)
{
	struct queue_job *job = queue_job_for(base, &request->repo,
	    request->revision ? request->revision : "main", request->local);
	struct queue queue;
	bool added, ok = fill_upload(job, cli, request, err);

	job->secrets = secrets;
	job->rate = rate;
	if (ok) {
		ok = queue_open(&queue, err) &&
		     add_job(cli, &queue, job, &added, err);
		queue_close(&queue);
	}
	queue_job_free(job);
	return ok;
}

struct queue_job *
queue_job_of_args(
    const struct cli *cli, const struct download_args *args, struct error *err)
{
	struct hub_options options = { .offline = true };
	struct request_texts texts = { .names = STR_INIT };
	const struct log log = LOG_OFF;
	struct download_request request;
	struct loop *loop = loop_new();
	struct hub *hub = hub_new(loop, &log, &options, err);
	struct queue_job *job = NULL;

	if (hub && request_read(&texts, cli, args, hub, &request, err)) {
		job = queue_job_for(
		    hub->base, &request.repo, request.revision, request.root);
		if (!fill_job(job, cli, &request, err)) {
			queue_job_free(job);
			job = NULL;
		}
	}
	request_fini(&texts);
	hub_free(hub);
	loop_free(loop);
	return job;
}

bool
queue_add_args(
    const struct cli *cli, const struct download_args *args, struct error *err)
{
	struct queue_job *job = queue_job_of_args(cli, args, err);
	struct queue queue;
	bool ok, added = false;

	if (!job)
		return false;
	job->state = args->paused ? QUEUE_PAUSED : QUEUE_WAITING;
	ok = queue_open(&queue, err) && add_job(cli, &queue, job, &added, err);
	/* It is free for who runs it while the Hub is asked. */
	queue_close(&queue);
	if (added)
		know_tell_queued(cli, job);
	queue_job_free(job);
	return ok;
}
