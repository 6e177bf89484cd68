/*
 * unfinished.h: files of a repository of a cache that a download has begun and not
 * finished, and that nobody is at.
 *
 * They are told by their names (scan_is_blob_name), used by no snapshot, and go under
 * the lock of the file that they are to become. What is kept where no lock can be had
 * (".hug-<8 hex>.incomplete") is left alone: nobody can say whether it is written to.
 */
#ifndef CORE_PURGE_UNFINISHED_H
#define CORE_PURGE_UNFINISHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

/* Of some files; bytes on disk. */
struct unfinished {
	size_t files;
	uint64_t bytes;
	size_t busy; /* that stay: they are being downloaded */
};

typedef ARR(char *) unfinished_sums;

/*
 * Adds what would go of `folder`, the repository's below the absolute `root`. `ours`
 * (may be NULL) are sums of files whose locks we hold, and will have let go of by
 * then. What cannot be read is none. Blocks.
 */
void unfinished_look(const char *root, const char *folder,
    const unfinished_sums *ours, struct unfinished *sum);

/* Removes them for good, and adds what went. False with `err` if one that is not
 * busy stays, or the repository is one that nothing may be deleted from. Blocks. */
MUST_USE bool unfinished_discard(const char *root, const char *folder,
    struct unfinished *sum, struct error *err);

#endif
