/* upload_commit.c: commits, and what became of one whose answer did not come. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/sums.h"
#include "core/hub/call.h"
#include "core/hub/commit.h"
#include "core/hub/endpoint.h"
#include "core/hub/preupload.h"
#include "core/hub/pull.h"
#include "core/hub/resolve.h"
#include "core/os/clock.h"
#include "core/up/quota.h"
#include "core/up/upload_own.h"
#include "core/xfer/limit.h"

/* Files of a commit, as the official client's pipeline has them. */
static const size_t scale[] = { 250, 400, 600, 1000 };
#define STEPS (sizeof(scale) / sizeof(*scale))

/* A commit that took less may be followed by a larger one. */
#define QUICK_MS 40000u

/* Content that stands in the commit itself. */
#define REGULAR_MAX ((uint64_t)100 * 1024 * 1024)

/* Objects of a commit behind which they are deleted here: the disk may be small. */
#define REMOVED_MAX ((uint64_t)10 * 1000 * 1000 * 1000)

/* A commit of fewer files that fails is not made smaller. */
#define SMALLEST 20

/* -- which files -- */

/* Whether all that will ever be ready is. */
static bool
is_last(const struct upload *u)
{
	return !u->pending;
}

size_t
up_commit_files(unsigned nth)
{
	return scale[nth < STEPS ? nth : STEPS - 1];
}

static size_t
most_files(const struct upload *u)
{
	if (u->most)
		return u->most;
	return u->request.commits == UPLOAD_SEVERAL ? scale[u->step] : SIZE_MAX;
}

