/*
 * model.h: what the Cache screen shows: rows of a scan as it comes in,
 * folded, filtered and sorted, and what is marked. Draws nothing.
 */
#ifndef TUI_CACHE_MODEL_H
#define TUI_CACHE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/census/checked.h"
#include "core/census/scan.h"
#include "core/census/stores.h"
#include "core/purge/tally.h"
#include "widgets/table.h"
#include "widgets/tree.h"

struct query;

enum item_kind {
	ITEM_TRASH,    /* deletions that are not through */
	ITEM_PARTIALS, /* downloads that were not finished */
	ITEM_ORPHANS,  /* blobs that no revision uses */
	ITEM_WARNINGS, /* what is no repository, or damaged */
	ITEM_SHARED,   /* the shared store */
	ITEM_STORE,    /* another library's */
	ITEM_REPO,
};

enum cache_sort {
	SORT_SIZE,
	SORT_ONLY,
	SORT_USED,
	SORT_MODIFIED,
	SORT_NAME,
	SORT_FILES,
	SORT_REVISIONS,
	CACHE_SORTS,
};

struct stray_ref {
	const struct scan_repo *repo;
	size_t stray;
};

/* A row that is not part of another one. */
struct item {
	enum item_kind kind;
	const struct scan_repo *repo; /* of ITEM_REPO */
	const struct store *store;    /* of ITEM_STORE */
	uint32_t node;                /* of the tree */
	uint32_t *nodes; /* of it, by revision; NULL: not opened yet */
	double used;
};

/* What is open, whether it is shown or not. */
struct fold {
	bool open;
	bool *children; /* by revision; NULL: none */
};

/* What a row is: an item, one of its children, a file of that. */
struct node {
	size_t item;
	long child; /* a revision's number, a stray's, a warning's; -1: none */
	long file;  /* of a revision; -1: none */
};

/* A revision that a program has open, or (revision SIZE_MAX) a repository into
 * which something is being downloaded. */
struct cache_use {
	size_t repo, revision;
	int pid;
};

enum cache_state {
	CACHE_LOADING, /* nothing is known yet */
	CACHE_PARTIAL, /* rows are still coming */
	CACHE_READY,
	CACHE_FAILED, /* `failure` says why, `advice` what to do */
};

/* Fields are for reading but by *.c here. */
struct cache_model {
	char *root;
	enum cache_state state;
	char *failure, *advice;
	const struct scan *scan; /* rows are made of this one */
	struct scan *own;        /* the same once it is whole */
	struct tally *tally;
	struct store stores[STORES];
	bool stores_known;
	uint64_t total;                /* bytes of all that was found so far */
	uint64_t disk_free, disk_size; /* bytes; 0: not known */
	bool no_atime;                 /* LAST USED says nothing here */
	ARR(struct cache_use) uses;    /* what is in use, as far as is known */
	struct checked *checked;       /* NULL: not known yet */
	size_t repos, revisions, warnings;
	double scanned_s;

	struct fold
	    *folds; /* by repository of the scan, and before them by kind
			       of what is none */
	ARR(struct item) items;
	ARR(struct stray_ref) partials;
	ARR(struct stray_ref) orphans;
	ARR(const struct scan_repo *) damaged;
	uint64_t partial_bytes, orphan_bytes;

	/* Items, in them revisions that are shown, in these files as leaves;
	 * tags are the numbers of items and of revisions. */
	struct tree tree;
	struct table table;   /* of them */
	size_t shown_repos;   /* that the filter leaves */
	uint64_t shown_bytes; /* of them */
	uint64_t
	    largest; /* bytes of the largest row that is part of no other */
	enum cache_sort sort;
	bool up; /* the smallest first */
	char *filter;
	struct query *query; /* NULL: none */
	const char *kind;    /* "model" only; NULL: all */
	bool touched;  /* the user has chosen a row: the cursor stays on it */
	bool range;    /* moving marks */
	bool range_on; /* or unmarks */
};

/* A model without a scan, of the cache at `root`, which is copied; a scan that it
 * was given goes with it. */
void cache_model_init(struct cache_model *m, const char *root);
void cache_model_fini(struct cache_model *m);

/* A scan begins, a repository of it was read, all were (`scan` is taken over).
 * What a row is of may only be drawn after cache_refresh. */
