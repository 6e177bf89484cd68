/*
 * index.c: {"metadata": {"total_size": N}, "weight_map": {tensor: file}}, as transformers
 * writes it (modeling_utils.py: save_pretrained) for weights in several files.
 */
#include "core/weights/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/jsonscan.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/base/timefmt.h"
#include "core/weights/format.h"
#include "core/weights/plain.h"
#include "core/weights/shards.h"

/* A larger one is shown as text. */
#define INDEX_MAX ((uint64_t)16 * 1024 * 1024)

/* Files that are told apart, tensors that are listed, facts of the metadata. */
#define FILES_MAX 10000
#define LISTED_MAX 2000
#define FACTS_MAX 20

/* A file that the index names, or that lies beside it and is numbered as a part. */
struct part {
	char *name;
	size_t tensors; /* 0: the index does not name it */
	bool beside;
	uint64_t size; /* of what lies beside */
};

struct index {
	struct reader base;
	struct reader *plain; /* for what is no index */
	ARR(struct part) parts;
	struct map known;
	bool compared; /* files beside it were given */
	bool in_map, in_metadata, has_map, more;
	bool sized;
	size_t tensors, odd, facts;
	uint64_t total;  /* bytes, as it says */
	const char *end; /* ".safetensors" of the first that it names */
	struct lines listed;
};

static struct index *
own(struct reader *reader)
{
	return CONTAINER_OF(reader, struct index, base);
}

/* -- what it says -- */

/* NULL if there are too many. */
static struct part *
part_of(struct index *x, const char *name)
{
	struct part made = { .name = NULL };
	size_t at;

	if (map_find(&x->known, name, &at))
		return &x->parts.v[at];
	if (x->parts.n == FILES_MAX) {
		x->more = true;
		return NULL;
	}
	made.name = mem_strdup(name);
	map_add(&x->known, made.name, x->parts.n);
	arr_push(&x->parts, made);
	return &x->parts.v[x->parts.n - 1];
}

static void
take_tensor(struct index *x, const struct json_token *token)
{
	struct part *part;
	struct str line = STR_INIT;

	if (token->kind != JSON_STRING || token->depth != 2 || !*token->text) {
		x->odd += token->depth == 2;
		return;
	}
	part = part_of(x, token->text);
	if (part && !part->tensors++ && !x->end)
		x->end = strrchr(part->name, '.');
	if (x->tensors++ < LISTED_MAX) {
		str_addf(&line, "%.512s  %.512s", token->key, token->text);
		lines_add(&x->listed, LINE_TEXT, "", line.v, line.n);
	}
	str_fini(&line);
}

/* "total_size" has a line of its own; other facts are shown as they are. */
static void
take_metadata(struct index *x, const struct json_token *token)
{
	if (token->depth != 2 ||
	    (token->kind != JSON_STRING && token->kind != JSON_NUMBER &&
		token->kind != JSON_WORD))
		return;
	if (!strcmp(token->key, "total_size"))
		x->sized = json_token_u64(token, &x->total);
	else if (x->facts++ < FACTS_MAX)
		lines_addf(&x->base.lines, LINE_FACT, token->key, "%.200s",
		    token->text);
}

static bool
take_value(void *context, const struct json_token *token, struct error *err)
{
	struct index *x = context;

	(void)err;
	if (token->depth == 1) {
		bool opens = token->kind == JSON_OBJECT;

		x->in_map = opens && !strcmp(token->key, "weight_map");
		x->in_metadata = opens && !strcmp(token->key, "metadata");
		x->has_map = x->has_map || x->in_map;
	} else if (x->in_map && token->kind != JSON_CLOSE) {
		take_tensor(x, token);
	} else if (x->in_metadata) {
		take_metadata(x, token);
	}
	return true;
}

/* -- what that comes to -- */

static bool
is_elsewhere(const struct part *part)
{
	return strchr(part->name, '/') != NULL;
}

/* Files that the index names and that are not beside it. */
static bool
is_missing(const struct index *x, const struct part *part)
{
	return x->compared && part->tensors && !part->beside &&
	       !is_elsewhere(part);
}

static bool
is_named(const struct index *x, const struct part *part)
{
	(void)x;
	return part->tensors > 0;
}

/* Beside it and numbered, but not one that it names: of another set, or left over. */
static bool
is_stray(const struct index *x, const struct part *part)
{
	const char *end = strrchr(part->name, '.');

	return !part->tensors && x->end && end && !strcmp(end, x->end) &&
	       shards_is_numbered(part->name);
}

static size_t
count(const struct index *x,
    bool (*is)(const struct index *x, const struct part *part))
{
	size_t n = 0;

	arr_each (part, &x->parts)
		n += is(x, part);
	return n;
}

/* The files have a header besides the tensors, so they are a little larger. */
static void
compare_sizes(struct index *x, size_t missing)
{
	char have[TIMEFMT_MAX], said[TIMEFMT_MAX];
	uint64_t bytes = 0;

	arr_each (part, &x->parts) {
		if (!part->tensors)
			continue;
		if (is_elsewhere(part))
			return;
		sum_add(&bytes, part->size);
	}
	if (!x->compared || missing || !x->sized || bytes >= x->total)
		return;
	fmt_bytes(have, bytes);
	fmt_bytes(said, x->total);
	lines_addf(&x->base.lines, LINE_WARNING, "too small",
	    "the shards have %s in all, their tensors should have %s", have,
	    said);
}

