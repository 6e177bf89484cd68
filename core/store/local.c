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

/* <folder>/.cache/huggingface/download/<path><suffix> */
static char *
beside(const char *folder, const char *path, const char *suffix)
{
	struct str out = STR_INIT;

	str_addf(&out, "%s/%s/download/%s%s", folder, HOME, path, suffix);
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

/* From the name of the metadata, since a path may be too long for a name. */
static void
add_short_name(struct str *out, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str name = STR_INIT;
	char text[DIGEST_SHORT_MAX];

	str_addf(&name, "%s.metadata", slash ? slash + 1 : path);
	digest_short(name.v, text);
	str_addz(out, text);
	str_fini(&name);
}

char *
local_partial(
    const char *folder, const char *path, const char *etag, const char *tail)
{
	const char *slash = strrchr(path, '/');
	struct str out = STR_INIT;

	str_addf(&out, "%s/%s/download/", folder, HOME);
	if (slash)
		str_add(&out, path, (size_t)(slash + 1 - path));
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
		/* It only keeps Git from seeing our files. */
		if (!file_entry_exists(ignore))
			(void)!file_replace(ignore, "*", 1, &ignored);
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

void
local_look(const char *folder, const char *path, struct local_meta *meta)
{
	char *file = local_file(folder, path);
	double changed, written;

	*meta = (struct local_meta){ .state = LOCAL_MISSING };
	if (file_kind(file, NULL) == FILE_REGULAR &&
	    file_changed_s(file, &changed)) {
		if (!read_meta(folder, path, meta, &written))
			meta->state = LOCAL_UNKNOWN;
		else if (changed - TOLERANCE_S <= written)
			meta->state = LOCAL_KNOWN;
		else
			meta->state = LOCAL_CHANGED;
	}
	free(file);
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

	(void)!dir_list(folder, find_any, &found, &ignored);
	return found;
}
