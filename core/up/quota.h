/*
 * quota.h: how many commits went to a repository within the last hour, from all uploads
 * of this user on this machine: the Hub takes 128 an hour of one repository.
 *
 * A file in the state folder for each repository, with a line for each commit: when.
 */
#ifndef CORE_UP_QUOTA_H
#define CORE_UP_QUOTA_H

#include "core/base/attr.h"
#include "core/base/repoid.h"

/* The file; the caller frees it. NULL: there is no state folder, and nothing is kept. */
MUST_USE char *quota_path(const char *endpoint, const struct repo *repo);

/* How many seconds from `now` (since 1970) on the next commit has to wait, scaled as all
 * waiting is (clock.h); 0: none.
 * What cannot be read counts as none. Blocks; of the pool. */
double quota_wait_s(const char *path, double now);

/* A commit was made. Blocks. */
void quota_add(const char *path, double now);

#endif
