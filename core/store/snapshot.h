/*
 * snapshot.h: the files of one revision, and the blobs they are.
 *
 * Invariants:
 *   1. A blob named by a digest has that digest. Partial data has another name.
 *   2. A finished blob is never written again; it is replaced by rename.
 *   3. Only the holder of a blob's lock puts it in its place.
 */
#ifndef CORE_STORE_SNAPSHOT_H
#define CORE_STORE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct cache;

/* A size that is not known, for the functions below. */
#define SIZE_UNKNOWN UINT64_MAX

/*
 * Whether a file of a snapshot is there, links followed, with this size.
 * `etag` (NULL: any) is the blob that a link must lead to.
 */
bool snapshot_has(const struct cache *cache, const char *commit,
    const char *path, const char *etag, uint64_t size);

/*
 * Whether a blob is there with this size. One that is a link into the shared
 * store of the newest official client is read through; one that leads nowhere
 * is missing.
 */
bool blob_has(const struct cache *cache, const char *etag, uint64_t size);

/* Calls `each` with every file of a snapshot that leads to one, and its size; folders
 * below folders up to a depth that no repository has. False if there is no snapshot. */
bool snapshot_each(const struct cache *cache, const char *commit,
    void (*each)(void *context, const char *path, uint64_t size),
    void *context);

/*
 * Makes snapshots/<commit>/<path> a relative link to the blob. What stands
 * there and leads elsewhere is replaced. Where links cannot be made it becomes
 * a copy of the blob, or with `last`, when nothing else needs the blob, the
 * blob itself; as the official client does.
 */
MUST_USE bool snapshot_point(const struct cache *cache, const char *commit,
    const char *path, const char *etag, bool last, struct error *err);

/* Notes that a commit has no such file. Failures do not matter. */
void snapshot_note_missing(
    const struct cache *cache, const char *commit, const char *path);

#endif
