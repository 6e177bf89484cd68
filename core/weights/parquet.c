/*
 * parquet.c: the footer is at the end: a Thrift struct in the compact protocol, its
 * length, and "PAR1". Fields that are not shown are skipped, whatever they hold.
 * https://github.com/apache/parquet-format, src/main/thrift/parquet.thrift;
 * https://github.com/apache/thrift, "Thrift Compact protocol" of doc/specs.
 */
#include "core/weights/parquet.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/weights/reader.h"

/* Bytes of length and magic word; a longer footer is refused; structs within structs;
 * columns that are listed. */
#define TAIL ((uint64_t)8)
#define FOOTER_MAX ((uint64_t)1024 * 1024)
#define DEPTH_MAX 16
#define COLUMNS_MAX 2000

enum wire {
	WIRE_STOP,
	WIRE_TRUE,
	WIRE_FALSE,
	WIRE_BYTE,
	WIRE_I16,
	WIRE_I32,
	WIRE_I64,
	WIRE_DOUBLE,
	WIRE_BINARY,
	WIRE_LIST,
	WIRE_SET,
	WIRE_MAP,
	WIRE_STRUCT,
};

struct parquet {
	struct reader base;
	struct str held;
	uint64_t length; /* of the footer; 0: not known yet */

	const unsigned char *p, *end; /* what is parsed */
	bool bad;
	uint64_t rows, groups, columns;
	bool rows_known;
	struct str maker;
	struct lines listed;
	uint64_t open[DEPTH_MAX]; /* members that a group still has */
	unsigned depth;
};

static struct parquet *
own(struct reader *reader)
{
	return CONTAINER_OF(reader, struct parquet, base);
}

static void
refuse(struct parquet *q, const char *why)
{
	lines_add(&q->base.lines, LINE_WARNING, "wrong", why, strlen(why));
	q->base.from = q->base.to = 0;
}

/* -- the compact protocol; after anything bad all is 0 and nothing is left -- */

static uint64_t
bad(struct parquet *q)
{
	q->bad = true;
	q->p = q->end;
	return 0;
}

static unsigned
byte(struct parquet *q)
{
	return q->p < q->end ? *q->p++ : (unsigned)bad(q);
}

static uint64_t
varint(struct parquet *q)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		unsigned next = byte(q);

		number |= (uint64_t)(next & 0x7f) << shift;
		if (!(next & 0x80))
			return q->bad ? 0 : number;
	}
	return bad(q);
}

