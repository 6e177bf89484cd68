/*
 * reader.h: how contents.h asks a reader of one format: which bytes it needs next, and
 * what they say. A reader embeds struct reader, and has no network and no disk.
 */
#ifndef CORE_WEIGHTS_READER_H
#define CORE_WEIGHTS_READER_H

#include <stddef.h>
#include <stdint.h>

#include "core/weights/lines.h"

struct gguf_facts;
struct reader;

struct reader_ops {
	/* Takes the `n` bytes from `from` on; fewer than up to `to`: the file ends
	 * there. Sets the next range, or an empty one. */
	void (*take)(struct reader *reader, const char *bytes, size_t n);
	/* Takes a file that lies in the same folder; NULL behind the last. May be
	 * NULL: it does not care for them. */
	void (*take_sibling)(
	    struct reader *reader, const char *name, uint64_t size);
	void (*release)(struct reader *reader);
};

struct reader {
	const struct reader_ops *ops;
	uint64_t size;     /* of the file, bytes */
	uint64_t from, to; /* what it needs; the same twice: nothing more */
	struct lines lines;
	const struct gguf_facts *gguf; /* NULL: it is of another format */
};

/* Bytes in 64 KiB, the first look at most files. */
#define READER_FIRST ((uint64_t)64 * 1024)

#endif
