/*
 * select.h: the files of a folder that are to be sent.
 *
 * Links to files are followed, links to folders are not entered. What Git and
 * the Hub's clients keep for themselves (".git", ".cache/huggingface") is never
 * taken. Files come in the order of their paths' parts, as with the official
 * clients (hf_api.py: _prepare_upload_folder_additions).
 */
#ifndef CORE_UP_SELECT_H
#define CORE_UP_SELECT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/base/error.h"

struct include;

/* Which file it was when it was looked at, and in what state. */
struct up_mark {
	uint64_t device, number;
	uint64_t size;
	int64_t modified_ns, changed_ns;
};

/* How the Hub wants it, and what has become of it. */
enum up_state {
	UP_LISTED,  /* nothing is known but the listing */
	UP_ASKED,   /* how it is wanted is known; its sum may not be */
	UP_SUMMED,  /* an LFS object that may have to be sent */
	UP_READY,   /* can go into a commit */
	UP_SENT,    /* is in a commit that is on its way */
	UP_THERE,   /* committed by us */
	UP_SAME,    /* was there already */
	UP_IGNORED, /* by the repository's .gitignore */
	UP_LEFT,    /* changed or vanished meanwhile */
};

struct up_file {
	char *path; /* below the folder */
	struct up_mark mark;
	unsigned char git[20], sha[32]; /* sums; see has_git, has_sha */
	unsigned char state;            /* enum up_state */
	bool has_git, has_sha;
	bool lfs;
	bool grows;    /* only that: what it had when it was listed counts */
	bool known;    /* the journal says that it is there */
	bool noted;    /* its sums are in the journal */
	bool fresh;    /* the Hub has nothing of that name */
	unsigned note; /* which line of it they are */
	unsigned next; /* file of the same object; UP_NOBODY: none */
	unsigned char remote[32]; /* what the Hub has of that name, if any */
	bool remote_sha;          /* it is an LFS object's; else a blob's */
};

#define UP_NOBODY (~0u)

typedef ARR(struct up_file) up_files;

/* What cannot be sent: a path below the folder, and why. */
struct up_oddity {
	char *path;
	char *why;
	bool misplaced; /* where it is to go there can be no file */
};

typedef ARR(struct up_oddity) up_oddities;

struct selection {
	up_files files;
	up_oddities skipped;    /* FIFOs, links that lead nowhere */
	up_oddities held;       /* not calm yet (calm.h) */
	up_oddities impossible; /* unreadable, or named as no file may be */
};

/*
 * Lists what is wanted of a folder, an absolute path; blocks. Ends with
 * ERR_CANCELLED soon after `cancelled` is set. A folder below that cannot be read
 * is among the impossible.
 */
MUST_USE bool select_folder(const char *folder, struct include *wanted,
    struct selection *out, const atomic_bool *cancelled, struct error *err);

/* The same of a single file, links followed. */
MUST_USE bool select_file(
    const char *path, struct selection *out, struct error *err);

void selection_fini(struct selection *selection);

/* Looks at a file again; false, with errno set, if it is not there. */
MUST_USE bool up_mark_of(const char *path, struct up_mark *mark);
MUST_USE bool up_mark_of_open(int fd, struct up_mark *mark);

bool up_mark_is(const struct up_mark *a, const struct up_mark *b);

/* Whether a file is what it was, or has at least only grown where it may. */
bool up_is_still(const struct up_file *file, const struct up_mark *now);

/*
 * Whether a path may be one of a repository's files (_commit_api.py:
 * _validate_path_in_repo), after what it allows in front ("/", "./") is gone: then
 * `*clean` is where it begins. ERR_USAGE in its words.
 */
MUST_USE bool up_check_target(
    const char *path, const char **clean, struct error *err);

#endif
