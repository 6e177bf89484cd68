/* test_contents.c: what files of each kind hold, right ones and wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/weights/contents.h"
#include "tests/unit/arrow_samples.h"

/* What was asked for, and how the lines read. */
struct look {
	size_t ranges;
	uint64_t last_from, last_to, read;
	struct str text;
};

/* Reads a file that has `real` of the bytes that it should have; `size` 0: all. */
static void
look_at(
    struct look *look, const char *name, const struct str *file, uint64_t size)
{
	struct contents *c = contents_new(name, size ? size : file->n);
	const struct lines *lines;
	uint64_t from, to;

	*look = (struct look){ .text = STR_INIT };
	while (contents_wants(c, &from, &to)) {
		size_t n = from < file->n ? file->n - (size_t)from : 0;
		char *copy;

		assert_true(to - from <= CONTENTS_RANGE_MAX);
		assert_true(look->ranges++ < 20);
		n = n < to - from ? n : (size_t)(to - from);
		copy = mem_zalloc(n + 1);
		memcpy(copy, n ? file->v + from : "", n);
		contents_take(c, copy, n);
		free(copy);
		look->last_from = from;
		look->last_to = to;
	}
	look->read = contents_read(c);
	lines = contents_lines(c);
	assert_true(lines->list.n <= LINES_MAX);
	arr_each (line, &lines->list) {
		assert_true(
		    strlen(lines->text.v + line->text) <= LINE_BYTES_MAX + 3);
		str_addf(&look->text, "%s%s%s%s\n",
		    line->kind == LINE_WARNING   ? "! "
		    : line->kind == LINE_HEADING ? "# "
						 : "",
		    lines->text.v + line->label,
		    *(lines->text.v + line->label) ? ": " : "",
		    lines->text.v + line->text);
	}
	contents_free(c);
}

static void
has(const struct look *look, const char *text)
{
	if (!strstr(look->text.v, text))
		fail_msg("no \"%s\" in:\n%.2000s", text, look->text.v);
}

/* The file is used up. */
static void
holds(const char *name, struct str *file, uint64_t size, const char *text)
{
	struct look look;

	look_at(&look, name, file, size);
	has(&look, text);
	str_fini(&look.text);
	str_fini(file);
}

static void
add_number(struct str *out, unsigned width, uint64_t number, bool swapped)
{
	for (unsigned i = 0; i < width; i++)
		str_addc(
		    out, (char)(number >> 8 * (swapped ? width - 1 - i : i)));
}

/* -- safetensors -- */

static struct str
tensors(const char *header, size_t data)
{
	struct str file = STR_INIT;

	add_number(&file, 8, strlen(header), false);
	str_addz(&file, header);
	while (data--)
		str_addc(&file, 'd');
	return file;
}

#define ONE(dtype, shape, from, to)                                            \
	"{\"dtype\":\"" dtype "\",\"shape\":[" shape                           \
	"],\"data_offsets\":[" from "," to "]}"

