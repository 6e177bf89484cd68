/*
 * sink.h: bytes on their way into a partial file, written and summed by the
 * pool while more arrive.
 *
 * At most two blocks of SINK_BLOCK are in memory: one that fills on the loop
 * and one that a worker writes. All functions are for the loop.
 */
#ifndef CORE_XFER_SINK_H
#define CORE_XFER_SINK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/run/workers.h"

/* Large enough that a block costs more than handing it over. */
#define SINK_BLOCK (1024 * 1024)

enum sink_task {
	SINK_IDLE,
	SINK_OPEN,
	SINK_WRITE,
	SINK_END,
};

/* Storage is the caller's. `offset` may be read when the sink is idle. */
struct sink {
	struct work work;
	struct workers *workers;
	enum sink_task task;
	char *path;
	int fd;
	struct digest *digest;
	enum digest_kind kind;
	uint64_t size;         /* expected bytes, or SIZE_UNKNOWN */
	uint64_t offset;       /* bytes on disk and in the sum */
	bool restart;          /* the next write begins the file anew */
	bool fresh;            /* what an earlier run left is not wanted */
	atomic_bool cancelled; /* stop reading soon; set by the loop only */
	struct str fill;       /* collects bytes */
	struct str busy;       /* is being written */
	char sum[DIGEST_HEX_MAX];
	struct error err; /* of the last task; code ERR_NONE: it went well */

	/* After each task, when the sink is idle again. */
	void (*idle)(void *context, enum sink_task task);
	/* Runs on the worker at the end of SINK_END, after the sync. */
	bool (*publish)(void *context, const char *sum, struct error *err);
	void *context;
};

/* The callbacks and `context` are set by the caller afterwards. */
void sink_init(struct sink *sink, struct workers *workers, char *path_taken,
    enum digest_kind kind, uint64_t size);

/* Closes the file; the sink must be idle. */
void sink_fini(struct sink *sink);

/*
 * Opens or makes the file and sums what an earlier run left in it, or drops
 * that if `fresh`. `offset` tells where to go on.
 */
void sink_open(struct sink *sink, bool fresh);

/* Takes bytes; false if there is no room: offer them again once idle. */
bool sink_put(struct sink *sink, const char *bytes, size_t n);

/*
 * Hands over what is collected. False if there was nothing to do, so that no
 * `idle` will come.
 */
bool sink_flush(struct sink *sink);

/* Begins the file anew with the next byte. The sink must be idle. */
void sink_restart(struct sink *sink);

/* Completes the sum into `sum`, syncs, and publishes. Must be idle, flushed. */
void sink_end(struct sink *sink);

#endif
