/* compare.h: what of a plan is here already. */
#ifndef CORE_DOWN_COMPARE_H
#define CORE_DOWN_COMPARE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/arr.h"

struct place;
struct plan;

/* How plan_compare looks. */
struct plan_look {
	bool force;     /* nothing counts as present */
	bool look_only; /* nothing is written */
	atomic_bool cancelled;
	/* What the user should be told, a line each; the caller frees. */
	ARR(char *) notes;
};

/*
 * Looks at what is here: marks files as present and collects the blobs to
 * fetch. Unless `look_only`, a file whose bytes are here is put in its place.
 * Reads the disk, so not for the loop.
 */
void plan_compare(
    struct plan *plan, struct place *place, struct plan_look *look);

#endif
