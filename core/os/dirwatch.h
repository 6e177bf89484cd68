/* dirwatch.h: word of what other processes put into a folder. */
#ifndef CORE_OS_DIRWATCH_H
#define CORE_OS_DIRWATCH_H

#include "core/base/attr.h"

/* A descriptor that is readable once a file of the folder was written to, or was
 * renamed into or within it; -1 where the system cannot tell. The caller closes it. */
MUST_USE int dirwatch_open(const char *folder);

/* Takes what is there to be read, which says only that something changed. */
void dirwatch_take(int fd);

#endif
