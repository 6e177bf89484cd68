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

#endif
