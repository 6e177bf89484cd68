#include "core/purge/sweep.h"

#include <stdlib.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/os/root.h"
#include "core/os/walk.h"
#include "core/store/shared.h"
#include "core/store/waiting.h"

/* Whether no repository links to a payload. */
static bool
has_no_line(const char *root, const char *xet)
{
	shared_lines lines = { 0 };
	bool none = shared_read(root, xet, &lines) && !lines.n;

	shared_lines_free(&lines);
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
sweep_would_free(const struct root *root, const char *xet, const char *but)
{
	char *path = shared_payload(root_path(root), xet, "");
	char *refs = shared_payload(root_path(root), xet, ".refs");
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
	shared_lines lines = { 0 };
	struct str text = STR_INIT;
	struct error ignored;
	bool went = false;

	if (shared_read(root_path(root), xet, &lines)) {
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
	shared_lines_free(&lines);
	free(path);
	free(refs);
	return went;
}

bool
sweep_payload(const struct root *root, const char *xet, uint64_t *freed)
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
		if (entry.kind == WALK_FILE && shared_is_hash(entry.name))
			arr_push(&names, mem_strdup(entry.name));
	}
	arr_each (name, &names) {
		if (has_no_line(root_path(root), *name))
			n += sweep_payload(root, *name, freed);
		free(*name);
	}
	arr_free(&names);
	return n;
}

size_t
sweep_loose(const struct root *root, uint64_t *freed)
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
