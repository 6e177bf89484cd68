/*
 * partial.h: a file on its way into the cache: written in place by several
 * connections, summed in order from the page cache, never taken for a blob.
 *
 * A file of one piece holds the front of the blob and nothing else. A file of
 * several pieces has a journal behind the blob's last byte, which says how much
 * of each piece is there:
 *
 *	blob bytes, with holes | to a multiple of 4096 | journal
 *
 * The journal is written after the bytes it speaks of. A killed process loses
 * nothing that way, since the kernel keeps what was written; a power cut may
 * keep the later write and lose the earlier. So the journal has a second list,
 * made after a sync, and names the boot it was written in: in another boot only
 * the second list counts. Whatever it says, the sum decides in the end.
 *
 * All functions are for the loop; on the pool one task runs for the sum and one
 * for writes.
 */
#ifndef CORE_DOWN_PARTIAL_H
#define CORE_DOWN_PARTIAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/list.h"
#include "core/base/str.h"
#include "core/run/workers.h"
#include "core/xfer/pieces.h"

enum partial_task {
	PARTIAL_OPEN,  /* the file is open, `pieces` say what it has */
	PARTIAL_SUM,   /* some bytes were summed */
	PARTIAL_CHECK, /* the sum is complete, in `sum` */
};

/* Storage is the caller's. Fields are for reading. */
struct partial {
	struct workers *workers;
	char *path;
	char *spare; /* the name where `path` is not ours to write to */
	int fd;
	uint64_t size; /* of the blob, bytes; PIECE_NO_END: not known */
	struct pieces pieces;
	enum digest_kind kind;
	char sum[DIGEST_HEX_MAX];
	struct error err; /* of the last task; code ERR_NONE: it went well */
	uint64_t kept; /* bytes that the pieces have, all that were written */
	unsigned writing; /* blocks on their way to the disk */
	bool working;     /* a task runs */

	/* After each task, on the loop. */
	void (*done)(void *context, enum partial_task task);
	void *context;

	/* Blocks that wait, and those that a worker writes. One worker at a
	 * time: more would only wait for each other at the file's lock. */
	struct list queue;
	struct list batch;
	struct work write_work;
	bool write_runs;

	/* The rest is the task's while it runs. */
	struct work work;
	enum partial_task task;
	struct digest *digest;
	uint64_t summed;
	atomic_ullong summed_so_far; /* the same, for who looks on */
	uint64_t goal;   /* of the running sum, or the size of all */
	bool full;       /* the check makes the sum */
	bool fresh;      /* what an earlier run left is not wanted */
	bool synced_due; /* enough was written to sync */
	uint64_t unsynced;
	uint64_t *marks; /* what is noted after the sync, a number a piece */
	atomic_bool cancelled;
};

/* A block on its way to the disk. Storage is the caller's. */
struct partial_write {
	struct list link;
	size_t piece;
	uint64_t offset; /* in the file */
	uint64_t have;   /* of the piece, when it is written */
	struct str bytes;
	struct error err;
	/* On the loop, once the piece has the bytes, or `err` says why not. */
	void (*done)(struct partial_write *write);
};

/*
 * `kind` and `size` as for digest_start. `spare_taken` is a name that nobody
 * else uses. `done` and `context` are set by the caller afterwards.
 */
void partial_init(struct partial *p, struct workers *workers, char *path_taken,
    char *spare_taken, enum digest_kind kind, uint64_t size);

/* Takes the spare name at once, where no lock keeps others from `path`. Before
 * it is opened. */
void partial_use_spare(struct partial *p);

/* Nothing may run. Closes the file. */
void partial_fini(struct partial *p);

/* Makes running tasks end soon. */
void partial_cancel(struct partial *p);

/*
 * Opens or makes the file, and finds out what it has; with `fresh` that is
 * nothing. Also begins anew when the bytes turned out wrong.
 */
void partial_open(struct partial *p, bool fresh);

/*
 * Writes `write->bytes` to `piece`, behind what it has. One write for a piece
 * may be on its way at a time.
 */
void partial_write(
    struct partial *p, struct partial_write *write, size_t piece);

/* Sums what can be, if that is worth a task and none runs. */
void partial_sum(struct partial *p);

/* Bytes that are in the sum so far, also while a task runs. */
uint64_t partial_summed(const struct partial *p);

/* Whether the blob is here, whole; without a size nobody can tell. */
bool partial_is_whole(const struct partial *p);

/*
 * Completes the sum (unless not `full`) and takes the journal off: the file is
 * the blob then, if the sum is right. Nothing may run.
 */
void partial_check(struct partial *p, bool full);

#endif