static int
by_index(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

/* Whether enough is ready for a commit; fills it, in the order of the listing: which
 * object arrives first does not change the commit. */
static bool
gather(struct upload *u)
{
	struct up_commit *commit = &u->commit;
	size_t most = most_files(u);
	bool splits = u->request.commits == UPLOAD_SEVERAL || u->most;
	size_t at = u->next_ready;

	commit->files.n = 0;
	commit->bytes = commit->out = 0;
	commit->full = false;
	commit->object_bytes = 0;
	for (; at < u->ready.n && !commit->full; at++) {
		const struct up_file *file =
		    &u->selection.files.v[u->ready.v[at]];
		uint64_t bytes = file->lfs ? 0 : file->mark.size;

		if (splits && commit->files.n &&
		    sum_of(commit->bytes, bytes) > REGULAR_MAX) {
			commit->full = true;
			break;
		}
		arr_push(&commit->files, u->ready.v[at]);
		sum_add(&commit->bytes, bytes);
		sum_add(&commit->object_bytes, file->mark.size - bytes);
		commit->full =
		    commit->files.n >= most ||
		    (u->request.removes && commit->object_bytes >= REMOVED_MAX);
	}
	if (!commit->full && !is_last(u))
		return false;
	u->next_ready = at;
	if (commit->files.n)
		qsort(commit->files.v, commit->files.n,
		    sizeof(*commit->files.v), by_index);
	commit->last = is_last(u) && at == u->ready.n;
	return commit->files.n ||
	       (commit->last && (u->blocking.n || u->deletes.n));
}

/* -- what was changed in the meantime -- */

/* A look at the files of a commit, on the pool, before it is made and behind it. */
struct checking {
	struct work work;
	struct upload *upload;
	bool made;
	double wait_s; /* until the Hub takes another commit */
	ARR(bool) changed;
};

static void
run_check(struct work *work)
{
	struct checking *c = CONTAINER_OF(work, struct checking, work);
	struct upload *u = c->upload;

	if (c->made)
		quota_add(u->quota, clock_unix_s());
	else if (!u->request.no_waiting)
		c->wait_s = quota_wait_s(u->quota, clock_unix_s());
	arr_each (index, &u->commit.files) {
		const struct up_file *file = &u->selection.files.v[*index];
		char *local = up_local(u, file);
		struct up_mark now;

		arr_push(&c->changed,
		    !(up_mark_of(local, &now) && up_is_still(file, &now)));
		free(local);
	}
}

static void send_commit(struct upload *u);
static void check_again(void *context);

static void
on_checked(struct work *work)
{
	struct checking *c = CONTAINER_OF(work, struct checking, work);
	struct upload *u = c->upload;
	size_t kept = 0;
	double wait_s;

	for (size_t i = 0; i < u->commit.files.n && !u->ending; i++) {
		unsigned index = u->commit.files.v[i];

		if (c->changed.v[i])
			up_settle(u, index, UP_LEFT);
		else
			u->commit.files.v[kept++] = index;
	}
	u->commit.files.n = kept;
	wait_s = c->wait_s;
	arr_free(&c->changed);
	free(c);
	if (!up_back(u))
		return;
	if (wait_s > 0) {
		up_tell(u, UPLOAD_QUOTA, "", (uint64_t)wait_s);
		loop_timer_start(u->hub->loop, &u->timer,
		    (uint64_t)(wait_s * 1000), check_again, u);
	} else if (!kept &&
		   !(u->commit.last && (u->blocking.n || u->deletes.n))) {
		u->in_commit = false;
		up_pump(u);
	} else if (u->proposes && u->request.commits != UPLOAD_ONE) {
		up_open_pull(u, send_commit);
	} else {
		send_commit(u);
	}
}

static void
check(struct upload *u, bool made, void (*done)(struct work *work))
{
	struct checking *c = mem_new(struct checking);

	if (!u->quota)
		u->quota = quota_path(u->hub->base, &u->repo);
	c->upload = u;
	c->made = made;
	up_out(u, &c->work, run_check, done);
}

static void
check_again(void *context)
{
	check(context, false, on_checked);
}

/* -- the pull request -- */

void
up_no_number(struct error *err)
{
	err_set(err, ERR_NETWORK,
	    "the answer does not say which pull request was opened");
}

/* The number that the address of a pull request ends in; 0: none. */
static unsigned long
number_of(const char *url)
{
	const char *slash = url ? strrchr(url, '/') : NULL;
	uint64_t number = 0;

	if (!slash || !span_u64(span_of(slash + 1), &number) ||
	    number > PULL_MOST)
		return 0;
	return (unsigned long)number;
}

bool
up_is_lost(const struct error *err)
{
	if (err->code == ERR_CONFLICT && !err->detail)
		return false;
	return err->detail == 412 || err->detail == 408 || err->detail >= 500 ||
	       (err->code == ERR_NETWORK && !err->detail);
}

/* -- sending -- */

static void
on_sent(void *sender, uint64_t bytes)
{
	struct upload *u = sender;
	uint64_t before = u->commit.passed;

	if (u->request.limit && bytes > before)
		limit_take(u->request.limit, bytes - before);
	u->commit.passed = bytes;
	/* Three of four: base64 is longer than what it stands for. */
	u->commit.out = bytes / 4 * 3;
	if (u->commit.out > u->commit.bytes)
		u->commit.out = u->commit.bytes;
	up_moved(u);
}

static uint64_t
on_gate(void *sender, size_t *room)
{
	const struct upload *u = sender;

	return limit_gate(u->request.limit, room);
}

static void
add_files(struct upload *u, struct commit *commit)
{
	char sha[DIGEST_HEX_MAX];

	arr_each (index, &u->commit.files) {
		struct up_file *file = &u->selection.files.v[*index];
		struct str target = STR_INIT;
		char *local;

		upload_add_target(u, &target, file->path);
		file->state = UP_SENT;
		if (file->lfs) {
			digest_hex(file->sha, 32, sha);
			commit_add_object(
			    commit, target.v, sha, file->mark.size);
		} else {
			local = up_local(u, file);
			commit_add_file(
			    commit, target.v, local, file->mark.size);
			free(local);
		}
		str_fini(&target);
	}
}

static void on_answer(
    void *context, struct cJSON *answer, const struct error *err);

static void
add_title(struct upload *u, struct str *title)
{
	str_addz(title, u->request.message);
	if (u->counts.commits)
		str_addf(title, " (part %u)", u->counts.commits + 1);
}

static void
send_commit(struct upload *u)
{
	struct commit commit = { .workers = u->workers };
	struct str title = STR_INIT;

	add_title(u, &title);
	/* Nothing is made twice: where the branch is not what it was, the Hub
	 * refuses, and what is there is looked up. */
	commit_begin(&commit, title.v, u->request.description,
	    *u->head && !u->proposes ? u->head : NULL);
	str_fini(&title);
	arr_each (path, &u->blocking)
		commit_delete_file(&commit, *path);
	add_files(u, &commit);
	for (size_t i = 0; u->commit.last && i < u->deletes.n; i++)
		commit_delete_file(&commit, u->deletes.v[i]);
	memcpy(u->commit.before, u->head, COMMIT_MAX);
	u->commit.begun_ms = clock_ms();
	u->commit.passed = 0;
	u->committing = commit_send(&commit, u->hub, &u->repo,
	    &(struct commit_way){ .branch = u->branch,
		.pull_request = u->proposes,
		.waits_out = !u->request.no_waiting,
		.sent = on_sent,
		.gate = u->request.limit ? on_gate : NULL,
		.sender = u },
	    (struct asker){ on_answer, u });
}

/* -- a commit was made -- */

static void
count(struct upload *u, const struct up_file *file)
{
	u->counts.fresh += file->fresh;
	u->counts.changed += !file->fresh;
	u->counts.lfs += file->lfs;
}

static void
after_commit(struct upload *u)
{
	u->in_commit = false;
	up_pump(u);
}

/* Of a file that changed while it was sent nobody knows what the commit has. An
 * object is what its sum says. */
static void
on_looked_again(struct work *work)
{
	struct checking *c = CONTAINER_OF(work, struct checking, work);
	struct upload *u = c->upload;

	for (size_t i = 0; i < u->commit.files.n && !u->ending; i++) {
		unsigned index = u->commit.files.v[i];
		struct up_file *file = &u->selection.files.v[index];
		bool torn = c->changed.v[i] && !file->lfs;

		count(u, file);
		u->torn += torn;
		if (!torn)
			journal_sums(u->journal, file);
		up_settle(u, index, torn ? UP_LEFT : UP_THERE);
	}
	arr_free(&c->changed);
	free(c);
	(void)journal_flush(u->journal);
	if (!up_back(u))
		return;
	if (u->request.removes)
		up_remove(u, u->commit.files.v, u->commit.files.n, UP_THERE,
		    after_commit);
	else
		after_commit(u);
}

static void
made(struct upload *u, const char *commit, const char *url)
{
	struct up_commit *c = &u->commit;
	size_t deleted = u->blocking.n + (c->last ? u->deletes.n : 0);
	bool quick = clock_ms() - c->begun_ms < QUICK_MS;

	u->counts.commits++;
	u->lost = 0;
	memcpy(u->head, commit, COMMIT_MAX);
	/* A file that was deleted is not there any more, whatever is noted. */
	journal_moved(u->journal, commit, !deleted && *c->before);
	u->blocking.n = 0;
	if (c->last)
		u->deletes.n = 0;
	sum_add(&u->counts.sent, c->bytes);
	c->bytes = c->out = 0;
	if (!quick && u->step)
		u->step--;
	else if (quick && c->full && u->step + 1 < STEPS)
		u->step++;
	free(u->url);
	u->url = mem_strdup(url);
	up_tell(u, UPLOAD_COMMIT, url, c->files.n + deleted);
	check(u, true, on_looked_again);
}

static void
add_page(const struct upload *u, const char *commit, struct str *out)
{
	repo_page_url(out, u->hub->base, &u->repo);
	str_addf(out, "/commit/%s", commit);
}

/* Whether an address that is printed is one, and nothing that a terminal obeys. */
static bool
is_shown_as_it_is(const char *url)
{
	for (const char *p = url; *p; p++) {
		if (*p <= 0x20 || *p >= 0x7f)
			return false;
	}
	return !strncmp(url, "https://", 8) || !strncmp(url, "http://", 7);
}

/* A commit that was found where its answer was lost. */
static void
found(struct upload *u)
{
	struct str url = STR_INIT;
	char commit[COMMIT_MAX];

	add_page(u, u->head, &url);
	memcpy(commit, u->head, COMMIT_MAX);
	made(u, commit, url.v);
	str_fini(&url);
}

/* -- a commit whose answer was lost -- */

/* Puts back what is not in a commit; the rest is what was made of it. */
static void
put_back(struct upload *u, bool only_new)
{
	size_t kept = 0;

	for (size_t i = u->commit.files.n; i-- > 0;) {
		unsigned index = u->commit.files.v[i];
		struct up_file *file = &u->selection.files.v[index];

		if (only_new && up_knows_sum(file) && up_is_there(file))
			continue;
		file->state = UP_READY;
		u->ready.v[--u->next_ready] = index;
	}
	for (size_t i = 0; i < u->commit.files.n; i++) {
		unsigned index = u->commit.files.v[i];

		if (u->selection.files.v[index].state == UP_SENT)
			u->commit.files.v[kept++] = index;
	}
	u->commit.files.n = kept;
	u->commit.out = 0;
}

static void
try_smaller(struct upload *u, const struct error *why, size_t smallest)
{
	size_t n = u->commit.files.n;

	if (n <= smallest || u->request.commits == UPLOAD_ONLY)
		return;
	up_tell(u, UPLOAD_SMALLER, why->message, n);
	u->most = n / 2 > smallest ? n / 2 : smallest;
}

/* What is there is known; goes on with what is not. A commit is made as a whole or
 * not at all: where all of it is there it was, else somebody else put some of it. */
static void
go_on(struct upload *u)
{
	size_t all = u->commit.files.n;

	put_back(u, true);
	if (!u->commit.gone && u->commit.files.n == all && !u->blocking.n &&
	    (!u->commit.last || !u->deletes.n)) {
		found(u);
		return;
	}
	arr_each (index, &u->commit.files)
		up_settle(u, *index, UP_SAME);
	u->in_commit = false;
	up_pump(u);
}

static void check_files(struct upload *u);

static void
on_files(struct upload *u, const struct error *err)
{
	if (err)
		up_fail(u, err);
	else
		check_files(u);
}

/* Asks about the files of the commit, some at a time, then about deletions. */
static void
check_files(struct upload *u)
{
	struct up_commit *c = &u->commit;
	size_t from = (size_t)c->looks * PREUPLOAD_FILES;
	size_t n = c->files.n > from ? c->files.n - from : 0;

	if (n) {
		c->looks++;
		up_ask_again(u, c->files.v + from,
		    n < PREUPLOAD_FILES ? n : PREUPLOAD_FILES, on_files);
	} else if (u->all_deletes.n) {
		up_list_deletions(u, go_on);
	} else {
		go_on(u);
	}
}

static void look(void *context);

static void
on_look(void *context, const char *commit, const struct error *err)
{
	struct upload *u = context;
	uint64_t spent = clock_ms() - u->commit.looked_ms;

	u->call = NULL;
	if (err && err->code != ERR_NETWORK) {
		up_fail(u, err);
		return;
	}
	if (commit &&
	    (u->commit.gone || strcmp(commit, u->commit.before) != 0)) {
		memcpy(u->head, commit, COMMIT_MAX);
		journal_seen(u->journal, u->head);
		u->commit.looks = 0;
		check_files(u);
		return;
	}
	if (spent < clock_scaled(UP_LOST_MS)) {
		loop_timer_start(
		    u->hub->loop, &u->timer, clock_scaled(UP_LOOK_MS), look, u);
		return;
	}
	if (err) {
		up_fail(u, err);
		return;
	}
	/* It was not made; should it be after all, the next one is refused. */
	put_back(u, false);
	u->in_commit = false;
	up_pump(u);
}

static void
look(void *context)
{
	struct upload *u = context;

	u->call = repo_resolve(u->hub, &u->repo, u->branch, true, on_look, u);
}

static void
too_large(const struct upload *u, struct error *err)
{
	err_unadvised(err);
	if (u->commit.files.n == 1) {
		err_fact(err->path, sizeof(err->path),
		    u->selection.files.v[u->commit.files.v[0]].path);
		err_remedy(err, REMEDY_LEAVE_OUT);
		return;
	}
	err_hint(err, "The commit is too large: upload fewer files at once");
}

static void
failed(struct upload *u, const struct error *err)
{
	struct error own = *err;
	/* Somebody else has deleted what was to be deleted. */
	bool gone = err->about == ERR_ABOUT_FILE && u->all_deletes.n;

	/* It may be few files that are too much. */
	if (err->detail == 413 && u->commit.files.n > 1 &&
	    u->request.commits != UPLOAD_ONLY) {
		try_smaller(u, err, 1);
		put_back(u, false);
		u->in_commit = false;
		up_pump(u);
		return;
	}
	/* A file became shorter while it was read: who, the next look tells. */
	if (err->code == ERR_CONFLICT && !err->detail &&
	    ++u->lost <= UP_LOST_MOST) {
		put_back(u, false);
		u->in_commit = false;
		up_pump(u);
		return;
	}
	if (err->detail == 413)
		too_large(u, &own);
	if (err->detail == 412)
		err_remedy(&own, REMEDY_RUN_AGAIN);
	if ((!up_is_lost(err) && !gone) || ++u->lost > UP_LOST_MOST) {
		up_fail(u, &own);
		return;
	}
	if (u->proposes) {
		up_warn_of_pull(&own);
		up_fail(u, &own);
		return;
	}
	if (err->detail != 412 && !gone) {
		up_tell(u, UPLOAD_LOST, err->message, u->commit.files.n);
		try_smaller(u, err, SMALLEST);
	}
	u->commit.gone = gone;
	u->commit.looked_ms = clock_ms();
	look(u);
}

static void
on_answer(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	const char *commit = json_str(answer, "commitOid", NULL);
	const char *url = json_str(answer, "commitUrl", NULL);
	unsigned long pull =
	    number_of(json_str(answer, "pullRequestUrl", NULL));
	struct str own_url = STR_INIT;
	struct error own;

	u->committing = NULL;
	if (!err && (!commit || !repo_is_commit(commit) || !url)) {
		err_set(&own, ERR_NETWORK,
		    "the answer does not say which commit was made");
		err = &own;
	}
	if (!err && u->proposes && !pull) {
		up_no_number(&own);
		err = &own;
	}
	if (err) {
		own = *err;
		json_free(answer);
		failed(u, &own);
		return;
	}
	if (u->proposes && pull)
		up_set_pull(u, pull);
	if (is_shown_as_it_is(url))
		hub_add_own_url(&own_url, u->hub, url);
	else
		add_page(u, commit, &own_url);
	made(u, commit, own_url.v);
	str_fini(&own_url);
	json_free(answer);
}

void
up_pump_commits(struct upload *u)
{
	bool open = u->next_ready < u->ready.n ||
	            (is_last(u) && (u->blocking.n || u->deletes.n));

	if (u->in_commit || !open || !gather(u))
		return;
	u->in_commit = true;
	check(u, false, on_checked);
}

void
up_end_commits(struct upload *u)
{
	u->unsure = u->unsure || u->committing;
	hub_call_cancel(u->committing);
	u->committing = NULL;
}
