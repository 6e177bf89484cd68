/*
 * lines.h: what a file holds, in lines for a person.
 *
 * Words of the file are in them as they are, apart from zero bytes: whoever shows a line
 * makes it safe. Their number and length are bounded here, whoever adds them.
 */
#ifndef CORE_WEIGHTS_LINES_H
#define CORE_WEIGHTS_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/str.h"

/* Bytes of a line's text; more are cut. */
#define LINE_BYTES_MAX ((size_t)4096)

/* Lines of one file; what follows is left out. */
#define LINES_MAX ((size_t)10000)

enum line_kind {
	LINE_FACT,    /* a label, and what it is */
	LINE_HEADING, /* of the lines below it */
	LINE_TEXT,    /* of the file, or made of it */
	LINE_WARNING, /* something is wrong, or left out: with a label */
};

/* Places in the text of its lines. */
struct line {
	enum line_kind kind;
	unsigned
	    hang; /* columns in front of its further rows where it is broken */
	size_t label, text;
};

/* {{0}, STR_INIT} is none. Fields are for reading. */
struct lines {
	ARR(struct line) list;
	struct str text;
};

void lines_init(struct lines *lines);
void lines_fini(struct lines *lines);

/* Adds a line of `n` bytes; the label is "" for a heading or a text. */
void lines_add(struct lines *lines, enum line_kind kind, const char *label,
    const char *text, size_t n);

/* The same without a label, with the columns that further rows are indented by. */
void lines_add_hanging(struct lines *lines, enum line_kind kind,
    const char *text, size_t n, size_t hang);

/* lines_add by a format, as printf. */
void lines_addf(struct lines *lines, enum line_kind kind, const char *label,
    const char *format, ...) PRINTF(4, 5);

/* Adds a count as a fact: "8030261248 (8.03 billion)". */
void lines_add_count(struct lines *lines, const char *label, uint64_t count);

#endif
