/*
 * gguf.c: a magic word, the version, two counts, keys with values, and tensors, before
 * the data. Read in growing ranges; a value is skipped where it need not be shown.
 * https://github.com/ggml-org/ggml, the page "GGUF" of docs; a file of the other byte
 * order has a version whose lower half is zero.
 */
#include "core/weights/gguf.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/weights/reader.h"

/* Bytes at the beginning that are read at most. */
#define LOOKED_MAX ((uint64_t)32 * 1024 * 1024)

/* Nested arrays, dimensions, bytes of a value, and of a key, that are shown; keys that
 * are listed; lines of the template. */
#define DEPTH_MAX 4
#define RANK_MAX 8
#define VALUE_MAX 200
#define KEY_MAX 120
#define KEYS_MAX 500
#define TEMPLATE_LINES 40
#define TEMPLATE_BYTES ((size_t)16 * 1024)

enum type {
	TYPE_U8,
	TYPE_I8,
	TYPE_U16,
	TYPE_I16,
	TYPE_U32,
	TYPE_I32,
	TYPE_F32,
	TYPE_BOOL,
	TYPE_STRING,
	TYPE_ARRAY,
	TYPE_U64,
	TYPE_I64,
	TYPE_F64,
	TYPES,
};

static const unsigned char widths[TYPES] = { [TYPE_U8] = 1,
	[TYPE_I8] = 1,
	[TYPE_U16] = 2,
	[TYPE_I16] = 2,
	[TYPE_U32] = 4,
	[TYPE_I32] = 4,
	[TYPE_F32] = 4,
	[TYPE_BOOL] = 1,
	[TYPE_U64] = 8,
	[TYPE_I64] = 8,
	[TYPE_F64] = 8 };

/* Facts, in the order in which they are shown. A key ends with `key`; those of an
 * architecture begin with its name. */
enum fact {
	FACT_ARCHITECTURE,
	FACT_NAME,
	FACT_FILE_TYPE,
	FACT_CONTEXT,
	FACT_LAYERS,
	FACT_EMBEDDING,
	FACT_HEADS,
	FACT_KV_HEADS,
	FACT_EXPERTS,
	FACT_TOKENIZER,
	FACT_TOKENS,
	FACTS,
};

static const struct {
	const char *key, *label;
} facts[FACTS] = {
	[FACT_ARCHITECTURE] = { "general.architecture", "arch" },
	[FACT_NAME] = { "general.name", "name" },
	[FACT_FILE_TYPE] = { "general.file_type", "quantised" },
	[FACT_CONTEXT] = { ".context_length", "context" },
	[FACT_LAYERS] = { ".block_count", "layers" },
	[FACT_EMBEDDING] = { ".embedding_length", "embedding" },
	[FACT_HEADS] = { ".attention.head_count", "heads" },
	[FACT_KV_HEADS] = { ".attention.head_count_kv", "KV heads" },
	[FACT_EXPERTS] = { ".expert_count", "experts" },
	[FACT_TOKENIZER] = { "tokenizer.ggml.model", "tokenizer" },
	[FACT_TOKENS] = { "tokenizer.ggml.tokens", "tokens" },
};

/* llama.cpp, include/llama.h: enum llama_ftype. */
static const char *const file_types[] = { [0] = "F32",
	[1] = "F16",
	[2] = "Q4_0",
	[3] = "Q4_1",
	[7] = "Q8_0",
	[8] = "Q5_0",
	[9] = "Q5_1",
	[10] = "Q2_K",
	[11] = "Q3_K_S",
	[12] = "Q3_K_M",
	[13] = "Q3_K_L",
	[14] = "Q4_K_S",
	[15] = "Q4_K_M",
	[16] = "Q5_K_S",
	[17] = "Q5_K_M",
	[18] = "Q6_K",
	[19] = "IQ2_XXS",
	[20] = "IQ2_XS",
	[21] = "Q2_K_S",
	[22] = "IQ3_XS",
	[23] = "IQ3_XXS",
	[24] = "IQ1_S",
	[25] = "IQ4_NL",
	[26] = "IQ3_S",
	[27] = "IQ3_M",
	[28] = "IQ2_S",
	[29] = "IQ2_M",
	[30] = "IQ4_XS",
	[31] = "IQ1_M",
	[32] = "BF16",
	[36] = "TQ1_0",
	[37] = "TQ2_0",
	[38] = "MXFP4_MOE" };

