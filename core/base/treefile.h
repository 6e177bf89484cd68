/*
 * treefile.h: a file of a commit, as the Hub lists it and the cache notes it
 * down: two texts with other keys and the same facts.
 */
#ifndef CORE_BASE_TREEFILE_H
#define CORE_BASE_TREEFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/jsonscan.h"
#include "core/base/str.h"

/* Borrowed for the call that gets it. Sums are hex. */
struct treefile {
	const char *path;   /* as the text says it: check before use */
	const char *oid;    /* Git's id: the content's, or the LFS pointer's */
	const char *sha256; /* of an LFS file's content, else NULL */
	const char *xet;    /* where Xet storage has it; NULL: not known */
	uint64_t size;      /* bytes of the content */
};

/* What names the file's bytes in the cache. Borrowed. */
const char *treefile_etag(const struct treefile *file);

/* Gets one file after the other; false ends the reading. */
typedef bool treefile_take(void *context, const struct treefile *file);

/* The facts of the file that is being read; texts are "" if it has none. */
struct treefile_draft {
	struct str path, oid, sha256, xet;
	uint64_t size, lfs_size;
	bool sized, lfs_sized;
};

#define TREEFILE_DRAFT_INIT                                                    \
	{                                                                      \
		STR_INIT, STR_INIT, STR_INIT, STR_INIT, 0, 0, false, false     \
	}

void treefile_draft_clear(struct treefile_draft *draft);
void treefile_draft_fini(struct treefile_draft *draft);

enum treefile_fact {
	TREEFILE_PATH,
	TREEFILE_OID,
	TREEFILE_SHA256,
	TREEFILE_XET,
	TREEFILE_SIZE,
	TREEFILE_LFS_SIZE,
};

/* Which key has which fact; the last one's key is NULL. */
struct treefile_key {
	const char *key;
	enum treefile_fact fact;
};

/* Takes the fact of a value, if its key has one. */
void treefile_draft_take(struct treefile_draft *draft,
    const struct treefile_key *keys, const struct json_token *token);

/* The file, whose text is the draft's; false if it has no name, sum or size. */
MUST_USE bool treefile_draft_read(
    const struct treefile_draft *draft, struct treefile *file);

#endif
