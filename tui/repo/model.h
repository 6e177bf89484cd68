/*
 * model.h: what the Repo screen shows: the files of a revision as a tree, filtered and
 * sorted. What is ticked is core/pick's.
 *
 * Files are matched with the patterns and put into the tree in slices (repo_work), in
 * the order in which they came; a new filter begins anew.
 */
#ifndef TUI_REPO_MODEL_H
#define TUI_REPO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/base/sort.h"
#include "core/base/str.h"
#include "core/pick/pick.h"
#include "widgets/table.h"
#include "widgets/tree.h"

struct queue_job;
struct repo_event;

enum repo_state {
	REPO_STATE_NONE, /* no repository was chosen */
	REPO_STATE_LOADING,
	REPO_STATE_PARTIAL, /* some files have come */
	REPO_STATE_READY,
	REPO_STATE_STOPPED, /* more could come */
	REPO_STATE_STALE,   /* what was kept, as the Hub cannot be asked */
	REPO_STATE_FAILED,
};

/* Whether this account may read the files. */
enum repo_gate {
	REPO_GATE_NONE, /* all may, or nothing is known of a gate */
	REPO_GATED,     /* those who have asked for access */
	REPO_GATE_SHUT, /* it may not */
	REPO_GATE_OPEN, /* it may: it has read one */
};

enum repo_sort {
	REPO_SORT_NAME,
	REPO_SORT_SIZE,
	REPO_SORT_KIND,
	REPO_SORT_HERE,
	REPO_SORTS,
};

/* Files of a node of the tree that are shown. */
struct repo_leaves {
	ARR(uint32_t) files;
	bool mixed;     /* they are to be sorted, */
	bool unordered; /* or its folders are */
};

/* Fields are for reading but by model.c. */
struct repo_model {
	enum repo_state state;
	struct queue_job
	    *job; /* the repository, the revision as it was named, the
	                          cache; NULL: none was chosen */
	char commit[COMMIT_MAX]; /* "" until it is known */
	enum repo_gate gate;
	struct error error; /* of FAILED and STALE */
	struct str advice;  /* against it */
	struct pick pick;
	struct error
	    bad_glob[PICK_SIDES]; /* what is being typed; ERR_NONE: it is
	                                      in force */
	uint64_t disk;            /* bytes that are free where it goes */
	bool disk_known;

	struct table table;
	struct tree tree;
	ARR(uint32_t) nodes;            /* by folder; 0: it is not shown */
	ARR(struct repo_leaves) leaves; /* by node */
	ARR(bool) opened;               /* by folder: by the user */
	size_t fed;                     /* files that the filter was tried on */
	size_t shown;                   /* and those of them in the tree */
	char *filter;                   /* words, in any order; "": none */
	enum repo_sort sort;
	bool up; /* the other way round */
	uint64_t sorted_ms;
	bool unsorted;           /* somewhere in the tree */
	struct sort_job sorting; /* of the files of a node */
	uint32_t sorted_node;    /* whose; those before it are in order */

	bool range, range_on; /* moving ticks */
};

/* A row: a file, or a folder. */
struct repo_row {
	bool is_file;
	uint32_t number; /* in the pick */
	int depth;
	bool open; /* of a folder */
};

enum repo_ticked {
	REPO_NOT_TICKED,
	REPO_SOME_TICKED,
	REPO_ALL_TICKED,
};

void repo_model_init(struct repo_model *m);
void repo_model_fini(struct repo_model *m);

/* Begins with a repository or revision anew; the job is taken. Ticks by hand stay if
 * it is the same repository, and so do patterns. */
void repo_begin(struct repo_model *m, struct queue_job *job);

/* Whether a job is of the repository that is shown. */
bool repo_is_same(const struct repo_model *m, const struct queue_job *job);

/* Takes what the engine tells of its listing. */
void repo_take(struct repo_model *m, const struct repo_event *event);

/* A file of the Hub was read, or could not be for this reason (else NULL). */
void repo_was_read(struct repo_model *m, const struct error *why);

/* The files that a transfer may have brought, as a question to the engine. */
MUST_USE struct repo_event *repo_what_may_be_here(const struct repo_model *m);

/* Does what is to be done for a few milliseconds; true if there is more. */
bool repo_work(struct repo_model *m, uint64_t now_ms);

/* Whether figures are still changing by themselves. */
bool repo_is_at_work(const struct repo_model *m);

/* Whether rows are still being brought into order. */
bool repo_is_sorting(const struct repo_model *m);

/* The row; false if there is none. */
bool repo_row(const struct repo_model *m, size_t row, struct repo_row *what);

/* Opens or folds a folder; goes to the one that a row is in. */
void repo_open(struct repo_model *m, uint32_t folder, bool open);
void repo_go_up(struct repo_model *m, const struct repo_row *what);

void repo_set_filter(struct repo_model *m, const char *words);
void repo_sort_by(struct repo_model *m, enum repo_sort sort, bool up);

/* How far a row is ticked, and ticks it: of a folder all files below that the filter
 * shows. */
enum repo_ticked repo_row_ticked(
    const struct repo_model *m, const struct repo_row *what);
void repo_tick(struct repo_model *m, const struct repo_row *what, bool on);

/* Ticked files that the filter does not show. */
size_t repo_ticked_unseen(const struct repo_model *m);

/* Calls `each` with every file that is shown below a folder, folded or not. */
void repo_each_shown(const struct repo_model *m, uint32_t folder,
    void (*each)(void *context, uint32_t file), void *context);

#endif
