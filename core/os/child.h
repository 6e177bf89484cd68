/* child.h: another program, run to its end. */
#ifndef CORE_OS_CHILD_H
#define CORE_OS_CHILD_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/str.h"

/* What is printed beyond so many bytes is dropped. */
#define CHILD_OUT_MAX 65536

/*
 * Runs argv[0], found along PATH, with `input` (at most 4096 bytes; NULL: none)
 * on its standard input; what it prints is appended to `out` (NULL: dropped),
 * what it complains of is dropped. True if it ran and ended with 0. Secrets
 * belong into `input`, never into argv.
 */
MUST_USE bool child_run(
    const char *const argv[], const char *input, struct str *out);

/* The same without input; what it complains of is appended to `out`, too. Its exit
 * status, -1 if it could not be run or did not end by itself. */
int child_status(const char *const argv[], struct str *out);

#endif
