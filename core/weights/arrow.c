/*
 * arrow.c: a stream begins with a message that is its schema: ff ff ff ff (older ones
 * without), a length, a FlatBuffer; a file with "ARROW1", two bytes, and such a stream.
 * https://github.com/apache/arrow, format/Message.fbs and format/Schema.fbs, and
 * docs/source/format/Columnar.rst: Encapsulated message format.
 */
#include "core/weights/arrow.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/weights/flat.h"
#include "core/weights/reader.h"

/* A larger schema is refused; fields that are looked at, one in the other, and pieces of
 * metadata. A field may be in many others, so their number bounds the time. */
#define SCHEMA_MAX ((uint64_t)4 * 1024 * 1024)
#define FIELDS_MAX 2000
#define DEPTH_MAX 16
#define FACTS_MAX 20

#define MAGIC "ARROW1"
#define MAGIC_BYTES 8

/* Numbers of fields in the tables, and of what a message may be. */
enum {
	MESSAGE_TYPE = 1,
	MESSAGE_HEADER = 2,
	IS_SCHEMA = 1
};
enum {
	SCHEMA_FIELDS = 1,
	SCHEMA_METADATA = 2
};
enum {
	FIELD_NAME,
	FIELD_NULLABLE,
	FIELD_KIND,
	FIELD_TYPE,
	FIELD_DICTIONARY,
	FIELD_CHILDREN,
};

enum kind {
	KIND_NULL = 1,
	KIND_INT,
	KIND_FLOAT,
	KIND_BINARY,
	KIND_TEXT,
	KIND_BOOL,
	KIND_DECIMAL,
	KIND_DATE,
	KIND_TIME,
	KIND_TIMESTAMP,
	KIND_INTERVAL,
	KIND_LIST,
	KIND_STRUCT,
	KIND_UNION,
	KIND_FIXED_BINARY,
	KIND_FIXED_LIST,
	KIND_MAP,
	KIND_DURATION,
	KIND_LARGE_BINARY,
	KIND_LARGE_TEXT,
	KIND_LARGE_LIST,
	KIND_RUNS,
	KIND_BINARY_VIEW,
	KIND_TEXT_VIEW,
	KIND_LIST_VIEW,
	KIND_LARGE_LIST_VIEW,
	KINDS,
};

struct arrow {
	struct reader base;
	struct str held;
	uint64_t need; /* bytes from the front; 0: not known yet */
	size_t front;  /* of the FlatBuffer */
	size_t listed;
	bool more;
};

static struct arrow *
own(struct reader *reader)
{
	return CONTAINER_OF(reader, struct arrow, base);
}

static void
refuse(struct arrow *a, const char *why)
{
	a->base.from = a->base.to = 0;
	lines_addf(&a->base.lines, LINE_WARNING, "wrong", "%s", why);
}

/* -- types -- */

static void
add_unit(struct str *out, const struct flat *type, unsigned otherwise)
{
	static const char *const units[] = { "s", "ms", "us", "ns" };
	uint64_t unit = (uint64_t)flat_number(type, 0, 2, otherwise);

	str_addf(out, ", %s", unit < 4 ? units[unit] : "?");
}

static void
add_number(struct str *out, enum kind kind, const struct flat *type)
{
	static const char *const floats[] = { "float16", "float32", "float64" };
	uint64_t precision = (uint64_t)flat_number(type, 0, 2, 0);

	if (kind == KIND_INT)
		str_addf(out, "%sint%d", flat_number(type, 1, 1, 0) ? "" : "u",
		    (int)flat_number(type, 0, 4, 0));
	else if (kind == KIND_FLOAT)
		str_addz(out, precision < 3 ? floats[precision] : "float");
	else
		str_addf(out, "decimal%d of %d digits, %d behind the point",
		    (int)flat_number(type, 2, 4, 128),
		    (int)flat_number(type, 0, 4, 0),
		    (int)flat_number(type, 1, 4, 0));
}

static void
add_type(struct str *out, enum kind kind, const struct flat *type)
{
	static const char *const names[KINDS] = { [KIND_NULL] = "null",
		[KIND_BINARY] = "bytes",
		[KIND_TEXT] = "text",
		[KIND_BOOL] = "bool",
		[KIND_DATE] = "date",
		[KIND_TIME] = "time",
		[KIND_TIMESTAMP] = "timestamp",
		[KIND_INTERVAL] = "interval",
		[KIND_LIST] = "list",
		[KIND_STRUCT] = "struct",
		[KIND_UNION] = "union",
		[KIND_FIXED_BINARY] = "bytes",
		[KIND_FIXED_LIST] = "list",
		[KIND_MAP] = "map",
		[KIND_DURATION] = "duration",
		[KIND_LARGE_BINARY] = "large bytes",
		[KIND_LARGE_TEXT] = "large text",
		[KIND_LARGE_LIST] = "large list",
		[KIND_RUNS] = "run-end encoded",
		[KIND_BINARY_VIEW] = "bytes (view)",
		[KIND_TEXT_VIEW] = "text (view)",
		[KIND_LIST_VIEW] = "list (view)",
		[KIND_LARGE_LIST_VIEW] = "large list (view)" };
	struct span zone;

	if (kind == KIND_INT || kind == KIND_FLOAT || kind == KIND_DECIMAL) {
		add_number(out, kind, type);
		return;
	}
	if (kind >= KINDS || !names[kind]) {
		str_addf(out, "type %u", (unsigned)kind);
		return;
	}
	str_addz(out, names[kind]);
	if (kind == KIND_TIME || kind == KIND_DURATION)
		add_unit(out, type, 1);
	if (kind == KIND_TIMESTAMP) {
		add_unit(out, type, 0);
		zone = flat_text(type, 1);
		str_addz(out, zone.n ? ", " : "");
		str_add(out, zone.p, zone.n < 64 ? zone.n : 64);
	}
	if (kind == KIND_FIXED_BINARY || kind == KIND_FIXED_LIST)
		str_addf(out, " of %d", (int)flat_number(type, 0, 4, 0));
}

