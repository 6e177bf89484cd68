/*
 * local.h: files of a repository in a folder of the user's (--local-dir).
 *
 *	<folder>/<path>                                   the file itself
 *	<folder>/.cache/huggingface/.gitignore            "*"
 *	<folder>/.cache/huggingface/trees/                as in the cache
 *	<folder>/.cache/huggingface/download/
 *	    <path>.metadata     commit, etag and time of writing, a line each
 *	    <path>.lock
 *	    <dir>/<28 of Base64>.<etag>.hug.incomplete
 *
 * As the official client has it since 0.23, which reads and writes the same. Where
 * <path> ends with a name that has no room for ".metadata", which that client
 * cannot download, <28 of Base64> takes its place. A file is believed to be what
 * its metadata says as long as it was not changed since and has the size that is
 * known of it; otherwise its sum tells.
 */
#ifndef CORE_STORE_LOCAL_H
#define CORE_STORE_LOCAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/base/error.h"

/* What is known of a file in the folder. */
enum local_state {
	LOCAL_MISSING, /* no file there */
	LOCAL_KNOWN,   /* unchanged since its metadata was written */
	LOCAL_CHANGED, /* there is metadata, but the file is newer or emptied */
	LOCAL_UNKNOWN, /* there is no metadata of it */
};

struct local_meta {
	enum local_state state;
	char commit[DIGEST_HEX_MAX];
	char etag[DIGEST_HEX_MAX];
	uint64_t size; /* of the file, bytes */
};

/* The caller frees these. */
MUST_USE char *local_file(const char *folder, const char *path);
MUST_USE char *local_lock(const char *folder, const char *path);
MUST_USE char *local_trees(const char *folder);

/*
 * The partial file; `tail` is what stands before ".incomplete", "" or ".hug".
 * The caller frees it.
 */
MUST_USE char *local_partial(
    const char *folder, const char *path, const char *etag, const char *tail);

/* Makes the folder and what marks its bookkeeping as such. */
MUST_USE bool local_prepare(const char *folder, struct error *err);

/*
 * Sets `meta` to what is there, of the file and of its metadata, without reading
 * its bytes. Metadata that cannot be read is none. Never fails: what cannot be
 * looked at is missing.
 */
void local_look(const char *folder, const char *path, struct local_meta *meta);

/*
 * Whether the file is unchanged and what `etag` names. `size` (bytes) is the
 * Hub's, SIZE_UNKNOWN if nobody said: a file that was cut short, and kept its
 * time, is not. local_is_cut: only that is wrong with it.
 */
bool local_is(const struct local_meta *meta, const char *etag, uint64_t size);
bool local_is_cut(
    const struct local_meta *meta, const char *etag, uint64_t size);

/* Says that the file is this now. */
MUST_USE bool local_note(const char *folder, const char *path,
    const char *commit, const char *etag, struct error *err);

/* Whether the folder holds anything but bookkeeping. */
bool local_has_files(const char *folder);

#endif
