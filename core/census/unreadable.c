#include "core/census/unreadable.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/walk.h"

/* Folders are never so deep; a loop of mounts is. */
#define DEPTH_MAX 128

/* That there is no folder is no reason to note one. */
static void
note(unreadable_list *list, const char *path, int errnum)
{
	struct error err;

	if (errnum == ENOENT || errnum == ENOTDIR)
		return;
	err_path(&err, errnum, "open the folder", path);
	arr_push(list,
	    (struct unreadable){ mem_strdup(path), mem_strdup(err.message) });
}

struct walk *
unreadable_open(unreadable_list *list, const struct walk *parent,
    const char *name, const char *path)
{
	struct walk *walk = walk_open(parent, name);
	struct walk_info info;

	if (walk && walk_look(walk, ".", &info))
		return walk;
	note(list, path, errno);
	walk_close(walk);
	return NULL;
}

void
unreadable_try(unreadable_list *list, const char *path)
{
	walk_close(unreadable_open(list, NULL, path, path));
}

/* Tries all folders in one that is open, and those in them. */
static void
try_below(
    unreadable_list *list, struct walk *walk, const char *path, unsigned depth)
{
	struct walk_entry entry;

	while (depth < DEPTH_MAX && walk_next(walk, &entry)) {
		struct walk *inner;
		char *below;

		if (entry.kind != WALK_FOLDER &&
		    (depth || entry.kind != WALK_LINK))
			continue;
		below = path_join(path, entry.name);
		inner = unreadable_open(list, walk, entry.name, below);
		if (inner)
			try_below(list, inner, below, depth + 1);
		walk_close(inner);
		free(below);
	}
}

void
unreadable_find(unreadable_list *list, const char *root, const char *folder)
{
	char *repo = path_join(root, folder);
	char *blobs = path_join(repo, "blobs");
	char *snapshots = path_join(repo, "snapshots");
	size_t before = list->n;
	struct walk *walk;

	/* Nothing in a folder that is closed is more than a repetition. */
	unreadable_try(list, repo);
	if (list->n == before) {
		unreadable_try(list, blobs);
		walk = unreadable_open(list, NULL, snapshots, snapshots);
		if (walk)
			try_below(list, walk, snapshots, 0);
		walk_close(walk);
	}
	free(repo);
	free(blobs);
	free(snapshots);
}

void
unreadable_fini(unreadable_list *list)
{
	arr_each (item, list) {
		free(item->path);
		free(item->why);
	}
	arr_free(list);
}
