/*
 * copy.h: files of one revision put into another, of the same repository or not, in
 * one commit. Large files are named to the Hub, which has them; small ones come here
 * and go into the commit, and touch no disk (huggingface_hub 2.4.0, hf_api.py:
 * _copy_to_repo; _commit_api.py: _fetch_files_to_copy).
 */
#ifndef CORE_UP_COPY_H
#define CORE_UP_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"

struct copy;
struct hub;

/* One side of it. A path has no "/" at its ends; "": all of the repository. */
struct copy_end {
	struct repo repo;
	const char *revision; /* NULL: main */
	const char *path;
};

/* All is borrowed for the life of the copy. */
struct copy_request {
	struct copy_end from, to;
	bool contents;  /* of a folder, not the folder as one in `to` */
	bool to_folder; /* `to` is a folder, even if there is none yet */
	bool
	    waits_out; /* a commit that is one too many for now is waited for */
	const char *message;
	/*
	 * Once. err NULL: all is there, by the commit at `url`, or NULL if nothing
	 * had to change.
	 */
	void (*done)(void *context, const char *url, const struct error *err);
	void *context;
};

MUST_USE struct copy *copy_start(
    struct hub *hub, const struct copy_request *request);

/*
 * If it failed because of a large file that is not in Xet storage, which the Hub
 * cannot copy: that file's path in `from`, and where it was to go, NULL if it was
 * not the only one. NULL if it failed for another reason.
 */
const char *copy_unmoved(const struct copy *copy, const char **to);

/* Files that were there already, once it is done. */
size_t copy_same(const struct copy *copy);

/* Whether its commit is on its way, and may be made whatever happens here. */
bool copy_is_committing(const struct copy *copy);

/* Frees it, without done if it still runs; not from inside done. NULL is fine. */
void copy_free(struct copy *copy);

#endif
