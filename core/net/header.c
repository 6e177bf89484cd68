#include "core/net/header.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/net/http.h"

struct span
http_header(const struct http_answer *answer, const char *name)
{
	struct span rest = { answer->head.v, answer->head.n };
	struct span line, key;

	while (span_next(&rest, '\n', &line)) {
		if (span_next(&line, ':', &key) && line.p &&
		    span_is_nocase(key, name))
			return span_trim(line);
	}
	return (struct span){ NULL, 0 };
}

bool
http_is_packed(const struct http_answer *answer, struct str *how)
{
	struct span value = http_header(answer, "Content-Encoding");
	char *raw;

	if (!value.n || span_is_nocase(value, "identity"))
		return false;
	raw = mem_strndup(value.p, value.n > 40 ? 40 : value.n);
	utf8_safe(how, raw);
	free(raw);
	return true;
}

/* The address of one link value ("<url>; rel=...") if it is the next one. */
static char *
next_of_link(struct span link)
{
	const char *close = memchr(link.p, '>', link.n);
	struct span rest, param;

	if (!link.n || *link.p != '<' || !close)
		return NULL;
	rest =
	    (struct span){ close + 1, (size_t)(link.p + link.n - close - 1) };
	while (span_next(&rest, ';', &param)) {
		param = span_trim(param);
		if (span_is_nocase(param, "rel=\"next\"") ||
		    span_is_nocase(param, "rel=next"))
			return mem_strndup(
			    link.p + 1, (size_t)(close - link.p - 1));
	}
	return NULL;
}

/* Splits at the commas outside of <>, since addresses may hold them. */
static char *
next_of_line(struct span value)
{
	size_t start = 0;
	bool inside = false;

	for (size_t i = 0; i <= value.n; i++) {
		char c = i < value.n ? value.p[i] : ',';

		if (c == '<')
			inside = true;
		else if (c == '>')
			inside = false;
		if (c != ',' || (inside && i < value.n))
			continue;
		{
			struct span link = { value.p + start, i - start };
			char *found = next_of_link(span_trim(link));

			if (found)
				return found;
		}
		start = i + 1;
	}
	return NULL;
}

char *
http_next_link(const struct http_answer *answer)
{
	struct span rest = { answer->head.v, answer->head.n };
	struct span line, key;

	while (span_next(&rest, '\n', &line)) {
		char *found;

		if (!span_next(&line, ':', &key) || !line.p ||
		    !span_is_nocase(key, "link"))
			continue;
		found = next_of_line(span_trim(line));
		if (found)
			return found;
	}
	return NULL;
}
