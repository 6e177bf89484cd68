/* index.h: which file has which tensor: "model.safetensors.index.json", compared with
 * the files that lie beside it. */
#ifndef CORE_WEIGHTS_INDEX_H
#define CORE_WEIGHTS_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/weights/reader.h"

/* Whether a file of this path is named as an index, and small enough to be read. */
bool index_is_named(const char *path, uint64_t size);

/* For such a file; one that is no index is read as the text that it is. */
MUST_USE struct reader *index_reader(const char *path, uint64_t size);

#endif
