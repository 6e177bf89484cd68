/*
 * fresh.h: the folders of a repository that a run makes in the cache, and takes
 * back when it fails, so that no scan meets a repository that is none.
 */
#ifndef CORE_STORE_FRESH_H
#define CORE_STORE_FRESH_H

#include <stdbool.h>

struct cache;

#define FRESH_FOLDERS 7

struct fresh {
	bool there[FRESH_FOLDERS]; /* before the run */
};

/* Looks at what is there; before anything is made. */
void fresh_look(struct fresh *fresh, const struct cache *cache);

/*
 * Removes those folders that were not there before and have nothing in them, by
 * rmdir: what others put there meanwhile stays. Listings of `commit` alone do not
 * make a repository. Where bytes are kept to go on with, the repository stays,
 * in a form that all clients read without a warning.
 */
void fresh_clear(
    const struct fresh *fresh, const struct cache *cache, const char *commit);

#endif
