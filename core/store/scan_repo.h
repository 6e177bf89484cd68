/*
 * scan_repo.h: what a repository of a cache holds: revisions, files, blobs, and
 * what is wrong.
 *
 * The figures are the official client's (2.4): a blob is what an entry of a
 * snapshot leads to first, counted once in a repository and once in each
 * revision. Where that client gives up a whole repository for one damaged
 * entry, it is kept here, with the same text as its `warning`.
 */
#ifndef CORE_STORE_SCAN_REPO_H
#define CORE_STORE_SCAN_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"

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

/* What lies in `blobs` and no snapshot uses. */
struct scan_stray {
	char *name;
	uint64_t size;   /* bytes; 0 of a link */
	double modified; /* seconds since 1970 */
	bool partial;    /* a download that was not finished, or still runs */
};

struct scan_revision {
	char *name; /* of its folder: a commit id, in most caches */
	uint64_t size;
	double modified;
	ARR(struct scan_file) files; /* in the order of the system */
	ARR(char *) refs;            /* sorted; none: detached */
	ARR(char *) broken;          /* paths that lead to nothing */
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
	unsigned partials;     /* strays that were not finished */
	uint64_t partial_size; /* bytes of them */
	unsigned orphans;      /* the other strays */
	uint64_t orphan_size;
	ARR(struct scan_stray) strays;
	ARR(struct scan_blob) blobs;
	ARR(struct scan_revision) revisions; /* by name */
	ARR(char *) refs;                    /* of all revisions, sorted */
};

/* Looks at one repository only. */
void scan_one(struct scan_repo *repo, const char *root, const char *folder);
void scan_repo_fini(struct scan_repo *repo);

/* Whether it is a folder and nothing else: no revision, no byte. */
bool scan_is_empty(const struct scan_repo *repo);

/* What systems leave in any folder. */
bool scan_is_of_the_system(const char *name);

#endif
