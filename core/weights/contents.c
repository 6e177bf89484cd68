#include "core/weights/contents.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/weights/arrow.h"
#include "core/weights/format.h"
#include "core/weights/gguf.h"
#include "core/weights/index.h"
#include "core/weights/kind.h"
#include "core/weights/parquet.h"
#include "core/weights/plain.h"
#include "core/weights/reader.h"
#include "core/weights/safetensors.h"

struct contents {
	struct reader *reader;
	uint64_t read;
};

struct contents *
contents_new(const char *path, uint64_t size)
{
	struct contents *c = mem_new(struct contents);
	enum weights_format format = weights_format_of(path);
	const char *kind = file_kind_name(path);

	if (format == WEIGHTS_SAFETENSORS)
		c->reader = safetensors_reader(size);
	else if (format == WEIGHTS_GGUF)
		c->reader = gguf_reader(size);
	else if (!strcmp(kind, "parquet"))
		c->reader = parquet_reader(size);
	else if (!strcmp(kind, "arrow"))
		c->reader = arrow_reader(size);
	else if (index_is_named(path, size))
		c->reader = index_reader(path, size);
	else
		c->reader = plain_reader(path, size);
	return c;
}

void
contents_free(struct contents *c)
{
	if (!c)
		return;
	lines_fini(&c->reader->lines);
	c->reader->ops->release(c->reader);
	free(c);
}

bool
contents_wants_siblings(const struct contents *c)
{
	return c->reader->ops->take_sibling;
}

void
contents_take_sibling(struct contents *c, const char *name, uint64_t size)
{
	c->reader->ops->take_sibling(c->reader, name, size);
}

bool
contents_wants(const struct contents *c, uint64_t *from, uint64_t *to)
{
	*from = c->reader->from;
	*to = c->reader->to;
	return *from < *to;
}

void
contents_take(struct contents *c, const char *bytes, size_t n)
{
	c->read += n;
	c->reader->ops->take(c->reader, bytes, n);
}

uint64_t
contents_read(const struct contents *c)
{
	return c->read;
}

const struct lines *
contents_lines(const struct contents *c)
{
	return &c->reader->lines;
}

const struct gguf_facts *
contents_gguf(const struct contents *c)
{
	return c->reader->gguf;
}
