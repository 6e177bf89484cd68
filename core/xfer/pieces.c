#include "core/xfer/pieces.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"

#define MIB ((uint64_t)1024 * 1024)

/* The journal has a line for each piece, so there is a most of them. */
#define PIECES_MAX 16384

/*
 * Small enough that several connections share a file and that the sum, which
 * runs in order, is never far behind; large enough that the round trip before
 * each costs little.
 */
uint64_t
pieces_best(uint64_t size)
{
	uint64_t piece = 16 * MIB;

	if (size == PIECE_NO_END || size < 2 * piece)
		return size;
	while (size / piece >= PIECES_MAX)
		piece *= 2;
	return piece;
}

void
pieces_init(struct pieces *p, uint64_t size, uint64_t piece)
{
	*p = (struct pieces){ .size = size, .piece = piece, .n = 1 };
	if (piece && size > piece)
		p->n = (size_t)((size - 1) / piece) + 1;
	p->v = mem_zalloc(p->n * sizeof(*p->v));
}

void
pieces_fini(struct pieces *p)
{
	free(p->v);
	*p = (struct pieces){ 0 };
}

uint64_t
pieces_start(const struct pieces *p, size_t i)
{
	return i * p->piece;
}

uint64_t
pieces_length(const struct pieces *p, size_t i)
{
	if (p->size == PIECE_NO_END)
		return PIECE_NO_END;
	return i + 1 < p->n ? p->piece : p->size - pieces_start(p, i);
}

bool
pieces_is_full(const struct pieces *p, size_t i)
{
	return p->v[i].have == pieces_length(p, i);
}

bool
pieces_claim_this(struct pieces *p, size_t i)
{
	if (p->v[i].claimed || pieces_is_full(p, i))
		return false;
	p->v[i].claimed = true;
	return true;
}

bool
pieces_claim(struct pieces *p, size_t *i)
{
	while (p->lowest < p->n &&
	       (p->v[p->lowest].claimed || pieces_is_full(p, p->lowest)))
		p->lowest++;
	if (p->lowest == p->n)
		return false;
	*i = p->lowest;
	return pieces_claim_this(p, p->lowest);
}

void
pieces_drop(struct pieces *p, size_t i)
{
	assert(p->v[i].claimed);
	p->v[i].claimed = false;
	if (i < p->lowest)
		p->lowest = i;
}

void
pieces_add(struct pieces *p, size_t i, uint64_t n)
{
	p->v[i].have += n;
	assert(p->v[i].have <= pieces_length(p, i));
	if (pieces_is_full(p, i))
		p->v[i].claimed = false;
}

size_t
pieces_free(const struct pieces *p, size_t most)
{
	size_t count = 0;

	for (size_t i = p->lowest; i < p->n && count < most; i++)
		count += !p->v[i].claimed && !pieces_is_full(p, i);
	return count;
}

uint64_t
pieces_front(const struct pieces *p)
{
	size_t i = 0;

	while (i + 1 < p->n && pieces_is_full(p, i))
		i++;
	return pieces_start(p, i) + p->v[i].have;
}

uint64_t
pieces_bytes(const struct pieces *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->n; i++)
		sum += p->v[i].have;
	return sum;
}

uint64_t
pieces_run_end(const struct pieces *p, size_t i)
{
	do {
		i++;
	} while (i < p->n && !p->v[i].claimed && !p->v[i].have);
	return i < p->n ? pieces_start(p, i) : p->size;
}
