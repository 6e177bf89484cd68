#include "core/down/place.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/down/plan.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/root.h"
#include "core/os/sum.h"
#include "core/store/listing.h"
#include "core/store/local.h"
#include "core/store/shared.h"
#include "core/store/snapshot.h"

/* -- sizes in a folder, without the Hub -- */

/* What the listing of a commit says of the sizes of its files. */
struct place_sizes {
	char commit[COMMIT_MAX];
	struct map names; /* to sizes */
	ARR(char *) paths;
	ARR(uint64_t) sizes;
};

static bool
take_size(void *context, const struct treefile *file)
{
	struct place_sizes *sizes = context;
	char *path = mem_strdup(file->path);

	if (map_add(&sizes->names, path, sizes->sizes.n)) {
		arr_push(&sizes->paths, path);
		arr_push(&sizes->sizes, file->size);
	} else {
		free(path);
	}
	return true;
}

static void
free_sizes(struct place_sizes *sizes)
{
	if (!sizes)
		return;
	map_fini(&sizes->names);
	arr_each (path, &sizes->paths)
		free(*path);
	arr_free(&sizes->paths);
	arr_free(&sizes->sizes);
	free(sizes);
}

void
place_init(struct place *place, const char *root, const struct repo *repo,
    const char *folder)
{
	cache_init(&place->cache, root, repo);
	place->cache.copied = &place->copied;
	atomic_init(&place->copied, false);
	place->folder = mem_strdup(folder);
	place->sizes = NULL;
	if (folder) {
		free(place->cache.trees);
		place->cache.trees = local_trees(folder);
	}
}

void
place_fini(struct place *place)
{
	cache_fini(&place->cache);
	free(place->folder);
	place->folder = NULL;
	free_sizes(place->sizes);
	place->sizes = NULL;
}

bool
place_trusts(const struct place *place, struct error *err)
{
	static const char *const parts[] = { "blobs", "snapshots", "refs",
		"trees", ".no_exist" };
	const struct cache *cache = &place->cache;
	bool ok = true;

	if (place->folder)
		return root_may_follow(
		    place->folder, ".cache/huggingface/download", err);
	for (unsigned i = 0; ok && i < 5; i++) {
		char *path = path_join(cache->name, parts[i]);

		ok = root_may_follow(cache->root, path, err);
		free(path);
	}
	if (ok) {
		char *path = path_join(".locks", cache->name);

		ok = root_may_follow(cache->root, path, err);
		free(path);
	}
	return ok;
}

bool
place_prepare(const struct place *place, struct error *err)
{
	return place->folder ? local_prepare(place->folder, err)
	                     : cache_prepare(&place->cache, err);
}

const char *
place_root(const struct place *place)
{
	return place->folder ? place->folder : place->cache.root;
}

/* How to go on without the file, or the folder that it is in. */
static void
advise_without(struct error *err, const char *path, size_t part)
{
	struct str out = STR_INIT;

	str_add(&out, path, part);
	str_addz(&out, path[part] ? "/" : "");
	err_remedy(err, REMEDY_LEAVE_OUT);
	err_fact(err->path, sizeof(err->path), out.v);
	str_fini(&out);
}

/* A link at the end of a path is replaced, not followed. */
static bool
may_follow(const struct place *place, const char *path, struct error *err)
{
	char *folder = path_folder(path);
	bool ok = !place->folder || root_may_follow(place->folder, folder, err);

	free(folder);
	return ok;
}

bool
place_allows(const struct place *place, const char *path, struct error *err)
{
	size_t part;
	enum path_reserved what = path_reserved(path, &part);

	if (what == PATH_FREE || (what == PATH_RECORDS && !place->folder))
		return may_follow(place, path, err);
	err_set(err, ERR_CORRUPT, "refused to write %.300s: %s", path,
	    what == PATH_GIT
		? "a downloaded file must not control what git does here"
		: "the records of downloads are kept in that folder");
	advise_without(err, path, part);
	return err_about(err, ERR_ABOUT_VALUE, NULL, NULL);
}

char *
place_path(const struct place *place, const char *commit, const char *path)
{
	if (place->folder)
		return path ? local_file(place->folder, path)
		            : mem_strdup(place->folder);
	return path ? cache_pointer(&place->cache, commit, path)
	            : cache_snapshot(&place->cache, commit);
}

/* SIZE_UNKNOWN where the folder has no listing of the commit. It is read once:
 * every name of a commit is asked for. */
