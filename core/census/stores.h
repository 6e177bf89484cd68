/*
 * stores.h: the other places in which Hugging Face libraries keep data on this
 * machine: the Xet client's, the assets of libraries, what `datasets` prepared.
 */
#ifndef CORE_CENSUS_STORES_H
#define CORE_CENSUS_STORES_H

#include <stdatomic.h>

#include "core/os/root.h"

#define STORES 3

struct store {
	const char *name;  /* "xet" */
	const char *about; /* what it is, in a few words */
	char *path;
	struct root_sum sum; /* of what lies there */
};

/* Finds them and adds up; `cancelled` (may be NULL) ends it soon. */
void stores_look(struct store stores[STORES], const atomic_bool *cancelled);
void stores_fini(struct store stores[STORES]);

#endif
