/*
 * plain.h: files without a header that tells: text as it is, JSON indented, a card's
 * fields as facts, and the first bytes of everything else (contents.h).
 */
#ifndef CORE_WEIGHTS_PLAIN_H
#define CORE_WEIGHTS_PLAIN_H

#include <stdint.h>

#include "core/base/attr.h"

struct reader;

/* A file of so many bytes; released by its `release`. */
MUST_USE struct reader *plain_reader(const char *path, uint64_t size);

#endif
