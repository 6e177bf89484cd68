#include "core/store/shared.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/sum.h"
#include "core/store/layout.h"

/* Only this content means a layout that we know. */
static const char marker[] = "1\n";

static bool
has_store(const struct cache *cache)
{
	struct str path = STR_INIT;
	struct str text = STR_INIT;
	struct error ignored;
	bool ok;

	str_addf(&path, "%s/blobs", cache->root);
	ok = file_is_own_folder(path.v);
	str_addz(&path, "/.huggingface-shared-blobs");
	ok = ok && file_is_own(path.v) &&
	     file_read_all(path.v, sizeof(marker), &text, &ignored) &&
	     !strcmp(text.v, marker);
	str_fini(&path);
	str_fini(&text);
	return ok;
}

static bool
is_off(void)
{
	return env_flag("HF_HUB_DISABLE_SHARED_BLOBS") ||
	       env_flag("HF_HUB_DISABLE_SYMLINKS") ||
	       env_flag("HF_HUB_DISABLE_XET");
}

/* <cache>/blobs/d4/<xet><suffix> */
static char *
payload(const struct cache *cache, const char *xet, const char *suffix)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/blobs/%.2s/%s%s", cache->root, xet, xet, suffix);
	return str_steal(&path);
}

static bool
is_hash(const char *xet)
{
	return xet && strlen(xet) == 64 &&
	       strspn(xet, "0123456789abcdef") == 64;
}

bool
shared_has(const struct cache *cache, const char *xet, uint64_t size)
{
	uint64_t found = 0;
	char *path;
	bool ok;

	if (!is_hash(xet) || is_off() || !has_store(cache))
		return false;
	path = payload(cache, xet, "");
	ok = file_is_own(path) && file_kind(path, &found) == FILE_REGULAR &&
	     found == size;
	free(path);
	return ok;
}

/* Says in the manifest who links to the payload. */
static bool
add_line(const struct cache *cache, const char *xet, const char *etag,
    struct error *err)
{
	char *path = payload(cache, xet, ".refs");
	struct str line = STR_INIT;
	bool ok;

	str_addf(&line, "%s/blobs/%s\n", cache->name, etag);
	ok = file_append(path, line.v, line.n, err);
	str_fini(&line);
	free(path);
	return ok;
}

/*
 * Makes the link aside, then the line, then gives the link its name. A link
 * that does not lead to the payload (the repository's folder is one itself) is
 * not made.
 */
static bool
make_link(const struct cache *cache, const char *xet, const char *etag,
    struct error *err)
{
	char *blob = cache_blob(cache, etag);
	char *there = payload(cache, xet, "");
	struct str target = STR_INIT;
	struct str aside = STR_INIT;
	struct error ignored;
	char hex[9];
	bool ok;

	file_random_hex(hex, 8);
	str_addf(&target, "../../blobs/%.2s/%s", xet, xet);
	str_addf(&aside, "%s/blobs/.%s.%s.shared", cache->repo, etag, hex);
	ok = dir_make_parent(blob, err) && file_link(target.v, aside.v, err);
	if (ok && !file_is_same(aside.v, there))
		ok =
		    err_set(err, ERR_CONFLICT, "the link would lead elsewhere");
	ok = ok && add_line(cache, xet, etag, err) &&
	     file_rename(aside.v, blob, err);
	if (!ok)
		(void)!file_remove(aside.v, &ignored);
	str_fini(&target);
	str_fini(&aside);
	free(there);
	free(blob);
	return ok;
}

static bool
check(const struct cache *cache, const char *xet, const char *etag,
    const atomic_bool *cancelled, struct error *err)
{
	char *path = payload(cache, xet, "");
	char sum[DIGEST_HEX_MAX];
	enum digest_kind kind;
	bool ok = digest_kind_of(etag, &kind) &&
	          sum_file(path, kind, sum, cancelled, err);

	if (ok && strcmp(sum, etag))
		ok = err_set(err, ERR_CORRUPT,
		    "the shared blob %s is damaged (its sum is %s)", path, sum);
	free(path);
	return ok;
}

bool
shared_use(const struct cache *cache, const char *xet, const char *etag,
    uint64_t size, const atomic_bool *cancelled, struct error *err)
{
	char *path;
	int lock = -1;
	bool ok;

	if (!check(cache, xet, etag, cancelled, err))
		return false;
	path = payload(cache, xet, ".lock");
	/* Without locks there is no store: others might be collecting it. */
	if (flock_try(path, &lock, err) != FLOCK_HELD)
		ok = err_set(err, ERR_CONFLICT, "the shared blob is in use");
	else
		ok = shared_has(cache, xet, size) &&
		     make_link(cache, xet, etag, err);
	file_close(lock);
	free(path);
	return ok;
}
