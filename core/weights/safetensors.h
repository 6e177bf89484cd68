/* safetensors.h: the header of a safetensors file: tensors, their types and sizes, and whether they fit (contents.h). */
#ifndef CORE_WEIGHTS_SAFETENSORS_H
#define CORE_WEIGHTS_SAFETENSORS_H

#include <stdint.h>

#include "core/base/attr.h"

struct reader;

/* A file of so many bytes; released by its `release`. */
MUST_USE struct reader *safetensors_reader(uint64_t size);

#endif
