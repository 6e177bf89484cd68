/* upload_send.c: sums of files, and LFS objects on their way to the storage. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/hub/call.h"
#include "core/os/clock.h"
#include "core/os/sum.h"
#include "core/up/object.h"
#include "core/up/upload_own.h"

/* Objects that are being sent at once; each in several parts, if it has them. */
#define SENDING_MOST 8

/* How often an object's addresses are asked for anew. */
#define RENEWALS_MOST 5

/* -- sums -- */

struct summing {
	struct work work;
	struct upload *upload;
	unsigned index;
	char *local;
	char sum[DIGEST_HEX_MAX];
	bool same;           /* the file is what it was, before and after */
	atomic_ullong bytes; /* that are in it */
	struct job job;      /* of a large file: one waits for it */
	struct error err;
};

/* That the sum of a smaller file is made is not worth a line. */
#define LONG_BYTES ((uint64_t)64 * 1024 * 1024)

void
up_want_sum(struct upload *u, unsigned index)
{
	arr_push(&u->to_sum, index);
	u->sum_work.all++;
	sum_add(&u->sum_work.all_bytes, u->selection.files.v[index].mark.size);
}

static void
run_sum(struct work *work)
{
	struct summing *s = CONTAINER_OF(work, struct summing, work);
	const struct up_file *file = &s->upload->selection.files.v[s->index];
	struct up_mark now;

	s->err.code = ERR_NONE;
	s->same = sum_first(s->local, file->mark.size,
		      file->lfs ? DIGEST_SHA256 : DIGEST_GIT_BLOB, s->sum,
		      &s->upload->cancelled, &s->bytes, &s->err) &&
	          up_mark_of(s->local, &now) && up_is_still(file, &now);
}

static void
take_sum(struct up_file *file, const char *hex)
{
	(void)digest_unhex(
	    hex, file->lfs ? file->sha : file->git, file->lfs ? 32 : 20);
	if (file->lfs)
		file->has_sha = true;
	else
		file->has_git = true;
}

static void
end_sum(struct summing *s)
{
	struct upload *u = s->upload;

	for (size_t i = 0; i < UP_SUMS_MOST; i++) {
		if (u->summing[i] == s)
			u->summing[i] = NULL;
	}
	sum_add(&u->sum_work.done_bytes, atomic_load(&s->bytes));
	u->sum_work.done++;
	if (s->job.bus)
		job_end(&s->job, NULL);
	free(s->local);
	free(s);
	u->sums--;
}

static void
on_sum(struct work *work)
{
	struct summing *s = CONTAINER_OF(work, struct summing, work);
	struct upload *u = s->upload;
	struct up_file *file = &u->selection.files.v[s->index];
	unsigned index = s->index;
	bool same = s->same;

	if (same)
		take_sum(file, s->sum);
	end_sum(s);
	if (!up_back(u))
		return;
	if (!same) {
		up_settle(u, index, UP_LEFT);
	} else {
		journal_sums(u->journal, file);
		if (up_is_there(file))
			up_settle(u, index, UP_SAME);
		else if (file->lfs && !u->request.dry_run)
			up_want_object(u, index);
		else
			up_settle(u, index, UP_READY);
	}
	up_pump(u);
}

static void
begin_sum(struct upload *u, unsigned index)
{
	const struct up_file *file = &u->selection.files.v[index];
	struct summing *s = mem_new(struct summing);
	size_t free_place = 0;

	while (u->summing[free_place])
		free_place++;
	u->summing[free_place] = s;
	s->upload = u;
	s->index = index;
	s->local = up_local(u, file);
	if (file->mark.size >= LONG_BYTES) {
		job_init(&s->job, u->job.bus, &u->job, JOB_SUM, file->path);
		s->job.event.total = file->mark.size;
		job_start(&s->job);
	}
	u->sums++;
	up_out(u, &s->work, run_sum, on_sum);
}

void
up_pump_sums(struct upload *u)
{
	while (u->sums < UP_SUMS_MOST && u->next_sum < u->to_sum.n)
		begin_sum(u, u->to_sum.v[u->next_sum++]);
}

void
up_tell_sums(struct upload *u)
{
	for (size_t i = 0; i < UP_SUMS_MOST; i++) {
		struct summing *s = u->summing[i];

		if (!s || !s->job.bus)
			continue;
		s->job.event.done = atomic_load(&s->bytes);
		job_tell(&s->job);
	}
}

uint64_t
up_summed(const struct upload *u)
{
	uint64_t bytes = u->sum_work.done_bytes;

	for (size_t i = 0; i < UP_SUMS_MOST; i++) {
		if (u->summing[i])
			sum_add(&bytes, atomic_load(&u->summing[i]->bytes));
	}
	return bytes;
}

