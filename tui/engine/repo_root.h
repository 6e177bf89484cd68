/*
 * repo_root.h: the first page of what lies in the root of a repository, so that it is seen
 * at once: a listing of all files comes folder by folder, and these last.
 */
#ifndef TUI_ENGINE_REPO_ROOT_H
#define TUI_ENGINE_REPO_ROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/map.h"
#include "core/base/treefile.h"

struct cJSON;

struct repo_root_file {
	char *path, *oid, *sha256; /* the last NULL: it has none */
	uint64_t size;
};

/* {0} is an empty one. */
struct repo_root {
	ARR(struct repo_root_file) files;
	struct map names;
	bool
	    more; /* there are folders, or other pages: these are not all files */
};

void repo_root_fini(struct repo_root *root);

/* Takes an entry as the Hub lists it. */
void repo_root_take(struct repo_root *root, const struct cJSON *item);

/* Hands its files on, until one is refused; and whether a path is one of them. */
void repo_root_each(
    const struct repo_root *root, treefile_take *take, void *context);
bool repo_root_has(const struct repo_root *root, const char *path);

#endif
