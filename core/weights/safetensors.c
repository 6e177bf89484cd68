/*
 * safetensors.c: eight bytes with the length of the header, the header, the data. The
 * header is JSON, and is read value by value, so that 25 MB of it never become a tree.
 * https://github.com/huggingface/safetensors, README.md: Format.
 */
#include "core/weights/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/jsonscan.h"
#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/weights/reader.h"

/* With the length; most headers are shorter. */
#define FIRST ((uint64_t)100000)

/* A longer header is refused, as the library does. */
#define HEADER_MAX ((uint64_t)25 * 1000 * 1000)

#define LENGTH_BYTES ((uint64_t)8)

/* Tensors that are listed, kinds of values that are told apart, dimensions, bytes of a
 * value of the metadata. */
#define LISTED_MAX 2000
#define DTYPES_MAX 32
#define RANK_MAX 16

struct dtype {
	char name[16];
	size_t tensors;
	uint64_t values;
};

struct extent {
	uint64_t from, to;
};

struct safetensors {
	struct reader base;
	uint64_t length; /* of the header */
	uint64_t fed;    /* bytes of it that were scanned */
	struct json_scan scan;
	bool failed;

	/* The tensor that is read. */
	struct str name;
	char dtype[16];
	uint64_t shape[RANK_MAX];
	size_t rank;
	struct extent at;
	size_t offsets;
	enum {
		IN_NOTHING,
		IN_METADATA,
		IN_TENSOR,
		IN_SHAPE,
		IN_OFFSETS
	} in;

	size_t tensors;
	uint64_t values;
	struct dtype dtypes[DTYPES_MAX];
	size_t n_dtypes;
	ARR(struct extent) extents;
	struct lines listed;   /* of tensors */
	struct lines metadata; /* facts */
	size_t bad;            /* tensors that cannot be right; the first is: */
	char why[200];
};

static struct safetensors *
own(struct reader *reader)
{
	return CONTAINER_OF(reader, struct safetensors, base);
}

static void
finish(struct safetensors *s)
{
	s->base.from = s->base.to = 0;
}

/* Notes what is wrong with a tensor; the first counts for all. */
static void
wrong(struct safetensors *s, const char *what)
{
	if (!s->bad++)
		snprintf(s->why, sizeof(s->why), "%.80s: %s",
		    s->name.n ? s->name.v : "a tensor", what);
}

/* -- a tensor -- */

/* Bits of a value; 0: the type is not known here. */
static unsigned
bits_of(const char *dtype)
{
	static const struct {
		const char *name;
		unsigned bits;
	} known[] = { { "F64", 64 }, { "I64", 64 }, { "U64", 64 },
		{ "C64", 64 }, { "F32", 32 }, { "I32", 32 }, { "U32", 32 },
		{ "F16", 16 }, { "BF16", 16 }, { "I16", 16 }, { "U16", 16 },
		{ "I8", 8 }, { "U8", 8 }, { "BOOL", 8 }, { "F8_E4M3", 8 },
		{ "F8_E5M2", 8 }, { "F8_E8M0", 8 }, { "F4", 4 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcmp(dtype, known[i].name))
			return known[i].bits;
	}
	return 0;
}

/* Values of the shape; UINT64_MAX: more than can be counted. */
static uint64_t
values_of(const struct safetensors *s)
{
	uint64_t values = 1;

	for (size_t i = 0; i < s->rank; i++) {
		if (s->shape[i] && values > UINT64_MAX / s->shape[i])
			return UINT64_MAX;
		values *= s->shape[i];
	}
	return values;
}

static void
count_dtype(struct safetensors *s, uint64_t values)
{
	size_t i = 0;

	while (i < s->n_dtypes && strcmp(s->dtypes[i].name, s->dtype) != 0)
		i++;
	if (i == DTYPES_MAX)
		return;
	if (i == s->n_dtypes) {
		text_copy(s->dtypes[i].name, sizeof(s->dtypes[i].name),
		    *s->dtype ? s->dtype : "?");
		s->n_dtypes++;
	}
	s->dtypes[i].tensors++;
	sum_add(&s->dtypes[i].values, values);
}

static void
list_tensor(struct safetensors *s)
{
	struct str line = STR_INIT;

	str_add(&line, s->name.v, s->name.n < 512 ? s->name.n : 512);
	str_addf(&line, "  %s [", s->dtype);
	for (size_t i = 0; i < s->rank; i++)
		str_addf(&line, "%s%llu", i ? ", " : "",
		    (unsigned long long)s->shape[i]);
	str_addc(&line, ']');
	lines_add(&s->listed, LINE_TEXT, "", line.v, line.n);
	str_fini(&line);
}

