/*
 * place.h: where a download's files go: into the cache, or into a folder of
 * the user's (--local-dir). What differs between the two is here.
 *
 * In the cache a blob is fetched once for all files that are made of it, in a
 * folder each file is fetched for itself, as the official client does.
 */
#ifndef CORE_DOWN_PLACE_H
#define CORE_DOWN_PLACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/store/layout.h"

struct plan;
struct plan_file;
struct place_sizes;

struct place {
	struct cache cache; /* with a folder it is read from, never written */
	char *folder;       /* absolute; NULL: into the cache */
	atomic_bool copied; /* links cannot be made: copies stand for them */
	struct place_sizes *sizes; /* that a listing names; NULL: not read */
};

/* `folder` is copied; NULL: into the cache. */
void place_init(struct place *place, const char *root, const struct repo *repo,
    const char *folder);
void place_fini(struct place *place);

/*
 * Whether the links on the way to the files of a repository may be followed:
 * root_may_follow. People keep a repository, its blobs, or the locks on another
 * disk; in a cache that several users share, a link of somebody else may lead
 * anywhere.
 */
MUST_USE bool place_trusts(const struct place *place, struct error *err);

/* Makes the folder that all goes to. */
MUST_USE bool place_prepare(const struct place *place, struct error *err);

/* The folder itself, for messages and for the space on its disk. Borrowed. */
const char *place_root(const struct place *place);

/*
 * Whether a file of this name may come from the Hub. Never one in a ".git",
 * which no commit of Git can hold either: whoever runs git there would run what
 * it says. In a folder none among the records, which would make a later
 * download believe wrong bytes, and none behind a link of another user.
 */
MUST_USE bool place_allows(
    const struct place *place, const char *path, struct error *err);

/* Where a file of a commit is in the end; with path NULL the folder with all of
 * them. The caller frees it. */
MUST_USE char *place_path(
    const struct place *place, const char *commit, const char *path);

/* Whether a file of this commit is here, without asking the Hub. May read a
 * listing, so not for the loop. */
bool place_knows(struct place *place, const char *commit, const char *path);

/*
 * Makes the file present without a transfer, if that can be: a link to a blob
 * that is here, a copy from the cache, or the sum of what stands there. With
 * `look_only` nothing is written. May read much, so not for the loop. `err`
 * (code ERR_NONE: none) is what the user should be told.
 */
bool place_settle(struct place *place, const char *commit,
    const struct plan_file *file, bool look_only, const atomic_bool *cancelled,
    struct error *err);

/* The caller frees these. */
MUST_USE char *place_lock(
    const struct place *place, const struct plan_file *file);
MUST_USE char *place_partial(
    const struct place *place, const struct plan_file *file);
MUST_USE char *place_partial_unique(
    const struct place *place, const struct plan_file *file);

/*
 * Goes on with what a killed official client left of the file, if we have
 * nothing of it: renames that to our partial file. Only under the lock.
 */
void place_adopt(const struct place *place, const struct plan_file *file);

/* Whether another process has fetched it while we waited for the lock. */
bool place_has(const struct place *place, const struct plan_file *file);

/*
 * Gives the partial file its name, unless it is NULL because the bytes are
 * here already, and makes all files of the plan that are made of it.
 */
MUST_USE bool place_put(struct place *place, const struct plan *plan,
    size_t blob, const char *partial, struct error *err);

#endif
