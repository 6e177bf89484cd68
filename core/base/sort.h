/* sort.h: numbers in an order that needs more than the numbers, and names in one that
 * people expect. */
#ifndef CORE_BASE_SORT_H
#define CORE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sorts `n` numbers; `compare` is below 0 if `a` comes first. What is equal keeps its
 * order; what is in order already takes no more than a look.
 */
void sort_u32(uint32_t *numbers, size_t n,
    int (*compare)(const void *context, uint32_t a, uint32_t b),
    const void *context);

/* strcmp of names, but numbers in them compare by their value: "a2" before "a10". */
int sort_natural(const char *a, const char *b);

#endif
