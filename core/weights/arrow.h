/* arrow.h: the schema of an Arrow file or stream, which stands at its front (contents.h). */
#ifndef CORE_WEIGHTS_ARROW_H
#define CORE_WEIGHTS_ARROW_H

#include <stdint.h>

#include "core/base/attr.h"

struct reader;

/* A file of so many bytes; released by its `release`. */
MUST_USE struct reader *arrow_reader(uint64_t size);

#endif
