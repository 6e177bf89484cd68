/* utf8.h: decode, validate, measure, and make untrusted text safe to show. */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

/*
 * Reads one code point at the front of the `n` bytes (n > 0). Returns the
 * bytes it takes; 0 if they are not UTF-8 (overlong forms and surrogates are
 * not).
 */
size_t utf8_decode(const char *s, size_t n, uint32_t *point);

/* Whether utf8_decode takes all of the `n` bytes. */
bool utf8_valid(const char *s, size_t n);

/* Writes a code point to `bytes` (4); the bytes it takes. */
size_t utf8_encode(uint32_t point, char *bytes);

/*
 * Terminal cells that a code point takes: 0 if it combines with the one before
 * it, 2 if it is wide, else 1. By Unicode's tables, whatever the locale says:
 * a regional indicator and what is not assigned take 1.
 */
int utf8_columns(uint32_t point);

/*
 * Appends untrusted text so that it cannot steer a terminal: control and
 * direction characters and bytes that are not UTF-8 become \xNN or \uNNNN.
 */
void utf8_safe(struct str *out, const char *text);

/* The same of `n` bytes. */
void utf8_safe_n(struct str *out, const char *text, size_t n);

/* Terminal cells that a text made by utf8_safe takes. */
size_t utf8_width(const char *text);

/* Bytes at the front of safe text that take at most `cells` cells. */
size_t utf8_front(const char *text, size_t cells);

/* Where the last character of the first `n` bytes of safe text begins. */
size_t utf8_before(const char *text, size_t n);

/*
 * Appends `text` cut in its middle to at most `cells` cells, with "..." there.
 */
void utf8_fit(struct str *out, const char *text, size_t cells);

#endif
