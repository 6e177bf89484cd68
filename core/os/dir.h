/* dir.h: folders. */
#ifndef CORE_OS_DIR_H
#define CORE_OS_DIR_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

/* Makes a folder and the missing ones above it; links to folders count. */
MUST_USE bool dir_make(const char *path, struct error *err);

/* Makes the folder that `path` lies in. */
MUST_USE bool dir_make_parent(const char *path, struct error *err);

/*
 * Calls `each` with the name of every entry but "." and "..", in the order of
 * the system, until it returns false. A missing folder has no entries.
 */
MUST_USE bool dir_list(const char *path,
    bool (*each)(void *context, const char *name), void *context,
    struct error *err);

/*
 * `path` made absolute with links resolved as far as it exists; the caller
 * frees it. Like Python's Path.resolve().
 */
MUST_USE char *dir_resolve(const char *path);

/* Whether a name is one of what systems leave in any folder (".DS_Store"). */
bool dir_is_of_the_system(const char *name);

#endif
