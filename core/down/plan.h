/*
 * plan.h: what has to be moved: the difference between what is wanted and
 * what the cache holds.
 */
#ifndef CORE_DOWN_PLAN_H
#define CORE_DOWN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"

/* A file that is wanted, and what the Hub says of it. */
struct plan_file {
	char *path;    /* checked */
	char *etag;    /* checked: 40 or 64 hex digits */
	char *xet;     /* where Xet storage has it; NULL: not known */
	uint64_t size; /* SIZE_UNKNOWN if the Hub does not say */
	bool present;
	size_t next; /* next file with the same bytes + 1; 0: none */
};

/* Bytes that have to be fetched, once for all files that are made of them. */
struct plan_blob {
	size_t first;  /* file; the others are found by `next` */
	uint64_t kept; /* bytes of it that an earlier run left here */
};

/* {0} is a valid empty value. */
struct plan {
	char commit[COMMIT_MAX]; /* of which the files are; "" until known */
	ARR(struct plan_file) files;
	ARR(struct plan_blob) blobs;
	uint64_t missing; /* bytes to come, less what is kept */
	uint64_t kept;    /* bytes */
	bool unknown;     /* some size is not known */
};

/* Frees the files and their text, and leaves an empty plan. */
void plan_fini(struct plan *plan);

/* Takes all files out; the commit stays. */
void plan_clear(struct plan *plan);

/* Orders the blobs by size, the smallest first, those of unknown size last. */
void plan_order(struct plan *plan);

/* Takes a file out again; only before it is compared. The last takes its place. */
void plan_drop(struct plan *plan, size_t i);

/*
 * Adds a file, copying the text. A name or sum that must not reach the disk
 * is an error.
 */
MUST_USE bool plan_add(struct plan *plan, const char *path, const char *etag,
    const char *xet, uint64_t size, struct error *err);

#endif