static uint64_t
listed_size(struct place *place, const char *commit, const char *path)
{
	size_t at;

	if (!place->sizes || strcmp(place->sizes->commit, commit) != 0) {
		free_sizes(place->sizes);
		place->sizes = mem_new(struct place_sizes);
		memcpy(place->sizes->commit, commit, COMMIT_MAX);
		MAY_FAIL(listing_read(&place->cache, commit, "", take_size,
			     place->sizes),
		    "of a damaged one what came before the damage is sound");
	}
	return map_find(&place->sizes->names, path, &at)
	           ? place->sizes->sizes.v[at]
	           : SIZE_UNKNOWN;
}

bool
place_knows(struct place *place, const char *commit, const char *path)
{
	struct local_meta meta;

	if (!place->folder)
		return snapshot_has(
		    &place->cache, commit, path, NULL, SIZE_UNKNOWN);
	local_look(place->folder, path, &meta);
	return !strcmp(meta.commit, commit) &&
	       local_is(&meta, meta.etag, listed_size(place, commit, path));
}

/* -- the cache -- */

static bool
settle_link(struct place *place, const char *commit,
    const struct plan_file *file, bool look_only, const atomic_bool *cancelled,
    struct error *err)
{
	const struct cache *cache = &place->cache;
	struct error why;

	if (snapshot_has(cache, commit, file->path, file->etag, file->size))
		return true;
	if (!blob_has(cache, file->etag, file->size)) {
		if (!shared_has(cache, file->xet, file->size))
			return false;
		if (!look_only && !shared_use(cache, file->xet, file->etag,
				      file->size, cancelled, &why)) {
			if (why.code == ERR_CORRUPT)
				*err = why;
			return false;
		}
	}
	/* Where no link can be made, fetching the file will say so. */
	return look_only || snapshot_point(cache, commit, file->path,
				file->etag, false, &why);
}

/* -- a folder -- */

static bool
sum_is_right(const char *path, const struct plan_file *file,
    const atomic_bool *cancelled)
{
	char sum[DIGEST_HEX_MAX];
	enum digest_kind kind;
	struct error ignored;
	uint64_t size = 0;

	return file_kind(path, &size) == FILE_REGULAR &&
	       (file->size == SIZE_UNKNOWN || file->size == size) &&
	       digest_kind_of(file->etag, &kind) &&
	       sum_file(path, kind, sum, cancelled, NULL, &ignored) &&
	       !strcmp(sum, file->etag);
}

/* Copies what the cache has, and looks at the sum of the copy. */
static bool
copy_from_cache(struct place *place, const char *commit,
    const struct plan_file *file, bool look_only, const atomic_bool *cancelled)
{
	char *from = cache_pointer(&place->cache, commit, file->path);
	char *to = local_file(place->folder, file->path);
	struct error ignored;
	bool ok = snapshot_has(
	    &place->cache, commit, file->path, file->etag, file->size);

	if (ok && !look_only)
		ok = sum_is_right(from, file, cancelled) &&
		     dir_make_parent(to, &ignored) &&
		     file_copy(from, to, &ignored);
	free(from);
	free(to);
	return ok;
}

/* The Hub's bytes take the place of the user's: that is said. */
static void
tell_changed(const struct plan_file *file, struct error *err)
{
	struct str safe = STR_INIT;

	utf8_safe(&safe, file->path);
	err_set(err, ERR_CONFLICT,
	    "%.300s was changed here; the Hub's version takes its place",
	    safe.v);
	str_fini(&safe);
}

static bool
settle_file(struct place *place, const char *commit,
    const struct plan_file *file, bool look_only, const atomic_bool *cancelled,
    struct error *err)
{
	char *path = local_file(place->folder, file->path);
	struct local_meta meta;
	struct error ignored;
	bool present = false;

	local_look(place->folder, file->path, &meta);
	if (meta.state == LOCAL_KNOWN)
		present = local_is(&meta, file->etag, file->size);
	else if (meta.state != LOCAL_MISSING)
		present = sum_is_right(path, file, cancelled);
	if (!present && (meta.state == LOCAL_CHANGED ||
			    local_is_cut(&meta, file->etag, file->size)))
		tell_changed(file, err);
	present = present ||
	          copy_from_cache(place, commit, file, look_only, cancelled);
	if (present && !look_only)
		MAY_FAIL(local_note(place->folder, file->path, commit,
			     file->etag, &ignored),
		    "what cannot be noted is only looked at again");
	free(path);
	return present;
}

