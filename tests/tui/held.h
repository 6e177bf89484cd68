/* held.h: what must hold of the Transfers screen, whatever is done to it. */
#ifndef TESTS_TUI_HELD_H
#define TESTS_TUI_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/str.h"

struct xfer_model;

/* A bar as it was seen last. */
struct held_bar {
	unsigned id;
	char *file; /* NULL: of the job */
	double part;
	const void *memory; /* of the model, for this row; only compared */
	bool seen;
};

/* Bytes that the last run of a job had fetched: a job that was taken out of the list and
 * put back may have the same run still. */
struct held_run {
	unsigned id;
	uint64_t came;
};

/* What was seen before; {0} is nothing. */
struct held {
	ARR(struct held_bar) bars;
	unsigned running, at_once;
	ARR(struct held_run) runs;
	uint64_t bytes; /* of all of them */
	uint64_t limit, set_ms;
	uint64_t came, since_ms; /* bytes since then */
	struct str kept;         /* the list as it was kept, */
	uint64_t kept_ms;        /* since then */
};

/* What is wrong by now; NULL: nothing. `now_ms` is of the clock that limits go by. */
const char *held_wrong(
    struct held *held, const struct xfer_model *m, uint64_t now_ms);
void held_fini(struct held *held);

enum held_list {
	HELD_SAME,
	HELD_CHANGES, /* what is kept has changed a moment ago */
	HELD_OTHER,
};

/* Whether the list that is shown is the one that is kept, but for how far jobs are; prints
 * both if not. */
enum held_list held_compare(
    struct held *held, const struct xfer_model *m, uint64_t now_ms);

#endif
