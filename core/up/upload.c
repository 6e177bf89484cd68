/* upload.c: how an upload begins and ends, and what is next. */
#include "core/up/upload.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/sums.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/up/upload_own.h"
#include "core/xfer/limit.h"

/* Requests to the storage at once. */
#define SLOTS 8

#define SAMPLE_MS 200

/* -- what all parts use -- */

void
up_tell(struct upload *u, enum upload_news what, const char *text, uint64_t n)
{
	if (u->request.news)
		u->request.news(u->context, what, text, n);
}

void
up_out(struct upload *u, struct work *work, void (*run)(struct work *),
    void (*done)(struct work *))
{
	*work = (struct work){ .run = run, .done = done };
	u->works++;
	workers_submit(u->workers, work);
}

static void end_if_quiet(struct upload *u);

bool
up_back(struct upload *u)
{
	u->works--;
	if (!u->ending)
		return true;
	end_if_quiet(u);
	return false;
}

char *
up_local(const struct upload *u, const struct up_file *file)
{
	return u->request.is_file ? mem_strdup(u->request.local)
	                          : path_join(u->request.local, file->path);
}

void
upload_add_target(const struct upload *u, struct str *out, const char *path)
{
	if (u->request.is_file) {
		str_addz(out, u->request.target);
		return;
	}
	str_addz(out, u->request.target);
	if (*u->request.target)
		str_addc(out, '/');
	str_addz(out, path);
}

/* -- progress -- */

void
up_moved(struct upload *u)
{
	uint64_t bytes = sum_of(u->counts.sent, u->counts.kept);
	uint64_t kept = u->counts.kept;

	arr_each (object, &u->active) {
		sum_add(&bytes, (*object)->moved);
		sum_add(&kept, (*object)->job.event.kept);
	}
	sum_add(&bytes, u->commit.out);
	/* What is sent anew does not take back what was shown. */
	if (bytes > u->moved_most)
		u->moved_most = bytes;
	u->job.event.done =
	    u->moved_most < u->counts.bytes ? u->moved_most : u->counts.bytes;
	u->job.event.total = u->counts.bytes;
	u->job.event.kept = kept;
	if (bytes > kept && bytes - kept > u->job.event.came)
		u->job.event.came = bytes - kept;
	job_changed(&u->job);
}

static bool
is_limited(const struct limit *limit)
{
	while (limit && !limit->rate)
		limit = limit->above;
	return limit != NULL;
}

static void
on_sample(void *context)
{
	struct upload *u = context;
	enum job_wait wait = JOB_WAIT_SUM;

	if (u->in_commit)
		wait = JOB_WAIT_HUB;
	if (u->active.n)
		wait = u->slots == SLOTS ? JOB_WAIT_HUB : JOB_WAIT_NETWORK;
	if (u->active.n && is_limited(u->request.limit))
		wait = JOB_WAIT_LIMIT;
	if (!u->active.n && !u->in_commit && !u->sums)
		wait = JOB_WAIT_HUB;
	u->waited[wait]++;
	up_tell_sums(u);
	loop_timer_start(u->hub->loop, &u->sampler, SAMPLE_MS, on_sample, u);
}

static enum job_wait
waited_most(const struct upload *u)
{
	enum job_wait most = JOB_WAIT_NONE;

	for (unsigned wait = 0; wait < JOB_WAITS; wait++) {
		if (u->waited[wait] > u->waited[most])
			most = (enum job_wait)wait;
	}
	return most;
}

/* -- going on -- */

void
upload_go(struct upload *u)
{
	u->agreed = true;
	u->counts.files = u->selection.files.n;
	u->counts.deleted = u->all_deletes.n;
	u->pending = u->selection.files.n;
	u->job.event.files_total = (unsigned)u->counts.files;
	loop_timer_start(u->hub->loop, &u->sampler, SAMPLE_MS, on_sample, u);
	up_prepare(u);
}

static void
make_ready(struct upload *u, unsigned index)
{
	const struct up_file *file = &u->selection.files.v[index];

	arr_push(&u->ready, index);
	/* An object's bytes are counted since it is known that it is sent. */
	if (!file->lfs || u->request.dry_run)
		sum_add(&u->counts.bytes, file->mark.size);
	if (!u->request.dry_run)
		return;
	u->counts.fresh += file->fresh;
	u->counts.changed += !file->fresh;
	u->counts.lfs += file->lfs;
}

void
up_settle(struct upload *u, unsigned index, enum up_state state)
{
	struct up_file *file = &u->selection.files.v[index];
	bool was_open = file->state < UP_READY;
	bool was_sent = file->state == UP_SENT;

	file->state = (unsigned char)state;
	if (state == UP_READY)
		make_ready(u, index);
	else if (state == UP_SAME)
		u->counts.same++;
	else if (state == UP_IGNORED)
		u->counts.ignored++;
	else if (state == UP_LEFT)
		u->counts.left++;
	if (was_open)
		u->pending--;
	/* What the journal knows it knows. */
	if ((state == UP_SAME && !file->known) || state == UP_THERE)
		journal_there(u->journal, file);
	if (state != UP_READY)
		u->job.event.files_done++;
	if (state == UP_LEFT)
		up_tell(u, was_sent ? UPLOAD_TORN : UPLOAD_LEFT, file->path, 0);
}

