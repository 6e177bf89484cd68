#include "core/base/digest.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct digest {
	EVP_MD_CTX *context;
	EVP_MD *kinds[2]; /* by enum digest_kind; fetched once, as it is slow */
};

struct digest *
digest_new(void)
{
	struct digest *d = mem_new(struct digest);

	d->context = EVP_MD_CTX_new();
	d->kinds[DIGEST_SHA256] = EVP_MD_fetch(NULL, "SHA256", NULL);
	d->kinds[DIGEST_GIT_BLOB] = EVP_MD_fetch(NULL, "SHA1", NULL);
	assert(d->context && d->kinds[0] && d->kinds[1]);
	return d;
}

void
digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->context);
	EVP_MD_free(d->kinds[0]);
	EVP_MD_free(d->kinds[1]);
	free(d);
}

void
digest_start(struct digest *d, enum digest_kind kind, uint64_t size)
{
	char head[32];
	int n, ok;

	ok = EVP_DigestInit_ex2(d->context, d->kinds[kind], NULL);
	assert(ok);
	if (kind == DIGEST_GIT_BLOB) {
		n = snprintf(
		    head, sizeof(head), "blob %llu", (unsigned long long)size);
		digest_add(d, head, (size_t)n + 1);
	}
}

void
digest_add(struct digest *d, const void *bytes, size_t n)
{
	int ok = EVP_DigestUpdate(d->context, bytes, n);

	assert(ok);
}

void
digest_end(struct digest *d, char hex[DIGEST_HEX_MAX])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	int ok = EVP_DigestFinal_ex(d->context, sum, &n);

	assert(ok && n * 2 < DIGEST_HEX_MAX);
	digest_hex(sum, n, hex);
}

bool
digest_kind_of(const char *name, enum digest_kind *kind)
{
	size_t n = strlen(name);

	if (strspn(name, "0123456789abcdef") != n || (n != 40 && n != 64))
		return false;
	*kind = n == 40 ? DIGEST_GIT_BLOB : DIGEST_SHA256;
	return true;
}

void
digest_hex(const unsigned char *bytes, size_t n, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * n] = '\0';
}

void
digest_short(const char *text, char out[DIGEST_SHORT_MAX])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	int ok = EVP_Digest(text, strlen(text), sum, &n, EVP_sha1(), NULL);

	assert(ok && n == 20);
	EVP_EncodeBlock((unsigned char *)out, sum, (int)n);
	for (char *p = out; *p; p++) {
		if (*p == '+')
			*p = '-';
		else if (*p == '/')
			*p = '_';
	}
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
digest_unhex(const char *hex, unsigned char *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int high = digit_of(hex[2 * i]);
		int low = high < 0 ? -1 : digit_of(hex[2 * i + 1]);

		if (low < 0)
			return false;
		out[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}
