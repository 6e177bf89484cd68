#include "core/store/layout.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* Byte for byte what the official client writes. */
static const char cachedir_tag[] =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file is a cache directory tag created by huggingface_hub.\n"
    "# For information about cache directory tags, see:\n"
    "#\thttps://bford.info/cachedir/\n";

void
cache_init(struct cache *cache, const char *root, const struct repo *repo)
{
	struct str name = STR_INIT;

	repo_add_folder(&name, repo);
	cache->root = mem_strdup(root);
	cache->name = str_steal(&name);
	cache->repo = path_join(root, cache->name);
	cache->trees = path_join(cache->repo, "trees");
	cache->links = !env_flag("HF_HUB_DISABLE_SYMLINKS");
	cache->copied = NULL;
}

void
cache_fini(struct cache *cache)
{
	free(cache->root);
	free(cache->name);
	free(cache->repo);
	free(cache->trees);
	*cache = (struct cache){ .root = NULL };
}

void
cache_tag(const char *folder)
{
	char *tag = path_join(folder, "CACHEDIR.TAG");
	struct error ignored;

	if (!file_entry_exists(tag))
		MAY_FAIL(file_replace(tag, cachedir_tag,
			     sizeof(cachedir_tag) - 1, &ignored),
		    "it only tells backup programs something");
	free(tag);
}

bool
cache_prepare(const struct cache *cache, struct error *err)
{
	if (!dir_make(cache->root, err))
		return false;
	cache_tag(cache->root);
	return true;
}

/* <repo>/<folder>[/<middle>]/<name><suffix> */
static char *
place(const struct cache *cache, const char *folder, const char *middle,
    const char *name, const char *suffix)
{
	struct str path = STR_INIT;

	str_addz(&path, cache->repo);
	path_add(&path, folder);
	if (middle)
		path_add(&path, middle);
	path_add(&path, name);
	str_addz(&path, suffix);
	return str_steal(&path);
}

char *
cache_blob(const struct cache *cache, const char *etag)
{
	return place(cache, "blobs", NULL, etag, "");
}

char *
cache_partial(const struct cache *cache, const char *etag, const char *tail)
{
	struct str suffix = STR_INIT;
	char *path;

	str_addf(&suffix, "%s.incomplete", tail);
	path = place(cache, "blobs", NULL, etag, suffix.v);
	str_fini(&suffix);
	return path;
}

char *
cache_lock(const struct cache *cache, const char *etag)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/.locks/%s/%s.lock", cache->root, cache->name, etag);
	return str_steal(&path);
}

char *
cache_ref(const struct cache *cache, const char *name)
{
	return place(cache, "refs", NULL, name, "");
}

char *
cache_snapshot(const struct cache *cache, const char *commit)
{
	return place(cache, "snapshots", NULL, commit, "");
}

char *
cache_pointer(const struct cache *cache, const char *commit, const char *path)
{
	return place(cache, "snapshots", commit, path, "");
}

char *
cache_no_exist(const struct cache *cache, const char *commit, const char *path)
{
	return place(cache, ".no_exist", commit, path, "");
}

char *
cache_tree(const struct cache *cache, const char *commit, const char *folder)
{
	struct str path = STR_INIT;
	struct digest *digest;
	char hex[DIGEST_HEX_MAX];

	str_addf(&path, "%s/%s", cache->trees, commit);
	if (*folder) {
		digest = digest_new();
		digest_start(digest, DIGEST_SHA256, 0);
		digest_add(digest, folder, strlen(folder));
		digest_end(digest, hex);
		digest_free(digest);
		str_addf(&path, ".%.12s", hex);
	}
	str_addz(&path, ".json");
	return str_steal(&path);
}