/* -- fields -- */

static void add_fields(
    struct arrow *a, const struct flat *fields, unsigned depth);

static void
add_field(struct arrow *a, const struct flat *field, unsigned depth)
{
	struct span name = flat_text(field, FIELD_NAME);
	enum kind kind =
	    (enum kind)(flat_number(field, FIELD_KIND, 1, 0) & 0xff);
	struct flat type = flat_table(field, FIELD_TYPE);
	struct flat children = flat_vector(field, FIELD_CHILDREN);
	struct str line = STR_INIT;

	for (unsigned i = 0; i < depth; i++)
		str_addz(&line, "  ");
	str_add(&line, name.p, name.n < 256 ? name.n : 256);
	str_addz(&line, "  ");
	add_type(&line, kind, &type);
	if (flat_table(field, FIELD_DICTIONARY).at)
		str_addz(&line, ", of a dictionary");
	if (flat_number(field, FIELD_NULLABLE, 1, 0))
		str_addz(&line, ", optional");
	lines_add(&a->base.lines, LINE_TEXT, "", line.v, line.n);
	str_fini(&line);
	if (depth + 1 < DEPTH_MAX)
		add_fields(a, &children, depth + 1);
	else
		a->more = a->more || children.count;
}

static void
add_fields(struct arrow *a, const struct flat *fields, unsigned depth)
{
	for (size_t i = 0; i < fields->count; i++) {
		struct flat field = flat_item(fields, i);

		if (a->listed++ == FIELDS_MAX) {
			a->more = true;
			a->listed--;
			return;
		}
		add_field(a, &field, depth);
	}
}

/* -- what it says -- */

static void
say_metadata(struct arrow *a, const struct flat *schema)
{
	struct flat pairs = flat_vector(schema, SCHEMA_METADATA);
	char label[64];

	for (size_t i = 0; i < pairs.count && i < FACTS_MAX; i++) {
		struct flat pair = flat_item(&pairs, i);
		struct span key = flat_text(&pair, 0);
		struct span value = flat_text(&pair, 1);

		snprintf(label, sizeof(label), "%.*s",
		    (int)(key.n < 60 ? key.n : 60), key.p);
		lines_add(&a->base.lines, LINE_FACT, label, value.p,
		    value.n < 1000 ? value.n : 1000);
	}
}

static void
say(struct arrow *a)
{
	struct lines *lines = &a->base.lines;
	struct flat message =
	    flat_root(a->held.v + a->front, (size_t)a->need - a->front);
	struct flat schema = flat_table(&message, MESSAGE_HEADER), fields;

	if (flat_number(&message, MESSAGE_TYPE, 1, 0) != IS_SCHEMA ||
	    !schema.at) {
		refuse(a, "it does not begin with a schema");
		return;
	}
	fields = flat_vector(&schema, SCHEMA_FIELDS);
	lines_addf(lines, LINE_FACT, "kind", "Arrow %s",
	    a->front >= MAGIC_BYTES + 4 && !memcmp(a->held.v, MAGIC, 6)
		? "file"
		: "stream");
	say_metadata(a, &schema);
	lines_addf(lines, LINE_HEADING, "", "%zu column%s", fields.count,
	    fields.count == 1 ? "" : "s");
	add_fields(a, &fields, 0);
	if (a->more)
		lines_addf(lines, LINE_TEXT, "", "... more are left out");
}

static uint32_t
word_at(const struct arrow *a, size_t at)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < 4; i++)
		value |= (uint32_t)(unsigned char)a->held.v[at + i] << 8 * i;
	return value;
}

/* Where the schema is; false: nowhere, which was said. */
static bool
find_schema(struct arrow *a)
{
	uint64_t length;
	bool magic = a->held.n >= 6 && !memcmp(a->held.v, MAGIC, 6);

	a->front = magic ? MAGIC_BYTES : 0;
	if (a->held.n >= a->front + 4 && word_at(a, a->front) == UINT32_MAX)
		a->front += 4;
	if (a->held.n < a->front + 4) {
		refuse(a, "the file is too short for a schema");
		return false;
	}
	length = word_at(a, a->front);
	a->front += 4;
	if (!length || length > a->base.size - a->front) {
		refuse(a, "it does not begin with a schema");
		return false;
	}
	if (length > SCHEMA_MAX) {
		refuse(a, "its schema is larger than 4 MiB");
		return false;
	}
	a->need = a->front + length;
	return true;
}

static void
take(struct reader *reader, const char *bytes, size_t n)
{
	struct arrow *a = own(reader);

	str_add(&a->held, bytes, n);
	if (n < reader->to - reader->from) {
		refuse(a, "the file is shorter than it should be");
		return;
	}
	if (!a->need && !find_schema(a))
		return;
	reader->from = reader->to = 0;
	if (a->held.n < a->need) {
		reader->from = a->held.n;
		reader->to = a->need;
		return;
	}
	say(a);
}

static void
release(struct reader *reader)
{
	str_fini(&own(reader)->held);
	free(own(reader));
}

static const struct reader_ops ops = { .take = take, .release = release };

struct reader *
arrow_reader(uint64_t size)
{
	struct arrow *a = mem_new(struct arrow);

	a->base.ops = &ops;
	a->base.size = size;
	a->base.to = size < READER_FIRST ? size : READER_FIRST;
	lines_init(&a->base.lines);
	str_init(&a->held);
	if (!size)
		refuse(a, "the file is empty");
	return &a->base;
}
