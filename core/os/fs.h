/* fs.h: what a file system can do and hold. */
#ifndef CORE_OS_FS_H
#define CORE_OS_FS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Bytes free to us where `path`, or the nearest folder above it that exists,
 * lies. False if the system does not tell.
 */
bool fs_free_bytes(const char *path, uint64_t *bytes);

/*
 * How many files this process may have open; raises the limit as far as the
 * system lets it, within reason.
 */
unsigned fs_open_limit(void);

/* Bytes of a boot's id, with what pads it. */
#define FS_BOOT_MAX 40

/* Names the time since the system started; all zero if it has no name. */
void fs_boot_id(char id[FS_BOOT_MAX]);

#endif
