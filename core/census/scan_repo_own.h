/* scan_repo_own.h: what scan_repo.c and scan_snapshot.c share. */
#ifndef CORE_CENSUS_SCAN_REPO_OWN_H
#define CORE_CENSUS_SCAN_REPO_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/map.h"
#include "core/base/str.h"
#include "core/census/scan_repo.h"

struct walk;
struct walk_info;

/* The refs that hold a text. */
struct commit_refs {
	char *commit; /* the text, as the official client takes it */
	char *meant;  /* the same without what stands around a commit */
	ARR(char *) names;
	uint64_t held; /* bytes of their files */
	bool used;     /* a snapshot has the text as its name */
	bool known;    /* or what is meant */
};

/* One repository while it is read. */
struct reading {
	struct scan_repo *repo;
	const char *root;
	struct str path; /* of the repository */
	struct map blobs;
	struct map refs; /* commit to index into `commits` */
	ARR(struct commit_refs) commits;
	struct str text; /* of links */
	struct str key;
	bool store;  /* repositories share blobs here */
	bool shares; /* files may share extents here */
};

/* The first thing that is wrong, in the official client's words: a text, and
 * then a path below the repository. */
void scan_warn(struct scan_repo *repo, const char *before, const char *path,
    const char *after);
void scan_warn_at(struct reading *r, const char *before, const char *below);

/* Something cannot be read. The first of it is kept. */
void scan_not_read(struct scan_repo *repo, const char *path, int errnum);

/* Notes why nothing can be removed from a folder. */
void scan_check_fixed(
    struct scan_repo *repo, const struct walk *walk, const char *path);

/* What of a file's stat the ledger of bytes needs. */
struct scan_disk scan_disk_of(const struct walk_info *info);

/* Reads all revisions. */
void scan_snapshots(struct reading *r, struct walk *snapshots);

/* For qsort: char *. */
int scan_by_text(const void *a, const void *b);

#endif
