/*
 * listing.h: the files of a commit, as the Hub listed them, kept on disk.
 *
 * The file of a whole commit is trees/<commit>.json of the official client
 * (1.22 and later), which tells from it whether a snapshot is complete.
 */
#ifndef CORE_STORE_LISTING_H
#define CORE_STORE_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct cache;

struct listing_file {
	char *path;
	char *oid;    /* Git's id */
	char *sha256; /* of an LFS file, else NULL */
	char *xet;    /* NULL: not known */
	uint64_t size;
};

/* {0} is a valid empty value. */
struct listing {
	ARR(struct listing_file) files;
};

void listing_fini(struct listing *listing);

/* What names the file's bytes in the cache. Borrowed. */
const char *listing_etag(const struct listing_file *file);

/*
 * Reads the listing of a folder ("" for all) of a commit. False if there is
 * none, or none that can be used.
 */
MUST_USE bool listing_read(const struct cache *cache, const char *commit,
    const char *folder, struct listing *listing);

/* Keeps one; sorts it by path. Mode 0666 less the umask, so users can share. */
MUST_USE bool listing_write(const struct cache *cache, const char *commit,
    const char *folder, struct listing *listing, struct error *err);

/*
 * Whether folders of a commit were listed: then somebody asked for a part of
 * it, and what is there may be no more than that.
 */
bool listing_has_parts(const struct cache *cache, const char *commit);

/*
 * Notes that files of a commit were fetched by their names alone (an empty
 * trees/<commit>.names), so that the snapshot is not taken for a whole one.
 */
void listing_note_part(const struct cache *cache, const char *commit);

#endif