bool
place_settle(struct place *place, const char *commit,
    const struct plan_file *file, bool look_only, const atomic_bool *cancelled,
    struct error *err)
{
	err->code = ERR_NONE;
	return place->folder
	           ? settle_file(place, commit, file, look_only, cancelled, err)
	           : settle_link(
			 place, commit, file, look_only, cancelled, err);
}

/* -- on the way -- */

char *
place_lock(const struct place *place, const struct plan_file *file)
{
	return place->folder ? local_lock(place->folder, file->path)
	                     : cache_lock(&place->cache, file->etag);
}

static char *
partial_path(
    const struct place *place, const struct plan_file *file, const char *tail)
{
	if (place->folder)
		return local_partial(
		    place->folder, file->path, file->etag, tail);
	return cache_partial(&place->cache, file->etag, tail);
}

char *
place_partial(const struct place *place, const struct plan_file *file)
{
	return partial_path(place, file, ".hug");
}

char *
place_partial_unique(const struct place *place, const struct plan_file *file)
{
	char tail[5 + 8 + 1] = ".hug-";

	file_random_hex(tail + 5, 8);
	return partial_path(place, file, tail);
}

/* A search for <stem>.incomplete and <stem>.<8 hex>.incomplete. */
struct leftover {
	const char *folder;
	const char *stem;
	char *best; /* the largest so far, NULL: none */
	uint64_t size;
};

static bool
look_at_leftover(void *context, const char *name)
{
	struct leftover *left = context;
	const char *tail = name + strlen(left->stem);
	uint64_t size = 0;
	char *path;

	if (strncmp(name, left->stem, strlen(left->stem)) != 0)
		return true;
	if (*tail == '.' && strspn(tail + 1, "0123456789abcdef") == 8)
		tail += 9;
	if (strcmp(tail, ".incomplete") != 0)
		return true;
	path = path_join(left->folder, name);
	if (file_is_sole(path) && file_kind(path, &size) == FILE_REGULAR &&
	    size > left->size) {
		free(left->best);
		left->best = path;
		left->size = size;
	} else {
		free(path);
	}
	return true;
}

void
place_adopt(const struct place *place, const struct plan_file *file)
{
	char *ours = place_partial(place, file);
	char *plain = partial_path(place, file, "");
	char *folder = path_folder(plain);
	struct leftover left = { .folder = folder };
	struct error ignored;

	plain[strlen(plain) - strlen(".incomplete")] = '\0';
	left.stem = plain + strlen(folder) + 1;
	/* One that is larger than the file is none of it. */
	if (!file_entry_exists(ours) &&
	    dir_list(folder, look_at_leftover, &left, &ignored) && left.best &&
	    left.size <= file->size)
		MAY_FAIL(file_rename(left.best, ours, &ignored),
		    "then the file is fetched from its beginning");
	free(left.best);
	free(folder);
	free(plain);
	free(ours);
}

/* -- in place -- */

bool
place_has(const struct place *place, const struct plan_file *file)
{
	struct local_meta meta;

	if (!place->folder)
		return blob_has(&place->cache, file->etag, file->size);
	local_look(place->folder, file->path, &meta);
	return local_is(&meta, file->etag, file->size);
}

static bool
put_file(struct place *place, const char *commit, const struct plan_file *file,
    const char *partial, struct error *err)
{
	char *path = local_file(place->folder, file->path);
	bool ok = true;

	if (partial)
		ok =
		    dir_make_parent(path, err) && file_move(partial, path, err);
	ok = ok &&
	     local_note(place->folder, file->path, commit, file->etag, err);
	free(path);
	return ok;
}

/* Every file that is made of the blob gets its link. */
static bool
put_links(struct place *place, const struct plan *plan, size_t blob, bool fresh,
    struct error *err)
{
	size_t i = plan->blobs.v[blob].first;

	for (;;) {
		const struct plan_file *file = &plan->files.v[i];

		if (!snapshot_point(&place->cache, plan->commit, file->path,
			file->etag, fresh && !file->next, err))
			return false;
		if (!file->next)
			return true;
		i = file->next - 1;
	}
}

bool
place_put(struct place *place, const struct plan *plan, size_t blob,
    const char *partial, struct error *err)
{
	const struct plan_file *file =
	    &plan->files.v[plan->blobs.v[blob].first];
	char *name;
	bool ok = true;

	if (place->folder)
		return put_file(place, plan->commit, file, partial, err);
	if (partial) {
		name = cache_blob(&place->cache, file->etag);
		ok = file_rename(partial, name, err);
		free(name);
	}
	return ok && put_links(place, plan, blob, partial != NULL, err);
}
