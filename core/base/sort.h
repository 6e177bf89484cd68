/* sort.h: numbers in an order that needs more than the numbers, and names in one that
 * people expect. */
#ifndef CORE_BASE_SORT_H
#define CORE_BASE_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sorts `n` numbers; `compare` is below 0 if `a` comes first. What is equal keeps its
 * order; what is in order already takes no more than a look.
 */
void sort_u32(uint32_t *numbers, size_t n,
    int (*compare)(const void *context, uint32_t a, uint32_t b),
    const void *context);

/*
 * The same bit by bit, for whoever cannot wait: the numbers are copied, and the result is
 * in `numbers` once all is done. What is compared may change meanwhile; then the order is
 * of neither time, but each number is there once.
 */
struct sort_job {
	uint32_t *numbers;
	size_t n; /* 0: there is no job */

	/* For sort.c: the first `chunked` are in order by chunks; then parts of `width`
	 * are merged two by two into `space`. */
	uint32_t *space;
	int (*compare)(const void *context, uint32_t a, uint32_t b);
	const void *context;
	size_t chunked, width, begin, a, b, to;
};

void sort_begin(struct sort_job *job, const uint32_t *numbers, size_t n,
    int (*compare)(const void *context, uint32_t a, uint32_t b),
    const void *context);

/* Places so many numbers, or some more; true once all is done. */
bool sort_step(struct sort_job *job, size_t numbers);

/* Frees it, done or not; it is none then. */
void sort_drop(struct sort_job *job);

/* strcmp of names, but numbers in them compare by their value: "a2" before "a10". */
int sort_natural(const char *a, const char *b);

#endif
