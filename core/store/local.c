#include "core/store/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/layout.h"
#include "core/store/snapshot.h"

#define HOME ".cache/huggingface"

/* Three short lines; more is something else. */
#define META_MAX 1024

/* How much newer than its metadata a file may be: clocks of file systems. */
#define TOLERANCE_S 1.0

char *
local_file(const char *folder, const char *path)
{
	return path_join(folder, path);
}

/* Where the name of a file of the repository begins in its path. */
static size_t
name_at(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash + 1 - path) : 0;
}

/* From the name of the metadata, since a path may be too long for a name. */
static void
add_short_name(struct str *out, const char *path)
{
	struct str name = STR_INIT;
	char text[DIGEST_SHORT_MAX];

	str_addf(&name, "%s.metadata", path + name_at(path));
	digest_short(name.v, text);
	str_addz(out, text);
	str_fini(&name);
}

/* <folder>/.cache/huggingface/download/<path><suffix>; one rule for all
 * suffixes, so that what belongs together is called the same. */
static char *
beside(const char *folder, const char *path, const char *suffix)
{
	struct str out = STR_INIT;
	size_t at = name_at(path);

	str_addf(&out, "%s/%s/download/%.*s", folder, HOME, (int)at, path);
	if (strlen(path + at) + strlen(".metadata") > PATH_NAME_MAX)
		add_short_name(&out, path);
	else
		str_addz(&out, path + at);
	str_addz(&out, suffix);
	return str_steal(&out);
}

char *
local_lock(const char *folder, const char *path)
{
	return beside(folder, path, ".lock");
}

char *
local_trees(const char *folder)
{
	struct str out = STR_INIT;

	str_addf(&out, "%s/%s/trees", folder, HOME);
	return str_steal(&out);
}

char *
local_partial(
    const char *folder, const char *path, const char *etag, const char *tail)
{
	struct str out = STR_INIT;

	str_addf(&out, "%s/%s/download/%.*s", folder, HOME, (int)name_at(path),
	    path);
	add_short_name(&out, path);
	str_addf(&out, ".%s%s.incomplete", etag, tail);
	return str_steal(&out);
}

bool
local_prepare(const char *folder, struct error *err)
{
	char *home = path_join(folder, HOME);
	char *ignore = path_join(home, ".gitignore");
	struct error ignored;
	bool ok = dir_make(home, err);

	if (ok) {
		cache_tag(home);
		if (!file_entry_exists(ignore))
			MAY_FAIL(file_replace(ignore, "*", 1, &ignored),
			    "it only keeps Git from seeing our files");
	}
	free(home);
	free(ignore);
	return ok;
}

/* A line of hex digits that fits: it becomes a part of names, and is shown. */
static bool
take_line(struct span *rest, char out[DIGEST_HEX_MAX])
{
	struct span line;

	if (!span_next(rest, '\n', &line))
		return false;
	line = span_trim(line);
	if (!line.n || line.n >= DIGEST_HEX_MAX)
		return false;
	memcpy(out, line.p, line.n);
	out[line.n] = '\0';
	return strspn(out, "0123456789abcdefABCDEF") == line.n;
}

static bool
read_meta(const char *folder, const char *path, struct local_meta *meta,
    double *written)
{
	char *name = beside(folder, path, ".metadata");
	struct str text = STR_INIT;
	struct error ignored;
	struct span rest;
	char *end = NULL;
	bool ok = file_read_all(name, META_MAX, &text, &ignored);

	rest = (struct span){ text.v, text.n };
	ok = ok && take_line(&rest, meta->commit) &&
	     take_line(&rest, meta->etag) && rest.p;
	if (ok) {
		*written = strtod(rest.p, &end);
		ok = end != rest.p;
	}
	str_fini(&text);
	free(name);
	return ok;
}

/* Whether a file without a byte cannot be what its metadata says: a crash may
 * leave one, with its time. */
static bool
is_emptied(const struct local_meta *meta)
{
	enum digest_kind kind;
	struct digest *digest;
	char sum[DIGEST_HEX_MAX];

	if (meta->size || !digest_kind_of(meta->etag, &kind))
		return false;
	digest = digest_new();
	digest_start(digest, kind, 0);
	digest_end(digest, sum);
	digest_free(digest);
	return strcmp(sum, meta->etag) != 0;
}

void
local_look(const char *folder, const char *path, struct local_meta *meta)
{
	char *file = local_file(folder, path);
	double changed, written;
	uint64_t size;

	*meta = (struct local_meta){ .state = LOCAL_MISSING };
	if (file_kind(file, &size) == FILE_REGULAR &&
	    file_changed_s(file, &changed)) {
		meta->size = size;
		if (!read_meta(folder, path, meta, &written))
			meta->state = LOCAL_UNKNOWN;
		else if (changed - TOLERANCE_S <= written && !is_emptied(meta))
			meta->state = LOCAL_KNOWN;
		else
			meta->state = LOCAL_CHANGED;
	}
	free(file);
}

bool
local_is(const struct local_meta *meta, const char *etag, uint64_t size)
{
	return meta->state == LOCAL_KNOWN && !strcmp(meta->etag, etag) &&
	       (size == SIZE_UNKNOWN || size == meta->size);
}

bool
local_is_cut(const struct local_meta *meta, const char *etag, uint64_t size)
{
	return local_is(meta, etag, SIZE_UNKNOWN) &&
	       !local_is(meta, etag, size);
}

bool
local_note(const char *folder, const char *path, const char *commit,
    const char *etag, struct error *err)
{
	char *name = beside(folder, path, ".metadata");
	struct str text = STR_INIT;
	bool ok;

	str_addf(&text, "%s\n%s\n%.6f\n", commit, etag, clock_unix_s());
	ok = dir_make_parent(name, err) &&
	     file_replace(name, text.v, text.n, err);
	str_fini(&text);
	free(name);
	return ok;
}

static bool
find_any(void *context, const char *name)
{
	bool *found = context;

	*found = strcmp(name, ".cache") != 0;
	return !*found;
}

bool
local_has_files(const char *folder)
{
	struct error ignored;
	bool found = false;

	MAY_FAIL(dir_list(folder, find_any, &found, &ignored),
	    "from what cannot be read nothing is served");
	return found;
}
