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
#include "core/base/sums.h"
#include "core/base/utf8.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/root.h"
#include "core/os/sum.h"
#include "core/os/walk.h"
#include "core/store/layout.h"
#include "core/store/scan.h"
#include "core/store/waiting.h"

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

/* <cache>/blobs/d4/<xet><suffix> */
static char *
payload(const char *root, const char *xet, const char *suffix)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/blobs/%.2s/%s%s", root, xet, xet, suffix);
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

	if (!is_hash(xet) || is_off() || !shared_is_there(cache->root))
		return false;
	path = payload(cache->root, xet, "");
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
	char *path = payload(cache->root, xet, ".refs");
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
	char *there = payload(cache->root, xet, "");
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
	char *path = payload(cache->root, xet, "");
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
	path = payload(cache->root, xet, ".lock");
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

/* -- looking at all of it -- */

bool
shared_payload_of(const char *root, const char *text, char *xet)
{
	const char *name = strrchr(text, '/');
	struct str wanted = STR_INIT;
	char *path;
	bool ok;

	if (!name || !is_hash(++name))
		return false;
	str_addf(&wanted, "../../blobs/%.2s/%s", name, name);
	path = payload(root, name, "");
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

/* -- collecting -- */

typedef ARR(char *) line_list;

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The valid lines, sorted, each once. False if the manifest cannot be read:
 * then nothing is known, and the payload stays. */
static bool
read_lines(const char *root, const char *xet, line_list *lines)
{
	char *path = payload(root, xet, ".refs");
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

static void
free_lines(line_list *lines)
{
	arr_each (line, lines)
		free(*line);
	arr_free(lines);
}

/* Notes who links to a payload, if that can be known. What waits in the trash
 * counts as a link that no repository has. */
static void
take_lines(const char *root, const char *xet, const struct walk_info *info,
    const struct waiting *waiting, struct scan_shared *shared)
{
	line_list lines = { 0 };

	if (read_lines(root, xet, &lines)) {
		if (waiting_has(waiting, xet))
			arr_push(&lines, mem_strdup(xet));
		shared->loose += !lines.n;
		sum_add(&shared->loose_size, lines.n ? 0 : info->size);
		shared->loose_held += lines.n ? 0 : info->held;
		arr_each (line, &lines)
			arr_push(
			    &shared->links, (struct scan_link){ *line,
						(uint32_t)shared->known.n });
		arr_push(&shared->known,
		    (struct scan_payload){ info->size, info->held });
	}
	arr_free(&lines);
}

static void
look_at_prefix(const char *root, struct walk *prefix,
    const struct waiting *waiting, struct scan_shared *shared)
{
	struct walk_info info, manifest;
	struct str refs = STR_INIT;
	struct walk_entry entry;

	while (walk_next(prefix, &entry)) {
		if (entry.kind != WALK_FILE || !is_hash(entry.name) ||
		    !walk_look(prefix, entry.name, &info))
			continue;
		/* Its manifest goes with it. */
		str_clear(&refs);
		str_addf(&refs, "%s.refs", entry.name);
		if (walk_look(prefix, refs.v, &manifest))
			info.held += manifest.held;
		shared->payloads++;
		sum_add(&shared->size, info.size);
		shared->held += info.held;
		take_lines(root, entry.name, &info, waiting, shared);
	}
	str_fini(&refs);
}

bool
shared_look(const char *root, struct scan_shared *shared)
{
	struct str path = STR_INIT;
	struct waiting waiting = { .known = MAP_INIT };
	struct walk *blobs = NULL;
	struct walk_entry entry;
	struct error ignored;
	struct root *below;

	*shared = (struct scan_shared){ 0 };
	str_addf(&path, "%s/blobs", root);
	if (shared_is_there(root))
		blobs = walk_open(NULL, path.v);
	str_fini(&path);
	if (!blobs)
		return false;
	below = root_open(root, &ignored);
	if (below)
		waiting_look(&waiting, below, NULL);
	root_close(below);
	while (walk_next(blobs, &entry)) {
		struct walk *prefix = entry.kind == WALK_FOLDER
		                          ? walk_open(blobs, entry.name)
		                          : NULL;

		if (prefix)
			look_at_prefix(root, prefix, &waiting, shared);
		walk_close(prefix);
	}
	waiting_fini(&waiting);
	walk_close(blobs);
	return true;
}

/* Whether no repository links to a payload. */
static bool
has_no_line(const char *root, const char *xet)
{
	line_list lines = { 0 };
	bool none = read_lines(root, xet, &lines) && !lines.n;

	free_lines(&lines);
	return none;
}

/* Whether nothing links to a payload, in the trash neither (but for a batch). A
 * link may move between our two looks: so the repositories are asked again. */
static bool
is_loose(const struct root *root, const char *xet, const char *but)
{
	struct waiting waiting = { .known = MAP_INIT };
	bool loose = has_no_line(root_path(root), xet);

	if (loose) {
		waiting_look(&waiting, root, but);
		loose = !waiting_has(&waiting, xet) &&
		        has_no_line(root_path(root), xet);
	}
	waiting_fini(&waiting);
	return loose;
}

uint64_t
shared_would_free(const struct root *root, const char *xet, const char *but)
{
	char *path = payload(root_path(root), xet, "");
	char *refs = payload(root_path(root), xet, ".refs");
	uint64_t bytes = is_loose(root, xet, but)
	                     ? file_allocated(path) + file_allocated(refs)
	                     : 0;

	free(path);
	free(refs);
	return bytes;
}

/* blobs/d4/<xet><suffix>, below the cache */
static char *
below(const char *xet, const char *suffix)
{
	struct str path = STR_INIT;

	str_addf(&path, "blobs/%.2s/%s%s", xet, xet, suffix);
	return str_steal(&path);
}

/* Under the lock. */
static bool
collect(const struct root *root, const char *xet, uint64_t *freed)
{
	char *path = below(xet, "");
	char *refs = below(xet, ".refs");
	line_list lines = { 0 };
	struct str text = STR_INIT;
	struct error ignored;
	bool went = false;

	if (read_lines(root_path(root), xet, &lines)) {
		arr_each (line, &lines)
			str_addf(&text, "%s\n", *line);
		if (lines.n)
			MAY_FAIL(root_replace(root, refs, text.v, text.n, 0666,
				     &ignored),
			    "lines that lead nowhere are only looked at again");
		/* A payload without its list of links would stay for ever. */
		else if (is_loose(root, xet, NULL) &&
			 root_unlink(root, path, freed, &ignored))
			went = root_unlink(root, refs, freed, &ignored);
	}
	str_fini(&text);
	free_lines(&lines);
	free(path);
	free(refs);
	return went;
}

bool
shared_sweep(const struct root *root, const char *xet, uint64_t *freed)
{
	char *path = below(xet, ".lock");
	struct error ignored;
	bool went = false;
	int lock = -1;

	/* Who holds the lock may be about to link to it: it is left then. */
	if (shared_is_there(root_path(root)) &&
	    flock_below(root, path, &lock, &ignored) == FLOCK_HELD)
		went = collect(root, xet, freed);
	file_close(lock);
	free(path);
	return went;
}

static size_t
sweep_prefix(const struct root *root, struct walk *prefix, uint64_t *freed)
{
	ARR(char *) names = { 0 };
	struct walk_entry entry;
	size_t n = 0;

	while (walk_next(prefix, &entry)) {
		if (entry.kind == WALK_FILE && is_hash(entry.name))
			arr_push(&names, mem_strdup(entry.name));
	}
	arr_each (name, &names) {
		if (has_no_line(root_path(root), *name))
			n += shared_sweep(root, *name, freed);
		free(*name);
	}
	arr_free(&names);
	return n;
}

size_t
shared_sweep_loose(const struct root *root, uint64_t *freed)
{
	struct str path = STR_INIT;
	struct walk *blobs;
	struct walk_entry entry;
	size_t n = 0;

	str_addf(&path, "%s/blobs", root_path(root));
	blobs =
	    shared_is_there(root_path(root)) ? walk_open(NULL, path.v) : NULL;
	str_fini(&path);
	while (blobs && walk_next(blobs, &entry)) {
		struct walk *prefix = entry.kind == WALK_FOLDER
		                          ? walk_open(blobs, entry.name)
		                          : NULL;

		if (prefix)
			n += sweep_prefix(root, prefix, freed);
		walk_close(prefix);
	}
	walk_close(blobs);
	return n;
}
