/*
 * shared.h: the store of blobs that all repositories of a cache share, which
 * the official client has since 1.32 and fills with what comes over Xet.
 *
 *	<cache>/blobs/.huggingface-shared-blobs   "1": the store is there
 *	<cache>/blobs/d4/<64 hex>                 a payload, by its Xet hash
 *	<cache>/blobs/d4/<64 hex>.refs            who links to it, a line each
 *	<cache>/blobs/d4/<64 hex>.lock            flock
 *	<repo>/blobs/<etag> -> ../../blobs/d4/<64 hex>
 *
 * A link without a line protects nothing, so the line comes first. We use what
 * is there, and put nothing there.
 */
#ifndef CORE_STORE_SHARED_H
#define CORE_STORE_SHARED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct cache;
struct root;
struct scan_shared;

/*
 * Whether the store has a payload of this Xet hash (NULL: not known) and size
 * that may be used.
 */
bool shared_has(const struct cache *cache, const char *xet, uint64_t size);

/*
 * Makes `blobs/<etag>` a link to the payload, after its bytes were found to
 * have the sum `etag`. ERR_CORRUPT if they have not. Reads all of it, so not
 * for the loop.
 */
MUST_USE bool shared_use(const struct cache *cache, const char *xet,
    const char *etag, uint64_t size, const atomic_bool *cancelled,
    struct error *err);

/* Bytes on disk of a payload that no link leads to any more; else 0. Links that
 * wait in the trash count, but for those of a batch (NULL: none). */
uint64_t shared_would_free(
    const struct root *root, const char *xet, const char *but);

/*
 * Removes a payload that no link leads to, under its lock; else writes its
 * manifest anew without what is stale. True if it went; its bytes are added to
 * `freed`. What cannot be done leaves it alone.
 */
bool shared_sweep(const struct root *root, const char *xet, uint64_t *freed);

/* The same of all payloads; how many went. */
size_t shared_sweep_loose(const struct root *root, uint64_t *freed);

/* Whether a cache has such a store, in a layout that we know. */
bool shared_is_there(const char *root);

/*
 * Looks at the store of a cache: false if there is none, or none that we know;
 * then what is called `blobs` is nobody's.
 */
bool shared_look(const char *root, struct scan_shared *shared);

/*
 * Whether a link's text in a repository's `blobs` means a payload of the store
 * that is there; its hash into `xet` (65 bytes, may be NULL).
 */
bool shared_payload_of(const char *root, const char *text, char *xet);

#endif
