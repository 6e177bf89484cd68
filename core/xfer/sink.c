#include "core/xfer/sink.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/base/mem.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/snapshot.h"

#define READ_BLOCK (256 * 1024)

/* Sums the first `n` bytes of the file. */
static bool
sum_front(struct sink *sink, uint64_t n)
{
	char *block = mem_zalloc(READ_BLOCK);
	uint64_t at = 0;
	bool ok = true;

	while (ok && at < n) {
		size_t want =
		    n - at < READ_BLOCK ? (size_t)(n - at) : READ_BLOCK;
		size_t got = 0;

		ok = file_read_at(sink->fd, block, want, at, &got, &sink->err);
		if (ok && got < want)
			ok = err_set(&sink->err, ERR_CONFLICT,
			    "%.800s shrank while it was read", sink->path);
		if (atomic_load_explicit(
			&sink->cancelled, memory_order_relaxed))
			ok = err_set(&sink->err, ERR_CANCELLED, "stopped");
		if (ok)
			digest_add(sink->digest, block, got);
		at += got;
	}
	free(block);
	return ok;
}

static bool
start_anew(struct sink *sink)
{
	sink->restart = false;
	sink->offset = 0;
	digest_start(sink->digest, sink->kind, sink->size);
	return file_truncate(sink->fd, 0, &sink->err);
}

/* Without the size a Git sum cannot begin, so it is made at the end. */
static bool
sums_late(const struct sink *sink)
{
	return sink->size == SIZE_UNKNOWN;
}

static bool
run_open(struct sink *sink)
{
	uint64_t kept = 0;

	if (!dir_make_parent(sink->path, &sink->err))
		return false;
	sink->fd = file_open(
	    sink->path, O_RDWR | O_CREAT | O_NOFOLLOW, 0666, &sink->err);
	if (sink->fd < 0)
		return false;
	if (!sink->fresh)
		file_kind(sink->path, &kept);
	if (kept > sink->size || !kept)
		return start_anew(sink);
	digest_start(sink->digest, sink->kind, sink->size);
	if (!sums_late(sink) && !sum_front(sink, kept))
		return false;
	sink->offset = kept;
	return true;
}

static bool
run_write(struct sink *sink)
{
	if (sink->restart && !start_anew(sink))
		return false;
	if (!file_write_at(
		sink->fd, sink->busy.v, sink->busy.n, sink->offset, &sink->err))
		return err_wrap(&sink->err, "%.800s", sink->path);
	if (!sums_late(sink))
		digest_add(sink->digest, sink->busy.v, sink->busy.n);
	sink->offset += sink->busy.n;
	str_clear(&sink->busy);
	return true;
}

static bool
run_end(struct sink *sink)
{
	if (sink->restart && !start_anew(sink))
		return false;
	if (sums_late(sink)) {
		digest_start(sink->digest, sink->kind, sink->offset);
		if (!sum_front(sink, sink->offset))
			return false;
	}
	digest_end(sink->digest, sink->sum);
	return file_sync(sink->fd, &sink->err) &&
	       sink->publish(sink->context, sink->sum, &sink->err);
}

static void
run_task(struct work *work)
{
	struct sink *sink = CONTAINER_OF(work, struct sink, work);
	bool ok = true;

	switch (sink->task) {
	case SINK_IDLE:
		break;
	case SINK_OPEN:
		ok = run_open(sink);
		break;
	case SINK_WRITE:
		ok = run_write(sink);
		break;
	case SINK_END:
		ok = run_end(sink);
		break;
	}
	if (ok)
		sink->err.code = ERR_NONE;
}

static void
task_done(struct work *work)
{
	struct sink *sink = CONTAINER_OF(work, struct sink, work);
	enum sink_task task = sink->task;

	sink->task = SINK_IDLE;
	sink->idle(sink->context, task);
}

static void
submit(struct sink *sink, enum sink_task task)
{
	assert(sink->task == SINK_IDLE);
	sink->task = task;
	sink->err.code = ERR_NONE;
	workers_submit(sink->workers, &sink->work);
}

void
sink_init(struct sink *sink, struct workers *workers, char *path_taken,
    enum digest_kind kind, uint64_t size)
{
	*sink = (struct sink){ .workers = workers,
		.path = path_taken,
		.fd = -1,
		.digest = digest_new(),
		.kind = kind,
		.size = size,
		.fill = STR_INIT,
		.busy = STR_INIT };
	sink->work.run = run_task;
	sink->work.done = task_done;
}

void
sink_fini(struct sink *sink)
{
	assert(sink->task == SINK_IDLE);
	file_close(sink->fd);
	sink->fd = -1;
	digest_free(sink->digest);
	free(sink->path);
	str_fini(&sink->fill);
	str_fini(&sink->busy);
}

void
sink_open(struct sink *sink, bool fresh)
{
	sink->fresh = fresh;
	submit(sink, SINK_OPEN);
}

bool
sink_put(struct sink *sink, const char *bytes, size_t n)
{
	if (sink->fill.n && sink->fill.n + n > SINK_BLOCK) {
		if (sink->task != SINK_IDLE)
			return false;
		sink_flush(sink);
	}
	str_add(&sink->fill, bytes, n);
	return true;
}

bool
sink_flush(struct sink *sink)
{
	struct str empty = sink->busy;

	if (sink->task != SINK_IDLE || !sink->fill.n)
		return false;
	sink->busy = sink->fill;
	sink->fill = empty;
	submit(sink, SINK_WRITE);
	return true;
}

void
sink_restart(struct sink *sink)
{
	assert(sink->task == SINK_IDLE);
	sink->restart = true;
	sink->offset = 0;
	str_clear(&sink->fill);
}

void
sink_end(struct sink *sink)
{
	assert(!sink->fill.n);
	submit(sink, SINK_END);
}
