/*
 * root.h: a folder held open, and what lies below it reached without links.
 *
 * Everything that deletes, renames or restores below a cache goes through here.
 * The way to the folder itself may use links: people keep a cache on another
 * disk. Below it no component of a path is ever a link, whoever swaps it in and
 * when: paths are resolved by openat2(2) with RESOLVE_BENEATH and
 * RESOLVE_NO_SYMLINKS, or where there is none (ENOSYS, or EPERM of a sandbox)
 * component by component with O_NOFOLLOW. The last component may be a link
 * where that link itself is meant: it is renamed or unlinked, and what it leads
 * to is never touched.
 *
 * A path below a root is relative, with no empty, "." or ".." component.
 * Errors name the whole path; where a link was in the way they name the link
 * and what it leads to.
 */
#ifndef CORE_OS_ROOT_H
#define CORE_OS_ROOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

struct root;

enum root_kind {
	ROOT_MISSING,
	ROOT_FILE,
	ROOT_FOLDER,
	ROOT_LINK,
	ROOT_OTHER, /* a FIFO, socket or device */
};

/* What an entry is, links not followed. */
struct root_info {
	enum root_kind kind;
	uint64_t size;  /* bytes */
	unsigned names; /* hard links */
	unsigned owner; /* uid */
	unsigned mode;  /* permission bits */
};

typedef ARR(char *) root_names;

/* NULL with `err` if `path` is no folder that can be opened. */
MUST_USE struct root *root_open(const char *path, struct error *err);
void root_close(struct root *root);

/* As it was given to root_open; borrowed from the root. */
const char *root_path(const struct root *root);

/* Whether `below` is a path as these functions take it. */
bool root_is_below(const char *below);

/* False with `err` if it cannot be known; a missing entry is ROOT_MISSING. */
MUST_USE bool root_look(const struct root *root, const char *below,
    struct root_info *info, struct error *err);

/* Replaces `text` with that of a link; false if it is not a link. */
bool root_link_text(
    const struct root *root, const char *below, struct str *text);

/*
 * Appends a regular file of at most `limit` bytes. ERR_NOT_FOUND if it is
 * missing, ERR_LIMIT if it is larger; what is not a regular file is not opened
 * for longer than it takes to see that.
 */
MUST_USE bool root_read(const struct root *root, const char *below,
    size_t limit, struct str *out, struct error *err);

/* Makes a file that must not exist, mode 0600, and syncs it. */
MUST_USE bool root_create(const struct root *root, const char *below,
    const void *bytes, size_t n, struct error *err);

/* Puts a file with this mode in the place of what stands there, at once. */
MUST_USE bool root_replace(const struct root *root, const char *below,
    const void *bytes, size_t n, unsigned mode, struct error *err);

/* Opens a regular file for a lock; -1 with `err`. The caller closes it. */
MUST_USE int root_open_lock(
    const struct root *root, const char *below, struct error *err);

/* Makes a folder with this mode, whatever the umask; 0777 is less the umask. One
 * that exists is fine, and stays as it is. */
MUST_USE bool root_make(const struct root *root, const char *below,
    unsigned mode, struct error *err);

/* Makes the folders that `below` lies in. */
MUST_USE bool root_make_parents(
    const struct root *root, const char *below, struct error *err);

/* Adds the names in a folder, in the order of the system. A missing folder has
 * none. */
MUST_USE bool root_list(const struct root *root, const char *below,
    root_names *names, struct error *err);
void root_names_free(root_names *names);

/* Renames over what stands there, both below the root. Detail EXDEV: on another
 * file system. */
MUST_USE bool root_rename(const struct root *root, const char *from,
    const char *to, struct error *err);

/* Gives a file back a name unless something has that name by now: then false
 * with detail EEXIST, and nothing changes. */
MUST_USE bool root_rename_back(const struct root *root, const char *from,
    const char *to, struct error *err);

/* Removes a file or a link. `*freed` (may be NULL) grows by the bytes that no
 * other name holds. One that is gone already is success. */
MUST_USE bool root_unlink(const struct root *root, const char *below,
    uint64_t *freed, struct error *err);

/* Removes an empty folder; false, without a message, if it is not one. */
bool root_remove_folder(const struct root *root, const char *below);

/* Makes what was done to a folder's names outlive a power cut. */
MUST_USE bool root_sync(
    const struct root *root, const char *below, struct error *err);

/* What is removed, and what became of that. */
struct root_removal {
	const atomic_ullong *until; /* of clock_ms, then it stops; NULL or 0:
				       never */
	/* Called for each thing that stays; may be NULL. */
	void (*stays)(void *context, const char *text);
	/* Called for each file or link that went, with the bytes that freed;
	 * may be NULL. */
	void (*went)(void *context, uint64_t freed);
	void *context;
	uint64_t freed; /* grows by bytes of which the last name went */
	size_t left;    /* things that stay */
	bool stopped;   /* by `until` */
};

/*
 * Removes a file, a link, or a folder with all in it. Enters no link and no
 * other file system. Needs neither stack nor descriptors for the depth of a
 * tree. True if it is gone.
 */
MUST_USE bool root_remove(
    const struct root *root, const char *below, struct root_removal *removal);

/* A sum of files, each inode once. */
struct root_sum {
	uint64_t bytes; /* on disk */
	uint64_t last;  /* of them, those whose names are all in this folder */
	unsigned files;
	bool partly; /* something could not be read */
};

/*
 * Adds up the regular files in a folder ("" is the root itself) and below it,
 * or one file; enters no link. `cancelled` (may be NULL) ends it soon.
 */
void root_add_up(const struct root *root, const char *below,
    const atomic_bool *cancelled, struct root_sum *sum);

/* The same of any folder; one that is missing adds nothing. */
void root_add_up_path(
    const char *path, const atomic_bool *cancelled, struct root_sum *sum);

/* Why nothing can be removed from a folder or put into it, as "read-only file
 * system"; NULL: it can. With "" of the root itself. */
const char *root_is_fixed(const struct root *root, const char *below);

/* The same of an entry: its folder is, or it belongs to another user in a
 * folder where only owners may remove. */
const char *root_is_stuck(const struct root *root, const char *below);

/*
 * Whether the links on the way from `root` to `below` may be followed for
 * reading and writing: each belongs to us, to root, or to the owner of the
 * folder that it is in. Where one does not, `err` names it, its target and its
 * owner. What is missing is fine.
 */
MUST_USE bool root_may_follow(
    const char *root, const char *below, struct error *err);

#endif