static bool
is_over(const struct upload *u)
{
	if (u->pending || u->in_commit || u->asks)
		return false;
	return u->request.dry_run ||
	       (u->next_ready == u->ready.n && !u->blocking.n && !u->deletes.n);
}

/* How many commits it would be, if each takes its time as usual. */
static void
estimate(struct upload *u)
{
	size_t left = u->ready.n;

	u->counts.commits = 0;
	while (left && u->request.commits == UPLOAD_SEVERAL) {
		size_t n = up_commit_files(u->counts.commits++);

		left -= n < left ? n : left;
	}
	if (left || (!u->counts.commits && u->all_deletes.n))
		u->counts.commits++;
}

static void
on_rest_removed(struct upload *u)
{
	u->in_commit = false;
	up_pump(u);
}

/* What an earlier run had sent, and did not come to delete; then this is called again. */
static void
remove_rest(struct upload *u)
{
	u->rest_removed = true;
	u->in_commit = true;
	up_remove(u, NULL, u->selection.files.n, UP_SAME, on_rest_removed);
}

static void
finish(struct upload *u)
{
	struct error err;

	if (u->request.dry_run)
		estimate(u);
	else if (u->request.removes && !u->rest_removed && u->counts.same) {
		remove_rest(u);
		return;
	}
	if (!u->counts.left && u->counts.stay) {
		err_set(&err, ERR_CONFLICT,
		    "%zu %s not deleted here; all is uploaded", u->counts.stay,
		    u->counts.stay == 1 ? "file was" : "files were");
		up_fail(u, &err);
		return;
	}
	if (!u->counts.left) {
		u->ending = true;
		end_if_quiet(u);
		return;
	}
	err_set(&err, ERR_CONFLICT, "%zu %s changed or vanished meanwhile%s",
	    u->counts.left, u->counts.left == 1 ? "file" : "files",
	    u->torn               ? ""
	    : u->counts.left == 1 ? ", and was left out"
				  : ", and were left out");
	err_remedy(&err, REMEDY_RUN_AGAIN);
	up_fail(u, &err);
}

void
up_pump(struct upload *u)
{
	if (u->ending || !u->running)
		return;
	up_pump_asks(u);
	up_pump_sums(u);
	up_pump_objects(u);
	if (!u->ending && !u->request.dry_run)
		up_pump_commits(u);
	if (!u->ending)
		up_moved(u);
	if (!u->ending && is_over(u))
		finish(u);
}

/* -- the end -- */

static void
end_if_quiet(struct upload *u)
{
	const struct error *err = u->err.code == ERR_NONE ? NULL : &u->err;
	struct upload_result result = { .id = u->repo.id,
		.url = u->url,
		.pull = u->pull,
		.pull_url = u->pull_url,
		.absent = u->absent,
		.no_branch = u->no_branch,
		.made = u->made,
		.unsure = u->unsure };
	struct str url = STR_INIT;

	if (u->works || u->ended)
		return;
	u->ended = true;
	loop_timer_stop(&u->timer);
	loop_timer_stop(&u->sampler);
	if (!result.url && *u->head) {
		repo_page_url(&url, u->hub->base, &u->repo);
		str_addf(&url, "/commit/%s", u->head);
		result.url = url.v;
	}
	result.waited = waited_most(u);
	if (u->journal)
		(void)journal_flush(u->journal);
	u->job.event.waits_for = result.waited;
	u->job.event.came = u->counts.sent;
	if (u->job.event.state == JOB_RUNNING)
		job_end(&u->job, err);
	u->done(u->context, &result, err);
	str_fini(&url);
}

static void
on_quiet(void *context)
{
	end_if_quiet(context);
}

void
up_end(struct upload *u)
{
	u->ending = true;
	/* Later: who calls this goes on using what done frees. */
	loop_timer_start(u->hub->loop, &u->timer, 0, on_quiet, u);
}

void
up_fail(struct upload *u, const struct error *err)
{
	if (u->ending)
		return;
	u->err = *err;
	u->ending = true;
	atomic_store(&u->cancelled, true);
	hub_call_cancel(u->call);
	u->call = NULL;
	up_end_asks(u);
	up_end_objects(u);
	up_end_commits(u);
	up_end(u);
}

struct upload *
upload_start(struct hub *hub, struct workers *workers, struct job_bus *bus,
    const struct upload_request *request,
    void (*done)(void *context, const struct upload_result *result,
	const struct error *err),
    void *context)
{
	struct upload *u = mem_new(struct upload);
	struct error err;

	u->hub = hub;
	u->workers = workers;
	u->request = *request;
	u->done = done;
	u->context = context;
	u->id = mem_strdup(request->repo.id);
	u->repo = (struct repo){ request->repo.type, u->id };
	u->branch = mem_strdup(request->revision ? request->revision : "main");
	u->slots = SLOTS;
	list_init(&u->asking);
	str_init(&u->card);
	str_init(&u->ignore);
	job_init(&u->job, bus, NULL, JOB_UPLOAD, request->repo.id);
	job_start(&u->job);
	if (!include_init(&u->wanted, request->files, true, request->includes,
		request->excludes, &err)) {
		up_fail(u, &err);
		return u;
	}
	up_list(u);
	return u;
}

