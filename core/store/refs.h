/* refs.h: which commit a branch or tag was when last looked at. */
#ifndef CORE_STORE_REFS_H
#define CORE_STORE_REFS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct cache;
struct str;
struct walk;

/*
 * What a ref's text means: the same without white space and a byte order mark
 * around it, which editors and shells leave there. The official client takes
 * them for a part of the commit. The caller frees it.
 */
MUST_USE char *ref_meant(const struct str *text);

/* A ref as it was read; good until the callback returns. */
struct ref_found {
	const char *name;
	const struct str *text;
	uint64_t held; /* bytes on disk of the file */
};

/*
 * Reads all refs in a folder `refs` and below it. `found` gets each one,
 * `failed` the name of what cannot be read ("" is the folder itself) and
 * why: "cannot be read: ...", "is a FIFO, not a file".
 */
void refs_each(struct walk *refs,
    void (*found)(void *context, const struct ref_found *ref),
    void (*failed)(void *context, const char *name, const char *why),
    void *context);

/*
 * The commit a ref names, into `commit` (41 bytes). False if there is no such
 * ref, or it holds anything but a commit id.
 */
bool ref_read(const struct cache *cache, const char *name, char *commit);

/* Whether the ref may be there and only cannot be read; `err` says why. */
bool ref_is_unread(
    const struct cache *cache, const char *name, struct error *err);

/*
 * Writes a ref unless it says this already, whole or not at all. The name was
 * given by the user: one that would leave the refs folder is an error.
 */
MUST_USE bool ref_write(const struct cache *cache, const char *name,
    const char *commit, struct error *err);

#endif
