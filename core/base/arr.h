/*
 * arr.h: typed dynamic arrays.
 *
 *	ARR(struct file) files = { 0 };
 *	arr_push(&files, (struct file){ .path = p });
 *	arr_each (file, &files)
 *		use(file->path);
 *	arr_free(&files);
 *
 * Pointers into an array are good until the next push.
 */
#ifndef CORE_BASE_ARR_H
#define CORE_BASE_ARR_H

#include <stdlib.h>

#include "core/base/mem.h"

#define ARR(type)                                                              \
	struct {                                                               \
		type *v;                                                       \
		size_t n;                                                      \
		size_t cap;                                                    \
	}

/* Items that there is to be room for when so many are full: twice as many, of
 * very many half as many more, since what is not used is memory, too. */
static inline size_t
arr_more(size_t cap)
{
	if (cap < 8)
		return 8;
	return cap < 65536 ? cap * 2 : cap + cap / 2;
}

#define arr_push(a, ...)                                                       \
	do {                                                                   \
		if ((a)->n == (a)->cap) {                                      \
			(a)->cap = arr_more((a)->cap);                         \
			(a)->v =                                               \
			    mem_resize((a)->v, (a)->cap, sizeof(*(a)->v));     \
		}                                                              \
		(a)->v[(a)->n++] = __VA_ARGS__;                                \
	} while (0)

/* Behind the last item. An empty array may be NULL, to which C allows nothing
 * to be added, not even 0. */
#define arr_end(a) ((a)->n ? (a)->v + (a)->n : (a)->v)

/* Walks the array with a pointer `item` of the element's type. */
#define arr_each(item, a)                                                      \
	for (__typeof__((a)->v + 0) item = (a)->v; item < arr_end(a); item++)

/* Frees the array itself, not what its items point to. */
#define arr_free(a)                                                            \
	do {                                                                   \
		free((a)->v);                                                  \
		(a)->v = NULL;                                                 \
		(a)->n = 0;                                                    \
		(a)->cap = 0;                                                  \
	} while (0)

#endif
