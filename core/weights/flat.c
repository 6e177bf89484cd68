#include "core/weights/flat.h"

#include <string.h>

/* Whether so many bytes are there. */
static bool
has(const struct flat *f, size_t at, size_t bytes)
{
	return at <= f->n && f->n - at >= bytes;
}

static uint64_t
number_at(const struct flat *f, size_t at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)f->bytes[at + i] << 8 * i;
	return value;
}

/* Where an offset leads; 0: nowhere. */
static size_t
follow(const struct flat *f, size_t at)
{
	uint64_t by;

	if (!at || !has(f, at, 4))
		return 0;
	by = number_at(f, at, 4);
	return by && by < f->n - at ? at + (size_t)by : 0;
}

/* The table there, whose first four bytes say how far back its offsets are. */
static struct flat
table_at(const struct flat *f, size_t at)
{
	struct flat table = { .bytes = f->bytes, .n = f->n };
	int64_t fields;
	uint64_t size;

	if (!at || !has(f, at, 4))
		return table;
	fields = (int64_t)at - (int32_t)(uint32_t)number_at(f, at, 4);
	if (fields < 0 || !has(f, (size_t)fields, 4))
		return table;
	size = number_at(f, (size_t)fields, 2);
	if (size < 4 || !has(f, (size_t)fields, (size_t)size))
		return table;
	table.at = at;
	table.fields = (size_t)fields + 4;
	table.count = (size_t)(size - 4) / 2;
	return table;
}

/* Where a field is; 0: it is not there. */
static size_t
field(const struct flat *table, unsigned id)
{
	uint64_t by;

	if (!table->at || id >= table->count)
		return 0;
	by = number_at(table, table->fields + 2 * (size_t)id, 2);
	return by ? table->at + (size_t)by : 0;
}

struct flat
flat_root(const void *bytes, size_t n)
{
	struct flat f = { .bytes = bytes, .n = n };
	uint64_t at = n >= 4 ? number_at(&f, 0, 4) : 0;

	return table_at(&f, at < n ? (size_t)at : 0);
}

int64_t
flat_number(
    const struct flat *table, unsigned id, unsigned bytes, int64_t otherwise)
{
	size_t at = field(table, id);
	uint64_t value;

	if (!at || !has(table, at, bytes))
		return otherwise;
	value = number_at(table, at, bytes);
	/* The sign. */
	if (bytes < 8 && value >> (8 * bytes - 1))
		value |= UINT64_MAX << 8 * bytes;
	return (int64_t)value;
}

struct flat
flat_table(const struct flat *table, unsigned id)
{
	return table_at(table, follow(table, field(table, id)));
}

struct span
flat_text(const struct flat *table, unsigned id)
{
	size_t at = follow(table, field(table, id));
	uint64_t n;

	if (!at || !has(table, at, 4))
		return (struct span){ "", 0 };
	n = number_at(table, at, 4);
	if (!has(table, at + 4, (size_t)n))
		return (struct span){ "", 0 };
	return (struct span){ (const char *)table->bytes + at + 4, (size_t)n };
}

struct flat
flat_vector(const struct flat *table, unsigned id)
{
	struct flat vector = { .bytes = table->bytes, .n = table->n };
	size_t at = follow(table, field(table, id));
	uint64_t count;

	if (!at || !has(table, at, 4))
		return vector;
	count = number_at(table, at, 4);
	if (count > (table->n - at - 4) / 4)
		return vector;
	vector.at = at + 4;
	vector.count = (size_t)count;
	return vector;
}

struct flat
flat_item(const struct flat *vector, size_t i)
{
	return table_at(vector, vector->at && i < vector->count
				    ? follow(vector, vector->at + 4 * i)
				    : 0);
}
