/* scan_shared.h: what the shared store of a cache holds, and who links to it. */
#ifndef CORE_CENSUS_SCAN_SHARED_H
#define CORE_CENSUS_SCAN_SHARED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"

struct scan_payload {
	uint64_t size; /* bytes */
	uint64_t held; /* the same on disk */
};

/* A link that a payload's manifest names, and that is there. */
struct scan_link {
	char *line;       /* "models--org--name/blobs/<etag>" */
	uint32_t payload; /* in `known` */
};

/* What all clients share that keep blobs for several repositories. */
struct scan_shared {
	ARR(struct scan_payload) known; /* whose manifests can be read */
	ARR(struct scan_link) links;
	uint64_t size; /* bytes of all payloads */
	uint64_t held; /* the same on disk */
	unsigned payloads;
	unsigned loose;      /* payloads that nothing links to */
	uint64_t loose_size; /* bytes of them */
	uint64_t loose_held;
};

/*
 * Looks at the store of a cache: false if there is none, or none that we know;
 * then what is called `blobs` is nobody's.
 */
bool scan_shared_look(const char *root, struct scan_shared *shared);

#endif