/* -- which objects -- */

void
up_want_object(struct upload *u, unsigned index)
{
	struct up_file *file = &u->selection.files.v[index];
	struct up_object *object;
	char sha[DIGEST_HEX_MAX];
	size_t at;

	file->state = UP_SUMMED;
	file->next = UP_NOBODY;
	digest_hex(file->sha, 32, sha);
	if (map_find(&u->by_sha, sha, &at)) {
		object = u->objects.v[at];
		if (object->stored) {
			up_settle(u, index, UP_READY);
			return;
		}
		file->next = object->file;
		object->file = index;
		return;
	}
	object = mem_new(struct up_object);
	memcpy(object->sha, sha, sizeof(sha));
	object->file = index;
	object->upload = u;
	(void)map_add(&u->by_sha, object->sha, u->objects.n);
	arr_push(&u->to_batch, (unsigned)u->objects.n);
	arr_push(&u->objects, object);
	sum_add(&u->counts.bytes, file->mark.size);
	u->send_work.all++;
	sum_add(&u->send_work.all_bytes, file->mark.size);
}

/* One that has not to be sent, or cannot be. */
static void
send_less(struct upload *u, uint64_t bytes)
{
	u->counts.bytes -= bytes;
	u->send_work.all--;
	u->send_work.all_bytes -= bytes;
}

static const struct up_file *
file_of(const struct upload *u, const struct up_object *object)
{
	return &u->selection.files.v[object->file];
}

static void
settle_object(struct upload *u, struct up_object *object, enum up_state state)
{
	unsigned index = object->file;

	object->stored = state == UP_READY;
	while (index != UP_NOBODY) {
		unsigned next = u->selection.files.v[index].next;

		up_settle(u, index, state);
		index = next;
	}
	if (object->stored && object->parted)
		journal_stored(u->journal, object->sha);
}

/* -- where they are sent -- */

/* What the Hub said of the objects of a batch. */
struct batch {
	struct upload *upload;
	struct str refused; /* in its words */
	size_t told;
};

static void
on_verdict(void *context, struct lfs_verdict *verdict)
{
	struct batch *batch = context;
	struct upload *u = batch->upload;
	struct up_object *object;
	size_t at;

	/* What was not asked, or is said twice, must not be sent twice. */
	if (!map_find(&u->by_sha, verdict->oid, &at) ||
	    !u->objects.v[at]->asked) {
		lfs_way_fini(&verdict->way);
		return;
	}
	object = u->objects.v[at];
	object->asked = false;
	batch->told++;
	if (verdict->refused) {
		str_addf(&batch->refused, "%s%s: %s",
		    batch->refused.n ? "; " : "", file_of(u, object)->path,
		    verdict->refused);
	} else if (verdict->stored) {
		send_less(u, file_of(u, object)->mark.size);
		settle_object(u, object, UP_READY);
	} else if (verdict->size != file_of(u, object)->mark.size) {
		str_addf(&batch->refused, "%s%s: its size is not the Hub's",
		    batch->refused.n ? "; " : "", file_of(u, object)->path);
		lfs_way_fini(&verdict->way);
	} else {
		lfs_way_fini(&object->way);
		object->way = verdict->way;
		arr_push(&u->to_send, (unsigned)at);
	}
}

static void
on_batch(void *context, struct cJSON *answer, const struct error *err)
{
	struct upload *u = context;
	struct batch batch = { .upload = u, .refused = STR_INIT };
	size_t asked = u->next_batch - u->batch_from;
	struct error own;

	u->batch = NULL;
	if (!err && !lfs_batch_read(u->hub, answer, on_verdict, &batch, &own))
		err = &own;
	if (!err && batch.refused.n) {
		err_set(&own, ERR_CONFLICT, "the Hub refuses files: %.700s",
		    batch.refused.v);
		err = &own;
	}
	if (!err && batch.told < asked) {
		err_set(&own, ERR_NETWORK,
		    "the Hub does not say where all files are to be sent");
		err = &own;
	}
	str_fini(&batch.refused);
	json_free(answer);
	if (err)
		up_fail(u, err);
	else
		up_pump(u);
}

/* Soon enough for the first, late enough to ask about many at once. */
static void
pump_batch(struct upload *u)
{
	struct lfs_batch batch = { .text = STR_INIT };
	size_t waiting = u->to_batch.n - u->next_batch;
	bool more = u->asks || u->next_ask < u->selection.files.n || u->sums;

	if (u->batch || !waiting || (more && u->active.n && waiting < 64))
		return;
	u->batch_from = u->next_batch;
	for (size_t i = 0; i < LFS_OBJECTS && u->next_batch < u->to_batch.n;
	     i++) {
		struct up_object *object =
		    u->objects.v[u->to_batch.v[u->next_batch++]];

		object->asked = true;
		lfs_batch_add(
		    &batch, object->sha, file_of(u, object)->mark.size);
	}
	u->batch = lfs_batch_send(&batch, u->hub, &u->repo,
	    u->proposes || u->pull ? NULL : u->branch,
	    (struct asker){ on_batch, u });
}

