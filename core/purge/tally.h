/*
 * tally.h: what of a scanned cache is marked for deletion, and, kept up to date
 * mark by mark, what that would free. The one ledger of bytes: plans, screens
 * and reports ask it.
 *
 * A blob goes when all entries that lead to it go. Its bytes are those that it
 * takes on disk, and they are freed with the last name of its inode, wherever
 * the others are; of a link into the shared store, with the last link to the
 * payload. With a whole repository goes all else in its folder. Marking costs
 * the files of what is marked, whatever the size of the cache.
 */
#ifndef CORE_PURGE_TALLY_H
#define CORE_PURGE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"

struct scan;
struct scan_repo;

enum tally_state {
	TALLY_NONE,
	TALLY_SOME,
	TALLY_ALL,
};

/* All bytes. */
struct tally_sum {
	uint64_t listed; /* sum of the marked rows: what they share is in it
			    more than once */
	uint64_t stays;  /* of it, what something that stays needs */
	uint64_t freed;
	uint64_t extra;    /* of it, what goes with whole repositories and is
			      no file of a revision */
	uint64_t official; /* `freed` as the official client counts: lengths,
			      of files of revisions and marked strays */
	bool about;        /* some of it may share extents with what stays */
	size_t revisions;  /* those of whole repositories too */
	size_t repos;      /* that lose something */
	size_t whole;      /* that go */
	size_t files;      /* single ones */
	size_t strays;     /* marked one by one */
};

struct tally;

/* The scan outlives it; its repositories may still be arriving. */
MUST_USE struct tally *tally_new(const struct scan *scan);
void tally_free(struct tally *tally);

/* Takes a repository of the scan in, once it was read. */
void tally_add(struct tally *tally, const struct scan_repo *repo);

/* Whether it was taken in. */
bool tally_has(const struct tally *tally, const struct scan_repo *repo);

/* Learns of the shared store, and of files with several names, once all of the
 * scan was read: until then these free nothing. */
void tally_share(struct tally *tally);

/*
 * Mark, or unmark, one thing by its number in the scan's repository, which must
 * have been taken in; as it was already: nothing happens. A mark of a revision
 * takes the place of those of its files, and a file that is unmarked in a marked
 * revision leaves the others marked one by one.
 */
void tally_mark(struct tally *tally, const struct scan_repo *repo,
    size_t revision, bool on);
void tally_mark_file(struct tally *tally, const struct scan_repo *repo,
    size_t revision, size_t file, bool on);
void tally_mark_stray(
    struct tally *tally, const struct scan_repo *repo, size_t stray, bool on);

/* A repository without revisions has a mark of its own. */
void tally_mark_empty(
    struct tally *tally, const struct scan_repo *repo, bool on);

/* Unmarks all. */
void tally_clear(struct tally *tally);

/*
 * Begins a step: what is marked from here on is taken back, or done again, as
 * one. Steps before the first one are not remembered, nor very many marks.
 */
void tally_step(struct tally *tally);
void tally_forget(struct tally *tally); /* all steps */

/* What a mark is of, by numbers of the scan. */
struct tally_place {
	size_t repo, revision;
	size_t file;       /* of the revision, or a stray */
	bool stray, whole; /* `whole`: the file does not matter */
};

/* Takes over the steps of a ledger of an earlier scan; `now` makes each place
 * one of the new scan, false if it is not there any more. */
void tally_inherit(struct tally *tally, const struct tally *old,
    bool (*now)(void *context, struct tally_place *place), void *context);

/* One step back or forth, where there is one. */
bool tally_can_undo(const struct tally *tally);
bool tally_can_redo(const struct tally *tally);
void tally_undo(struct tally *tally);
void tally_redo(struct tally *tally);

/* What is marked of it. Of a repository that was not taken in nothing is; a marked
 * stray alone does not make one TALLY_SOME. */
enum tally_state tally_repo(
    const struct tally *tally, const struct scan_repo *repo);
enum tally_state tally_revision(
    const struct tally *tally, const struct scan_repo *repo, size_t revision);
bool tally_file(const struct tally *tally, const struct scan_repo *repo,
    size_t revision, size_t file);
bool tally_stray(
    const struct tally *tally, const struct scan_repo *repo, size_t stray);

/* Of all marks, in the time that it takes to walk the repositories. */
struct tally_sum tally_sum(const struct tally *tally);

/* Whether nothing that stays leads to a blob, and something marked does. */
bool tally_goes(
    const struct tally *tally, const struct scan_repo *repo, size_t blob);

/* Of one repository: what would be freed of it, and what stays of it. */
void tally_of(const struct tally *tally, const struct scan_repo *repo,
    uint64_t *freed, uint64_t *stays);

/* Bytes that would be freed if this alone were deleted. */
uint64_t tally_only(
    const struct tally *tally, const struct scan_repo *repo, size_t revision);

/*
 * A revision that is not marked and has most of the bytes that stay of a
 * repository; SIZE_MAX if none of them stay.
 */
size_t tally_needs(const struct tally *tally, const struct scan_repo *repo);

#endif
