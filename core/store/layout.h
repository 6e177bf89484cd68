/*
 * layout.h: where things lie in the cache that all Hugging Face clients share.
 *
 *	<root>/CACHEDIR.TAG
 *	<root>/.locks/models--org--name/<etag>.lock
 *	<root>/models--org--name/
 *	    blobs/<etag>                       the bytes; the sum is the name
 *	    blobs/<etag>.hug.incomplete        ours, while it is fetched
 *	    blobs/<etag>.hug-<8 hex>.incomplete  ours, where no lock can be had
 *	    refs/<name>                        a commit id, no line end
 *	    snapshots/<commit>/<path>          relative links into blobs
 *	    .no_exist/<commit>/<path>          empty: known not to be there
 *	    trees/<commit>.json                all files of a commit
 *	    trees/<commit>.names               ours, empty: files were fetched by
 *	                                       name, so it may be a part
 *	    trees/<commit>.<12 hex>.json        ours: those of one folder, the
 *	                                       hex from the SHA-256 of its name
 *
 * The names of ours end in ".incomplete", so that the official client's clean-up
 * finds them, and are none that it would write or resume from itself.
 */
#ifndef CORE_STORE_LAYOUT_H
#define CORE_STORE_LAYOUT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct repo;

/* One repository's place in a cache. */
struct cache {
	char *root;  /* absolute */
	char *repo;  /* root and the repository's folder */
	char *name;  /* the repository's folder, "models--org--name" */
	char *trees; /* where listings are kept */
	bool links;  /* links may be made: HF_HUB_DISABLE_SYMLINKS is not set */
	atomic_bool
	    *copied; /* set when a copy stands for a link; may be NULL */
};

/* The repository's id was checked. Nothing is made on disk. */
void cache_init(struct cache *cache, const char *root, const struct repo *repo);
void cache_fini(struct cache *cache);

/* Marks a folder as a cache for backup programs, unless it is marked. */
void cache_tag(const char *folder);

/* Makes the root and, if it is missing, CACHEDIR.TAG in it. */
MUST_USE bool cache_prepare(const struct cache *cache, struct error *err);

/* The caller frees these. */
MUST_USE char *cache_blob(const struct cache *cache, const char *etag);
/* `tail` is what stands before ".incomplete": "", ".hug" or ".hug-<8 hex>". */
MUST_USE char *cache_partial(
    const struct cache *cache, const char *etag, const char *tail);
MUST_USE char *cache_lock(const struct cache *cache, const char *etag);
MUST_USE char *cache_ref(const struct cache *cache, const char *name);
MUST_USE char *cache_snapshot(const struct cache *cache, const char *commit);
MUST_USE char *cache_pointer(
    const struct cache *cache, const char *commit, const char *path);
MUST_USE char *cache_no_exist(
    const struct cache *cache, const char *commit, const char *path);
MUST_USE char *cache_tree(
    const struct cache *cache, const char *commit, const char *folder);

#endif