static int64_t
zigzag(struct parquet *q)
{
	uint64_t number = varint(q);

	return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

/* A text, borrowed; its length. */
static size_t
text(struct parquet *q, const char **at)
{
	uint64_t n = varint(q);

	if (n > (uint64_t)(q->end - q->p))
		n = bad(q);
	*at = (const char *)q->p;
	q->p += n;
	return (size_t)n;
}

/* The next field of a struct; false: it has no more. */
static bool
field(struct parquet *q, int *id, enum wire *type)
{
	unsigned head = byte(q);

	*type = (enum wire)(head & 0x0f);
	if (q->bad || *type == WIRE_STOP)
		return false;
	if (*type > WIRE_STRUCT) {
		bad(q);
		return false;
	}
	*id = head >> 4 ? *id + (int)(head >> 4) : (int)(int16_t)zigzag(q);
	return !q->bad;
}

/* How many items a list has, and of what type. Each takes a byte at least. */
static uint64_t
list(struct parquet *q, enum wire *type)
{
	unsigned head = byte(q);
	uint64_t n = head >> 4;

	*type = (enum wire)(head & 0x0f);
	if (n == 15)
		n = varint(q);
	if (n > (uint64_t)(q->end - q->p) || *type > WIRE_STRUCT)
		n = bad(q);
	return n;
}

static void skip(
    struct parquet *q, enum wire type, unsigned depth, bool in_list);

static void
skip_struct(struct parquet *q, unsigned depth)
{
	enum wire type;
	int id = 0;

	while (field(q, &id, &type))
		skip(q, type, depth + 1, false);
}

static void
skip_map(struct parquet *q, unsigned depth)
{
	uint64_t n = varint(q);
	unsigned types = n ? byte(q) : 0;

	if (n > (uint64_t)(q->end - q->p))
		n = bad(q);
	for (uint64_t i = 0; i < n && !q->bad; i++) {
		skip(q, (enum wire)(types >> 4), depth + 1, true);
		skip(q, (enum wire)(types & 0x0f), depth + 1, true);
	}
}

/* Truth values are in the type of a field, but take a byte in a list. */
static void
skip(struct parquet *q, enum wire type, unsigned depth, bool in_list)
{
	const char *at;
	enum wire of;
	uint64_t n;

	if (depth > DEPTH_MAX) {
		bad(q);
		return;
	}
	switch (type) {
	case WIRE_TRUE:
	case WIRE_FALSE:
		if (in_list)
			(void)byte(q);
		break;
	case WIRE_BYTE:
		(void)byte(q);
		break;
	case WIRE_I16:
	case WIRE_I32:
	case WIRE_I64:
		(void)varint(q);
		break;
	case WIRE_DOUBLE:
		if (q->end - q->p < 8)
			bad(q);
		else
			q->p += 8;
		break;
	case WIRE_BINARY:
		(void)text(q, &at);
		break;
	case WIRE_LIST:
	case WIRE_SET:
		n = list(q, &of);
		for (uint64_t i = 0; i < n && !q->bad; i++)
			skip(q, of, depth + 1, true);
		break;
	case WIRE_MAP:
		skip_map(q, depth);
		break;
	case WIRE_STRUCT:
		skip_struct(q, depth);
		break;
	case WIRE_STOP:
		bad(q);
		break;
	}
}

/* -- the schema -- */

struct element {
	int64_t type, repetition, converted, length;
	uint64_t members;
	int logical; /* which, -1: none */
	const char *name;
	size_t n;
};

/* Which of a union's fields there is. */
static int
union_field(struct parquet *q)
{
	enum wire type;
	int id = 0, which = -1;

	while (field(q, &id, &type)) {
		which = id;
		skip(q, type, 2, false);
	}
	return which;
}

static void
read_element(struct parquet *q, struct element *e)
{
	enum wire type;
	int id = 0;

	*e = (struct element){ .type = -1,
		.repetition = -1,
		.converted = -1,
		.logical = -1,
		.name = "" };
	while (field(q, &id, &type)) {
		bool number = type == WIRE_I32;

		if (id == 1 && number)
			e->type = zigzag(q);
		else if (id == 2 && number)
			e->length = zigzag(q);
		else if (id == 3 && number)
			e->repetition = zigzag(q);
		else if (id == 4 && type == WIRE_BINARY)
			e->n = text(q, &e->name);
		else if (id == 5 && number)
			e->members = (uint64_t)zigzag(q);
		else if (id == 6 && number)
			e->converted = zigzag(q);
		else if (id == 10 && type == WIRE_STRUCT)
			e->logical = union_field(q);
		else
			skip(q, type, 1, false);
	}
}

static const char *
name_at(const char *const *names, size_t n, int64_t at)
{
	return at >= 0 && (uint64_t)at < n && names[at] ? names[at] : NULL;
}

#define NAME_AT(names, at)                                                     \
	name_at((names), sizeof(names) / sizeof((names)[0]), (at))

static void
add_type(struct str *out, const struct element *e)
{
	static const char *const types[] = { "boolean", "int32", "int64",
		"int96", "float", "double", "bytes", "fixed bytes" };
	static const char *const converted[] = { "text", "map", "map entry",
		"list", "enum", "decimal", "date", "time (ms)", "time (us)",
		"timestamp (ms)", "timestamp (us)", "uint8", "uint16", "uint32",
		"uint64", "int8", "int16", "int32", "int64", "JSON", "BSON",
		"interval" };
	static const char *const logical[] = { [1] = "text",
		[2] = "map",
		[3] = "list",
		[4] = "enum",
		[5] = "decimal",
		[6] = "date",
		[7] = "time",
		[8] = "timestamp",
		[12] = "JSON",
		[13] = "BSON",
		[14] = "UUID",
		[15] = "float16" };
	const char *name = NAME_AT(types, e->type);
	const char *meant = NAME_AT(converted, e->converted);

	if (!meant)
		meant = NAME_AT(logical, e->logical);
	if (e->members || !name)
		str_addz(out, meant ? meant : "group");
	else if (meant && strcmp(meant, name) != 0)
		str_addf(out, "%s (%s)", meant, name);
	else
		str_addz(out, name);
	if (e->type == 7)
		str_addf(out, " of %lld", (long long)e->length);
	if (e->repetition == 1)
		str_addz(out, ", optional");
	else if (e->repetition == 2)
		str_addz(out, ", repeated");
}

/* Elements come depth first; each says how many members follow it. */
static void
take_element(struct parquet *q, const struct element *e, bool root)
{
	struct str line = STR_INIT;

	while (q->depth && !q->open[q->depth - 1])
		q->depth--;
	if (!root) {
		if (q->depth)
			q->open[q->depth - 1]--;
		q->columns += !e->members;
		for (unsigned i = 1; i < q->depth; i++)
			str_addz(&line, "  ");
		str_add(&line, e->name, e->n < 256 ? e->n : 256);
		str_addz(&line, "  ");
		add_type(&line, e);
		if (q->listed.list.n < COLUMNS_MAX)
			lines_add(&q->listed, LINE_TEXT, "", line.v, line.n);
	}
	/* Where it is deeper, columns are only drawn too far to the left. */
	if (e->members && q->depth < DEPTH_MAX)
		q->open[q->depth++] = e->members;
	str_fini(&line);
}

static void
read_schema(struct parquet *q)
{
	enum wire type;
	uint64_t n = list(q, &type);

	if (type != WIRE_STRUCT)
		bad(q);
	for (uint64_t i = 0; i < n && !q->bad; i++) {
		struct element e;

		read_element(q, &e);
		if (!q->bad)
			take_element(q, &e, !i);
	}
}

static void
read_groups(struct parquet *q)
{
	enum wire type;
	uint64_t n = list(q, &type);

	q->groups = n;
	for (uint64_t i = 0; i < n && !q->bad; i++)
		skip(q, type, 1, true);
}

static void
read_footer(struct parquet *q)
{
	const char *at;
	enum wire type;
	int id = 0;
	size_t n;

	while (field(q, &id, &type)) {
		if (id == 2 && type == WIRE_LIST) {
			read_schema(q);
		} else if (id == 3 && type == WIRE_I64) {
			q->rows = (uint64_t)zigzag(q);
			q->rows_known = true;
		} else if (id == 4 && type == WIRE_LIST) {
			read_groups(q);
		} else if (id == 6 && type == WIRE_BINARY) {
			n = text(q, &at);
			str_clear(&q->maker);
			str_add(&q->maker, at, n < 200 ? n : 200);
		} else {
			skip(q, type, 1, false);
		}
	}
}

/* -- what it says -- */

static void
say(struct parquet *q)
{
	struct lines *lines = &q->base.lines;

	if (q->rows_known && q->rows <= INT64_MAX)
		lines_add_count(lines, "rows", q->rows);
	lines_addf(lines, LINE_FACT, "row groups", "%llu",
	    (unsigned long long)q->groups);
	if (q->maker.n)
		lines_add(
		    lines, LINE_FACT, "written by", q->maker.v, q->maker.n);
	if (q->bad)
		lines_addf(lines, LINE_WARNING, "wrong",
		    "the footer is damaged: this is what can be read of it");
	lines_addf(lines, LINE_HEADING, "", "%llu column%s",
	    (unsigned long long)q->columns, q->columns == 1 ? "" : "s");
	arr_each (line, &q->listed.list)
		lines_add(lines, line->kind, "", q->listed.text.v + line->text,
		    strlen(q->listed.text.v + line->text));
	if (q->listed.list.n == COLUMNS_MAX)
		lines_addf(lines, LINE_TEXT, "", "... more are left out");
}

/* The last bytes of the file have come: how long the footer is. */
static bool
take_tail(struct parquet *q)
{
	const unsigned char *tail =
	    (const unsigned char *)q->held.v + q->held.n - TAIL;
	char size[TIMEFMT_MAX], why[120];

	for (unsigned i = 0; i < 4; i++)
		q->length |= (uint64_t)tail[i] << 8 * i;
	if (!memcmp(tail + 4, "PARE", 4)) {
		refuse(q, "its footer is encrypted");
	} else if (memcmp(tail + 4, "PAR1", 4) != 0) {
		refuse(q, "this is not a parquet file: its end is missing");
	} else if (q->length > q->base.size - TAIL || !q->length) {
		refuse(q, "the length of its footer makes no sense");
	} else if (q->length > FOOTER_MAX) {
		fmt_bytes(size, q->length);
		snprintf(why, sizeof(why),
		    "its footer has %s; only up to 1 MiB is read", size);
		refuse(q, why);
	} else {
		return true;
	}
	return false;
}

static void
take(struct reader *reader, const char *bytes, size_t n)
{
	struct parquet *q = own(reader);
	uint64_t begun = reader->from;

	if (n < reader->to - reader->from) {
		refuse(q, "the file is shorter than it should be");
		return;
	}
	if (!q->length) {
		str_add(&q->held, bytes, n);
		if (!take_tail(q))
			return;
	} else {
		/* What came before it goes behind it. */
		struct str whole = STR_INIT;

		str_add(&whole, bytes, n);
		str_add(&whole, q->held.v, q->held.n);
		str_fini(&q->held);
		q->held = whole;
	}
	reader->from = reader->to = 0;
	if (q->held.n - TAIL < q->length) {
		reader->from = reader->size - TAIL - q->length;
		reader->to = begun;
		return;
	}
	q->end = (const unsigned char *)q->held.v + q->held.n - TAIL;
	q->p = q->end - q->length;
	read_footer(q);
	say(q);
}

static void
release(struct reader *reader)
{
	struct parquet *q = own(reader);

	str_fini(&q->held);
	str_fini(&q->maker);
	lines_fini(&q->listed);
	free(q);
}

static const struct reader_ops ops = { .take = take, .release = release };

struct reader *
parquet_reader(uint64_t size)
{
	struct parquet *q = mem_new(struct parquet);

	q->base.ops = &ops;
	q->base.size = size;
	q->base.to = size;
	q->base.from = size > READER_FIRST ? size - READER_FIRST : 0;
	lines_init(&q->base.lines);
	lines_init(&q->listed);
	str_init(&q->held);
	str_init(&q->maker);
	if (size < TAIL)
		refuse(q, "the file is too short for a footer");
	return &q->base;
}
