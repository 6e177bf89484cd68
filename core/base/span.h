/* span.h: a borrowed view of someone else's bytes; valid as long as they. */
#ifndef CORE_BASE_SPAN_H
#define CORE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *p;
	size_t n;
};

/* All of a text but its zero byte. */
struct span span_of(const char *text);

/*
 * Takes what stands before the first `stop` off the front of `rest`, the stop
 * itself dropped; all of it if there is none. False once `rest` is used up.
 */
bool span_next(struct span *rest, char stop, struct span *part);

/* Without blanks, tabs, CR and LF at both ends. */
struct span span_trim(struct span s);

/* Whether it has the bytes of the text, and no more. */
bool span_is(struct span s, const char *text);

/* The same, and whether it begins with them; ASCII letters compare without case. */
bool span_is_nocase(struct span s, const char *text);
bool span_starts_nocase(struct span s, const char *text);

/* A whole decimal number without sign; false if it is none or too large. */
bool span_u64(struct span s, uint64_t *value);

#endif
