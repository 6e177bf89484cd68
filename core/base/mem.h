/*
 * mem.h: allocation that never returns NULL.
 *
 * Running out of memory ends the program with a message, so callers do not
 * check. Sizes that come from outside are checked against a limit first.
 */
#ifndef CORE_BASE_MEM_H
#define CORE_BASE_MEM_H

#include <stddef.h>

#include "core/base/attr.h"

/* `size` zeroed bytes; the caller frees them with free(). */
MUST_USE void *mem_zalloc(size_t size);

/* Resizes to `count` items of `size` bytes, in place of `old` (NULL: none), which is
 * gone. The new part is not cleared; the caller frees it. */
MUST_USE void *mem_resize(void *old, size_t count, size_t size);

/* A copy of a string; NULL gives NULL. The caller frees it. */
MUST_USE char *mem_strdup(const char *s);

/* A terminated copy of the first `n` bytes. The caller frees it. */
MUST_USE char *mem_strndup(const char *s, size_t n);

/* Clears bytes that were secret; the compiler does not leave it out. */
void mem_wipe(void *bytes, size_t n);

/* Clears a text that was secret, and frees it; NULL is fine. */
void mem_drop(char *secret);

#define mem_new(type) ((type *)mem_zalloc(sizeof(type)))

#endif
