#include "core/down/partial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/os/boot.h"
#include "core/os/dir.h"
#include "core/os/file.h"

#define READ_BLOCK (256 * 1024)

/* A task for less than this costs more than it does. */
#define SUM_LEAST ((uint64_t)1024 * 1024)

/* One task sums at most this, so that cancelling and news are not far off. */
#define SUM_MOST ((uint64_t)16 * 1024 * 1024)

/* What a power cut may cost. */
#define SYNC_EVERY ((uint64_t)512 * 1024 * 1024)

#define JOURNAL_ALIGN 4096
#define JOURNAL_MAGIC 0x316c6e6a67756801u

/* What stands behind the blob; then two lists with a number for each piece. */
struct journal {
	uint64_t magic;
	uint64_t size;
	uint64_t piece;
	char boot[BOOT_ID_MAX];
};

static bool
has_journal(const struct partial *p)
{
	return p->pieces.n > 1;
}

static uint64_t
journal_at(const struct partial *p)
{
	return (p->size + JOURNAL_ALIGN - 1) / JOURNAL_ALIGN * JOURNAL_ALIGN;
}

/* Where the list `which` (0: written, 1: synced) has piece `i`. */
static uint64_t
entry_at(const struct partial *p, unsigned which, size_t i)
{
	return journal_at(p) + sizeof(struct journal) +
	       (which * p->pieces.n + i) * sizeof(uint64_t);
}

/* -- on the pool -- */

/* Takes what a file without a journal has: its front. */
static void
take_front(struct partial *p, uint64_t bytes)
{
	for (size_t i = 0; i < p->pieces.n && bytes; i++) {
		uint64_t length = pieces_length(&p->pieces, i);
		uint64_t here = bytes < length ? bytes : length;

		pieces_add(&p->pieces, i, here);
		bytes -= here;
	}
}

/* Takes what the journal says; false if it is not one of this blob. */
static bool
take_journal(struct partial *p)
{
	struct journal journal;
	char boot[BOOT_ID_MAX];
	size_t n = p->pieces.n * sizeof(uint64_t);
	size_t got = 0;
	bool ok;

	if (!file_read_at(p->fd, &journal, sizeof(journal), journal_at(p), &got,
		&p->err) ||
	    got != sizeof(journal) || journal.magic != JOURNAL_MAGIC ||
	    journal.size != p->size || journal.piece != p->pieces.piece)
		return false;
	boot_id(boot);
	ok = file_read_at(p->fd, p->marks, n,
		 entry_at(p, memcmp(boot, journal.boot, sizeof(boot)) != 0, 0),
		 &got, &p->err) &&
	     got == n;
	for (size_t i = 0; ok && i < p->pieces.n; i++) {
		if (p->marks[i] > pieces_length(&p->pieces, i))
			ok = false;
		else
			p->pieces.v[i].have = p->marks[i];
	}
	return ok;
}

/* Writes a journal that says what the pieces have. */
static bool
write_journal(struct partial *p)
{
	struct journal journal = { JOURNAL_MAGIC, p->size, p->pieces.piece,
		"" };
	size_t n = p->pieces.n * sizeof(uint64_t);

	boot_id(journal.boot);
	for (size_t i = 0; i < p->pieces.n; i++)
		p->marks[i] = p->pieces.v[i].have;
	/* The lists first: a header without them would be believed. */
	return file_write_at(p->fd, p->marks, n, entry_at(p, 0, 0), &p->err) &&
	       file_write_at(p->fd, p->marks, n, entry_at(p, 1, 0), &p->err) &&
	       file_write_at(
		   p->fd, &journal, sizeof(journal), journal_at(p), &p->err);
}

static void
forget(struct partial *p)
{
	for (size_t i = 0; i < p->pieces.n; i++)
		p->pieces.v[i].have = 0;
}

/* Others may have put anything there, to be written to through us. */
static bool
open_file(struct partial *p)
{
	bool spared = false;

	p->fd = file_open_sole(p->path, p->spare, &spared, &p->err);
	if (spared)
		partial_use_spare(p);
	return p->fd >= 0;
}

/* How far the sum is, told to who looks on meanwhile. */
static void
set_summed(struct partial *p, uint64_t summed)
{
	p->summed = summed;
	atomic_store_explicit(&p->summed_so_far, summed, memory_order_relaxed);
}

