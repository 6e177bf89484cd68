/* upload_ask.c: how the Hub wants files, and what it has of them. */
#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/hub/call.h"
#include "core/hub/preupload.h"
#include "core/os/file.h"
#include "core/os/sum.h"
#include "core/up/upload_own.h"

/* Questions at once: with a slow line most of the time of each is waiting. */
#define ASKS_MOST 4

/* A file that is read whole for its sample, and summed on the way. */
#define SMALL ((size_t)64 * 1024)

/* A question about some files. They are the pool's until it is sent. */
struct up_ask {
	struct list link;
	struct upload *upload;
	struct work work;
	ARR(unsigned) files;
	ARR(bool) gone;    /* changed or vanished, for each */
	ARR(bool) told;    /* the answer has it */
	ARR(char *) paths; /* there */
	size_t cursor;     /* answers come in the order of the question */
	struct preupload question;
	struct hub_call *call;
	/* Of those that were asked about before; NULL: it is the first time. */
	void (*then)(struct upload *u, const struct error *err);
};

static void
ask_free(struct up_ask *ask)
{
	hub_call_cancel(ask->call);
	list_remove(&ask->link);
	str_fini(&ask->question.text);
	arr_each (path, &ask->paths)
		free(*path);
	arr_free(&ask->paths);
	arr_free(&ask->files);
	arr_free(&ask->gone);
	arr_free(&ask->told);
	free(ask);
}

/* -- on the pool -- */

static void
sum_small(struct up_file *file, const char *bytes, size_t n)
{
	struct digest *digest = digest_new();
	char hex[DIGEST_HEX_MAX];

	digest_start(digest, DIGEST_GIT_BLOB, n);
	digest_add(digest, bytes, n);
	digest_end(digest, hex);
	(void)digest_unhex(hex, file->git, 20);
	digest_start(digest, DIGEST_SHA256, n);
	digest_add(digest, bytes, n);
	digest_end(digest, hex);
	(void)digest_unhex(hex, file->sha, 32);
	digest_free(digest);
	file->has_git = file->has_sha = true;
}

/* Reads the sample of a file, all of a small one; false if it is not what it was. */
static bool
peek(struct upload *u, struct up_file *file, char *block, size_t *got)
{
	size_t want = file->mark.size <= SMALL ? (size_t)file->mark.size
	                                       : PREUPLOAD_SAMPLE;
	bool sums =
	    file->mark.size <= SMALL && !(file->has_git && file->has_sha);
	char *local = up_local(u, file);
	struct up_mark now;
	struct error err;
	int fd = file_open_regular(local, NULL, &err);
	bool ok;

	if (!sums && want > PREUPLOAD_SAMPLE)
		want = PREUPLOAD_SAMPLE;
	ok = fd >= 0 && file_read_at(fd, block, want, 0, got, &err) &&
	     *got == want && up_mark_of_open(fd, &now) &&
	     up_is_still(file, &now);
	if (ok && sums)
		sum_small(file, block, *got);
	file_close(fd);
	free(local);
	return ok;
}

/* Of what was committed, maybe, the sum has to be known. */
static void
sum_again(struct upload *u, struct up_file *file)
{
	char hex[DIGEST_HEX_MAX];
	char *local;
	struct error err;

	if (file->lfs || file->has_git)
		return;
	local = up_local(u, file);
	if (sum_first(local, file->mark.size, DIGEST_GIT_BLOB, hex,
		&u->cancelled, NULL, &err)) {
		(void)digest_unhex(hex, file->git, 20);
		file->has_git = true;
	}
	free(local);
}

static void
run_peek(struct work *work)
{
	struct up_ask *ask = CONTAINER_OF(work, struct up_ask, work);
	struct upload *u = ask->upload;
	char *block = mem_resize(NULL, SMALL, 1);

	for (size_t i = 0; i < ask->files.n; i++) {
		struct up_file *file = &u->selection.files.v[ask->files.v[i]];
		size_t got = 0;

		ask->gone.v[i] = !peek(u, file, block, &got);
		if (ask->then)
			sum_again(u, file);
		if (!ask->gone.v[i] || ask->then)
			preupload_add(&ask->question, ask->paths.v[i],
			    file->mark.size, block,
			    got < PREUPLOAD_SAMPLE ? got : PREUPLOAD_SAMPLE);
	}
	free(block);
}

/* -- the answer -- */

bool
up_knows_sum(const struct up_file *file)
{
	return file->lfs ? file->has_sha : file->has_git;
}

bool
up_is_there(const struct up_file *file)
{
	if (file->fresh || file->remote_sha != file->lfs)
		return false;
	return file->lfs ? !memcmp(file->sha, file->remote, 32)
	                 : !memcmp(file->git, file->remote, 20);
}

static void
take_oid(struct up_file *file, const char *oid)
{
	size_t n = oid ? strlen(oid) : 0;

	file->remote_sha = n == 64;
	file->fresh =
	    (n != 40 && n != 64) || !digest_unhex(oid, file->remote, n / 2);
}

static void
decide(
    struct upload *u, unsigned index, const struct preupload_verdict *verdict)
{
	struct up_file *file = &u->selection.files.v[index];

