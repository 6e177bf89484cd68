/* sum.h: the sum of a file on disk. */
#ifndef CORE_OS_SUM_H
#define CORE_OS_SUM_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/base/error.h"

/*
 * Reads all of `path`, a regular file, links followed; that is no access to it
 * (file_open_unseen). Ends with ERR_CANCELLED soon after
 * `cancelled` (NULL: never) is set. Adds the bytes read to `bytes` (NULL: does
 * not) as it goes on.
 */
MUST_USE bool sum_file(const char *path, enum digest_kind kind,
    char sum[DIGEST_HEX_MAX], const atomic_bool *cancelled,
    atomic_ullong *bytes, struct error *err);

/* The same of its first `size` bytes, which it must have. */
MUST_USE bool sum_first(const char *path, uint64_t size, enum digest_kind kind,
    char sum[DIGEST_HEX_MAX], const atomic_bool *cancelled,
    atomic_ullong *bytes, struct error *err);

#endif
