#include "core/store/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/layout.h"

static bool
has_size(const char *path, uint64_t size)
{
	uint64_t found;

	return file_kind(path, &found) == FILE_REGULAR &&
	       (size == SIZE_UNKNOWN || found == size);
}

/*
 * The text of a pointer: "../" for each folder between it and the repository,
 * then the blob.
 */
static char *
pointer_target(const char *path, const char *etag)
{
	struct str target = STR_INIT;

	str_addz(&target, "../../");
	for (const char *p = path; *p; p++)
		if (*p == '/')
			str_addz(&target, "../");
	str_addz(&target, "blobs/");
	str_addz(&target, etag);
	return str_steal(&target);
}

enum pointer_kind {
	POINTER_RIGHT, /* a link to that blob */
	POINTER_OTHER, /* a link to another */
	POINTER_PLAIN, /* no link: a copy, as clients make without links */
};

static enum pointer_kind
pointer_kind(const char *pointer, const char *etag)
{
	char text[4096];
	ssize_t n = readlink(pointer, text, sizeof(text) - 1);
	const char *name;

	if (n < 0)
		return POINTER_PLAIN;
	text[n] = '\0';
	name = strrchr(text, '/');
	return strcmp(name ? name + 1 : text, etag) ? POINTER_OTHER
	                                            : POINTER_RIGHT;
}

bool
snapshot_has(const struct cache *cache, const char *commit, const char *path,
    const char *etag, uint64_t size)
{
	char *pointer = cache_pointer(cache, commit, path);
	bool found = has_size(pointer, size) &&
	             !(etag && pointer_kind(pointer, etag) == POINTER_OTHER);

	free(pointer);
	return found;
}

bool
blob_has(const struct cache *cache, const char *etag, uint64_t size)
{
	char *blob = cache_blob(cache, etag);
	bool found = has_size(blob, size);

	free(blob);
	return found;
}

/* Whether links cannot be made here, or the user wants none. */
static bool
has_no_links(const struct cache *cache, const struct error *err)
{
	return !cache->links || err->detail == EPERM || err->detail == ENOSYS ||
	       err->detail == EOPNOTSUPP;
}

/* Another process may have made the same link meanwhile. */
static bool
make_link(
    const char *pointer, const char *path, const char *etag, struct error *err)
{
	char *target = pointer_target(path, etag);
	bool ok = file_link(target, pointer, err);

	if (!ok && err->detail == EEXIST)
		ok = pointer_kind(pointer, etag) == POINTER_RIGHT ||
		     (file_remove(pointer, err) &&
			 file_link(target, pointer, err));
	free(target);
	return ok;
}

bool
snapshot_point(const struct cache *cache, const char *commit, const char *path,
    const char *etag, bool last, struct error *err)
{
	char *pointer = cache_pointer(cache, commit, path);
	char *blob = cache_blob(cache, etag);
	bool made = dir_make_parent(pointer, err);
	bool ok = made && cache->links && make_link(pointer, path, etag, err);

	if (made && !ok && has_no_links(cache, err)) {
		ok = last ? file_rename(blob, pointer, err)
		          : file_copy(blob, pointer, err);
		if (cache->copied)
			atomic_store(cache->copied, true);
	}
	free(blob);
	free(pointer);
	return ok;
}

void
snapshot_note_missing(
    const struct cache *cache, const char *commit, const char *path)
{
	struct error ignored;
	char *mark;

	if (!path_check(path, &ignored))
		return;
	mark = cache_no_exist(cache, commit, path);
	if (file_kind(mark, NULL) == FILE_MISSING &&
	    dir_make_parent(mark, &ignored))
		MAY_FAIL(file_replace(mark, "", 0, &ignored),
		    "without the mark the Hub is only asked again");
	free(mark);
}

/* A folder of a snapshot, while it is read. */
struct looking {
	const char *top;
	char *below; /* "onnx"; "": the snapshot itself */
	int depth;
	void (*each)(void *context, const char *path, uint64_t size);
	void *context;
};

#define DEPTH_MAX 64

static bool look_into(struct looking *at);

static bool
take_entry(void *context, const char *name)
{
	const struct looking *at = context;
	struct looking next = *at;
	char *path;
	uint64_t size;

	next.below = *at->below ? path_join(at->below, name) : mem_strdup(name);
	next.depth++;
	path = path_join(at->top, next.below);
	switch (file_kind(path, &size)) {
	case FILE_REGULAR:
		at->each(at->context, next.below, size);
		break;
	case FILE_FOLDER:
		if (next.depth < DEPTH_MAX && file_is_own_folder(path))
			(void)look_into(&next);
		break;
	default:
		break;
	}
	free(path);
	free(next.below);
	return true;
}

static bool
look_into(struct looking *at)
{
	char *folder =
	    *at->below ? path_join(at->top, at->below) : mem_strdup(at->top);
	struct error ignored;
	bool ok = file_kind(folder, NULL) == FILE_FOLDER &&
	          dir_list(folder, take_entry, at, &ignored);

	free(folder);
	return ok;
}

bool
snapshot_each(const struct cache *cache, const char *commit,
    void (*each)(void *context, const char *path, uint64_t size), void *context)
{
	char *top = cache_snapshot(cache, commit);
	struct looking at = {
		.top = top, .below = str_empty, .each = each, .context = context
	};
	bool ok = look_into(&at);

	free(top);
	return ok;
}