	file->lfs = verdict->lfs && file->mark.size > 0;
	take_oid(file, verdict->oid);
	if (verdict->ignored) {
		up_settle(u, index, UP_IGNORED);
		return;
	}
	file->state = UP_ASKED;
	if (up_knows_sum(file))
		journal_sums(u->journal, file);
	if (!file->fresh && up_knows_sum(file) && up_is_there(file)) {
		up_settle(u, index, UP_SAME);
		return;
	}
	/* A sum is wanted to compare, and of an object to send. */
	if (!up_knows_sum(file) &&
	    (!file->fresh || (file->lfs && !u->request.dry_run)))
		up_want_sum(u, index);
	else if (file->lfs && !u->request.dry_run)
		up_want_object(u, index);
	else
		up_settle(u, index, UP_READY);
}

static void
on_verdict(void *context, const struct preupload_verdict *verdict)
{
	struct up_ask *ask = context;
	struct upload *u = ask->upload;
	size_t n = ask->files.n;

	for (size_t i = 0; i < n; i++) {
		size_t at = (ask->cursor + i) % n;

		if (ask->told.v[at] ||
		    strcmp(ask->paths.v[at], verdict->path) != 0)
			continue;
		ask->cursor = at + 1;
		ask->told.v[at] = true;
		if (ask->then)
			take_oid(&u->selection.files.v[ask->files.v[at]],
			    verdict->oid);
		else if (!ask->gone.v[at])
			decide(u, ask->files.v[at], verdict);
		return;
	}
}

static bool
is_whole(const struct up_ask *ask, struct error *err)
{
	for (size_t i = 0; i < ask->files.n; i++) {
		if (ask->told.v[i] || (ask->gone.v[i] && !ask->then))
			continue;
		return err_set(err, ERR_NETWORK,
		    "the Hub does not say how it wants '%s'", ask->paths.v[i]);
	}
	return true;
}

static void
ask_ended(struct up_ask *ask, const struct error *err)
{
	struct upload *u = ask->upload;
	void (*then)(struct upload *, const struct error *) = ask->then;

	u->asks--;
	if (!err && !then) {
		for (size_t i = 0; i < ask->files.n; i++) {
			if (ask->gone.v[i])
				up_settle(u, ask->files.v[i], UP_LEFT);
		}
	}
	ask_free(ask);
	if (then)
		then(u, err);
	else if (err)
		up_fail(u, err);
	else
		up_pump(u);
}

static void
on_answer(void *context, struct cJSON *answer, const struct error *err)
{
	struct up_ask *ask = context;
	struct error own;

	ask->call = NULL;
	if (!err && (!preupload_read(answer, on_verdict, ask, &own) ||
			!is_whole(ask, &own)))
		err = &own;
	json_free(answer);
	ask_ended(ask, err);
}

static void
on_peeked(struct work *work)
{
	struct up_ask *ask = CONTAINER_OF(work, struct up_ask, work);
	struct upload *u = ask->upload;

	if (!up_back(u)) {
		ask_free(ask);
		return;
	}
	list_append(&u->asking, &ask->link);
	if (!ask->question.text.n) {
		ask_ended(ask, NULL);
		return;
	}
	ask->call = preupload_send(&ask->question, u->hub, &u->repo, u->branch,
	    u->proposes, u->has_ignore ? u->ignore.v : NULL,
	    (struct asker){ on_answer, ask });
}

/* -- asking -- */

static struct up_ask *
ask_new(struct upload *u)
{
	struct up_ask *ask = mem_new(struct up_ask);

	list_init(&ask->link);
	str_init(&ask->question.text);
	ask->upload = u;
	return ask;
}

static void
add_file(struct up_ask *ask, unsigned index)
{
	struct upload *u = ask->upload;
	struct str target = STR_INIT;

	upload_add_target(u, &target, u->selection.files.v[index].path);
	arr_push(&ask->files, index);
	arr_push(&ask->gone, false);
	arr_push(&ask->told, false);
	arr_push(&ask->paths, str_steal(&target));
}

static void
begin(struct up_ask *ask)
{
	struct upload *u = ask->upload;

	u->asks++;
	up_out(u, &ask->work, run_peek, on_peeked);
}

/* Of a repository that is not there yet all files are new. */
static void
all_are_new(struct upload *u)
{
	for (; u->next_ask < u->selection.files.n; u->next_ask++) {
		u->selection.files.v[u->next_ask].fresh = true;
		up_settle(u, (unsigned)u->next_ask, UP_READY);
	}
}

void
up_pump_asks(struct upload *u)
{
	if (u->absent)
		all_are_new(u);
	while (u->asks < ASKS_MOST && u->next_ask < u->selection.files.n) {
		struct up_ask *ask = ask_new(u);

		while (u->next_ask < u->selection.files.n &&
		       ask->files.n < PREUPLOAD_FILES) {
			unsigned index = (unsigned)u->next_ask++;

			if (u->selection.files.v[index].state == UP_LISTED)
				add_file(ask, index);
		}
		if (ask->files.n)
			begin(ask);
		else
			ask_free(ask);
	}
}

void
up_ask_again(struct upload *u, const unsigned *files, size_t n,
    void (*then)(struct upload *u, const struct error *err))
{
	struct up_ask *ask = ask_new(u);

	ask->then = then;
	for (size_t i = 0; i < n; i++)
		add_file(ask, files[i]);
	begin(ask);
}

void
up_end_asks(struct upload *u)
{
	struct list *next;

	for (struct list *l = u->asking.next; l != &u->asking; l = next) {
		next = l->next;
		ask_free(CONTAINER_OF(l, struct up_ask, link));
		u->asks--;
	}
}
