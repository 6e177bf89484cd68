/*
 * str.h: the one growable string.
 *
 * `v` is never NULL and always terminated; STR_INIT is a valid empty value.
 * str_fini releases, after which the string is empty and usable again.
 */
#ifndef CORE_BASE_STR_H
#define CORE_BASE_STR_H

#include <stddef.h>

#include "core/base/attr.h"

struct str {
	char *v;
	size_t n;   /* length without the terminator */
	size_t cap; /* bytes allocated, 0 while `v` is the shared empty text */
};

extern char str_empty[1];

#define STR_INIT                                                               \
	{                                                                      \
		str_empty, 0, 0                                                \
	}

/* Makes storage of unknown content an empty string; releases one that was made, so
 * that what was borrowed from it is gone. */
void str_init(struct str *s);
void str_fini(struct str *s);

/* str_fini of what is secret: it is cleared first. */
void str_drop(struct str *s);

/* Makes the string empty; keeps its memory. */
void str_clear(struct str *s);

/* Makes room for `more` further bytes, so that the next additions are cheap. */
void str_reserve(struct str *s, size_t more);

/* Append. What is appended must not lie in the string itself, whose text may move;
 * bytes may be zero bytes. str_addf is printf: text of others goes through
 * text_addf (text.h) where people read it. */
void str_add(struct str *s, const void *bytes, size_t n);
void str_addz(struct str *s, const char *text);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *format, ...) PRINTF(2, 3);

/* Appends a text in single quotes, as Python prints one in a list. */
void str_add_quoted(struct str *s, const char *text);

/* Replaces the content. */
void str_set(struct str *s, const char *text);

/* Cuts to the first `n` bytes; `n` is at most the length. */
void str_cut(struct str *s, size_t n);

/* Gives the text away: the caller frees it, the string is empty. */
MUST_USE char *str_steal(struct str *s);

#endif
