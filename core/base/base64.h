/* base64.h: bytes as text of 64 letters (RFC 4648, with "=" at the end). */
#ifndef CORE_BASE_BASE64_H
#define CORE_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

struct str;

/* How long the text of `n` bytes is. */
uint64_t base64_length(uint64_t n);

/* Appends the text of bytes. Texts of parts are that of the whole if each part
 * but the last is a multiple of 3 bytes. */
void base64_add(struct str *out, const void *bytes, size_t n);

#endif
