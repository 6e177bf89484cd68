#include "core/down/served.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/down/place.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/store/layout.h"
#include "core/store/listing.h"
#include "core/store/local.h"
#include "core/store/snapshot.h"
#include "core/xfer/include.h"

/* Deeper than any snapshot. */
#define DEPTH_MAX 100

struct serving {
	const struct cache *cache;
	const char *commit;
	struct include *include;
	bool all; /* that is wanted is there */
	bool any; /* is wanted, of what a listing names */
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

	if (!include_wants(serving->include, file->path))
		return;
	serving->any = true;
	serving->all =
	    serving->all && snapshot_has(serving->cache, serving->commit,
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

/* -- without a listing -- */

/* What a look through a folder finds. */
struct finding {
	struct include *include;
	struct str path; /* below the folder */
	bool any;        /* file that is wanted */
	bool broken;     /* a link to one leads nowhere */
	bool records;    /* ours are in it, and are none of the repository's */
};

static void
look_at_entry(struct finding *finding, const struct walk *walk,
    const struct walk_entry *entry)
{
	struct walk_info info;

	include_settle(finding->include, finding->path.v);
	if (!include_wants(finding->include, finding->path.v))
		return;
	if (walk_look(walk, entry->name, &info) && info.kind == WALK_FILE)
		finding->any = true;
	else
		finding->broken = true;
}

/* Whether each file is there that must be. */
static bool
all_hit(const struct include *include)
{
	arr_each (want, &include->wants) {
		if (want->must && !want->hit)
			return false;
	}
	return true;
}

/* In a folder of the user's, which may hold anything, no more is looked at than
 * needed. */
static bool
is_enough(const struct finding *finding)
{
	return finding->records && finding->any && all_hit(finding->include);
}

static void
look_below(struct finding *finding, const struct walk *parent, const char *name,
    unsigned depth)
{
	struct walk *walk = walk_open(parent, name);
	size_t n = finding->path.n;
	struct walk_entry entry;

	while (walk && !is_enough(finding) && walk_next(walk, &entry)) {
		path_add(&finding->path, entry.name);
		if (entry.kind != WALK_FOLDER)
			look_at_entry(finding, walk, &entry);
		else if (depth < DEPTH_MAX &&
			 !(finding->records &&
			     !strcmp(finding->path.v, ".cache")))
			look_below(finding, walk, entry.name, depth + 1);
		str_cut(&finding->path, n);
	}
	walk_close(walk);
}

static enum served
look_for_files(const char *folder, struct include *include, bool records)
{
	struct finding finding = {
		.include = include, .path = STR_INIT, .records = records
	};

	look_below(&finding, NULL, folder, 0);
	str_fini(&finding.path);
	/* What is broken in a folder of the user's may be anybody's. */
	return finding.any && (records || !finding.broken) && all_hit(include)
	           ? SERVED_PERHAPS
	           : SERVED_NOT;
}

static enum served
served_unlisted(struct serving *serving, enum served_by by)
{
	char *folder;
	enum served served;

	if (by == SERVED_BY_LISTING ||
	    listing_has_parts(serving->cache, serving->commit))
		return SERVED_NOT;
	serving->all = true;
	look_for_names(serving);
	if (!serving->all)
		return SERVED_NOT;
	if (by == SERVED_BY_FOLDER)
		return SERVED_ALL;
	folder = cache_snapshot(serving->cache, serving->commit);
	served = look_for_files(folder, serving->include, false);
	free(folder);
	return served;
}

/* That nothing is wanted of what is listed is a failure online, too, but to the
 * official clients. */
static enum served
served_listed(const struct serving *serving, enum served_by by)
{
	const struct include *include = serving->include;
	bool all = !include->wants.n && !include->excludes.n;

	return serving->all && all_hit(include) &&
	               (serving->any || all || by == SERVED_BY_FOLDER)
	           ? SERVED_ALL
	           : SERVED_NOT;
}

static void
forget_hits(struct include *include)
{
	arr_each (want, &include->wants)
		want->hit = false;
}

enum served
served_by_cache(const struct cache *cache, const char *commit,
    struct include *include, enum served_by by)
{
	struct serving serving = { cache, commit, include, true, false };

	forget_hits(include);
	if (include_is_names(include)) {
		look_for_names(&serving);
		return serving.all ? SERVED_ALL : SERVED_NOT;
	}
	return look_through(&serving) ? served_listed(&serving, by)
	                              : served_unlisted(&serving, by);
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

/* What the user changed counts as it is; what was cut short does not. */
static bool
folder_has(const struct place *place, const char *path, const char *etag,
    uint64_t size)
{
	struct local_meta meta;

	local_look(place->folder, path, &meta);
	return meta.state != LOCAL_MISSING &&
	       !(etag && local_is_cut(&meta, etag, size));
}

struct folder_serving {
	struct serving base;
	const struct place *place;
};

static void
look_in_folder(void *context, const struct listing_file *file)
{
	struct folder_serving *serving = context;

	if (!include_wants(serving->base.include, file->path))
		return;
	serving->base.any = true;
	serving->base.all =
	    serving->base.all && folder_has(serving->place, file->path,
				     listing_etag(file), file->size);
}

enum served
served_by_folder(
    const struct place *place, struct include *include, enum served_by by)
{
	struct folder_serving serving = { { .include = include, .all = true },
		place };
	struct newest newest = { .trees = place->cache.trees };
	struct error ignored;
	bool listed;

	forget_hits(include);
	MAY_FAIL(dir_list(newest.trees, look_for_newest, &newest, &ignored),
	    "without a listing the files themselves are looked at");
	listed = *newest.commit && listing_read(&place->cache, newest.commit,
				       "", look_in_folder, &serving);
	/* A damaged one may have said anything. */
	serving.base.all = serving.base.all || !listed;
	if (include_is_names(include)) {
		arr_each (want, &include->wants)
			serving.base.all =
			    serving.base.all &&
			    folder_has(place, want->text, NULL, SIZE_UNKNOWN);
		return serving.base.all ? SERVED_ALL : SERVED_NOT;
	}
	if (listed)
		return by == SERVED_BY_FOLDER && serving.base.all
		           ? SERVED_ALL
		           : served_listed(&serving.base, by);
	if (by == SERVED_BY_FOLDER)
		return local_has_files(place->folder) ? SERVED_ALL : SERVED_NOT;
	forget_hits(include);
	return look_for_files(place->folder, include, true);
}
