/*
 * waiting.h: links into the shared store that lie in the trash. They may come
 * back, so what they lead to is in use.
 */
#ifndef CORE_STORE_WAITING_H
#define CORE_STORE_WAITING_H

#include <stdbool.h>

#include "core/base/arr.h"
#include "core/base/map.h"

struct root;

/* {.known = MAP_INIT} is an empty one. */
struct waiting {
	struct map known; /* payloads, as 64 hex digits */
	ARR(char *) payloads;
	bool unclear; /* not all of it can be read: any may be in it */
};

/* Looks at all batches, whoever owns them, but for one (below the root; NULL:
 * none). */
void waiting_look(
    struct waiting *waiting, const struct root *root, const char *but);

/* Whether a payload is in it, or may be. */
bool waiting_has(const struct waiting *waiting, const char *xet);

/* Frees what was found. */
void waiting_fini(struct waiting *waiting);

#endif
