#include "core/base/base64.h"

#include <openssl/evp.h>

#include "core/base/str.h"

/* A multiple of 3, so that the texts of two steps fit together. */
#define STEP ((size_t)3 * 16 * 1024)

uint64_t
base64_length(uint64_t n)
{
	return (n + 2) / 3 * 4;
}

void
base64_add(struct str *out, const void *bytes, size_t n)
{
	const unsigned char *from = bytes;

	str_reserve(out, (size_t)base64_length(n) + 1);
	while (n) {
		size_t step = n < STEP ? n : STEP;

		/* It terminates its text, for which there is always room. */
		out->n += (size_t)EVP_EncodeBlock(
		    (unsigned char *)out->v + out->n, from, (int)step);
		from += step;
		n -= step;
	}
}
