/* writers.h: which files processes have open for writing, as far as the system lets
 * this user see (Linux: /proc). */
#ifndef CORE_OS_WRITERS_H
#define CORE_OS_WRITERS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"

struct writers;

/* What is so now; never NULL, empty where the system does not tell. Blocks. */
MUST_USE struct writers *writers_find(void);

/* Whether a file is, by its device and number. */
bool writers_have(
    const struct writers *writers, uint64_t device, uint64_t number);

/* NULL is fine. */
void writers_free(struct writers *writers);

#endif