static bool
run_open(struct partial *p)
{
	uint64_t found = 0;

	if (!dir_make_parent(p->path, &p->err))
		return false;
	if (p->fd < 0 && !open_file(p))
		return false;
	forget(p);
	if (!p->fresh && file_kind(p->path, &found) == FILE_REGULAR) {
		if (found <= p->size)
			take_front(p, found);
		else if (!has_journal(p) || !take_journal(p))
			forget(p);
	}
	if (!pieces_bytes(&p->pieces) && !file_truncate(p->fd, 0, &p->err))
		return false;
	set_summed(p, 0);
	digest_start(p->digest, p->kind, p->size);
	return !has_journal(p) || partial_is_whole(p) || write_journal(p);
}

/* Adds the bytes from `summed` to `goal` to the sum. */
static bool
sum_up(struct partial *p)
{
	char *block = mem_resize(NULL, READ_BLOCK, 1);
	bool ok = true;

	while (ok && p->summed < p->goal) {
		uint64_t left = p->goal - p->summed;
		size_t want = left < READ_BLOCK ? (size_t)left : READ_BLOCK;
		size_t got = 0;

		ok = file_read_at(p->fd, block, want, p->summed, &got, &p->err);
		if (ok && got < want)
			ok = err_set(&p->err, ERR_CONFLICT,
			    "%.800s shrank while it was read", p->path);
		if (atomic_load_explicit(&p->cancelled, memory_order_relaxed))
			ok = err_set(&p->err, ERR_CANCELLED, "stopped");
		if (ok) {
			digest_add(p->digest, block, got);
			set_summed(p, p->summed + got);
		}
	}
	free(block);
	return ok;
}

static bool
run_sum(struct partial *p)
{
	if (p->synced_due &&
	    !(file_sync(p->fd, &p->err) &&
		file_write_at(p->fd, p->marks, p->pieces.n * sizeof(uint64_t),
		    entry_at(p, 1, 0), &p->err)))
		return false;
	return sum_up(p);
}

static bool
run_check(struct partial *p)
{
	uint64_t size = p->goal;

	/* Only now is it known what a Git sum begins with. */
	if (p->full && p->size == PIECE_NO_END) {
		set_summed(p, 0);
		digest_start(p->digest, p->kind, size);
	}
	if (p->full && !sum_up(p))
		return false;
	if (p->full)
		digest_end(p->digest, p->sum);
	return !has_journal(p) || file_truncate(p->fd, size, &p->err);
}

static void
run_task(struct work *work)
{
	struct partial *p = CONTAINER_OF(work, struct partial, work);
	bool ok = true;

	switch (p->task) {
	case PARTIAL_OPEN:
		ok = run_open(p);
		break;
	case PARTIAL_SUM:
		ok = run_sum(p);
		break;
	case PARTIAL_CHECK:
		ok = run_check(p);
		break;
	}
	if (ok)
		p->err.code = ERR_NONE;
}

static void
write_block(struct partial *p, struct partial_write *w)
{
	w->err.code = ERR_NONE;
	if (!file_write_at(p->fd, w->bytes.v, w->bytes.n, w->offset, &w->err) ||
	    (has_journal(p) && !file_write_at(p->fd, &w->have, sizeof(w->have),
				   entry_at(p, 0, w->piece), &w->err)))
		err_wrap(&w->err, "%.800s", p->path);
}

static void
run_writes(struct work *work)
{
	struct partial *p = CONTAINER_OF(work, struct partial, write_work);

	for (struct list *l = p->batch.next; l != &p->batch; l = l->next)
		write_block(p, CONTAINER_OF(l, struct partial_write, link));
}

/* -- on the loop -- */

static void
task_done(struct work *work)
{
	struct partial *p = CONTAINER_OF(work, struct partial, work);

	p->working = false;
	if (p->task == PARTIAL_OPEN)
		p->kept = pieces_bytes(&p->pieces);
	p->done(p->context, p->task);
}

static void
submit(struct partial *p, enum partial_task task)
{
	assert(!p->working);
	p->working = true;
	p->task = task;
	p->err.code = ERR_NONE;
	workers_submit(p->workers, &p->work);
}

