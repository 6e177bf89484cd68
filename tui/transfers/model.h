/*
 * model.h: what the Transfers screen shows: rows of the newest picture of the queue,
 * what is marked, and how fast it went. Draws nothing.
 */
#ifndef TUI_TRANSFERS_MODEL_H
#define TUI_TRANSFERS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/str.h"
#include "tui/engine/xfer.h"
#include "tui/transfers/totals.h"
#include "widgets/table.h"

enum row_kind {
	ROW_JOB,
	ROW_FILE,
	ROW_PHASE,      /* of an upload: how far a kind of work is */
	ROW_MORE_FILES, /* of a job, that wait */
	ROW_DONE_FILES,
};

enum xfer_phase {
	PHASE_NONE,
	PHASE_LIST,
	PHASE_SUM,
	PHASE_SEND,
	PHASE_COMMIT,
};

struct xfer_row {
	enum row_kind kind;
	enum xfer_phase phase; /* of ROW_PHASE */
	unsigned id;           /* of the job */
	const struct queue_job *job;
	const struct xfer_run *run;   /* NULL: it does not run */
	const struct xfer_file *file; /* of ROW_FILE */
};

/* How much of a bar was shown: it never runs backwards. */
struct shown {
	unsigned id;
	enum xfer_phase phase;
	char *file; /* NULL: of the job, or of a phase */
	double part;
	bool used;
};

/* Fields are for reading but by *.c here. */
struct xfer_model {
	struct xfer_picture *picture; /* NULL: none yet */
	ARR(struct xfer_row) rows;
	struct table table; /* of them */
	ARR(unsigned) folded;
	ARR(unsigned) marked;
	ARR(struct shown) shown;

	struct xfer_totals totals;
};

void xfer_model_init(struct xfer_model *m);
void xfer_model_fini(struct xfer_model *m);

/* Takes a picture over; what it speaks of is good until the next. */
void xfer_model_take(
    struct xfer_model *m, struct xfer_picture *picture, uint64_t now_ms);

/* The row under the cursor; NULL if the list is empty. */
const struct xfer_row *xfer_row(const struct xfer_model *m);

/* Puts the cursor on a job, if it is listed. */
void xfer_go(struct xfer_model *m, unsigned id);

/* Folds a job's files away, or shows them. */
bool xfer_is_open(const struct xfer_model *m, unsigned id);
void xfer_open(struct xfer_model *m, unsigned id, bool open);

bool xfer_is_marked(const struct xfer_model *m, unsigned id);
void xfer_mark(struct xfer_model *m, unsigned id, bool on);

/* The jobs that an action means: those that are marked, else that of the row. */
typedef ARR(unsigned) xfer_ids;
typedef ARR(const struct queue_job *) xfer_jobs;
xfer_jobs xfer_meant(const struct xfer_model *m);

/* How much of a row is done, 0 to 1; never less than before. */
double xfer_part(const struct xfer_model *m, const struct xfer_row *row);

/* How much more of it was received, and is not kept yet. */
double xfer_flight(const struct xfer_row *row);

/* "running", "again 8s", "paused", ... */
void xfer_add_state(struct str *out, const struct xfer_row *row);

/* "2m ago", of a job that has ended. */
void xfer_add_ended(struct str *out, const struct xfer_row *row);

/* Bytes of a row, and seconds until it is done; 0: not known. */
uint64_t xfer_size(const struct xfer_row *row);
uint64_t xfer_rest_s(const struct xfer_row *row);

/* What there is to do of a phase, and was done; {0} of PHASE_LIST. */
struct upload_work xfer_work(const struct xfer_row *row);

/* "acme/owl main", "acme/notes (dataset)" */
void xfer_add_name(struct str *out, const struct queue_job *job);

#endif
