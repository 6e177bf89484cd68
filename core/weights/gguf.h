/* gguf.h: the keys and tensors of a GGUF file, from its beginning (contents.h). */
#ifndef CORE_WEIGHTS_GGUF_H
#define CORE_WEIGHTS_GGUF_H

#include <stdint.h>

#include "core/base/attr.h"

struct reader;

/* A file of so many bytes; released by its `release`. */
MUST_USE struct reader *gguf_reader(uint64_t size);

#endif
