/*
 * lane.h: work that runs one after the other on the pool, in the order in which
 * it was submitted: what touches one thing that cannot be shared.
 */
#ifndef CORE_RUN_LANE_H
#define CORE_RUN_LANE_H

#include <stdbool.h>

#include "core/base/list.h"
#include "core/run/workers.h"

/* Storage is the caller's; all of it is the loop's. */
struct lane {
	struct workers *workers;
	struct list waiting; /* struct work */
	struct work *running;
	struct work work; /* that the pool sees */
};

/* `workers` outlives it. There is nothing to release: it must be empty when its
 * storage goes. */
void lane_init(struct lane *lane, struct workers *workers);

/* As workers_submit, after everything that was submitted before. `done` may
 * submit more, and may free its own work. */
void lane_submit(struct lane *lane, struct work *work);

#endif