static void
test_safetensors(void **state)
{
	static const struct {
		const char *header;
		size_t data;
		const char *text;
	} rows[] = {
		{ "{\"a\":" ONE("F32", "2,3", "0", "24") ",\"b\":" ONE(
		      "BF16", "4", "24", "32") "}",
		    32, "parameters: 10\nF32: 1 tensor, 6 values\nBF16: 1 " },
		{ "{\"a\":" ONE("F32", "2,3", "0", "24") "}", 24,
		    "# 1 tensor\na  F32 [2, 3]\n" },
		{ "{\"__metadata__\":{\"format\":\"pt\"}}", 0,
		    "# metadata\nformat: pt\n" },
		{ "{\"a\":" ONE("F32", "2", "0", "8") "}", 7,
		    "! wrong: a: it ends behind the end" },
		{ "{\"a\":" ONE("F32", "2", "0", "9") "}", 9,
		    "! wrong: a: its bytes are not those" },
		{ "{\"a\":" ONE("F32", "2", "8", "0") "}", 9,
		    "! wrong: a: its place makes no sense" },
		{ "{\"a\":" ONE("U8", "2", "0", "2") ",\"b\":" ONE(
		      "U8", "2", "1", "3") "}",
		    3, "! wrong: 1 tensors overlap" },
		{ "{\"a\":" ONE("U8", "9999999999,9999999999", "0", "2") "}", 2,
		    "too many values" },
		{ "{\"a\":{\"dtype\":1,\"shape\":[[2]],\"x\":null}}", 0,
		    "! wrong: a: " },
		{ "{\"a\":" ONE("U8", "-1", "0", "2") "}", 2, "! wrong: a: " },
		{ "[1]", 0, "! wrong: the header cannot be read as JSON" },
		{ "{\"a\"", 0, "! wrong: the header cannot be read as JSON" },
		{ "", 9, "! wrong: the header cannot be read as JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str file = tensors(rows[i].header, rows[i].data);

		holds("m.safetensors", &file, 0, rows[i].text);
	}
}

/* A long header takes two ranges, and never the data; a wrong length one. */
static void
test_safetensors_ranges(void **state)
{
	struct str header = STR_INIT, file;
	struct look look;

	(void)state;
	str_addc(&header, '{');
	for (int i = 0; i < 5000; i++)
		str_addf(&header, "%s\"layer.%d\":" ONE("U8", "1", "%d", "%d"),
		    i ? "," : "", i, i, i + 1);
	str_addc(&header, '}');
	file = tensors(header.v, 5000);
	look_at(&look, "m.safetensors", &file, 0);
	assert_int_equal(look.ranges, 2);
	assert_int_equal(look.last_from, 100000);
	assert_int_equal(look.last_to, 8 + header.n);
	has(&look, "# 5000 tensors\n");
	has(&look, "... 3000 more\n");
	str_fini(&look.text);
	/* The file ends too soon. */
	str_cut(&file, 120000);
	holds("m.safetensors", &file, 8 + header.n, "ends inside its header");
	str_fini(&header);
	add_number(&file, 8, 26u * 1000 * 1000, false);
	look_at(&look, "m.safetensors", &file, 30u * 1000 * 1000);
	assert_int_equal(look.ranges, 1);
	has(&look, "only up to 25 MB are read");
	str_fini(&look.text);
	holds("m.safetensors", &file, 9, "longer than the file");
	holds("m.safetensors", &file, 0, "too short for a header");
}

/* -- GGUF -- */

static void
add_text(struct str *out, const char *text, bool swapped)
{
	add_number(out, 8, strlen(text), swapped);
	str_addz(out, text);
}

static void
add_string(struct str *out, const char *key, const char *text, bool swapped)
{
	add_text(out, key, swapped);
	add_number(out, 4, 8, swapped);
	add_text(out, text, swapped);
}

static void
add_u32(struct str *out, const char *key, uint32_t number, bool swapped)
{
	add_text(out, key, swapped);
	add_number(out, 4, 4, swapped);
	add_number(out, 4, number, swapped);
}

static void
begin_gguf(struct str *out, unsigned version, unsigned tensor_count,
    unsigned keys, bool swapped)
{
	str_addz(out, "GGUF");
	add_number(out, 4, version, swapped);
	add_number(out, 8, tensor_count, swapped);
	add_number(out, 8, keys, swapped);
}

static void
test_gguf(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct str file = STR_INIT;
		struct look look;

		begin_gguf(&file, 2 + (unsigned)swapped, 1, 6, swapped);
		add_string(&file, "general.architecture", "llama", swapped);
		add_u32(&file, "llama.context_length", 8192, swapped);
		add_u32(&file, "general.file_type", 15, swapped);
		add_string(
		    &file, "tokenizer.chat_template", "{% a %}\nb", swapped);
		/* Lists of lists, and of many texts: more than one range. */
		add_text(&file, "x.nested", swapped);
		add_number(&file, 4, 9, swapped);
		add_number(&file, 4, 9, swapped);
		add_number(&file, 8, 1, swapped);
		add_number(&file, 4, 0, swapped);
		add_number(&file, 8, 3, swapped);
		str_addz(&file, "abc");
		add_text(&file, "tokenizer.ggml.tokens", swapped);
		add_number(&file, 4, 9, swapped);
		add_number(&file, 4, 8, swapped);
		add_number(&file, 8, 20000, swapped);
		for (int i = 0; i < 20000; i++)
			add_text(&file, "token", swapped);
		add_text(&file, "blk.0", swapped);
		add_number(&file, 4, 2, swapped);
		add_number(&file, 8, 1000, swapped);
		add_number(&file, 8, 2000, swapped);
		add_number(&file, 4, 12, swapped);
		add_number(&file, 8, 0, swapped);
		look_at(&look, "m.gguf", &file, 1u << 30);
		assert_int_equal(look.ranges, 3);
		assert_int_equal(look.last_to, 256 * 1024);
		has(&look, swapped ? "GGUF 3, big-endian" : "GGUF 2\n");
		has(&look, "arch: llama\nquantised: Q4_K_M\ncontext: 8192\n");
		has(&look, "tokens: 20000\n");
		has(&look, "parameters: 2000000 (2.00 million)\n");
		has(&look, "Q4_K: 1 tensor, 2000000 values\n");
		has(&look,
		    "template: yes, below\n# chat template\n{% a %}\nb\n");
		has(&look, "x.nested = 1 lists\n");
		str_fini(&look.text);
		str_fini(&file);
	}
}

