#include "core/store/shared.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/sum.h"
#include "core/store/layout.h"

/* Only this content means a layout that we know. */
static const char marker[] = "1\n";

bool
shared_is_there(const char *root)
{
	struct str path = STR_INIT;
	struct str text = STR_INIT;
	struct error ignored;
	bool ok;

	str_addf(&path, "%s/blobs", root);
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

char *
shared_payload(const char *root, const char *xet, const char *suffix)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/blobs/%.2s/%s%s", root, xet, xet, suffix);
	return str_steal(&path);
}

bool
shared_is_hash(const char *xet)
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

	if (!shared_is_hash(xet) || is_off() || !shared_is_there(cache->root))
		return false;
	path = shared_payload(cache->root, xet, "");
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
	char *path = shared_payload(cache->root, xet, ".refs");
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
	char *there = shared_payload(cache->root, xet, "");
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
		MAY_FAIL(file_remove(aside.v, &ignored),
		    "what stays has a name that nothing reads");
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
	char *path = shared_payload(cache->root, xet, "");
	char sum[DIGEST_HEX_MAX];
	enum digest_kind kind;
	bool ok = digest_kind_of(etag, &kind) &&
	          sum_file(path, kind, sum, cancelled, NULL, err);

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
	path = shared_payload(cache->root, xet, ".lock");
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

/* -- who links to a payload -- */

bool
shared_payload_of(const char *root, const char *text, char *xet)
{
	const char *name = strrchr(text, '/');
	struct str wanted = STR_INIT;
	char *path;
	bool ok;

	if (!name || !shared_is_hash(++name))
		return false;
	str_addf(&wanted, "../../blobs/%.2s/%s", name, name);
	path = shared_payload(root, name, "");
	ok = (!strcmp(text, wanted.v) || !strcmp(text, path)) &&
	     file_is_own(path);
	if (ok && xet)
		memcpy(xet, name, 65);
	str_fini(&wanted);
	free(path);
	return ok;
}

/* One line of a manifest counts if it is a link to this payload. */
static bool
is_link_line(const char *root, struct span line, const char *xet)
{
	struct span folder, part = { NULL, 0 };
	struct str path = STR_INIT;
	struct str text = STR_INIT;
	char found[65];
	bool ok;

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	str_addf(&path, "%s/%.*s", root, (int)line.n, line.p);
	ok = span_next(&line, '/', &folder) && span_next(&line, '/', &part) &&
	     span_is(part, "blobs") && line.n && !memchr(line.p, '/', line.n) &&
	     repo_is_folder(folder.p, folder.n) &&
	     file_link_text(path.v, &text);
	ok =
	    ok && shared_payload_of(root, text.v, found) && !strcmp(found, xet);
	str_fini(&path);
	str_fini(&text);
	return ok;
}

/* More than any sane number of links. */
#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
shared_read(const char *root, const char *xet, shared_lines *lines)
{
	char *path = shared_payload(root, xet, ".refs");
	struct str text = STR_INIT;
	struct error ignored;
	struct span rest, line;
	size_t kept = 0;
	bool ok = file_is_own(path) &&
	          file_read_all(path, MANIFEST_MAX, &text, &ignored) &&
	          utf8_valid(text.v, text.n);

	rest = (struct span){ text.v, text.n };
	while (ok && span_next(&rest, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n && is_link_line(root, line, xet))
			arr_push(lines, mem_strndup(line.p, line.n));
	}
	if (lines->n)
		qsort(lines->v, lines->n, sizeof(char *), by_text);
	for (size_t i = 0; i < lines->n; i++) {
		if (kept && !strcmp(lines->v[kept - 1], lines->v[i]))
			free(lines->v[i]);
		else
			lines->v[kept++] = lines->v[i];
	}
	lines->n = kept;
	str_fini(&text);
	free(path);
	return ok;
}

void
shared_lines_free(shared_lines *lines)
{
	arr_each (line, lines)
		free(*line);
	arr_free(lines);
}
