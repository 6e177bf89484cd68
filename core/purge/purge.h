/*
 * purge.h: what goes from a cache: which blobs nothing else needs, and how much
 * that frees. carry.h makes steps of it, trash.h takes them.
 */
#ifndef CORE_PURGE_PURGE_H
#define CORE_PURGE_PURGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct scan;
struct scan_repo;
struct tally;

/* A file of a revision. */
struct purge_file {
	uint32_t revision, file;
};

/* What goes of one repository. */
struct purge_repo {
	const struct scan_repo *repo;
	bool *chosen;        /* by revision */
	size_t count;        /* of revisions chosen */
	bool whole;          /* all of it: the folder goes */
	ARR(uint32_t) blobs; /* that nothing else needs */
	ARR(struct purge_file) files;
	ARR(uint32_t) strays; /* of the repository */
};

/* {.scan} is an empty plan; the scan outlives it. */
struct purge {
	const struct scan *scan;
	ARR(struct purge_repo) repos; /* in the order they were chosen in */
	size_t *places;               /* by repository of the scan: its place in
				         `repos` + 1; 0: none */

	/* Of what was chosen, repositories of which nothing can go (`linked` or
	 * `fixed`): they are no part of the plan. */
	ARR(const struct scan_repo *) refused;
	bool loose;        /* payloads that nothing links to go */
	bool empty;        /* repositories with nothing in them go */
	bool trash;        /* deletions that are not through are brought to an
			     end: those of the scan */
	uint64_t freed;    /* bytes on disk, after purge_plan */
	uint64_t official; /* the same as the official client counts */
	bool about;        /* `freed` is not known exactly: shared extents */
	unsigned whole_repos;
	size_t revisions; /* chosen, those of whole repositories too */
	size_t whole_revisions;
	size_t files;
	size_t strays;
};

/* Why nothing of a repository can be deleted, as a sentence with paths (not
 * safe to show); NULL: it can. */
const char *purge_refuses(const struct scan_repo *repo);

/* Chooses a revision; with `revision` SIZE_MAX all of the repository. */
void purge_choose(
    struct purge *purge, const struct scan_repo *repo, size_t revision);

/* Chooses a file in every revision; how many have it. */
size_t purge_choose_file(
    struct purge *purge, const struct scan_repo *repo, const char *path);

/* Chooses a stray of a repository. */
void purge_choose_stray(
    struct purge *purge, const struct scan_repo *repo, size_t stray);

/* Chooses what is marked; the tally is of the same scan. */
void purge_choose_marked(struct purge *purge, const struct tally *tally);

/* Works out what goes with what is chosen, and what that frees. Again after
 * more was chosen. */
void purge_plan(struct purge *purge);

/* Bytes of deletions that are not through and that nobody waits for. */
uint64_t purge_trash_bytes(const struct scan *scan);

/* How many deletions that are not through `trash` would bring to an end. */
size_t purge_trash(const struct purge *purge);

/* Releases the plan, not the scan. */
void purge_fini(struct purge *purge);

#endif
