/* served.h: whether what is here can serve a request, without the Hub. */
#ifndef CORE_XFER_SERVED_H
#define CORE_XFER_SERVED_H

#include <stdbool.h>

struct cache;
struct include;
struct place;

/*
 * Whether everything that is wanted of a commit is in the cache. Without a
 * listing, as in caches of older clients, the folder is all there is to go by:
 * that is enough only when `unlisted` is allowed, and if the snapshot is not
 * known to be a part.
 */
bool served_by_cache(const struct cache *cache, const char *commit,
    struct include *include, bool unlisted);

/*
 * Whether a folder of the user's has what is wanted, as far as can be told
 * without the Hub: the names, or all of the listing that was kept last, or,
 * without one, anything at all.
 */
bool served_by_folder(const struct place *place, struct include *include);

#endif
