/* digest.h: SHA-256 and SHA-1, streaming, and Git's blob sums. */
#ifndef CORE_BASE_DIGEST_H
#define CORE_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"

enum digest_kind {
	DIGEST_SHA256,   /* of the bytes: what LFS names a file by */
	DIGEST_GIT_BLOB, /* SHA-1 of "blob <size>\0" and the bytes */
};

/* Hex digits of the longest sum, and the terminator. */
#define DIGEST_HEX_MAX 65

struct digest;

/* The caller frees it. One thread at a time may use it. */
MUST_USE struct digest *digest_new(void);
void digest_free(struct digest *d);

/* Starts a sum; `size` (bytes to come) matters to DIGEST_GIT_BLOB only. */
void digest_start(struct digest *d, enum digest_kind kind, uint64_t size);
void digest_add(struct digest *d, const void *bytes, size_t n);

/* Ends the sum as lower-case hex, terminated. */
void digest_end(struct digest *d, char hex[DIGEST_HEX_MAX]);

/*
 * Which sum a blob of the cache is named by: 40 hex digits are a Git blob's,
 * 64 a SHA-256. False if the name is neither.
 */
bool digest_kind_of(const char *name, enum digest_kind *kind);

/* Characters of a short name, and the terminator. */
#define DIGEST_SHORT_MAX 29

/* The SHA-1 of a text as URL-safe Base64 with padding. */
void digest_short(const char *text, char out[DIGEST_SHORT_MAX]);

/* Reads 2n lower-case hex digits; false if there is anything else among them. */
bool digest_unhex(const char *hex, unsigned char *out, size_t n);

/* `n` bytes as 2n lower-case hex digits, terminated. */
void digest_hex(const unsigned char *bytes, size_t n, char *hex);

#endif
