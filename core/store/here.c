#include "core/store/here.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/error.h"
#include "core/base/map.h"
#include "core/base/path.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/layout.h"
#include "core/store/snapshot.h"

#define PARTIAL ".hug.incomplete"

struct here {
	const struct cache *cache;
	struct map names; /* blobs and partial files, by etag */
	ARR(char *) texts;
};

static bool
take_name(void *context, const char *name)
{
	struct here *here = context;
	const char *end = strstr(name, PARTIAL);
	char *etag = end && !end[sizeof(PARTIAL) - 1]
	                 ? mem_strndup(name, (size_t)(end - name))
	                 : mem_strdup(name);

	if (map_add(&here->names, etag, 0))
		arr_push(&here->texts, etag);
	else
		free(etag);
	return true;
}

struct here *
here_open(const struct cache *cache)
{
	struct here *here = mem_new(struct here);
	char *blobs = path_join(cache->repo, "blobs");
	struct error ignored;

	here->cache = cache;
	MAY_FAIL(dir_list(blobs, take_name, here, &ignored),
	    "what cannot be read is not there");
	free(blobs);
	return here;
}

void
here_free(struct here *here)
{
	if (!here)
		return;
	map_fini(&here->names);
	arr_each (text, &here->texts)
		free(*text);
	arr_free(&here->texts);
	free(here);
}

/* As a download counts it that will continue it. */
static uint64_t
partial_bytes(const struct here *here, const char *etag, uint64_t size)
{
	char *path = cache_partial(here->cache, etag, ".hug");
	uint64_t bytes = 0;

	if (!file_is_sole(path) || file_kind(path, &bytes) != FILE_REGULAR)
		bytes = 0;
	/* One with a journal has holes: what it takes on disk is near. */
	if (bytes > size)
		bytes = file_allocated(path);
	free(path);
	return bytes > size ? size : bytes;
}

enum here_state
here_of(const struct here *here, const char *commit, const char *path,
    const char *etag, uint64_t size, uint64_t *kept)
{
	*kept = 0;
	/* Where links cannot be made there is a copy, and no blob. */
	if (!map_find(&here->names, etag, NULL) &&
	    (here->cache->links ||
		!snapshot_has(here->cache, commit, path, NULL, size)))
		return HERE_NOT;
	*kept = size;
	if (snapshot_has(here->cache, commit, path,
		here->cache->links ? etag : NULL, size))
		return HERE_WHOLE;
	if (blob_has(here->cache, etag, size))
		return HERE_OTHER;
	*kept = partial_bytes(here, etag, size);
	return *kept ? HERE_PART : HERE_NOT;
}
