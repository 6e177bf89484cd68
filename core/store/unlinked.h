/*
 * unlinked.h: links into the shared store that are about to go, and the
 * payloads that they lead to: each is looked at when the links are gone.
 */
#ifndef CORE_STORE_UNLINKED_H
#define CORE_STORE_UNLINKED_H

#include "core/base/arr.h"
#include "core/base/map.h"

/* {.set = MAP_INIT, .known = MAP_INIT} is an empty one. */
struct unlinked {
	ARR(char *)
	lines;          /* "models--o--a/blobs/<etag>", as manifests have it */
	struct map set; /* of them */
	ARR(char *) payloads;
	struct map known; /* of them */
};

/* Notes an entry of a repository's blobs, if it is such a link. */
void unlinked_note(struct unlinked *unlinked, const char *root,
    const char *folder, const char *key);

/* The same of a link's text alone, wherever the link is now. */
void unlinked_note_text(
    struct unlinked *unlinked, const char *root, const char *text);

/* Removes the payloads that nothing links to any more. */
void unlinked_sweep(const struct unlinked *unlinked, const char *root);

void unlinked_fini(struct unlinked *unlinked);

#endif
