#include "core/census/scan_shared.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/os/root.h"
#include "core/os/walk.h"
#include "core/store/shared.h"
#include "core/store/waiting.h"

/* Notes who links to a payload, if that can be known. What waits in the trash
 * counts as a link that no repository has. */
static void
take_lines(const char *root, const char *xet, const struct walk_info *info,
    const struct waiting *waiting, struct scan_shared *shared)
{
	shared_lines lines = { 0 };

	if (shared_read(root, xet, &lines)) {
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
		if (entry.kind != WALK_FILE || !shared_is_hash(entry.name) ||
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
scan_shared_look(const char *root, struct scan_shared *shared)
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
