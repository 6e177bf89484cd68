/*
 * scan_repo.h: what a repository of a cache holds: revisions, files, blobs, and
 * what is wrong.
 *
 * Each file has two figures: its length (`size`), of which the official figures
 * are made, and what it takes on disk (`disk.held`), of which hug's own are.
 *
 * The figures are the official client's (2.4): a blob is what an entry of a
 * snapshot leads to first, counted once in a repository and once in each
 * revision. Where that client gives up a whole repository for one damaged
 * entry, it is kept here, with the same text as its `warning`.
 */
#ifndef CORE_CENSUS_SCAN_REPO_H
#define CORE_CENSUS_SCAN_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/repoid.h"

/* What a file takes on disk. With several names its bytes go with the last. */
struct scan_disk {
	uint64_t held; /* bytes */
	uint64_t device, number;
	unsigned names;
	bool about; /* other files share its extents: what goes with it is not
		       known exactly */
};

struct inodes;

struct scan_blob {
	char *key; /* path below the repository, or absolute outside of it */
	uint64_t size;
	double accessed, modified; /* seconds since 1970 */
	struct scan_disk disk;
	bool shared;  /* its bytes lie in the shared store */
	bool foreign; /* they lie behind a link: deleting frees none of them */
};

struct scan_file {
	char *path; /* in the repository */
	uint32_t blob;
};

/* What lies in `blobs` and no snapshot uses. */
struct scan_stray {
	char *name;
	uint64_t size;   /* bytes; 0 of a link */
	double modified; /* seconds since 1970 */
	struct scan_disk disk;
	bool partial; /* a download that was not finished, or still runs */
};

struct scan_revision {
	char *name; /* of its folder: a commit id, in most caches */
	uint64_t size, held;
	uint64_t refs_held; /* by the files of its refs */
	bool linked;        /* the folder is a link to one */
	double modified;
	ARR(struct scan_file) files; /* in the order of the system */
	ARR(char *) refs;            /* sorted; none: detached */
	ARR(char *) broken;          /* paths that lead to nothing */
};

struct scan_repo {
	char *folder;        /* its name in the cache */
	const char *type;    /* "model"; NULL: it is no repository */
	enum repo_type kind; /* the same, where there is a type */
	char *id;
	char *warning; /* the first thing that is wrong; NULL: nothing */
	bool known;    /* no repository, but nothing wrong either: CACHEDIR.TAG,
			  the shared store, and what systems leave around */

	/* While one of these is not NULL no rule chooses anything of it, or it
	 * cannot be deleted at all. Sentences with paths, not safe to show. */
	char *unclear; /* what cannot be read or understood: a revision may be
			  in use though no ref says so */
	char *linked;  /* a folder of it that is a link, and its target */
	char *fixed;   /* why nothing can be removed from it */

	uint64_t size;
	double accessed, modified;
	uint64_t damaged;    /* entries that lead to nothing */
	uint64_t own_bytes;  /* of `size`, what is not in the shared store */
	uint64_t held;       /* by what revisions use, each inode once */
	uint64_t own_held;   /* of it, what is not in the shared store */
	uint64_t other_held; /* by refs, listings and all that is not a blob */
	unsigned partials;   /* strays that were not finished */
	uint64_t partial_size; /* bytes of them */
	uint64_t partial_held;
	unsigned orphans; /* the other strays */
	uint64_t orphan_size;
	uint64_t orphan_held;
	unsigned odd; /* entries that no client makes, some of the user's */
	bool emptied; /* a revision has no file: orphans may be its files */
	ARR(struct scan_stray) strays;
	ARR(char *)
	indirect; /* "blobs/<name>", that is used through a link
				 in between: a file, but of no revision */
	ARR(struct scan_blob) blobs;
	ARR(struct scan_revision) revisions; /* by name */
	ARR(char *) refs;                    /* of all revisions, sorted */
};

/* Looks at one repository only. `shares`: this file system shares extents
 * between files, so look for that. */
void scan_one(
    struct scan_repo *repo, const char *root, const char *folder, bool shares);
void scan_repo_fini(struct scan_repo *repo);

/* Bytes that a file holds; 0 if one of its other names was counted before. */
uint64_t scan_once(struct inodes *inodes, const struct scan_disk *disk);

/* Whether it is a folder and nothing else: no revision, no blob, nothing that
 * somebody else put there, and nothing that is not clear. */
bool scan_is_empty(const struct scan_repo *repo);

/* Whether a file in `blobs` is one by its name: a checksum, or a checksum with
 * what marks a download that was not finished (`partial`). */
bool scan_is_blob_name(const char *name, bool *partial);

#endif
