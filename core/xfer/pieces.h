/*
 * pieces.h: which parts of a large file are on disk, and who fetches which.
 *
 * The file is cut in pieces of one size. Each holds a front part that is on
 * disk (`have`), and may be claimed by one connection at a time. Pure
 * bookkeeping: no input or output.
 */
#ifndef CORE_XFER_PIECES_H
#define CORE_XFER_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file whose size is not known is one piece without an end. */
#define PIECE_NO_END UINT64_MAX

struct piece {
	uint64_t have; /* bytes of its front that are on disk */
	bool claimed;
};

/* Fields are for reading. {0} is a valid empty value. */
struct pieces {
	struct piece *v;
	size_t n;
	uint64_t size;  /* of the file, bytes; PIECE_NO_END: not known */
	uint64_t piece; /* of each but the last, bytes */
	size_t lowest;  /* no piece below it is free to claim */
};

/* How a file of this size is best cut, in bytes a piece. */
uint64_t pieces_best(uint64_t size);

/* Nothing of the file is there, and no piece claimed. `piece` is of pieces_best; 0,
 * as it must be for a size that is not known: the file is one piece. */
void pieces_init(struct pieces *p, uint64_t size, uint64_t piece);
void pieces_fini(struct pieces *p);

/* Where piece `i` begins and how long it is. */
uint64_t pieces_start(const struct pieces *p, size_t i);
uint64_t pieces_length(const struct pieces *p, size_t i);
bool pieces_is_full(const struct pieces *p, size_t i);

/* Claims the first piece that is neither full nor claimed. False: none. */
bool pieces_claim(struct pieces *p, size_t *i);

/* Claims this piece; false if it is full or claimed. */
bool pieces_claim_this(struct pieces *p, size_t i);

/* Gives a claim back; what the piece has stays. */
void pieces_drop(struct pieces *p, size_t i);

/* Notes `n` more bytes of piece `i` on disk; a full piece is claimed no more. */
void pieces_add(struct pieces *p, size_t i, uint64_t n);

/* How many could be claimed now, `most` at most. */
size_t pieces_free(const struct pieces *p, size_t most);

/* Bytes from the start of the file that are on disk without a gap. */
uint64_t pieces_front(const struct pieces *p);

/* Bytes on disk in all. */
uint64_t pieces_bytes(const struct pieces *p);

/* End of the run of free pieces that follows piece `i`, as a file offset. */
uint64_t pieces_run_end(const struct pieces *p, size_t i);

#endif
