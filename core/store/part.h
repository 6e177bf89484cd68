/* part.h: what of a cache can be taken away and put back by itself. */
#ifndef CORE_STORE_PART_H
#define CORE_STORE_PART_H

#include <stdbool.h>

enum part_kind {
	PART_REPO,     /* models--a--b */
	PART_REF,      /* models--a--b/refs/main */
	PART_SNAPSHOT, /* models--a--b/snapshots/<commit> */
	PART_FILE,     /* models--a--b/snapshots/<commit>/<path> */
	PART_BLOB,     /* models--a--b/blobs/<name>; strays too */
	PART_KINDS,
};

/* Whether a path below a cache is that of such a part of a repository, and of
 * nothing else. */
bool part_is(enum part_kind kind, const char *path);

#endif
