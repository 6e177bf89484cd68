/* sig.h: signals turned into bytes on a pipe, for the loop to read. */
#ifndef CORE_OS_SIG_H
#define CORE_OS_SIG_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

/*
 * From now on SIGINT, SIGTERM and SIGHUP write their number as one byte to a
 * pipe; `*fd` is its end to read. A second one of them ends the process at
 * once with 128 + its number. SIGPIPE is ignored. Call once.
 */
MUST_USE bool sig_open(int *fd, struct error *err);

#endif
