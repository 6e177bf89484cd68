/*
 * flat.h: FlatBuffers read by hand: tables whose fields are found by offsets. Every
 * offset is checked; what leads out of the bytes is a field that is not there.
 * https://github.com/google/flatbuffers, "FlatBuffer Internals" of its documentation.
 */
#ifndef CORE_WEIGHTS_FLAT_H
#define CORE_WEIGHTS_FLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"

/* Borrowed bytes, and where a table or vector begins in them; 0: there is none. */
struct flat {
	const unsigned char *bytes;
	size_t n;
	size_t at;
	size_t fields; /* of a table: where their offsets are; */
	size_t count;  /* and how many. Of a vector: items */
};

/* The table that the bytes begin with. */
struct flat flat_root(const void *bytes, size_t n);

/* A field of a table by its number in the schema: a number of 1, 2, 4 or 8 bytes, which
 * else is `otherwise`; a table; a text; a vector of tables, and its items. */
int64_t flat_number(
    const struct flat *table, unsigned id, unsigned bytes, int64_t otherwise);
struct flat flat_table(const struct flat *table, unsigned id);
struct span flat_text(const struct flat *table, unsigned id);
struct flat flat_vector(const struct flat *table, unsigned id);
struct flat flat_item(const struct flat *vector, size_t i);

#endif