static void
say_facts(struct index *x)
{
	struct lines *lines = &x->base.lines;
	size_t shards = count(x, is_named), missing = count(x, is_missing);
	size_t strays = count(x, is_stray);
	char size[TIMEFMT_MAX];

	lines_add_count(lines, "tensors", x->tensors);
	fmt_bytes(size, x->total);
	if (x->sized)
		lines_addf(lines, LINE_FACT, "in all", "%s (%llu bytes)", size,
		    (unsigned long long)x->total);
	lines_addf(lines, LINE_FACT, "shards", "%zu%s", shards,
	    x->more ? " and more" : "");
	if (x->odd)
		lines_addf(lines, LINE_WARNING, "wrong",
		    "%zu of its values %s not the name of a file", x->odd,
		    x->odd == 1 ? "is" : "are");
	if (missing)
		lines_addf(lines, LINE_WARNING, "missing", "%zu of %zu shards",
		    missing, shards);
	if (strays)
		lines_addf(lines, LINE_FACT, "not named",
		    "%zu numbered %s beside it", strays,
		    strays == 1 ? "file" : "files");
	compare_sizes(x, missing);
	if (!x->compared)
		lines_addf(lines, LINE_WARNING, "unchecked",
		    "whether the repository has all shards");
}

static int
by_name(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
say_part(struct index *x, const struct part *part)
{
	struct lines *lines = &x->base.lines;
	char size[TIMEFMT_MAX], tensors[64] = "";

	fmt_bytes(size, part->size);
	if (part->tensors)
		snprintf(tensors, sizeof(tensors), "%zu %s", part->tensors,
		    part->tensors == 1 ? "tensor" : "tensors");
	if (is_missing(x, part))
		lines_addf(lines, LINE_WARNING, "missing", "%.600s  %s",
		    part->name, tensors);
	else
		lines_addf(lines, LINE_TEXT, "", "%.600s  %s%s%s", part->name,
		    tensors, *tensors ? ", " : "",
		    part->beside  ? size
		    : x->compared ? "in another folder"
				  : "not compared");
}

static void
say_parts(struct index *x)
{
	struct lines *lines = &x->base.lines;

	map_fini(&x->known); /* they move */
	if (x->parts.n)
		qsort(x->parts.v, x->parts.n, sizeof(*x->parts.v), by_name);
	lines_add(lines, LINE_HEADING, "", "shards", 6);
	arr_each (part, &x->parts) {
		if (part->tensors)
			say_part(x, part);
	}
	if (count(x, is_stray))
		lines_addf(lines, LINE_HEADING, "", "not named by it");
	arr_each (part, &x->parts) {
		if (is_stray(x, part))
			say_part(x, part);
	}
	if (x->tensors > LISTED_MAX)
		lines_addf(lines, LINE_HEADING, "", "the first %d tensors",
		    LISTED_MAX);
	else
		lines_addf(lines, LINE_HEADING, "", "%zu tensor%s", x->tensors,
		    x->tensors == 1 ? "" : "s");
	arr_each (line, &x->listed.list) {
		const char *text = x->listed.text.v + line->text;

		lines_add(lines, LINE_TEXT, "", text, strlen(text));
	}
}

/* It is shown as any other text. */
static void
say_plain(struct index *x, const char *bytes, size_t n)
{
	uint64_t most = x->plain->to;
	struct lines swap = x->base.lines;

	x->plain->ops->take(x->plain, bytes, n < most ? n : (size_t)most);
	x->base.lines = x->plain->lines;
	x->plain->lines = swap;
}

static void
take(struct reader *reader, const char *bytes, size_t n)
{
	struct index *x = own(reader);
	struct json_scan scan = { .take = take_value, .context = x };
	struct error err;
	bool whole;

	reader->from = reader->to = 0;
	whole = n == reader->size && json_scan_feed(&scan, bytes, n, &err) &&
	        json_scan_end(&scan, &err);
	json_scan_drop(&scan);
	if (!whole || !x->has_map) {
		say_plain(x, bytes, n);
		return;
	}
	say_facts(x);
	say_parts(x);
}

static void
take_sibling(struct reader *reader, const char *name, uint64_t size)
{
	struct index *x = own(reader);
	struct part *part;

	if (!name) {
		x->compared = !x->more;
		return;
	}
	if (weights_format_of(name) == WEIGHTS_NONE)
		return;
	part = part_of(x, name);
	if (!part)
		return;
	part->beside = true;
	part->size = size;
}

static void
release(struct reader *reader)
{
	struct index *x = own(reader);

	arr_each (part, &x->parts)
		free(part->name);
	arr_free(&x->parts);
	map_fini(&x->known);
	lines_fini(&x->listed);
	lines_fini(&x->plain->lines);
	x->plain->ops->release(x->plain);
	free(x);
}

static const struct reader_ops ops = {
	.take = take, .take_sibling = take_sibling, .release = release
};

bool
index_is_named(const char *path, uint64_t size)
{
	static const char end[] = ".index.json";
	size_t n = strlen(path), tail = sizeof(end) - 1;

	return size && size <= INDEX_MAX && n >= tail &&
	       !strcmp(path + n - tail, end);
}

struct reader *
index_reader(const char *path, uint64_t size)
{
	struct index *x = mem_new(struct index);

	x->base.ops = &ops;
	x->base.size = x->base.to = size;
	x->plain = plain_reader(path, size);
	lines_init(&x->base.lines);
	lines_init(&x->listed);
	return &x->base;
}
