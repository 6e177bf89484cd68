/*
 * check.h: files on disk against the sums they should have, as a job. Each file
 * is read once, some at a time, on the pool.
 */
#ifndef CORE_CENSUS_CHECK_H
#define CORE_CENSUS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/base/error.h"

struct job_bus;
struct loop;
struct scan;
struct workers;

enum check_state {
	CHECK_OPEN, /* not looked at yet */
	CHECK_GOOD,
	CHECK_BAD,    /* it has another sum */
	CHECK_FAILED, /* it cannot be read: whether it is good is not known */
};

struct check_file {
	char *path; /* on disk */
	char *name; /* for people */
	uint64_t size;
	double modified; /* of a blob, as the scan found it; 0: not known */
	enum digest_kind kind;
	enum check_state state;
	char want[DIGEST_HEX_MAX];
	char got[DIGEST_HEX_MAX]; /* if CHECK_BAD */
	char *why;                /* if CHECK_FAILED */
	bool denied; /* if CHECK_FAILED: this user may not read it */
};

typedef ARR(struct check_file) check_files;

struct check;

/* One without files. Freed only when it does not run; NULL is fine. */
MUST_USE struct check *check_new(void);
void check_free(struct check *check);

/* Adds a file, copying the text. Only before check_start. */
void check_add(struct check *check, const char *path, const char *name,
    uint64_t size, enum digest_kind kind, const char *want);

/*
 * Adds every blob of a repository of a cache whose name is its sum; the blob's
 * name for people is the first path that it has. How many have no such name.
 */
size_t check_add_repo(
    struct check *check, const struct scan *scan, size_t repo);

/*
 * Reads them all. `done` comes once, with err NULL unless it was cancelled;
 * check_result has what was found. Publishes a job called `name` (borrowed), and below
 * it a job for each file.
 */
void check_start(struct check *check, struct loop *loop,
    struct workers *workers, struct job_bus *bus, const char *name,
    void (*done)(void *context, const struct error *err), void *context);

/* Stops soon. */
void check_cancel(struct check *check);

/* The files in the order in which they were added. */
const check_files *check_result(const struct check *check);

#endif
