/*
 * scan.h: what a cache holds: its repositories, the store that they share, and
 * what was left behind.
 */
#ifndef CORE_CENSUS_SCAN_H
#define CORE_CENSUS_SCAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/census/scan_repo.h"
#include "core/census/scan_shared.h"
#include "core/store/trash.h"

/* What deletions and accidents left, of which no byte is of use. */
struct scan_leftovers {
	unsigned locks;   /* of repositories that are gone */
	unsigned folders; /* of repositories, with nothing in them */
	trash_list trash; /* deletions that are not through */
	uint64_t trash_held;
};

struct scan {
	char *root;                  /* absolute, links resolved */
	ARR(struct scan_repo) repos; /* in the order of the system */
	struct scan_shared shared;
	struct scan_leftovers leftovers;
	/* Each inode once, in the first of these that it is in. */
	uint64_t held;         /* by what revisions use, and the shared store */
	uint64_t partial_held; /* by strays that were not finished */
	uint64_t orphan_held;  /* by the other strays */
	char
	    *no_trash; /* why nothing can be moved to the trash; NULL: it can */
};

/* Who wants to know while it goes on. */
struct scan_watch {
	const atomic_bool *cancelled; /* ends it soon; NULL: never */
	/* The folders are known, and none of them was read; may be NULL. */
	void (*begun)(void *context);
	/* A repository was read, and will not change; from any thread. May be
	 * NULL. */
	void (*found)(void *context, const struct scan_repo *repo);
	void *context;
};

/*
 * Reads a cache, with some threads if it is large. ERR_NOT_FOUND if the root is
 * missing, ERR_SYSTEM if it is no folder. Blocks: on the pool, or where nothing
 * else waits. `watch` may be NULL; where it is cancelled there is less than all.
 * scan_fini releases in any case.
 */
MUST_USE bool scan_cache(struct scan *scan, const char *root,
    const struct scan_watch *watch, struct error *err);
void scan_fini(struct scan *scan);

/* Puts the repositories in order of their folders. */
void scan_sort(struct scan *scan);

/* The official client's sum of sizes: repositories with a warning have no part in
 * it. hug's own is `held`. */
uint64_t scan_total(const struct scan *scan);

/* How many repositories are not clear. */
size_t scan_unclear(const struct scan *scan);

#endif
