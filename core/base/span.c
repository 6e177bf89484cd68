#include "core/base/span.h"

#include <string.h>
#include <strings.h>

struct span
span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

bool
span_next(struct span *rest, char stop, struct span *part)
{
	const char *end;

	if (!rest->p)
		return false;
	end = rest->n ? memchr(rest->p, stop, rest->n) : NULL;
	if (!end) {
		*part = *rest;
		*rest = (struct span){ NULL, 0 };
		return true;
	}
	*part = (struct span){ rest->p, (size_t)(end - rest->p) };
	rest->n -= part->n + 1;
	rest->p = end + 1;
	return true;
}

/* Not a zero byte, which strchr would find at the end of any text. */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
span_is(struct span s, const char *text)
{
	return s.n == strlen(text) && !memcmp(s.p, text, s.n);
}

bool
span_is_nocase(struct span s, const char *text)
{
	return s.n == strlen(text) && !strncasecmp(s.p, text, s.n);
}

bool
span_starts_nocase(struct span s, const char *text)
{
	size_t n = strlen(text);

	return s.n >= n && !strncasecmp(s.p, text, n);
}

bool
span_u64(struct span s, uint64_t *value)
{
	uint64_t sum = 0;

	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned char)s.p[i] - '0';

		if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return true;
}
