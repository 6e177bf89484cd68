/*
 * carry.h: a plan of purge.h as steps, and the steps carried out.
 *
 * The steps are made once. Whoever takes them (trash.h keeps what goes for a
 * while, or it goes at once) gets them in an order in which a crash at any point
 * leaves a cache that all clients read without a new warning: refs, then
 * snapshots and repositories, then blobs.
 *
 * Between the plan and its end the cache may change, so each step looks again:
 *
 *   - a ref goes only while it still names the revision that goes;
 *   - when a revision was taken away, the refs are read again, and one that is
 *     named by then is put back, with its refs;
 *   - a whole repository means the revisions that the plan shows: with another
 *     one in it all of it stays;
 *   - a blob goes under its lock, after another look at what snapshots use.
 *
 * A blob is blobs/<name> in its own repository, whatever it leads to.
 */
#ifndef CORE_PURGE_CARRY_H
#define CORE_PURGE_CARRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/purge/unlinked.h"
#include "core/store/part.h"

struct purge;
struct purge_repo;
struct root;

struct carry_step {
	enum part_kind kind;
	char *path;                     /* below the cache */
	const struct purge_repo *entry; /* NULL: an empty repository */
	uint32_t revision;              /* of PART_REF and PART_SNAPSHOT */
	bool stray;                     /* a PART_BLOB that nothing used */
	uint64_t bytes;                 /* for progress alone */
};

typedef ARR(struct carry_step) carry_steps;

/* What was done, as it was done. */
struct carry_result {
	size_t repos;     /* whole ones */
	size_t revisions; /* those of whole repositories too */
	size_t whole_revisions;
	size_t files;
	size_t partials, orphans; /* one by one */
	size_t shared;            /* payloads of the shared store */
	size_t empty;             /* repositories with nothing in them */
	size_t trash;             /* deletions that were brought to an end */
	uint64_t freed;           /* bytes of which the last name went */
	uint64_t waiting;         /* bytes that wait in the trash */
	size_t left;              /* things that should have gone and did not */
};

struct carry_watch {
	/* A line for each thing that could not be taken away, or was left
	 * because it is in use or changed. Safe to show. */
	void (*tell)(void *context, const char *text);
	void (*went)(void *context, uint64_t bytes); /* may be NULL */
	void *context;
	const atomic_bool *cancelled; /* ends it between two things; or NULL */
	/* For each file that is gone for good, with the bytes that freed; may
	 * be NULL. */
	void (*freed)(void *context, uint64_t bytes);
};

enum carry_took {
	CARRY_TAKEN,
	CARRY_GONE,  /* somebody else took it before */
	CARRY_LEFT,  /* `err` says why */
	CARRY_APART, /* it cannot be kept for a while: only `remove` does it */
};

/* Who takes what goes, step by step. */
struct carry_taker {
	/* Takes it away. For a PART_REF ERR_CONFLICT if it does not hold
	 * `commit` (NULL: of the others). */
	enum carry_took (*take)(
	    void *context, size_t step, const char *commit, struct error *err);
	/* Takes away for good what is CARRY_APART. */
	enum carry_took (*remove)(
	    void *context, size_t step, const char *commit, struct error *err);
	/* Puts it back where it was; NULL: it cannot. */
	bool (*put_back)(void *context, size_t step, struct error *err);
	/* The whole path of what was taken, for another look; NULL: it is
	 * gone. The caller frees it. */
	char *(*taken)(void *context, size_t step);
	void *context;
};

/* Makes the steps of a plan, which outlives them. */
void carry_plan(const struct purge *purge, carry_steps *steps);
void carry_steps_free(carry_steps *steps);

/*
 * Carries the steps out and adds to `result` what was taken. `going` notes links
 * into the shared store that were.
 */
void carry_out(const struct purge *purge, const carry_steps *steps,
    const struct root *root, const struct carry_taker *taker,
    const struct carry_watch *watch, struct unlinked *going,
    struct carry_result *result);

/* What stays of a tree and what goes, for who watches. */
struct carry_hearing {
	const struct carry_watch *watch;
};

/* As `stays` and `went` of a root_removal with such a context. */
void carry_hear(void *context, const char *text);
void carry_hear_freed(void *context, uint64_t bytes);

#endif
