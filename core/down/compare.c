#include "core/down/compare.h"

#include <stdlib.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/down/place.h"
#include "core/down/plan.h"
#include "core/os/file.h"
#include "core/store/snapshot.h"

static uint64_t
kept_bytes(const struct place *place, const struct plan_file *file)
{
	char *path = place_partial(place, file);
	uint64_t size = 0;

	if (!file_is_sole(path) || file_kind(path, &size) != FILE_REGULAR)
		size = 0;
	/* One with a journal has holes: what it takes on disk is near. */
	if (size > file->size)
		size = file_allocated(path);
	if (size > file->size)
		size = file->size;
	free(path);
	return size;
}

/* Adds file `i` to its blob, which is made when it is the first. */
static void
add_missing(struct plan *plan, struct map *blobs, const struct place *place,
    size_t i, bool force)
{
	struct plan_file *file = &plan->files.v[i];
	struct plan_blob blob = { .first = i };
	size_t at;

	if (!place->folder && map_find(blobs, file->etag, &at)) {
		struct plan_file *first =
		    &plan->files.v[plan->blobs.v[at].first];

		file->next = first->next;
		first->next = i + 1;
		return;
	}
	map_add(blobs, file->etag, plan->blobs.n);
	if (!force)
		blob.kept = kept_bytes(place, file);
	plan->kept += blob.kept;
	if (file->size == SIZE_UNKNOWN)
		plan->unknown = true;
	else
		sum_add(&plan->missing, file->size - blob.kept);
	arr_push(&plan->blobs, blob);
}

void
plan_compare(struct plan *plan, struct place *place, struct plan_look *look)
{
	struct map blobs = MAP_INIT;
	struct error note;

	for (size_t i = 0; i < plan->files.n; i++) {
		struct plan_file *file = &plan->files.v[i];

		if (atomic_load_explicit(
			&look->cancelled, memory_order_relaxed))
			break;
		note.code = ERR_NONE;
		if (!look->force)
			file->present = place_settle(place, plan->commit, file,
			    look->look_only, &look->cancelled, &note);
		if (note.code != ERR_NONE)
			arr_push(&look->notes, mem_strdup(note.message));
		if (!file->present)
			add_missing(plan, &blobs, place, i, look->force);
	}
	map_fini(&blobs);
}
