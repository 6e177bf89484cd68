/* path.h: joining paths, and refusing names that leave their folder. */
#ifndef CORE_BASE_PATH_H
#define CORE_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

/* Appends "/" (unless one is there or `out` is empty) and `name`. */
void path_add(struct str *out, const char *name);

/* `a` and `b` joined; the caller frees it. */
MUST_USE char *path_join(const char *a, const char *b);

/* The folder part, without the last "/"; the caller frees it ("" if none). */
MUST_USE char *path_folder(const char *path);

/*
 * `path` with `tail` behind its name, which is shortened if no file system would
 * take both: the name of a file beside it, for a while.
 */
void path_add_beside(struct str *out, const char *path, const char *tail);

/* The longest name that file systems take, in bytes. */
#define PATH_NAME_MAX 255

/*
 * Whether a file name that came from the network may be written below a
 * folder: relative, UTF-8, no empty, "." or ".." part (parted by / or \), no
 * drive letter. Control characters pass: the disk holds them, the terminal
 * gets them through utf8_safe. Rules: the official client refuses the same.
 */
bool path_check(const char *name, struct error *err);

/* What a name would write into, though no repository has any business there. */
enum path_reserved {
	PATH_FREE,
	PATH_GIT,     /* a ".git": Git runs what its config and hooks say */
	PATH_RECORDS, /* ".cache/huggingface", where records of files lie */
};

/*
 * Names are read as any file system in use may read them: without case, without
 * trailing dots, blanks and streams (NTFS, also its short names), and without
 * code points that HFS+ ignores. `*part` gets the bytes of the name up to the
 * end of what is reserved.
 */
enum path_reserved path_reserved(const char *name, size_t *part);

#endif