static void
test_wrong_gguf(void **state)
{
	struct str file = STR_INIT;

	(void)state;
	str_addz(&file, "GGML and more of it, at length");
	holds("m.gguf", &file, 0, "! wrong: this is not a GGUF file");
	begin_gguf(&file, 1, 0, 0, false);
	holds("m.gguf", &file, 0, "GGUF 1; only 2 and 3 are read");
	str_addz(&file, "GGUF");
	holds("m.gguf", &file, 0, "ends inside its header");
	begin_gguf(&file, 3, UINT32_MAX, UINT32_MAX, false);
	holds("m.gguf", &file, 0, "ends inside its header");
	begin_gguf(&file, 3, 0, 1, false);
	add_number(&file, 8, UINT64_MAX, false);
	holds("m.gguf", &file, 0, "longer than the file");
	begin_gguf(&file, 3, 0, 1, false);
	add_text(&file, "k", false);
	add_number(&file, 4, 77, false);
	holds("m.gguf", &file, 0, "no known type");
	begin_gguf(&file, 3, 0, 1, false);
	add_text(&file, "k", false);
	add_number(&file, 4, 9, false);
	for (int i = 0; i < 9; i++) {
		add_number(&file, 4, 9, false);
		add_number(&file, 8, 1, false);
	}
	holds("m.gguf", &file, 0, "nested too deeply");
	begin_gguf(&file, 3, 0, 1, false);
	add_text(&file, "k", false);
	add_number(&file, 4, 9, false);
	add_number(&file, 4, 12, false);
	add_number(&file, 8, UINT64_MAX / 4, false);
	holds("m.gguf", &file, 0, "longer than the file");
	begin_gguf(&file, 3, 1, 0, false);
	add_text(&file, "t", false);
	add_number(&file, 4, 9999, false);
	holds("m.gguf", &file, 0, "too many dimensions");
	holds("m.gguf", &file, 0, "empty");
}

/* A list that never ends is read up to 32 MiB and no further. */
static void
test_gguf_bound(void **state)
{
	struct str file = STR_INIT;
	struct look look;

	(void)state;
	begin_gguf(&file, 3, 0, 1, false);
	add_text(&file, "k", false);
	add_number(&file, 4, 9, false);
	add_number(&file, 4, 0, false);
	add_number(&file, 8, 1u << 30, false);
	str_reserve(&file, 33u << 20);
	while (file.n < 33u << 20)
		str_add(&file, "0123456789abcdef", 16);
	look_at(&look, "m.gguf", &file, 2u << 30);
	assert_int_equal(look.read, 32u << 20);
	has(&look, "! left out: everything after the first 32 MiB");
	str_fini(&look.text);
	str_fini(&file);
}

/* -- parquet -- */

static struct str
parquet(const char *footer, size_t n, size_t before)
{
	struct str file = STR_INIT;

	str_addz(&file, "PAR1");
	while (file.n < before)
		str_addc(&file, 'd');
	str_add(&file, footer, n);
	add_number(&file, 4, n, false);
	str_addz(&file, "PAR1");
	return file;
}

/* Version 1; schema: root of 2, "id" int64 required, "name" text optional; 5 rows; no
 * groups; "me". */