/* ggml, include/ggml.h: enum ggml_type. */
static const char *const tensor_types[] = { [0] = "F32",
	[1] = "F16",
	[2] = "Q4_0",
	[3] = "Q4_1",
	[6] = "Q5_0",
	[7] = "Q5_1",
	[8] = "Q8_0",
	[9] = "Q8_1",
	[10] = "Q2_K",
	[11] = "Q3_K",
	[12] = "Q4_K",
	[13] = "Q5_K",
	[14] = "Q6_K",
	[15] = "Q8_K",
	[16] = "IQ2_XXS",
	[17] = "IQ2_XS",
	[18] = "IQ3_XXS",
	[19] = "IQ1_S",
	[20] = "IQ4_NL",
	[21] = "IQ3_S",
	[22] = "IQ2_S",
	[23] = "IQ4_XS",
	[24] = "I8",
	[25] = "I16",
	[26] = "I32",
	[27] = "I64",
	[28] = "F64",
	[29] = "IQ1_M",
	[30] = "BF16",
	[34] = "TQ1_0",
	[35] = "TQ2_0",
	[39] = "MXFP4" };
#define TENSOR_TYPES (sizeof(tensor_types) / sizeof(tensor_types[0]))

struct gguf {
	struct reader base;
	struct str held; /* bytes that are not read yet */
	size_t at;       /* in them */
	bool begun, swapped, broken;
	uint64_t keys, tensors; /* still to be read */
	uint64_t all_tensors, seen_tensors;
	uint64_t values; /* of all tensors */
	struct {
		uint64_t tensors, values;
	} types[TENSOR_TYPES + 1]; /* the last: not known here */
	char *found[FACTS];
	struct str template;
	bool has_template;
	struct lines listed;
	uint64_t listed_keys;
	struct gguf_facts facts;
};

static struct gguf *
own(struct reader *reader)
{
	return CONTAINER_OF(reader, struct gguf, base);
}

/* -- bytes: false where they have not come yet, or it is broken -- */

static bool
take_bytes(struct gguf *g, uint64_t n, const char **bytes)
{
	if (g->held.n - g->at < n)
		return false;
	*bytes = g->held.v + g->at;
	g->at += (size_t)n;
	return true;
}

static bool
take_number(struct gguf *g, unsigned width, uint64_t *number)
{
	const char *bytes;

	if (!take_bytes(g, width, &bytes))
		return false;
	*number = 0;
	for (unsigned i = 0; i < width; i++) {
		unsigned place = g->swapped ? width - 1 - i : i;

		*number |= (uint64_t)(unsigned char)bytes[i] << 8 * place;
	}
	return true;
}

static bool
break_off(struct gguf *g, const char *why)
{
	if (!g->broken)
		lines_add(
		    &g->base.lines, LINE_WARNING, "wrong", why, strlen(why));
	g->broken = true;
	return false;
}

/* No string may be longer than what is read at all, or than the file. */
static bool
take_string(struct gguf *g, struct str *out, size_t most)
{
	uint64_t n;
	const char *bytes;

	if (!take_number(g, 8, &n))
		return false;
	if (n > g->base.size)
		return break_off(g, "a text in it is longer than the file");
	if (!take_bytes(g, n, &bytes))
		return false;
	if (out)
		str_add(out, bytes, n < most ? (size_t)n : most);
	return true;
}

/* -- values -- */

static bool skip_array(
    struct gguf *g, unsigned depth, uint64_t *count, uint64_t *type);

static bool
skip_value(struct gguf *g, uint64_t type, unsigned depth)
{
	const char *bytes;
	uint64_t count, of;

	if (type == TYPE_STRING)
		return take_string(g, NULL, 0);
	if (type == TYPE_ARRAY)
		return skip_array(g, depth + 1, &count, &of);
	return take_bytes(g, widths[type], &bytes);
}