static void
start_writes(struct partial *p)
{
	if (p->write_runs || list_empty(&p->queue))
		return;
	while (!list_empty(&p->queue)) {
		struct list *item = p->queue.next;

		list_remove(item);
		list_append(&p->batch, item);
	}
	p->write_runs = true;
	workers_submit(p->workers, &p->write_work);
}

/* The pieces have the blocks now. The last callback may end everything. */
static void
writes_done(struct work *work)
{
	struct partial *p = CONTAINER_OF(work, struct partial, write_work);
	struct list done;

	list_init(&done);
	while (!list_empty(&p->batch)) {
		struct list *item = p->batch.next;
		struct partial_write *w =
		    CONTAINER_OF(item, struct partial_write, link);

		list_remove(item);
		list_append(&done, item);
		if (w->err.code == ERR_NONE) {
			pieces_add(&p->pieces, w->piece, w->bytes.n);
			p->unsynced += w->bytes.n;
			p->kept += w->bytes.n;
		}
		str_clear(&w->bytes);
	}
	p->write_runs = false;
	/* Before the callbacks: the disk has work meanwhile, and after the last
	 * of them there may be no partial file any more. */
	start_writes(p);
	while (!list_empty(&done)) {
		struct partial_write *w =
		    CONTAINER_OF(done.next, struct partial_write, link);

		list_remove(&w->link);
		p->writing--;
		w->done(w);
	}
}

void
partial_init(struct partial *p, struct workers *workers, char *path_taken,
    char *spare_taken, enum digest_kind kind, uint64_t size)
{
	*p = (struct partial){ .workers = workers,
		.path = path_taken,
		.spare = spare_taken,
		.fd = -1,
		.size = size,
		.kind = kind,
		.digest = digest_new() };
	pieces_init(&p->pieces, size, pieces_best(size));
	p->marks = mem_zalloc(p->pieces.n * sizeof(*p->marks));
	list_init(&p->queue);
	list_init(&p->batch);
	p->write_work.run = run_writes;
	p->write_work.done = writes_done;
	p->work.run = run_task;
	p->work.done = task_done;
}

void
partial_fini(struct partial *p)
{
	assert(!p->working && !p->writing);
	file_close(p->fd);
	pieces_fini(&p->pieces);
	digest_free(p->digest);
	free(p->marks);
	free(p->path);
	free(p->spare);
}

void
partial_use_spare(struct partial *p)
{
	char *path = p->path;

	p->path = p->spare;
	p->spare = path;
}

void
partial_cancel(struct partial *p)
{
	atomic_store_explicit(&p->cancelled, true, memory_order_relaxed);
}

void
partial_open(struct partial *p, bool fresh)
{
	assert(!p->writing);
	p->fresh = fresh;
	p->kept = 0;
	p->pieces.lowest = 0;
	submit(p, PARTIAL_OPEN);
}

void
partial_write(struct partial *p, struct partial_write *write, size_t piece)
{
	uint64_t have = p->pieces.v[piece].have;

	write->piece = piece;
	write->offset = pieces_start(&p->pieces, piece) + have;
	write->have = have + write->bytes.n;
	p->writing++;
	list_append(&p->queue, &write->link);
	start_writes(p);
}

void
partial_sum(struct partial *p)
{
	uint64_t front = pieces_front(&p->pieces);

	if (p->working || p->size == PIECE_NO_END ||
	    front - p->summed < SUM_LEAST)
		return;
	p->goal = front - p->summed < SUM_MOST ? front : p->summed + SUM_MOST;
	p->synced_due = has_journal(p) && p->unsynced >= SYNC_EVERY;
	if (p->synced_due) {
		p->unsynced = 0;
		for (size_t i = 0; i < p->pieces.n; i++)
			p->marks[i] = p->pieces.v[i].have;
	}
	submit(p, PARTIAL_SUM);
}

uint64_t
partial_summed(const struct partial *p)
{
	return atomic_load_explicit(&p->summed_so_far, memory_order_relaxed);
}

bool
partial_is_whole(const struct partial *p)
{
	return p->size != PIECE_NO_END && pieces_front(&p->pieces) == p->size;
}

void
partial_check(struct partial *p, bool full)
{
	assert(!p->writing);
	p->full = full;
	p->goal = pieces_front(&p->pieces);
	submit(p, PARTIAL_CHECK);
}
