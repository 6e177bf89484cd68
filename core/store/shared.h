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

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct cache;

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

/* Whether a cache has such a store, in a layout that we know. */
bool shared_is_there(const char *root);

/*
 * Whether a link's text in a repository's `blobs` means a payload of the store
 * that is there; its hash into `xet` (65 bytes, may be NULL).
 */
bool shared_payload_of(const char *root, const char *text, char *xet);

/* <cache>/blobs/d4/<xet><suffix>; the caller frees it. */
MUST_USE char *shared_payload(
    const char *root, const char *xet, const char *suffix);

/* Whether a text (may be NULL) can be a Xet hash: 64 hex digits. */
bool shared_is_hash(const char *xet);

/* Links to a payload: "models--org--name/blobs/<etag>". */
typedef ARR(char *) shared_lines;

/*
 * The lines of a payload's manifest whose links are there, sorted, each once;
 * shared_lines_free in any case. False if the manifest cannot be read: then
 * nothing is known, and the payload stays.
 */
MUST_USE bool shared_read(
    const char *root, const char *xet, shared_lines *lines);
void shared_lines_free(shared_lines *lines);

#endif
