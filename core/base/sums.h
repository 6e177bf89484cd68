/*
 * sums.h: sums of lengths that come from outside.
 *
 * A length of a listing may be up to 2^53, a sparse file's up to 2^63: a few
 * hundred of them, or two, would wrap a sum and make it small.
 */
#ifndef CORE_BASE_SUMS_H
#define CORE_BASE_SUMS_H

#include <stdint.h>

/* a + b, or the largest number where that is larger. */
static inline uint64_t
sum_of(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Adds to a sum that stays at the largest number once it is there. */
static inline void
sum_add(uint64_t *sum, uint64_t more)
{
	*sum = sum_of(*sum, more);
}

#endif
