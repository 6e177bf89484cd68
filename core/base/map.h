/*
 * map.h: string-keyed table.
 *
 * Keys are borrowed: they must live as long as the map. Values are whatever
 * the caller counts with, typically an index into an array.
 */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot {
	const char *key; /* NULL: free */
	size_t value;
};

struct map {
	struct map_slot *slots;
	size_t n;
	size_t cap; /* 0 or a power of two */
};

#define MAP_INIT                                                               \
	{                                                                      \
		NULL, 0, 0                                                     \
	}

/* Releases the table, not its keys, and makes it an empty one. */
void map_fini(struct map *m);

/* Adds the key, unless it is there: then false, and nothing changes. */
bool map_add(struct map *m, const char *key, size_t value);

/* False if the key is not there. `value` may be NULL. */
bool map_find(const struct map *m, const char *key, size_t *value);

/* What a key is found by: nobody outside can choose keys that have the same. It is
 * another one in each run. */
uint64_t map_hash(const char *key);

#endif
