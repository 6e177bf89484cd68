/*
 * here.h: what a cache has of the files of a commit, without their listing being of
 * that cache: the names of a repository's blobs, read once, answer for most files.
 */
#ifndef CORE_STORE_HERE_H
#define CORE_STORE_HERE_H

#include <stdint.h>

#include "core/base/attr.h"

struct cache;
struct here;

enum here_state {
	HERE_NOT,
	HERE_PART,  /* what an earlier download left: it is continued */
	HERE_OTHER, /* the bytes are, but not as this file of this commit */
	HERE_WHOLE,
};

/* Reads the names; not for the loop. What cannot be read is not there. The cache is
 * borrowed. */
MUST_USE struct here *here_open(const struct cache *cache);
void here_free(struct here *here);

/* What there is of a file; `size` in bytes. `kept` gets the bytes of HERE_PART, and 0
 * or all of them else. Looks at the disk only where a name says that there is
 * something. */
enum here_state here_of(const struct here *here, const char *commit,
    const char *path, const char *etag, uint64_t size, uint64_t *kept);

#endif