static void
end_tensor(struct safetensors *s)
{
	uint64_t data = s->base.size - LENGTH_BYTES - s->length;
	uint64_t values = values_of(s), bytes = s->at.to - s->at.from;
	unsigned bits = bits_of(s->dtype);

	if (s->offsets != 2 || s->at.from > s->at.to)
		wrong(s, "its place makes no sense");
	else if (s->at.to > data)
		wrong(s, "it ends behind the end of the file");
	else if (values == UINT64_MAX)
		wrong(s, "its shape has too many values");
	else if (bits && (values > UINT64_MAX / bits ||
			     bytes != (values * bits + 7) / 8))
		wrong(s, "its bytes are not those of its shape and type");
	else if (s->at.from < s->at.to)
		arr_push(&s->extents, s->at);
	if (values == UINT64_MAX)
		values = 0;
	s->tensors++;
	sum_add(&s->values, values);
	count_dtype(s, values);
	if (s->tensors <= LISTED_MAX)
		list_tensor(s);
}

/* -- the header -- */

static void
begin_member(struct safetensors *s, const struct json_token *token)
{
	s->in = IN_NOTHING;
	if (token->kind == JSON_OBJECT && !strcmp(token->key, "__metadata__")) {
		s->in = IN_METADATA;
	} else if (token->kind == JSON_OBJECT) {
		s->in = IN_TENSOR;
		str_set(&s->name, token->key);
		*s->dtype = '\0';
		s->rank = s->offsets = 0;
		s->at = (struct extent){ 0, 0 };
	}
}

static void
take_number(struct safetensors *s, const struct json_token *token)
{
	uint64_t number;

	if (!json_token_u64(token, &number)) {
		wrong(s, "it has a value that is not a whole number");
	} else if (s->in == IN_SHAPE) {
		if (s->rank < RANK_MAX)
			s->shape[s->rank++] = number;
		else
			wrong(s, "it has too many dimensions");
	} else {
		if (s->offsets < 2)
			*(s->offsets ? &s->at.to : &s->at.from) = number;
		s->offsets++;
	}
}

static void
take_field(struct safetensors *s, const struct json_token *token)
{
	if (s->in == IN_METADATA) {
		if (s->metadata.list.n < 100)
			lines_add(&s->metadata, LINE_FACT, token->key,
			    token->text, text_cut(token->text, 400));
	} else if (token->kind == JSON_STRING && !strcmp(token->key, "dtype")) {
		text_copy(s->dtype, sizeof(s->dtype), token->text);
	} else if (token->kind == JSON_ARRAY) {
		if (!strcmp(token->key, "shape"))
			s->in = IN_SHAPE;
		else if (!strcmp(token->key, "data_offsets"))
			s->in = IN_OFFSETS;
	}
}

static bool
take_token(void *context, const struct json_token *token, struct error *err)
{
	struct safetensors *s = context;
	bool in_list = s->in == IN_SHAPE || s->in == IN_OFFSETS;

	if (!token->depth && token->kind != JSON_OBJECT &&
	    token->kind != JSON_CLOSE)
		return err_set(err, ERR_CORRUPT, "it is not an object");
	if (token->kind == JSON_CLOSE) {
		if (token->depth == 2 && in_list)
			s->in = IN_TENSOR;
		else if (token->depth == 1 && s->in == IN_TENSOR)
			end_tensor(s);
		if (token->depth == 1)
			s->in = IN_NOTHING;
	} else if (token->depth == 1) {
		begin_member(s, token);
	} else if (token->depth == 2 && s->in != IN_NOTHING) {
		take_field(s, token);
	} else if (token->depth == 3 && in_list) {
		take_number(s, token);
	}
	return true;
}

/* -- what it says -- */

