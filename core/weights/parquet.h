/* parquet.h: the schema of a parquet file, from its footer (contents.h). */
#ifndef CORE_WEIGHTS_PARQUET_H
#define CORE_WEIGHTS_PARQUET_H

#include <stdint.h>

#include "core/base/attr.h"

struct reader;

/* A file of so many bytes; released by its `release`. */
MUST_USE struct reader *parquet_reader(uint64_t size);

#endif