static bool
skip_array(struct gguf *g, unsigned depth, uint64_t *count, uint64_t *type)
{
	const char *bytes;

	if (!take_number(g, 4, type) || !take_number(g, 8, count))
		return false;
	if (*type >= TYPES)
		return break_off(g, "a list in it has values of no known type");
	if (depth > DEPTH_MAX)
		return break_off(g, "lists in it are nested too deeply");
	/* Each item takes a byte at least. */
	if (*count > g->base.size)
		return break_off(g, "a list in it is longer than the file");
	if (widths[*type])
		return take_bytes(g, *count * widths[*type], &bytes);
	for (uint64_t i = 0; i < *count; i++) {
		if (!skip_value(g, *type, depth))
			return false;
	}
	return true;
}

static double
real_of(uint64_t bits, unsigned width)
{
	double wide;
	float narrow;
	uint32_t half = (uint32_t)bits;

	if (width == sizeof(wide)) {
		memcpy(&wide, &bits, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, &half, sizeof(narrow));
	return (double)narrow;
}

static bool
take_scalar(struct gguf *g, uint64_t type, struct str *out)
{
	uint64_t number;
	unsigned width = widths[type], unused = 64 - 8 * width;

	if (!take_number(g, width, &number))
		return false;
	switch (type) {
	case TYPE_BOOL:
		str_addz(out, number ? "true" : "false");
		break;
	case TYPE_F32:
	case TYPE_F64:
		str_addf(out, "%g", real_of(number, width));
		break;
	case TYPE_I8:
	case TYPE_I16:
	case TYPE_I32:
	case TYPE_I64:
		str_addf(out, "%lld",
		    (long long)((int64_t)(number << unused) >> unused));
		break;
	default:
		str_addf(out, "%llu", (unsigned long long)number);
		break;
	}
	return true;
}

/* Takes a value, and says in words what it is. */
static bool
take_value(struct gguf *g, uint64_t type, size_t most, struct str *out)
{
	static const char *const names[TYPES] = { "numbers", "numbers",
		"numbers", "numbers", "numbers", "numbers", "numbers",
		"truth values", "texts", "lists", "numbers", "numbers",
		"numbers" };
	uint64_t count, of;

	if (type == TYPE_STRING)
		return take_string(g, out, most);
	if (type != TYPE_ARRAY)
		return take_scalar(g, type, out);
	if (!skip_array(g, 1, &count, &of))
		return false;
	str_addf(out, "%llu %s", (unsigned long long)count, names[of]);
	return true;
}

/* -- keys -- */

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), tail = strlen(end);

	return n >= tail && !strcmp(text + n - tail, end);
}

static void
note_fact(struct gguf *g, const char *key, const char *value)
{
	for (size_t i = 0; i < FACTS; i++) {
		bool same = *facts[i].key == '.' ? ends_with(key, facts[i].key)
		                                 : !strcmp(key, facts[i].key);

		if (same && !g->found[i])
			g->found[i] = mem_strdup(value);
	}
}

static void
note_key(struct gguf *g, const char *key, const struct str *value)
{
	struct str line = STR_INIT;

	note_fact(g, key, value->v);
	if (!strcmp(key, "tokenizer.chat_template")) {
		g->has_template = true;
		str_clear(&g->template);
		str_add(&g->template, value->v, value->n);
	}
	if (g->listed_keys++ >= KEYS_MAX)
		return;
	str_addf(&line, "%s = ", key);
	/* A text of several lines is shown by its first. */
	str_add(&line, value->v, strcspn(value->v, "\n"));
	if (line.n > KEY_MAX + VALUE_MAX) {
		str_cut(&line, KEY_MAX + VALUE_MAX);
		str_addz(&line, "...");
	}
	lines_add(&g->listed, LINE_TEXT, "", line.v, line.n);
	str_fini(&line);
}

static bool
take_key(struct gguf *g)
{
	struct str key = STR_INIT;
	struct str value = STR_INIT;
	uint64_t type;
	bool good = take_string(g, &key, KEY_MAX) && take_number(g, 4, &type);

	if (good && type >= TYPES)
		good = break_off(g, "a value in it has no known type");
	good = good &&
	       take_value(g, type,
		   strcmp(key.v, "tokenizer.chat_template") ? VALUE_MAX
							    : TEMPLATE_BYTES,
		   &value);
	if (good)
		note_key(g, key.v, &value);
	str_fini(&key);
	str_fini(&value);
	return good;
}

