#include "core/xfer/served.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/hub/repo.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/listing.h"
#include "core/store/local.h"
#include "core/store/snapshot.h"
#include "core/xfer/include.h"
#include "core/xfer/place.h"

struct serving {
	const struct cache *cache;
	const char *commit;
	struct include *include;
	bool all; /* that is wanted is there */
};

static void
settle_listed(void *context, const struct listing_file *file)
{
	struct serving *serving = context;

	include_settle(serving->include, file->path);
}

static void
look_listed(void *context, const struct listing_file *file)
{
	struct serving *serving = context;

	if (include_wants(serving->include, file->path))
		serving->all = serving->all &&
		               snapshot_has(serving->cache, serving->commit,
				   file->path, NULL, file->size);
}

/* Names first: what turns out to be one is no pattern. */
static bool
is_listed(struct serving *serving, const char *folder)
{
	return listing_read(serving->cache, serving->commit, folder,
		   settle_listed, serving) &&
	       listing_read(serving->cache, serving->commit, folder,
		   look_listed, serving);
}

/* Looks for all that is wanted by name. */
static void
look_for_names(struct serving *serving)
{
	arr_each (want, &serving->include->wants) {
		if (!want->pattern &&
		    include_wants(serving->include, want->text))
			serving->all =
			    serving->all &&
			    snapshot_has(serving->cache, serving->commit,
				want->text, NULL, SIZE_UNKNOWN);
	}
}

/* Looks through the listings; false if one is missing. */
static bool
look_through(struct serving *serving)
{
	struct folders folders;
	bool listed = is_listed(serving, "");

	if (listed)
		return true;
	/* A damaged one may have said anything. */
	serving->all = listed = true;
	include_folders(serving->include, &folders);
	for (size_t i = 0; listed && i < folders.list.n; i++)
		listed = is_listed(serving, folders.list.v[i]);
	folders_fini(&folders);
	return listed;
}

bool
served_by_cache(const struct cache *cache, const char *commit,
    struct include *include, bool unlisted)
{
	struct serving serving = { cache, commit, include, true };

	arr_each (want, &include->wants)
		want->hit = false;
	if (include_is_names(include)) {
		look_for_names(&serving);
		return serving.all;
	}
	if (!look_through(&serving)) {
		serving.all = unlisted && !listing_has_parts(cache, commit);
		if (serving.all)
			look_for_names(&serving);
		return serving.all;
	}
	arr_each (want, &include->wants)
		serving.all = serving.all && (want->hit || !want->must);
	return serving.all;
}

/* -- a folder -- */

struct newest {
	const char *trees;
	double changed;
	char commit[COMMIT_MAX]; /* "" until one is found */
};

static bool
look_for_newest(void *context, const char *name)
{
	struct newest *newest = context;
	char *path = path_join(newest->trees, name);
	char commit[COMMIT_MAX] = "";
	double changed;

	if (strlen(name) == COMMIT_MAX - 1 + strlen(".json"))
		memcpy(commit, name, COMMIT_MAX - 1);
	if (repo_is_commit(commit) && !strcmp(name + COMMIT_MAX - 1, ".json") &&
	    file_changed_s(path, &changed) && changed >= newest->changed) {
		newest->changed = changed;
		memcpy(newest->commit, commit, COMMIT_MAX);
	}
	free(path);
	return true;
}

static bool
folder_has(const struct place *place, const char *path)
{
	char *file = local_file(place->folder, path);
	bool found = file_kind(file, NULL) == FILE_REGULAR;

	free(file);
	return found;
}

struct folder_serving {
	const struct place *place;
	struct include *include;
	bool all;
};

static void
look_in_folder(void *context, const struct listing_file *file)
{
	struct folder_serving *serving = context;

	if (include_wants(serving->include, file->path))
		serving->all =
		    serving->all && folder_has(serving->place, file->path);
}

bool
served_by_folder(const struct place *place, struct include *include)
{
	struct folder_serving serving = { place, include, true };
	struct newest newest = { .trees = place->cache.trees };
	struct error ignored;

	if (include_is_names(include)) {
		arr_each (want, &include->wants)
			serving.all =
			    serving.all && folder_has(place, want->text);
		return serving.all;
	}
	(void)!dir_list(newest.trees, look_for_newest, &newest, &ignored);
	if (*newest.commit && listing_read(&place->cache, newest.commit, "",
				  look_in_folder, &serving))
		return serving.all;
	return local_has_files(place->folder);
}
