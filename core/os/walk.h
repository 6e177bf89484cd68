/*
 * walk.h: folders read relative to each other's descriptors, so that no path is
 * resolved once for each file in it.
 */
#ifndef CORE_OS_WALK_H
#define CORE_OS_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/str.h"

struct walk;

enum walk_kind {
	WALK_FILE,
	WALK_FOLDER,
	WALK_LINK,
	WALK_OTHER,
};

/* Good until the next walk_next. */
struct walk_entry {
	const char *name;
	enum walk_kind kind; /* of the entry itself */
};

struct walk_info {
	enum walk_kind kind; /* links followed: never WALK_LINK */
	bool open_to_all;    /* everybody may read it, by its mode */
	uint64_t size;
	uint64_t held; /* bytes on disk (fs_held) */
	uint64_t device, number;
	unsigned names;                  /* hard links */
	double accessed, modified;       /* seconds since 1970 */
	int64_t modified_ns, changed_ns; /* the same, of content and of all */
};

/* `name` in the folder of `parent` (NULL: the name is a whole path); NULL, with
 * errno set, if it cannot be read as a folder. */
MUST_USE struct walk *walk_open(const struct walk *parent, const char *name);
void walk_close(struct walk *walk);

/* The next entry but "." and "..", in the order of the system. */
bool walk_next(struct walk *walk, struct walk_entry *entry);

/* Why walk_next ended before all was read, as errno; 0: it did not. */
int walk_error(const struct walk *walk);

/* Why nothing can be removed from the folder or put into it, as errno; 0: it
 * can. */
int walk_fixed(const struct walk *walk);

/* Whether a file shares extents with another one (reflinks). */
bool walk_shares(const struct walk *walk, const char *name);

/* What an entry leads to (`walk` NULL: the name is a whole path); false, with errno
 * set, if to nothing. */
bool walk_look(
    const struct walk *walk, const char *name, struct walk_info *info);

/* The same of an open file. */
bool walk_look_open(int fd, struct walk_info *info);

/* Whether this user may read what an entry leads to; else errno says why not. */
bool walk_may_read(const struct walk *walk, const char *name);

/* Replaces `text` with a link's; false if it is none. */
bool walk_link(const struct walk *walk, const char *name, struct str *text);

/* What an entry leads to (fs_odd_kind); NULL: to a regular file, or to what
 * cannot be looked at. */
const char *walk_odd(const struct walk *walk, const char *name);

/* Appends a small file's content, at most `most` bytes and some more; false,
 * with errno set, if it cannot be read, or is no regular file (EINVAL). */
bool walk_read(
    const struct walk *walk, const char *name, size_t most, struct str *out);

#endif