/* -- sending -- */

static void
on_moved(void *context, uint64_t bytes)
{
	struct up_object *object = context;

	object->moved = bytes;
	if (bytes > object->job.event.done)
		object->job.event.done = bytes;
	rate_sample(&object->rate, object->job.event.done, clock_ms());
	job_changed(&object->job);
	up_moved(object->upload);
}

/* A file that is not what its sum is of must not be committed. */
static bool
is_still(const struct upload *u, const struct up_object *object)
{
	const struct up_file *file = file_of(u, object);
	char *local = up_local(u, file);
	struct up_mark now;
	bool same = up_mark_of(local, &now) && up_is_still(file, &now);

	free(local);
	return same;
}

static void
renew(struct upload *u, struct up_object *object)
{
	size_t at;

	object->renewals++;
	if (map_find(&u->by_sha, object->sha, &at))
		arr_push(&u->to_batch, (unsigned)at);
}

static void
take_out(struct upload *u, const struct up_object *object)
{
	size_t at = 0;

	while (u->active.v[at] != object)
		at++;
	memmove(&u->active.v[at], &u->active.v[at + 1],
	    (--u->active.n - at) * sizeof(*u->active.v));
}

static void
on_object(void *context, enum object_end end, const struct error *err)
{
	struct up_object *object = context;
	struct upload *u = object->upload;
	uint64_t size = file_of(u, object)->mark.size;
	uint64_t kept = object_kept(object->object);

	object_free(object->object);
	object->object = NULL;
	object->moved = 0;
	take_out(u, object);
	job_end(&object->job, end == OBJECT_STORED ? NULL : err);
	if (!is_still(u, object)) {
		send_less(u, size);
		settle_object(u, object, UP_LEFT);
	} else if (end == OBJECT_STORED) {
		sum_add(&u->counts.sent, size - kept);
		sum_add(&u->counts.kept, kept);
		u->send_work.done++;
		sum_add(&u->send_work.done_bytes, size);
		settle_object(u, object, UP_READY);
	} else if (end == OBJECT_RENEW && object->renewals < RENEWALS_MOST) {
		renew(u, object);
	} else {
		up_fail(u, err);
		return;
	}
	up_pump(u);
}

/* Parts that an earlier run has sent belong to the addresses of then. */
static void
send(struct upload *u, struct up_object *object)
{
	const struct up_file *file = file_of(u, object);
	char *local = up_local(u, file);
	struct object_request request = { .hub = u->hub,
		.workers = u->workers,
		.repo = &u->repo,
		.journal = u->journal,
		.limit = u->request.limit,
		.slots = &u->slots,
		.local = local,
		.name = file->path,
		.size = file->mark.size,
		.moved = on_moved,
		.done = on_object,
		.context = object };
	bool old;

	memcpy(request.sha, object->sha, sizeof(request.sha));
	old = object->way.chunk && journal_way(u->journal, object->sha,
				       &request.way, &request.etags);
	request.old = old;
	if (old) {
		lfs_way_fini(&object->way);
	} else {
		request.way = object->way;
		object->way = (struct lfs_way){ 0 };
		if (request.way.chunk)
			journal_send(u->journal, object->sha, &request.way);
	}
	object->parted = request.way.chunk > 0;
	object->object = object_new(&request);
	arr_push(&u->active, object);
	job_init(&object->job, u->job.bus, &u->job, JOB_FILE, file->path);
	object->job.event.total = file->mark.size;
	object->job.event.kept = object_kept(object->object);
	rate_begin(&object->rate, object->job.event.kept, clock_ms());
	job_start(&object->job);
	free(local);
}

void
up_pump_objects(struct upload *u)
{
	pump_batch(u);
	while (u->active.n < SENDING_MOST && u->next_send < u->to_send.n)
		send(u, u->objects.v[u->to_send.v[u->next_send++]]);
	/* One that ends comes back here: all is looked at anew then. */
	for (size_t i = 0; i < u->active.n && u->slots && !u->ending; i++)
		object_pump(u->active.v[i]->object);
}

void
up_end_objects(struct upload *u)
{
	hub_call_cancel(u->batch);
	u->batch = NULL;
	arr_each (object, &u->active) {
		object_free((*object)->object);
		(*object)->object = NULL;
		job_end(&(*object)->job, &u->err);
	}
	u->active.n = 0;
}
