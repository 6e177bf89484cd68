/* journal.h: the lines of the Log: what happened, in the last 10,000 of them. */
#ifndef TUI_FRAME_JOURNAL_H
#define TUI_FRAME_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"

enum journal_level {
	JOURNAL_INFO,
	JOURNAL_WARN,
	JOURNAL_ERROR,
};

struct journal_line {
	double at; /* seconds since 1970 */
	enum journal_level level;
	const char *area; /* "scan"; borrowed */
	char *text;
};

/* {0} is a valid empty value. */
struct journal {
	ARR(struct journal_line) lines; /* the oldest first */
	size_t dropped;                 /* of the oldest */
};

/* Adds a line; the text is copied. It must hold no secret. */
void journal_add(struct journal *journal, enum journal_level level,
    const char *area, const char *text);
void journal_fini(struct journal *journal);

#endif
