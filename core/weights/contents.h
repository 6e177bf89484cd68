/*
 * contents.h: what one file holds, from as few of its bytes as tell.
 *
 *	contents_new; while contents_wants: contents_take; contents_lines; contents_free
 *
 * It names the range of the file that it needs next and is given those bytes. Nothing is
 * read or shown here. The name chooses the format: weights (safetensors, GGUF) by their
 * header, parquet by its footer, Arrow by its front, an index of shards as a whole, text by its beginning, the
 * rest by its first bytes.
 */
#ifndef CORE_WEIGHTS_CONTENTS_H
#define CORE_WEIGHTS_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/weights/lines.h"

struct contents;
struct gguf_facts;

/* No range is longer than this. */
#define CONTENTS_RANGE_MAX ((uint64_t)32 * 1024 * 1024)

/* For a file of the repository; the name is copied. `size` in bytes. Freed with
 * contents_free, for which NULL is fine. */
MUST_USE struct contents *contents_new(const char *path, uint64_t size);
void contents_free(struct contents *c);

/* Whether it is to be compared with the files of its folder (an index of shards). Then,
 * before anything is read, each is given by its name, and NULL behind the last; without
 * that nothing is compared. */
bool contents_wants_siblings(const struct contents *c);
void contents_take_sibling(struct contents *c, const char *name, uint64_t size);

/* The range that is needed, up to and not with `to`; false: it is done. */
bool contents_wants(const struct contents *c, uint64_t *from, uint64_t *to);

/* Takes that range; fewer bytes mean that the file ends there. */
void contents_take(struct contents *c, const char *bytes, size_t n);

/* Bytes that it was given in all. */
uint64_t contents_read(const struct contents *c);

/* What the header of a GGUF file says (gguf.h), once all is read; NULL if it is none. */
const struct gguf_facts *contents_gguf(const struct contents *c);

/* What is known so far; it lives as long as the contents. */
const struct lines *contents_lines(const struct contents *c);

#endif