/* -- tensors -- */

static bool
take_tensor(struct gguf *g)
{
	uint64_t rank, size, type, place, values = 1;
	size_t known;

	if (!take_string(g, NULL, 0) || !take_number(g, 4, &rank))
		return false;
	if (rank > RANK_MAX)
		return break_off(g, "a tensor has too many dimensions");
	for (uint64_t i = 0; i < rank; i++) {
		if (!take_number(g, 8, &size))
			return false;
		if (size && values > UINT64_MAX / size)
			return break_off(
			    g, "the shape of a tensor has too many values");
		values *= size;
	}
	if (!take_number(g, 4, &type) || !take_number(g, 8, &place))
		return false;
	if (place > g->base.size)
		return break_off(
		    g, "a tensor begins behind the end of the file");
	known = type < TENSOR_TYPES && tensor_types[type] ? (size_t)type
	                                                  : TENSOR_TYPES;
	g->types[known].tensors++;
	sum_add(&g->types[known].values, values);
	sum_add(&g->values, values);
	g->seen_tensors++;
	return true;
}

/* -- the beginning -- */

static bool
take_head(struct gguf *g)
{
	const char *magic;
	uint64_t version;

	if (!take_bytes(g, 4, &magic) || !take_number(g, 4, &version))
		return false;
	if (memcmp(magic, "GGUF", 4) != 0)
		return break_off(g, "this is not a GGUF file");
	if (version && !(version & 0xffff)) {
		g->swapped = true;
		g->at -= 4;
		MAY_FAIL(take_number(g, 4, &version), "it was there before");
	}
	if (version < 2 || version > 3) {
		lines_addf(&g->base.lines, LINE_WARNING, "version",
		    "GGUF %llu; only 2 and 3 are read",
		    (unsigned long long)version);
		g->broken = true;
		return false;
	}
	if (!take_number(g, 8, &g->tensors) || !take_number(g, 8, &g->keys))
		return false;
	lines_addf(&g->base.lines, LINE_FACT, "format", "GGUF %llu%s",
	    (unsigned long long)version, g->swapped ? ", big-endian" : "");
	g->all_tensors = g->tensors;
	g->begun = true;
	return true;
}

/* One thing more; false: its bytes have not all come, or it is broken. */
static bool
step(struct gguf *g)
{
	size_t before = g->at;
	bool good = !g->begun ? take_head(g)
	            : g->keys ? take_key(g)
	                      : take_tensor(g);

	if (!good) {
		g->at = before;
		return false;
	}
	return true;
}

/* Whether all was read. */
static bool
parse(struct gguf *g)
{
	for (;;) {
		bool was_begun = g->begun;

		if (was_begun && !g->keys && !g->tensors)
			return true;
		if (!step(g))
			return false;
		if (was_begun && g->keys)
			g->keys--;
		else if (was_begun)
			g->tensors--;
	}
}

/* -- what it says -- */

/* NULL if it is not known here. */
static const char *
file_type_name(const char *number)
{
	unsigned long type = strtoul(number, NULL, 10);

	/* A bit says that it was guessed. */
	type &= ~1024ul;
	if (type < sizeof(file_types) / sizeof(file_types[0]) &&
	    file_types[type])
		return file_types[type];
	return NULL;
}

bool
gguf_is_type(const char *name)
{
	for (size_t i = 0; i < sizeof(file_types) / sizeof(file_types[0]);
	     i++) {
		if (file_types[i] && !strcmp(name, file_types[i]))
			return true;
	}
	return false;
}

static void
say_template(struct gguf *g)
{
	const char *text = g->template.v;

	lines_add(&g->base.lines, LINE_HEADING, "", "chat template", 13);
	for (int i = 0; *text; i++) {
		size_t n = strcspn(text, "\n");

		if (i == TEMPLATE_LINES) {
			lines_add(&g->base.lines, LINE_TEXT, "", "...", 3);
			return;
		}
		lines_add(&g->base.lines, LINE_TEXT, "", text, n);
		text += n + (text[n] == '\n');
	}
}

