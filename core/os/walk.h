/*
 * walk.h: folders read relative to each other's descriptors, so that no path is
 * resolved once for each file in it.
 */
#ifndef CORE_OS_WALK_H
#define CORE_OS_WALK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
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
	uint64_t size;
	double accessed, modified; /* seconds since 1970 */
};

/* `name` in the folder of `parent` (NULL: the name is a whole path); NULL, with
 * errno set, if it cannot be read as a folder. */
MUST_USE struct walk *walk_open(const struct walk *parent, const char *name);
void walk_close(struct walk *walk);

/* The next entry but "." and "..", in the order of the system. */
bool walk_next(struct walk *walk, struct walk_entry *entry);

/* What an entry leads to; false, with errno set, if to nothing. */
bool walk_look(
    const struct walk *walk, const char *name, struct walk_info *info);

/* Replaces `text` with a link's; false if it is none. */
bool walk_link(const struct walk *walk, const char *name, struct str *text);

struct walk_sum {
	uint64_t bytes;
	unsigned files;
};

/*
 * Adds to `sum` all regular files in the folder `name` and below it; links are
 * not followed, other file systems are entered. `cancelled` (may be NULL) ends
 * it soon.
 */
void walk_add_up(const struct walk *parent, const char *name,
    const atomic_bool *cancelled, struct walk_sum *sum);

/*
 * Removes a file, a link, or a folder with all in it; links are not followed.
 * What is gone already is success.
 */
MUST_USE bool walk_remove(const char *path, struct error *err);

/* The same, until `until` (NULL or 0: no end) of clock_ms; then ERR_CANCELLED,
 * and what is left stays. */
MUST_USE bool walk_remove_until(
    const char *path, const atomic_ullong *until, struct error *err);

/* Appends a small file's content, at most `most` bytes; false if it cannot be
 * read. */
bool walk_read(
    const struct walk *walk, const char *name, size_t most, struct str *out);

#endif
