#include "core/base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

char str_empty[1] = "";

void
str_init(struct str *s)
{
	*s = (struct str)STR_INIT;
}

void
str_fini(struct str *s)
{
	if (s->cap)
		free(s->v);
	str_init(s);
}

void
str_drop(struct str *s)
{
	mem_wipe(s->v, s->cap);
	str_fini(s);
}

void
str_clear(struct str *s)
{
	str_cut(s, 0);
}

void
str_reserve(struct str *s, size_t more)
{
	size_t need = s->n + more + 1;
	size_t cap = s->cap ? s->cap : 32;

	if (need <= s->cap)
		return;
	while (cap < need)
		cap *= 2;
	s->v = mem_resize(s->cap ? s->v : NULL, cap, 1);
	s->v[s->n] = '\0';
	s->cap = cap;
}

void
str_add(struct str *s, const void *bytes, size_t n)
{
	if (!n)
		return;
	str_reserve(s, n);
	memcpy(s->v + s->n, bytes, n);
	s->n += n;
	s->v[s->n] = '\0';
}

void
str_addz(struct str *s, const char *text)
{
	str_add(s, text, strlen(text));
}

void
str_addc(struct str *s, char c)
{
	str_add(s, &c, 1);
}

void
str_addf(struct str *s, const char *format, ...)
{
	va_list args;
	int n;

	size_t room;

	/* Most texts are short: then once is enough. */
	str_reserve(s, 63);
	room = s->cap - s->n;
	va_start(args, format);
	n = vsnprintf(s->v + s->n, room, format, args);
	va_end(args);
	assert(n >= 0);
	if ((size_t)n >= room) {
		str_reserve(s, (size_t)n);
		va_start(args, format);
		vsnprintf(s->v + s->n, (size_t)n + 1, format, args);
		va_end(args);
	}
	s->n += (size_t)n;
}

void
str_add_quoted(struct str *s, const char *text)
{
	str_addc(s, '\'');
	for (; *text; text++) {
		if (*text == '\n')
			str_addz(s, "\\n");
		else if (*text == '\'' || *text == '\\')
			str_addf(s, "\\%c", *text);
		else
			str_addc(s, *text);
	}
	str_addc(s, '\'');
}

void
str_set(struct str *s, const char *text)
{
	str_clear(s);
	str_addz(s, text);
}

void
str_cut(struct str *s, size_t n)
{
	assert(n <= s->n);
	s->n = n;
	if (s->cap)
		s->v[n] = '\0';
}

char *
str_steal(struct str *s)
{
	char *text = s->cap ? s->v : mem_strdup("");

	str_init(s);
	return text;
}
