/*
 * file.h: files, read and written so that a crash leaves the old or the new.
 *
 * Paths in messages are made safe to show. Interrupted calls are repeated.
 */
#ifndef CORE_OS_FILE_H
#define CORE_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

enum file_kind {
	FILE_MISSING, /* nothing there, or a link that leads nowhere */
	FILE_REGULAR,
	FILE_FOLDER,
	FILE_OTHER,
};

/* What stands at `path`, links followed. `size` (bytes) may be NULL. */
enum file_kind file_kind(const char *path, uint64_t *size);

/* Bytes that a file takes on disk; 0 if it is not there. */
uint64_t file_allocated(const char *path);

/* When a file was last changed, in seconds since 1970, links followed. */
bool file_changed_s(const char *path, double *seconds);

/* Whether anybody but its owner may read a file. */
bool file_is_open_to_others(const char *path);

/* Whether a regular file, or a folder, stands there itself: no link to one. */
bool file_is_own(const char *path);
bool file_is_own_folder(const char *path);

/*
 * Where the links at `path` lead in the end, whether or not anything stands
 * there; the caller frees it. A link of another user is not followed, whoever
 * could have put it there: its own path is returned.
 */
MUST_USE char *file_link_end(const char *path);

/* Replaces `text` with a link's; false if it is none. */
bool file_link_text(const char *path, struct str *text);

/* Whether both lead to one file. */
bool file_is_same(const char *a, const char *b);

/* Whether anything, a dangling link included, stands at `path`. */
bool file_entry_exists(const char *path);

/* open(2) with close-on-exec; -1 with `err` filled. */
MUST_USE int file_open(
    const char *path, int flags, mode_t mode, struct error *err);

/* Whether it is a regular file of ours with no other name: no link, no pipe, no
 * second name of something else. */
bool file_is_sole(const char *path);

/*
 * Opens a file that is written in place, or makes it, mode 0666 less the umask.
 * What stands there must be such a file as above. A name of ours for anything
 * else is removed first, which leaves alone what it led to; what is somebody
 * else's stays: then a new file is made at `spare`, and *spared is set.
 */
MUST_USE int file_open_sole(
    const char *path, const char *spare, bool *spared, struct error *err);

/*
 * Refuses what stands at `path`, links followed, and is no regular file: the
 * error says what it is. True if one is there, or nothing.
 */
MUST_USE bool file_check_kind(const char *path, struct error *err);

/*
 * Opens a regular file, links followed, for reading; its `size` in bytes (NULL:
 * not asked for). Waits for nobody: a FIFO, a device or anything else that
 * stands there is refused, and the error says what it is.
 */
MUST_USE int file_open_regular(
    const char *path, uint64_t *size, struct error *err);

/*
 * The same for who compares the content and has no use for it: where this user
 * owns the file, reading it does not count as an access. Who may not ask for
 * that may not put the time back either.
 */
MUST_USE int file_open_unseen(
    const char *path, uint64_t *size, struct error *err);

/* Whether something may stand at `path` that this user may not look at. */
bool file_is_out_of_reach(const char *path);

/* Closes unless `fd` is -1. */
void file_close(int fd);

/* Writes all of it, or says why not; part of it may be there then. */
MUST_USE bool file_write_at(
    int fd, const void *bytes, size_t n, uint64_t offset, struct error *err);

/* Reads up to `n` bytes; fewer only at the end of the file. */
MUST_USE bool file_read_at(int fd, void *bytes, size_t n, uint64_t offset,
    size_t *got, struct error *err);

/*
 * Appends a whole regular file of at most `limit` bytes. ERR_NOT_FOUND if
 * missing; what file_open_regular refuses is an error here, too.
 */
MUST_USE bool file_read_all(
    const char *path, size_t limit, struct str *out, struct error *err);

/*
 * The same for what the user names to be read: it may be a pipe or a device, as
 * /dev/stdin and <(command) of a shell are, and who writes to it is waited for.
 * A FIFO that nobody opens for writing is an error after two seconds.
 */
MUST_USE bool file_read_input(
    const char *path, size_t limit, struct str *out, struct error *err);

/* Cuts the file to `size` bytes, or makes it so large with a hole at its end. */
MUST_USE bool file_truncate(int fd, uint64_t size, struct error *err);

/* Makes written bytes outlive a power cut (fdatasync). */
MUST_USE bool file_sync(int fd, struct error *err);

/* The same for everything on the file system that `fd` lies on. */
MUST_USE bool file_sync_all(int fd, struct error *err);

/* Renames over what is there; both on one file system. */
MUST_USE bool file_rename(const char *from, const char *to, struct error *err);

/* Removes a file or link; one that is gone already is success. */
MUST_USE bool file_remove(const char *path, struct error *err);

/*
 * A file that is written under a temporary name in the folder where it will
 * stand, which must exist; mode 0666 less the umask. Storage is the caller's.
 */
struct file_draft {
	char *path; /* NULL: none */
	int fd;
	uint64_t size;
};

/* Makes one for `path`, where nothing changes yet, and appends to it. After a
 * failed file_draft_open there is none; after any other it is to be dropped. */
MUST_USE bool file_draft_open(
    struct file_draft *draft, const char *path, struct error *err);
MUST_USE bool file_draft_add(
    struct file_draft *draft, const void *bytes, size_t n, struct error *err);

/* Syncs it and renames it to `path`; whatever comes of that, drop it then. */
MUST_USE bool file_draft_publish(
    struct file_draft *draft, const char *path, struct error *err);

/* Closes it, and removes it unless it was published. */
void file_draft_drop(struct file_draft *draft);

/* Puts `n` bytes at `path` by way of a draft. */
MUST_USE bool file_replace(
    const char *path, const void *bytes, size_t n, struct error *err);

/* The same with this mode, whatever the umask. */
MUST_USE bool file_replace_mode(const char *path, const void *bytes, size_t n,
    mode_t mode, struct error *err);

/*
 * Appends in one write and syncs; the file is made if missing, mode 0666. What
 * is no regular file is refused.
 */
MUST_USE bool file_append(
    const char *path, const void *bytes, size_t n, struct error *err);

/* Puts a copy of `from`, links followed, at `to` by way of a draft. */
MUST_USE bool file_copy(const char *from, const char *to, struct error *err);

/* As file_rename, and by a copy from one file system to another. */
MUST_USE bool file_move(const char *from, const char *to, struct error *err);

/* Makes a symbolic link; fails with detail EEXIST if the name is taken. */
MUST_USE bool file_link(
    const char *target, const char *path, struct error *err);

/* `count` random hex digits into `out` (count + 1 bytes), for unique names. */
void file_random_hex(char *out, size_t count);

#endif