void cache_begin(struct cache_model *m, const struct scan *scan);
void cache_found(struct cache_model *m, const struct scan_repo *repo);
void cache_scanned(struct cache_model *m, struct scan *scan);

/* A whole scan takes the place of the one that is shown, which must be whole
 * too. Marks, what is open and the cursor are carried over by their names. */
void cache_replace(struct cache_model *m, struct scan *scan);

/* Gives the whole scan away; nothing is shown any more. */
MUST_USE struct scan *cache_give(struct cache_model *m);
void cache_failed(struct cache_model *m, const char *why, const char *advice);
void cache_set_stores(struct cache_model *m, const struct store *stores);

/* Makes the rows anew, after what they depend on was changed. The cursor stays
 * on what it was on. */
void cache_refresh(struct cache_model *m);

/* Sets the filter; false with `err` if it cannot be read: the old one stays. */
MUST_USE bool cache_set_filter(
    struct cache_model *m, const char *text, struct error *err);

/* False if there is no such row. */
bool cache_node(const struct cache_model *m, size_t row, struct node *node);
bool cache_next(const struct cache_model *m, struct node *node);

/* Its row; SIZE_MAX if it is not shown. */
size_t cache_row(const struct cache_model *m, const struct node *node);

/* What is open of an item; good as long as the scan that is shown. */
struct fold *cache_fold(const struct cache_model *m, const struct item *item);

/* Whether the filter shows a revision, in a row that is open or is not. */
bool cache_shows(
    const struct cache_model *m, const struct scan_repo *repo, size_t revision);

/* How many children the node could show. */
size_t cache_children(const struct cache_model *m, const struct node *node);
bool cache_is_open(const struct cache_model *m, const struct node *node);
void cache_open(struct cache_model *m, const struct node *node, bool open);

/* What a child of the rows that gather things is. */
const struct stray_ref *cache_stray(
    const struct cache_model *m, const struct node *node);
const struct scan_repo *cache_repo(
    const struct cache_model *m, const struct node *node);
const struct scan_revision *cache_revision(
    const struct cache_model *m, const struct node *node);

/*
 * What is to be said of a row in one letter: 'B' a checksum is wrong, 'L' it is
 * being downloaded, 'R' a program has it open, 'S' its bytes lie in the shared
 * store, ' ' nothing. `pid` (may be NULL) gets the program of 'R'.
 */
char cache_flag(const struct cache_model *m, const struct node *node, int *pid);

/* The same of a revision, without 'S'. */
char cache_revision_flag(const struct cache_model *m,
    const struct scan_repo *repo, size_t revision, int *pid);

/* What reading a blob has found the last time, and when (may be NULL). */
enum checked_state cache_checked(const struct cache_model *m,
    const struct scan_repo *repo, const struct scan_blob *blob, double *at);

/* What is wrong with a repository, the gravest first; NULL: nothing. Not safe to
 * show. */
const char *cache_warning(const struct scan_repo *repo);

/* What a row takes on disk, in bytes; of something damaged, as far as it is known. */
uint64_t cache_bytes(const struct cache_model *m, const struct node *node);

/* -- facts.c -- */

/* When a row was used and changed last, since 1970; 0: not known. */
void cache_times(const struct cache_model *m, const struct node *node,
    double *used, double *modified);

/* How many files are in it; 0: it is one, or nobody knows. */
size_t cache_files(const struct cache_model *m, const struct node *node);

/* Bytes that would go with it alone. */
uint64_t cache_only(const struct cache_model *m, const struct node *node);

/* -- marks -- */

/* Why a row cannot be marked; NULL: it can. */
const char *cache_cannot_mark(
    const struct cache_model *m, const struct node *node);
enum tally_state cache_marked(
    const struct cache_model *m, const struct node *node);
void cache_mark(struct cache_model *m, const struct node *node, bool on);

/* Marks all that is shown; if it is all marked, unmarks it. */
void cache_mark_all(struct cache_model *m);
void cache_invert(struct cache_model *m);

/* What is marked and not shown, because of the filter. */
struct cache_hidden {
	size_t rows;    /* revisions and loose files */
	uint64_t bytes; /* that go with them, as listed */
};
struct cache_hidden cache_hidden_marks(const struct cache_model *m);

/* As menus and the status line have it. */
const char *cache_sort_name(enum cache_sort sort);

#endif
