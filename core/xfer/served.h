/* served.h: whether the cache alone can serve a request. */
#ifndef CORE_XFER_SERVED_H
#define CORE_XFER_SERVED_H

#include <stdbool.h>

struct cache;
struct include;

/*
 * Whether everything that is wanted of a commit is in the cache. Without a
 * listing, as in caches of older clients, the folder is all there is to go by:
 * that is enough only when `unlisted` is allowed, and if the snapshot is not
 * known to be a part.
 */
bool served_by_cache(const struct cache *cache, const char *commit,
    struct include *include, bool unlisted);

#endif