static const char footer[] = "\x15\x02\x19\x3c"
			     "\x48\x04root\x15\x04\x00"
			     "\x15\x04\x25\x00\x18\x02id\x00"
			     "\x15\x0c\x25\x02\x18\x04name\x25\x00\x00"
			     "\x16\x0a\x19\x0c\x28\x02me";

static void
test_parquet(void **state)
{
	struct str file = parquet(footer, sizeof(footer), 200000);
	struct look look;

	(void)state;
	look_at(&look, "d.parquet", &file, 0);
	assert_int_equal(look.ranges, 1);
	assert_int_equal(look.read, 65536);
	has(&look, "rows: 5\nrow groups: 0\nwritten by: me\n");
	has(&look, "# 2 columns\nid  int64\nname  text (bytes), optional\n");
	str_fini(&look.text);
	str_cut(&file, file.n - 4);
	str_addz(&file, "PARE");
	holds("d.parquet", &file, 0, "encrypted");
	/* Each footer that is cut, or changed in a byte, still has an end. */
	for (size_t i = 0; i < sizeof(footer); i++) {
		file = parquet(footer, i, 10);
		holds("d.parquet", &file, 0, i ? "column" : "no sense");
		file = parquet(footer, sizeof(footer), 10);
		file.v[10 + i] = (char)0xff;
		holds("d.parquet", &file, 0, "column");
	}
	str_addz(&file, "PAR1aaaa\xff\xff\xff\xffPAR1");
	holds("d.parquet", &file, 0, "no sense");
	str_addz(&file, "PAR1aaaa\xff\xff\xff\x0fPAR1");
	holds("d.parquet", &file, 0, "no sense");
	str_addz(&file, "no");
	holds("d.parquet", &file, 0, "too short");
}

/* A footer longer than the first look is read in a second one. */
static void
test_long_footer(void **state)
{
	struct str text = STR_INIT, file;
	struct look look;

	(void)state;
	/* A list of 100,000 bytes that is of no interest, then the rest. */
	str_add(&text, "\x29\xf3\xa0\x8d\x06", 5);
	for (int i = 0; i < 100000; i++)
		str_addc(&text, 'x');
	str_add(&text, "\x16\x0a", 3);
	file = parquet(text.v, text.n, 300000);
	look_at(&look, "d.parquet", &file, 0);
	assert_int_equal(look.ranges, 2);
	assert_int_equal(look.read, text.n + 8);
	has(&look, "row groups: 0\n");
	str_fini(&look.text);
	str_fini(&file);
	str_fini(&text);
}

/* -- arrow -- */

static struct str
arrow(const unsigned char *stream, size_t n, bool is_file)
{
	struct str file = STR_INIT;

	if (is_file)
		str_add(&file, "ARROW1\0\0", 8);
	str_add(&file, stream, n);
	return file;
}

static void
test_arrow(void **state)
{
	/* Behind its schema is the end of the stream, 8 bytes. */
	const size_t whole = sizeof(arrow_many_types) - 8;
	struct str file =
	    arrow(arrow_many_types, sizeof(arrow_many_types), false);
	struct look look;

	(void)state;
	look_at(&look, "d.arrow", &file, 0);
	assert_string_equal(look.text.v,
	    "kind: Arrow stream\nhuggingface: {\"info\": 1}\n# 17 columns\n"
	    "id  int64\nname  text, optional\nv  list, optional\n"
	    "  item  float32, optional\nfixed  list of 4, optional\n"
	    "  item  float16, optional\nwhen  timestamp, us, UTC, optional\n"
	    "image  struct, optional\n  bytes  bytes, optional\n"
	    "  path  large text, optional\n"
	    "d  decimal128 of 10 digits, 2 behind the point, optional\n"
	    "cat  text, of a dictionary, optional\nm  map, optional\n"
	    "  entries  struct\n    key  text\n    value  uint8, optional\n"
	    "b  bool, optional\ndate  date, optional\nt  time, ns, optional\n"
	    "fx  bytes of 3, optional\ndur  duration, s, optional\n"
	    "sv  text (view), optional\nu  union, optional\n"
	    "  x  int8, optional\nll  large list, optional\n"
	    "  item  null, optional\n");
	str_fini(&look.text);
	/* A longer schema is read in a second range, and no more than it. */
	file.v[4] = file.v[5] = 0;
	file.v[6] = 2;
	while (file.n < 300000)
		str_addc(&file, 'd');
	look_at(&look, "d.arrow", &file, 0);
	assert_int_equal(look.ranges, 2);
	assert_int_equal(look.read, 0x20000 + 8);
	has(&look, "sv  text (view), optional\n");
	str_fini(&look.text);
	str_fini(&file);
	file = arrow(arrow_id_and_list, sizeof(arrow_id_and_list), true);
	holds("d.arrow", &file, 0,
	    "kind: Arrow file\na: b\n# 2 columns\nid  int64\nv  list, "
	    "optional\n  item  float32, optional\n");
	/* Each that is cut, or changed in a byte, still has an end. */
	for (size_t i = 0; i < sizeof(arrow_many_types); i++) {
		file = arrow(arrow_many_types, i, false);
		holds("d.arrow", &file, 0,
		    !i          ? "is empty"
		    : i < whole ? "! wrong: "
				: "17 columns");
		file = arrow(arrow_many_types, sizeof(arrow_many_types), false);
		file.v[i] = (char)0xff;
		holds("d.arrow", &file, 0, "");
	}
	str_addz(&file, "\xff\xff\xff\xff\xff\xff\xff\x7f....");
	holds("d.arrow", &file, 0, "it does not begin with a schema");
	str_addz(&file, "\xff\xff\xff\xff");
	holds("d.arrow", &file, 0, "too short");
	str_add(&file, "\xff\xff\xff\xff\x00\x00\x50\x00....", 12);
	while (file.n < 0x500100)
		str_addc(&file, 0);
	holds("d.arrow", &file, 0, "larger than 4 MiB");
}

