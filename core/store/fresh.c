#include "core/store/fresh.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/layout.h"
#include "core/store/listing.h"

/* In the order in which they can go; the repository's own folder is "". */
enum {
	BLOBS,
	TREES,
	REFS,
	SNAPSHOTS,
	MISSING,
	REPO,
	LOCKS
};

static const char *const names[FRESH_FOLDERS] = { "blobs", "trees", "refs",
	"snapshots", ".no_exist", "", NULL };

static char *
folder(const struct cache *cache, unsigned i)
{
	struct str path = STR_INIT;

	if (i == LOCKS)
		str_addf(&path, "%s/.locks/%s", cache->root, cache->name);
	else
		str_addf(&path, "%s%s%s", cache->repo, *names[i] ? "/" : "",
		    names[i]);
	return str_steal(&path);
}

static bool
is_there(const struct cache *cache, unsigned i)
{
	char *path = folder(cache, i);
	bool there = file_entry_exists(path);

	free(path);
	return there;
}

void
fresh_look(struct fresh *fresh, const struct cache *cache)
{
	for (unsigned i = 0; i < FRESH_FOLDERS; i++)
		fresh->there[i] = is_there(cache, i);
}

/* Removes the folder if it is empty and was not there before. */
static void
clear(const struct fresh *fresh, const struct cache *cache, unsigned i)
{
	char *path = folder(cache, i);

	if (!fresh->there[i])
		MAY_FAIL(rmdir(path), "a folder in which something is stays");
	free(path);
}

/* Without it the official clients call the repository corrupted. */
static void
make_snapshots(const struct cache *cache)
{
	char *path = folder(cache, SNAPSHOTS);
	struct error ignored;

	MAY_FAIL(dir_make(path, &ignored),
	    "the error of the download is what is reported");
	free(path);
}

void
fresh_clear(
    const struct fresh *fresh, const struct cache *cache, const char *commit)
{
	char *snapshot;

	if (*commit && !fresh->there[SNAPSHOTS]) {
		snapshot = cache_snapshot(cache, commit);
		MAY_FAIL(
		    rmdir(snapshot), "a folder in which something is stays");
		free(snapshot);
	}
	clear(fresh, cache, BLOBS);
	clear(fresh, cache, SNAPSHOTS);
	if (*commit && !fresh->there[REPO] && !is_there(cache, BLOBS) &&
	    !is_there(cache, SNAPSHOTS))
		listing_forget(cache, commit);
	for (unsigned i = 0; i < FRESH_FOLDERS; i++)
		clear(fresh, cache, i);
	if (!fresh->there[REPO] && is_there(cache, BLOBS))
		make_snapshots(cache);
}
