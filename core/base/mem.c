#include "core/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

NORETURN static void
out_of_memory(void)
{
	fputs("hug: out of memory\n", stderr);
	abort();
}

void *
mem_zalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
mem_resize(void *old, size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (size && count > SIZE_MAX / size)
		out_of_memory();
	bytes = count * size;
	p = realloc(old, bytes ? bytes : 1);
	if (!p)
		out_of_memory();
	return p;
}

char *
mem_strdup(const char *s)
{
	return s ? mem_strndup(s, strlen(s)) : NULL;
}

char *
mem_strndup(const char *s, size_t n)
{
	char *copy = mem_zalloc(n + 1);

	memcpy(copy, s, n);
	return copy;
}

void
mem_wipe(void *bytes, size_t n)
{
	volatile unsigned char *p = bytes;

	while (n--)
		*p++ = 0;
}

void
mem_drop(char *secret)
{
	if (secret)
		mem_wipe(secret, strlen(secret));
	free(secret);
}