static void
say_tensors(struct gguf *g)
{
	struct lines *lines = &g->base.lines;

	lines_add_count(lines, "parameters", g->values);
	lines_addf(lines, LINE_FACT, "tensors", "%llu",
	    (unsigned long long)g->all_tensors);
	for (size_t i = 0; i <= TENSOR_TYPES; i++) {
		if (g->types[i].tensors)
			lines_addf(lines, LINE_FACT,
			    i < TENSOR_TYPES ? tensor_types[i] : "others",
			    "%llu tensor%s, %llu values",
			    (unsigned long long)g->types[i].tensors,
			    g->types[i].tensors == 1 ? "" : "s",
			    (unsigned long long)g->types[i].values);
	}
}

static void
say(struct gguf *g)
{
	struct lines *lines = &g->base.lines;

	for (size_t i = 0; i < FACTS; i++) {
		const char *value = g->found[i];

		if (!value)
			continue;
		if (i == FACT_FILE_TYPE && !g->facts.type)
			value = "a type that is not known here";
		else if (i == FACT_FILE_TYPE)
			value = g->facts.type;
		else if (i == FACT_TOKENS)
			lines_addf(lines, LINE_FACT, facts[i].label, "%.*s",
			    (int)strcspn(value, " "), value);
		if (i != FACT_TOKENS)
			lines_add(lines, LINE_FACT, facts[i].label, value,
			    strlen(value));
	}
	if (g->begun && !g->keys) {
		say_tensors(g);
		lines_addf(lines, LINE_FACT, "template", "%s",
		    g->has_template ? "yes, below" : "none");
	}
	if (g->has_template)
		say_template(g);
	if (!g->listed.list.n)
		return;
	lines_addf(lines, LINE_HEADING, "", "%llu key%s",
	    (unsigned long long)g->listed_keys, g->listed_keys == 1 ? "" : "s");
	arr_each (line, &g->listed.list)
		lines_add(lines, line->kind, "", g->listed.text.v + line->text,
		    strlen(g->listed.text.v + line->text));
	if (g->listed_keys > KEYS_MAX)
		lines_addf(lines, LINE_TEXT, "", "... %llu more",
		    (unsigned long long)(g->listed_keys - KEYS_MAX));
}

static void
finish(struct gguf *g)
{
	if (g->found[FACT_FILE_TYPE])
		g->facts.type = file_type_name(g->found[FACT_FILE_TYPE]);
	g->facts.parameters = g->values;
	g->facts.whole = g->begun && !g->broken && !g->keys && !g->tensors;
	say(g);
	g->base.from = g->base.to = 0;
	str_fini(&g->held);
	g->at = 0;
}

static void
take(struct reader *reader, const char *bytes, size_t n)
{
	struct gguf *g = own(reader);
	bool whole = n == reader->to - reader->from;

	str_add(&g->held, bytes, n);
	if (parse(g) || g->broken) {
		finish(g);
		return;
	}
	memmove(g->held.v, g->held.v + g->at, g->held.n - g->at);
	str_cut(&g->held, g->held.n - g->at);
	g->at = 0;
	reader->from = reader->to;
	reader->to = reader->from * 2;
	if (reader->to > LOOKED_MAX)
		reader->to = LOOKED_MAX;
	if (reader->to > reader->size)
		reader->to = reader->size;
	if (whole && reader->from < reader->to)
		return;
	if (whole && reader->from < reader->size)
		lines_addf(&reader->lines, LINE_WARNING, "left out",
		    "everything after the first 32 MiB");
	else
		break_off(g, "the file ends inside its header");
	finish(g);
}

static void
release(struct reader *reader)
{
	struct gguf *g = own(reader);

	str_fini(&g->held);
	str_fini(&g->template);
	lines_fini(&g->listed);
	for (size_t i = 0; i < FACTS; i++)
		free(g->found[i]);
	free(g);
}

static const struct reader_ops ops = { .take = take, .release = release };

struct reader *
gguf_reader(uint64_t size)
{
	struct gguf *g = mem_new(struct gguf);

	g->base.ops = &ops;
	g->base.gguf = &g->facts;
	g->base.size = size;
	g->base.to = size < READER_FIRST ? size : READER_FIRST;
	lines_init(&g->base.lines);
	lines_init(&g->listed);
	str_init(&g->held);
	str_init(&g->template);
	if (!size)
		break_off(g, "the file is empty");
	return &g->base;
}
