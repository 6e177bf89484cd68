/* refs.h: which commit a branch or tag was when last looked at. */
#ifndef CORE_STORE_REFS_H
#define CORE_STORE_REFS_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct cache;

/*
 * The commit a ref names, into `commit` (41 bytes). False if there is no such
 * ref, or it holds anything but a commit id (a line end spoils it for every
 * client).
 */
bool ref_read(const struct cache *cache, const char *name, char *commit);

/*
 * Writes a ref unless it says this already, whole or not at all. The name was
 * given by the user: one that would leave the refs folder is an error.
 */
MUST_USE bool ref_write(const struct cache *cache, const char *name,
    const char *commit, struct error *err);

#endif
