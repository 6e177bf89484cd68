/* fs.h: what a file system can do and hold. */
#ifndef CORE_OS_FS_H
#define CORE_OS_FS_H

#include <stdbool.h>
#include <stdint.h>

struct stat;

/*
 * "a FIFO", "a folder", "a socket" or "a device" for the mode of what is no
 * regular file; NULL for the mode of one.
 */
const char *fs_odd_kind(unsigned mode);

/*
 * Bytes that a file takes on disk, as du(1) counts them: a file with holes takes
 * less than its length. Tests whose files are nothing but holes count lengths
 * (failure point "held").
 */
uint64_t fs_held(const struct stat *st);

/* Whether files of the file system that `path` lies on can share extents. */
bool fs_can_share(const char *path);

/* Whether a file shares extents with another one, as far as the system tells. */
bool fs_shares_extents(int fd);

/*
 * Bytes free to us where `path`, or the nearest folder above it that exists,
 * lies. False if the system does not tell.
 */
bool fs_free_bytes(const char *path, uint64_t *bytes);

/*
 * The same, with the size of the file system, and whether it notes no times of
 * access at all. What the system does not tell is 0.
 */
void fs_look(
    const char *path, uint64_t *free_bytes, uint64_t *size, bool *no_atime);

/* Whether both paths, or the nearest folders above them that exist, lie on one file
 * system, as far as the system tells. */
bool fs_is_same(const char *a, const char *b);

/*
 * How many files this process may have open; raises the limit as far as the
 * system lets it, within reason.
 */
unsigned fs_open_limit(void);

#endif
