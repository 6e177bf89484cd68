/*
 * scan.h: what a cache holds: repositories, revisions, files, and what is wrong.
 *
 * The figures are the official client's (2.4): a blob is what an entry of a
 * snapshot leads to first, counted once in a repository and once in each
 * revision. Where that client gives up a whole repository for one damaged
 * entry, it is kept here, with the same text as its `warning`.
 */
#ifndef CORE_STORE_SCAN_H
#define CORE_STORE_SCAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct scan_blob {
	char *key; /* path below the repository, or absolute outside of it */
	uint64_t size;
	double accessed, modified; /* seconds since 1970 */
	bool shared;               /* its bytes lie in the shared store */
};

struct scan_file {
	char *path; /* in the repository */
	uint32_t blob;
};

struct scan_revision {
	char *name; /* of its folder: a commit id, in most caches */
	uint64_t size;
	double modified;
	ARR(struct scan_file) files; /* in the order of the system */
	ARR(char *) refs;            /* sorted; none: detached */
};

struct scan_repo {
	char *folder;     /* its name in the cache */
	const char *type; /* "model"; NULL: it is no repository */
	char *id;
	char *warning; /* the first thing that is wrong; NULL: nothing */
	bool known;    /* no repository, but nothing wrong either: CACHEDIR.TAG,
			  the shared store, and what systems leave around */
	uint64_t size;
	double accessed, modified;
	uint64_t damaged;      /* entries that lead to nothing */
	uint64_t own_bytes;    /* of `size`, what is not in the shared store */
	unsigned partials;     /* files that were not finished */
	uint64_t partial_size; /* bytes of them */
	ARR(struct scan_blob) blobs;
	ARR(struct scan_revision) revisions; /* by name */
	ARR(char *) refs;                    /* of all revisions, sorted */
};

/* What all clients share that keep blobs for several repositories. */
struct scan_shared {
	uint64_t size;       /* bytes of all payloads */
	unsigned loose;      /* payloads that nothing links to */
	uint64_t loose_size; /* bytes of them */
};

struct scan {
	char *root;                  /* absolute, links resolved */
	ARR(struct scan_repo) repos; /* in the order of the system */
	struct scan_shared shared;
};

/*
 * Reads a cache, with some threads if it is large. ERR_NOT_FOUND if the root is
 * missing, ERR_SYSTEM if it is no folder. Blocks: on the pool, or where nothing
 * else waits. `cancelled` (NULL: never) ends it soon, with less than all.
 * scan_fini releases in any case.
 */
MUST_USE bool scan_cache(struct scan *scan, const char *root,
    const atomic_bool *cancelled, struct error *err);
void scan_fini(struct scan *scan);

/* Puts the repositories in order of their folders. */
void scan_sort(struct scan *scan);

/* Bytes that the whole cache takes, each once. */
uint64_t scan_total(const struct scan *scan);

/* Looks at one repository only. */
void scan_one(struct scan_repo *repo, const char *root, const char *folder);
void scan_repo_fini(struct scan_repo *repo);

#endif