/* -- an index of shards -- */

/* Siblings are "name size" each, and NULL behind them; none at all: not listed. */
static void
index_holds(
    const char *text, const char *const *siblings, const char *const *has_lines)
{
	struct contents *c = contents_new("m.index.json", strlen(text));
	const struct lines *lines = contents_lines(c);
	struct str out = STR_INIT;

	assert_true(contents_wants_siblings(c));
	for (; siblings && *siblings; siblings++) {
		char *name = mem_strdup(*siblings), *blank = strchr(name, ' ');

		*blank = '\0';
		contents_take_sibling(c, name, strtoul(blank + 1, NULL, 10));
		free(name);
	}
	if (siblings)
		contents_take_sibling(c, NULL, 0);
	contents_take(c, text, strlen(text));
	arr_each (line, &lines->list)
		str_addf(&out, "%s%s: %s\n",
		    line->kind == LINE_WARNING ? "! " : "",
		    lines->text.v + line->label, lines->text.v + line->text);
	for (; *has_lines; has_lines++) {
		if (!strstr(out.v, *has_lines))
			fail_msg("no \"%s\" in:\n%s", *has_lines, out.v);
	}
	str_fini(&out);
	contents_free(c);
}

#define TEXTS(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void
test_index(void **state)
{
	static const char two[] =
	    "{\"metadata\":{\"total_size\":90,\"by\":\"me\"},\"weight_map\":{"
	    "\"w.0\":\"m-00001-of-00002.safetensors\",\"w.1\":"
	    "\"m-00001-of-00002.safetensors\",\"w.2\":"
	    "\"m-00002-of-00002.safetensors\"}}";

	(void)state;
	index_holds(two,
	    TEXTS("m-00001-of-00002.safetensors 60",
		"m-00002-of-00002.safetensors 40", "m.index.json 9",
		"pytorch_model-00001-of-00002.bin 40"),
	    TEXTS("by: me\ntensors: 3\nin all: 90 B (90 bytes)\nshards: 2\n"
		  ": shards\n: m-00001-of-00002.safetensors  2 tensors, 60 B\n"
		  ": m-00002-of-00002.safetensors  1 tensor, 40 B\n"
		  ": 3 tensors\n: w.0  m-00001-of-00002.safetensors\n"));
	index_holds(two,
	    TEXTS("m-00001-of-00003.safetensors 60",
		"m-00002-of-00002.safetensors 40", "m.safetensors 100"),
	    TEXTS("! missing: 1 of 2 shards\n",
		"not named: 1 numbered file beside it\n",
		"! missing: m-00001-of-00002.safetensors  2 tensors\n",
		": not named by it\n: m-00001-of-00003.safetensors  60 B\n"));
	index_holds(two,
	    TEXTS("m-00001-of-00002.safetensors 60",
		"m-00002-of-00002.safetensors 20"),
	    TEXTS("! too small: the shards have 80 B in all, their tensors "
		  "should have 90 B\n"));
	index_holds(two, NULL,
	    TEXTS("! unchecked: whether the repository has all shards\n",
		"2 tensors, not compared\n"));
	index_holds("{\"weight_map\":{\"a\":\"x/b.bin\",\"c\":7,\"d\":[1]}}",
	    TEXTS("c.bin 5"),
	    TEXTS("! wrong: 2 of its values are not the name of a file\n",
		": x/b.bin  1 tensor, in another folder\n"));
	index_holds("{\"weight_map\":[]}", NULL, TEXTS("\"weight_map\": []\n"));
	index_holds("{\"weight_map\":{}", NULL, TEXTS("\"weight_map\": {}"));
	index_holds("{\"weight_map\":{}}", TEXTS("a.bin 1"),
	    TEXTS("tensors: 0\nshards: 0\n"));
}