static int
by_place(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static void
say_faults(struct safetensors *s)
{
	size_t overlaps = 0;

	if (s->extents.n > 1)
		qsort(s->extents.v, s->extents.n, sizeof(*s->extents.v),
		    by_place);
	for (size_t i = 1; i < s->extents.n; i++)
		overlaps += s->extents.v[i].from < s->extents.v[i - 1].to;
	if (s->bad)
		lines_addf(&s->base.lines, LINE_WARNING, "wrong", "%s%s",
		    s->why, s->bad > 1 ? ", and more of this kind" : "");
	if (overlaps)
		lines_addf(&s->base.lines, LINE_WARNING, "wrong",
		    "%zu tensors overlap with another", overlaps);
}

static void
move_lines(struct lines *to, const struct lines *from)
{
	arr_each (line, &from->list)
		lines_add(to, line->kind, from->text.v + line->label,
		    from->text.v + line->text,
		    strlen(from->text.v + line->text));
}

static void
say(struct safetensors *s)
{
	struct lines *lines = &s->base.lines;

	say_faults(s);
	lines_add_count(lines, "parameters", s->values);
	for (size_t i = 0; i < s->n_dtypes; i++)
		lines_addf(lines, LINE_FACT, s->dtypes[i].name,
		    "%zu tensor%s, %llu values", s->dtypes[i].tensors,
		    s->dtypes[i].tensors == 1 ? "" : "s",
		    (unsigned long long)s->dtypes[i].values);
	if (s->metadata.list.n) {
		lines_add(lines, LINE_HEADING, "", "metadata", 8);
		move_lines(lines, &s->metadata);
	}
	lines_addf(lines, LINE_HEADING, "", "%zu tensor%s", s->tensors,
	    s->tensors == 1 ? "" : "s");
	move_lines(lines, &s->listed);
	if (s->tensors > LISTED_MAX)
		lines_addf(lines, LINE_TEXT, "", "... %zu more",
		    s->tensors - LISTED_MAX);
}

static void
refuse(struct safetensors *s, const char *why)
{
	lines_add(&s->base.lines, LINE_WARNING, "wrong", why, strlen(why));
	json_scan_drop(&s->scan);
	s->failed = true;
	finish(s);
}

/* -- bytes -- */

/* Takes the length off the front; false: it makes no sense. */
static bool
take_length(struct safetensors *s, const char *bytes, size_t n)
{
	char size[TIMEFMT_MAX], text[160];

	if (n < LENGTH_BYTES) {
		refuse(s, "the file is too short for a header");
		return false;
	}
	for (unsigned i = 0; i < LENGTH_BYTES; i++)
		s->length |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
	fmt_bytes(size, s->length);
	if (s->length > s->base.size - LENGTH_BYTES) {
		snprintf(text, sizeof(text),
		    "the header would be longer than the file (%s): this is "
		    "not safetensors",
		    size);
		refuse(s, text);
	} else if (s->length > HEADER_MAX) {
		snprintf(text, sizeof(text),
		    "the header has %s; only up to 25 MB are read", size);
		refuse(s, text);
	}
	return !s->failed;
}

static void
feed(struct safetensors *s, const char *bytes, size_t n)
{
	struct error err;
	uint64_t left = s->length - s->fed;
	size_t part = n < left ? n : (size_t)left;
	bool good = json_scan_feed(&s->scan, bytes, part, &err);
	char text[300];

	s->fed += part;
	if (good && s->fed == s->length) {
		good = json_scan_end(&s->scan, &err);
		if (good) {
			say(s);
			finish(s);
			return;
		}
	}
	if (!good) {
		snprintf(text, sizeof(text),
		    "the header cannot be read as JSON: %.200s", err.message);
		refuse(s, text);
	}
}

static void
take(struct reader *reader, const char *bytes, size_t n)
{
	struct safetensors *s = own(reader);
	bool whole = n == reader->to - reader->from;

	if (!reader->from) {
		if (!take_length(s, bytes, n))
			return;
		bytes += LENGTH_BYTES;
		n -= LENGTH_BYTES;
	}
	reader->from = reader->to;
	reader->to = LENGTH_BYTES + s->length;
	feed(s, bytes, n);
	if (reader->to && (!whole || reader->from >= reader->to))
		refuse(s, "the file ends inside its header");
}

static void
release(struct reader *reader)
{
	struct safetensors *s = own(reader);

	json_scan_drop(&s->scan);
	str_fini(&s->name);
	arr_free(&s->extents);
	lines_fini(&s->listed);
	lines_fini(&s->metadata);
	free(s);
}

static const struct reader_ops ops = { .take = take, .release = release };

struct reader *
safetensors_reader(uint64_t size)
{
	struct safetensors *s = mem_new(struct safetensors);

	s->base.ops = &ops;
	s->base.size = size;
	s->base.to = size < FIRST ? size : FIRST;
	lines_init(&s->base.lines);
	lines_init(&s->listed);
	lines_init(&s->metadata);
	str_init(&s->name);
	s->scan.take = take_token;
	s->scan.context = s;
	if (size < LENGTH_BYTES)
		refuse(s, "the file is too short for a header");
	return &s->base;
}
