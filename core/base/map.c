#include "core/base/map.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "core/base/mem.h"

/* Whoever names files on the Hub must not be able to choose names that fall
 * into one slot: SipHash-1-3, with a key that no other run has. */
struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t
turn(uint64_t x, unsigned bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static void
stir(struct sip *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = turn(s->v1, 13) ^ s->v0;
	s->v3 = turn(s->v3, 16) ^ s->v2;
	s->v0 = turn(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = turn(s->v1, 17) ^ s->v2;
	s->v3 = turn(s->v3, 21) ^ s->v0;
	s->v2 = turn(s->v2, 32);
}

static void
take(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	stir(s);
	s->v0 ^= word;
}

/* Never 0. Threads that come first at the same time agree on one of theirs. */
static uint64_t
seed(void)
{
	static _Atomic uint64_t chosen;
	uint64_t old = atomic_load(&chosen), own;

	if (old)
		return old;
	/* Early in a boot there are no random numbers yet; the time is better
	 * than nothing. */
	if (getrandom(&own, sizeof(own), GRND_NONBLOCK) != sizeof(own))
		own = (uint64_t)time(NULL) ^ (uint64_t)(uintptr_t)&own;
	own |= 1;
	return atomic_compare_exchange_strong(&chosen, &old, own) ? own : old;
}

uint64_t
map_hash(const char *key)
{
	uint64_t k0 = seed(), k1 = turn(k0, 29) * 0x9e3779b97f4a7c15u;
	struct sip s = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
		k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
	size_t n = strlen(key);
	uint64_t word, last = (uint64_t)n << 56;

	for (; n >= 8; n -= 8, key += 8) {
		memcpy(&word, key, 8);
		take(&s, word);
	}
	for (size_t i = 0; i < n; i++)
		last |= (uint64_t)(unsigned char)key[i] << (8 * i);
	take(&s, last);
	s.v2 ^= 0xff;
	stir(&s);
	stir(&s);
	stir(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* The slot that has the key, or the free one where it would go. */
static struct map_slot *
slot_of(const struct map *m, const char *key)
{
	size_t i = (size_t)map_hash(key) & (m->cap - 1);

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
