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
#include "core/run/thread.h"
#include "core/store/layout.h"
#include "core/store/listing.h"
#include "core/store/local.h"
#include "core/store/snapshot.h"
#include "core/xfer/include.h"

/* Deeper than any snapshot. */
#define DEPTH_MAX 100

struct looking {
	const struct serving *serving;
	struct include *include;
	bool all; /* that is wanted is there */
	bool any; /* is wanted, of what a listing names */
};

static bool
goes_on(const struct serving *serving)
{
	return !atomic_load_explicit(serving->cancelled, memory_order_relaxed);
}

static bool
is_in_snapshot(const struct looking *looking, const char *path, uint64_t size)
{
	const struct serving *serving = looking->serving;

	return snapshot_has(
	    &serving->place->cache, serving->commit, path, NULL, size);
}

static bool
settle_listed(void *context, const struct treefile *file)
{
	struct looking *looking = context;

	include_settle(looking->include, file->path);
	return goes_on(looking->serving);
}

static bool
look_listed(void *context, const struct treefile *file)
{
	struct looking *looking = context;

	if (!include_wants(looking->include, file->path))
		return goes_on(looking->serving);
	looking->any = true;
	looking->all =
	    looking->all && is_in_snapshot(looking, file->path, file->size);
	return goes_on(looking->serving);
}

/* Names first: what turns out to be one is no pattern. */
static bool
is_listed(struct looking *looking, const char *folder)
{
	const struct cache *cache = &looking->serving->place->cache;
	const char *commit = looking->serving->commit;

	return listing_read(cache, commit, folder, settle_listed, looking) &&
	       listing_read(cache, commit, folder, look_listed, looking);
}

/* Looks for all that is wanted by name. */
static void
look_for_names(struct looking *looking)
{
	arr_each (want, &looking->include->wants) {
		if (!want->pattern &&
		    include_wants(looking->include, want->text))
			looking->all =
			    looking->all &&
			    is_in_snapshot(looking, want->text, SIZE_UNKNOWN);
	}
}

/* Looks through the listings; false if one is missing. */
static bool
look_through(struct looking *looking)
{
	struct folders folders;
	bool listed = is_listed(looking, "");

	if (listed)
		return true;
	/* A damaged one may have said anything. */
	looking->all = listed = true;
	include_folders(looking->include, &folders);
	for (size_t i = 0; listed && i < folders.list.n; i++)
		listed = is_listed(looking, folders.list.v[i]);
	folders_fini(&folders);
	return listed;
}

/* -- without a listing -- */

/* What a look through a folder finds. */
struct finding {
	const struct serving *serving;
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

	thread_take_time();
	while (walk && goes_on(finding->serving) && !is_enough(finding) &&
	       walk_next(walk, &entry)) {
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
look_for_files(const struct serving *serving, const char *folder, bool records)
{
	struct include *include = serving->include;
	struct finding finding = { .serving = serving,
		.include = include,
		.path = STR_INIT,
		.records = records };

	look_below(&finding, NULL, folder, 0);
	str_fini(&finding.path);
	/* What is broken in a folder of the user's may be anybody's. */
	return finding.any && (records || !finding.broken) && all_hit(include)
	           ? SERVED_PERHAPS
	           : SERVED_NOT;
}

static enum served
served_unlisted(struct looking *looking)
{
	const struct serving *serving = looking->serving;
	const struct cache *cache = &serving->place->cache;
	char *folder;
	enum served served;

	if (serving->by == SERVED_BY_LISTING ||
	    listing_has_parts(cache, serving->commit))
		return SERVED_NOT;
	looking->all = true;
	look_for_names(looking);
	if (!looking->all)
		return SERVED_NOT;
	if (serving->by == SERVED_BY_FOLDER)
		return SERVED_ALL;
	folder = cache_snapshot(cache, serving->commit);
	served = look_for_files(serving, folder, false);
	free(folder);
	return served;
}

/* That nothing is wanted of what is listed is a failure online, too, but to the
 * official clients. */
static enum served
served_listed(const struct looking *looking)
{
	const struct include *include = looking->include;
	bool all = !include->wants.n && !include->excludes.n;

	return looking->all && all_hit(include) &&
	               (looking->any || all ||
			   looking->serving->by == SERVED_BY_FOLDER)
	           ? SERVED_ALL
	           : SERVED_NOT;
}

static void
forget_hits(struct include *include)
{
	arr_each (want, &include->wants)
		want->hit = false;
}

static enum served
served_by_cache(struct looking *looking)
{
	if (include_is_names(looking->include)) {
		look_for_names(looking);
		return looking->all ? SERVED_ALL : SERVED_NOT;
	}
	return look_through(looking) ? served_listed(looking)
	                             : served_unlisted(looking);
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

static bool
look_in_folder(void *context, const struct treefile *file)
{
	struct looking *looking = context;

	if (!include_wants(looking->include, file->path))
		return goes_on(looking->serving);
	looking->any = true;
	looking->all =
	    looking->all && folder_has(looking->serving->place, file->path,
				treefile_etag(file), file->size);
	return goes_on(looking->serving);
}

static enum served
served_by_folder(struct looking *looking)
{
	const struct serving *serving = looking->serving;
	const struct place *place = serving->place;
	struct include *include = looking->include;
	struct newest newest = { .trees = place->cache.trees };
	struct error ignored;
	bool listed;

	MAY_FAIL(dir_list(newest.trees, look_for_newest, &newest, &ignored),
	    "without a listing the files themselves are looked at");
	listed = *newest.commit && listing_read(&place->cache, newest.commit,
				       "", look_in_folder, looking);
	/* A damaged one may have said anything. */
	looking->all = looking->all || !listed;
	if (include_is_names(include)) {
		arr_each (want, &include->wants)
			looking->all =
			    looking->all &&
			    folder_has(place, want->text, NULL, SIZE_UNKNOWN);
		return looking->all ? SERVED_ALL : SERVED_NOT;
	}
	if (listed)
		return serving->by == SERVED_BY_FOLDER && looking->all
		           ? SERVED_ALL
		           : served_listed(looking);
	if (serving->by == SERVED_BY_FOLDER)
		return local_has_files(place->folder) ? SERVED_ALL : SERVED_NOT;
	forget_hits(include);
	return look_for_files(serving, place->folder, true);
}

enum served
served_here(const struct serving *serving)
{
	struct looking looking = { serving, serving->include, true, false };

	forget_hits(serving->include);
	return serving->place->folder ? served_by_folder(&looking)
	                              : served_by_cache(&looking);
}