void
upload_cancel(struct upload *u)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	up_fail(u, &err);
}

static void
free_paths(up_paths *paths)
{
	arr_each (path, paths)
		free(*path);
	arr_free(paths);
}

void
upload_free(struct upload *u)
{
	if (!u)
		return;
	up_end_asks(u);
	up_end_objects(u);
	up_end_commits(u);
	arr_each (object, &u->objects) {
		lfs_way_fini(&(*object)->way);
		free(*object);
	}
	arr_free(&u->objects);
	map_fini(&u->by_sha);
	arr_free(&u->to_sum);
	arr_free(&u->to_batch);
	arr_free(&u->to_send);
	arr_free(&u->active);
	arr_free(&u->ready);
	arr_free(&u->commit.files);
	arr_free(&u->secrets);
	free_paths(&u->all_deletes);
	arr_free(&u->blocking);
	arr_free(&u->deletes);
	journal_close(u->journal);
	selection_fini(&u->selection);
	include_fini(&u->wanted);
	str_fini(&u->card);
	str_fini(&u->ignore);
	free(u->id);
	free(u->branch);
	free(u->pull_url);
	free(u->opening.author);
	free(u->quota);
	up_doubts_fini(u);
	up_remove_fini(u);
	free(u->url);
	free(u);
}

/* -- who asks -- */

const struct selection *
upload_selection(const struct upload *u)
{
	return &u->selection;
}

char *const *
upload_deletions(const struct upload *u, size_t *n)
{
	*n = u->all_deletes.n;
	return u->all_deletes.v;
}

const size_t *
upload_secrets(const struct upload *u, size_t *n)
{
	*n = u->secrets.n;
	return u->secrets.v;
}

void
upload_leave_secrets(struct upload *u)
{
	up_files *files = &u->selection.files;
	size_t kept = 0, secret = 0;

	for (size_t i = 0; i < files->n; i++) {
		if (secret < u->secrets.n && u->secrets.v[secret] == i) {
			free(files->v[i].path);
			secret++;
			continue;
		}
		files->v[kept++] = files->v[i];
	}
	files->n = kept;
	u->secrets.n = 0;
}

void
upload_look(const struct upload *u, struct upload_counts *counts)
{
	*counts = u->counts;
}

enum upload_stage
upload_stage(const struct upload *u)
{
	if (!u->running)
		return UPLOAD_LISTS;
	if (u->active.n)
		return UPLOAD_SENDS;
	return u->in_commit ? UPLOAD_COMMITS : UPLOAD_COMPARES;
}

/* What stands before a text and behind it; NULL: there is nothing to say, or it takes a
 * number. */
static const char *const news_words[][2] = {
	[UPLOAD_BRANCH] = { "creating the branch '", "'" },
	[UPLOAD_CARD] = { "README.md: ", "" },
	[UPLOAD_MADE] = { "created ", "" },
	[UPLOAD_PULL] = { "opened the pull request ", "" },
	[UPLOAD_PULL_AGAIN] = { "adding to the pull request ", "" },
	[UPLOAD_PULL_LOST] = { "no answer to opening a pull request (",
	    "): looking whether it was opened" },
	[UPLOAD_LEFT] = { "left out, as it changed or vanished: '", "'" },
	[UPLOAD_TORN] = { "changed while it was uploaded: '", "'" },
	[UPLOAD_STAYS] = { "not deleted here: ", "" },
	[UPLOAD_LOST] = { "no answer to a commit (",
	    "): looking whether it was made" },
	[UPLOAD_UNKEPT] = { "what is done is not noted, so an upload that is "
			    "broken off begins anew: ",
	    "" },
};

void
upload_add_news(
    struct str *out, enum upload_news what, const char *text, uint64_t n)
{
	char time[TIMEFMT_MAX];

	switch (what) {
	case UPLOAD_COMMIT:
		text_addf(out, "committed %llu %s: %s", (unsigned long long)n,
		    n == 1 ? "change" : "changes", text);
		break;
	case UPLOAD_REMOVED:
		text_addf(out, "deleted %llu %s here, which the Hub has",
		    (unsigned long long)n, n == 1 ? "file" : "files");
		break;
	case UPLOAD_SMALLER:
		text_addf(out,
		    "a commit of %llu files failed (%s); smaller ones follow",
		    (unsigned long long)n, text);
		break;
	case UPLOAD_QUOTA:
		fmt_duration(time, n);
		text_addf(out,
		    "the Hub takes 128 commits an hour of one repository: "
		    "going on in %s",
		    time);
		break;
	default:
		if (what <= UPLOAD_UNKEPT && news_words[what][0])
			text_addf(out, "%s%s%s", news_words[what][0], text,
			    news_words[what][1]);
	}
}
