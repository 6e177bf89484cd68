/*
 * kept.h: files in the state folder that are named by what they are about.
 *
 * Nobody is asked about them, and nobody misses them: one that was not used for 90 days
 * is removed.
 */
#ifndef CORE_UP_KEPT_H
#define CORE_UP_KEPT_H

#include "core/base/attr.h"
#include "core/base/str.h"

/* "…/hug/FOLDER/SUM OF ABOUT"; the caller frees it. NULL: there is no state folder. */
MUST_USE char *kept_path(const char *folder, const struct str *about);

/* Removes what was not used for long in the folder of such a path, unless another
 * process holds its lock (PATH.lock). Blocks; of the pool. */
void kept_tidy(const char *path);

/* Counts as a use of one. */
void kept_used(int fd);

#endif
