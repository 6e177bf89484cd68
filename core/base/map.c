#include "core/base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* FNV-1a, 64 bits. */
static size_t
hash_of(const char *key)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 0x100000001b3u;
	return (size_t)(h ^ (h >> 32));
}

/* The slot that has the key, or the free one where it would go. */
static struct map_slot *
slot_of(const struct map *m, const char *key)
{
	size_t i = hash_of(key) & (m->cap - 1);

	while (m->slots[i].key && strcmp(m->slots[i].key, key))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void
grow(struct map *m)
{
	struct map old = *m;

	m->cap = old.cap ? old.cap * 2 : 16;
	m->slots = mem_zalloc(m->cap * sizeof(*m->slots));
	for (size_t i = 0; i < old.cap; i++) {
		if (old.slots[i].key)
			*slot_of(m, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
}

void
map_fini(struct map *m)
{
	free(m->slots);
	*m = (struct map)MAP_INIT;
}

bool
map_add(struct map *m, const char *key, size_t value)
{
	struct map_slot *slot;

	if (m->n * 2 >= m->cap)
		grow(m);
	slot = slot_of(m, key);
	if (slot->key)
		return false;
	*slot = (struct map_slot){ key, value };
	m->n++;
	return true;
}

bool
map_find(const struct map *m, const char *key, size_t *value)
{
	const struct map_slot *slot;

	if (!m->cap)
		return false;
	slot = slot_of(m, key);
	if (!slot->key)
		return false;
	if (value)
		*value = slot->value;
	return true;
}
