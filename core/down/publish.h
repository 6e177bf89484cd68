/*
 * publish.h: finished files get their names, many after one sync.
 *
 * A name must not outlive its bytes in a power cut, so the bytes are synced
 * first. A sync for each small file would take longer than its transfer: those
 * that finish while one sync runs share the next (syncfs), and a file that is
 * alone gets its own (fdatasync).
 */
#ifndef CORE_DOWN_PUBLISH_H
#define CORE_DOWN_PUBLISH_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/list.h"

struct publisher;
struct workers;

/* Storage is the caller's, until done. */
struct publication {
	struct list link;
	int fd; /* of the file */
	/* On the pool, after the sync: gives the file its name. */
	bool (*name)(struct publication *publication, struct error *err);
	/* On the loop; code ERR_NONE: it has its name. */
	void (*done)(struct publication *publication, const struct error *err);
	struct error err;
};

/* `workers` outlives it. It is freed when nothing is on its way; NULL is fine. */
MUST_USE struct publisher *publisher_new(struct workers *workers);
void publisher_free(struct publisher *publisher);

/* Takes a file that is whole: synced with those that come meanwhile, then named.
 * Its `done` comes always, and its descriptor stays the caller's. */
void publisher_add(
    struct publisher *publisher, struct publication *publication);

#endif
