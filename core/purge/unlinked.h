/*
 * unlinked.h: links into the shared store that are about to go, and the
 * payloads that they lead to: each is looked at when the links are gone.
 */
#ifndef CORE_PURGE_UNLINKED_H
#define CORE_PURGE_UNLINKED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/map.h"

struct root;

/* {.known = MAP_INIT} is an empty one. */
struct unlinked {
	const char *root, *folder; /* of names that are noted; borrowed */
	bool store;                /* there is a shared store at all */
	ARR(char *) payloads;
	struct map known; /* of them */
};

/* Whose blobs are noted from here on. */
void unlinked_begin(
    struct unlinked *unlinked, const char *root, const char *folder);

/* Notes a name in the repository's `blobs`, if it is such a link. */
void unlinked_note_name(struct unlinked *unlinked, const char *name);

/* The same of a link's text alone, wherever the link is now. */
void unlinked_note_text(
    struct unlinked *unlinked, const char *root, const char *text);

/* Bytes of payloads that nothing links to any more, but a batch of the trash. */
uint64_t unlinked_bytes(
    const struct unlinked *unlinked, const struct root *root, const char *but);

/* Removes them; how many, and their bytes are added to `freed`. */
size_t unlinked_sweep(
    const struct unlinked *unlinked, const struct root *root, uint64_t *freed);

/* Forgets what was noted; payloads that were not swept stay. */
void unlinked_fini(struct unlinked *unlinked);

#endif
