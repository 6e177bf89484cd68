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

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/treefile.h"

struct cache;

/*
 * Reads the listing of a folder ("" for all) of a commit: `take` gets each
 * file. False if there is none, or none that can be used, or `take` ended it; it
 * may have given some by then. Memory does not grow with the number of files.
 */
MUST_USE bool listing_read(const struct cache *cache, const char *commit,
    const char *folder, treefile_take *take, void *context);

/* A listing that is being kept, file by file, as pages of it arrive. */
struct listing_writer;

/* Never NULL: what fails is told by listing_finish. */
struct listing_writer *listing_begin(
    const struct cache *cache, const char *commit, const char *folder);

/* The next file, copied, in the order in which listing_read will give them. */
void listing_add(struct listing_writer *w, const struct treefile *file);

/*
 * Gives it its name, if all went well and it is one that listing_read takes.
 * Mode 0666 less the umask, so that users can share. The writer is gone.
 */
MUST_USE bool listing_finish(struct listing_writer *w, struct error *err);

/* Leaves nothing of it. NULL is fine. */
void listing_drop(struct listing_writer *w);

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

/* Removes all listings of a commit: they are asked for again when needed. */
void listing_forget(const struct cache *cache, const char *commit);

#endif