/* -- text and the rest -- */

static void
test_plain(void **state)
{
	static const struct {
		const char *name, *text, *shown;
	} rows[] = {
		{ "a.txt", "one\r\n\ntwo", "one\n\ntwo\n" },
		{ "a.txt", "", "content: the file is empty\n" },
		{ "c.json", "{\"a\":[1,2,{}],\"b\":\"x\\\"{,\"}",
		    "{\n  \"a\": [\n    1,\n    2,\n    {}\n  ],\n  \"b\": "
		    "\"x\\\"{,\"\n}\n" },
		{ "c.json", "{\"a\":[[", "{\n  \"a\": [\n    [\n" },
		{ "c.json", "]]}", "]\n]\n}\n" },
		{ "README.md",
		    "---\nlicense: mit\ntags:\n- a\n- b: c\n- d\nx:\n  y: "
		    "1\n---\n# owl\n",
		    "license: mit\ntags: a, d\n# text\n# owl\n" },
		{ "README.md", "---\nno end\n", "----\n\nno end\n" },
		{ "LICENSE", "free", "free\n" },
		{ "Makefile", "all:", "all:\n" },
		{ "e.txt", "a\033[31mb", "a\033[31mb\n" },
		{ "w.bin", "\x80\x01z",
		    "kind: weights\n# the first 3 bytes\n"
		    "0000  80 01 7a                 "
		    "..z\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str file = STR_INIT;
		struct look look;

		str_addz(&file, rows[i].text);
		look_at(&look, rows[i].name, &file, 0);
		assert_string_equal(look.text.v, rows[i].shown);
		str_fini(&look.text);
		str_fini(&file);
	}
}

static void
test_plain_ranges(void **state)
{
	struct str file = STR_INIT;
	struct look look;

	(void)state;
	while (file.n < 200000)
		str_addz(&file, "0123456789\xc3\xa9\n");
	look_at(&look, "a.txt", &file, 3100000);
	assert_int_equal(look.ranges, 1);
	assert_int_equal(look.read, 65536);
	has(&look, "! cut: the first 65.5 kB of 3.1 MB are shown\n");
	str_fini(&look.text);
	/* A name that says nothing: 512 bytes tell whether it is text. */
	look_at(&look, "data", &file, 0);
	assert_int_equal(look.ranges, 2);
	str_fini(&look.text);
	file.v[100] = '\0';
	look_at(&look, "data", &file, 0);
	assert_int_equal(look.read, 512);
	has(&look, "# the first 512 bytes\n");
	str_fini(&look.text);
	str_clear(&file);
	while (file.n < 65536)
		str_addz(&file, "[{");
	holds("c.json", &file, 0, "! left out: what follows\n");
	while (file.n < 9000)
		str_addz(&file, "\xc3\xa9");
	holds("a.txt", &file, 0, "\xc3\xa9...\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_safetensors),
		cmocka_unit_test(test_safetensors_ranges),
		cmocka_unit_test(test_gguf),
		cmocka_unit_test(test_wrong_gguf),
		cmocka_unit_test(test_gguf_bound),
		cmocka_unit_test(test_parquet),
		cmocka_unit_test(test_long_footer),
		cmocka_unit_test(test_arrow),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_plain_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
