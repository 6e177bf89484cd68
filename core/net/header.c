#include "core/net/header.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

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

bool
http_content_range(
    const struct http_answer *answer, uint64_t *first, uint64_t *total)
{
	struct span value = http_header(answer, "Content-Range");
	struct span word, part;

	*total = HTTP_NO_TOTAL;
	if (!span_next(&value, ' ', &word) || !span_is_nocase(word, "bytes") ||
	    !span_next(&value, '-', &part) ||
	    !span_u64(span_trim(part), first) || !span_next(&value, '/', &part))
		return false;
	if (value.p && span_is(span_trim(value), "*"))
		return true;
	return value.p && span_u64(span_trim(value), total);
}

/* Takes the text up to one of `ends` that stands outside of quotes and <>. */
static struct span
take_until(struct span *rest, const char *ends)
{
	struct span part = { rest->p, 0 };
	char closing = '\0'; /* what ends the quotes or brackets we are in */

	while (part.n < rest->n) {
		char c = rest->p[part.n];

		if (closing == '"' && c == '\\' && part.n + 1 < rest->n)
			part.n++;
		else if (closing)
			closing = c == closing ? '\0' : closing;
		else if (c == '"' || c == '<')
			closing = c == '<' ? '>' : '"';
		else if (c && strchr(ends, c))
			break;
		part.n++;
	}
	rest->p += part.n;
	rest->n -= part.n;
	return span_trim(part);
}

static void
skip_one(struct span *rest)
{
	if (rest->n) {
		rest->p++;
		rest->n--;
	}
}

/* Whether a parameter of a link is rel, and "next" one of its words. */
static bool
is_rel_next(struct span param)
{
	struct span key = take_until(&param, "="), word;

	skip_one(&param);
	param = span_trim(param);
	if (param.n >= 2 && *param.p == '"' && param.p[param.n - 1] == '"')
		param = (struct span){ param.p + 1, param.n - 2 };
	if (!span_is_nocase(key, "rel"))
		return false;
	while (span_next(&param, ' ', &word)) {
		if (span_is_nocase(span_trim(word), "next"))
			return true;
	}
	return false;
}

/* The address of one link value ("<url>; rel=...") if it is the next one. */
static char *
next_of_link(struct span link)
{
	struct span address = take_until(&link, ";");
	bool next = false;

	/* Nothing but one address in its brackets. */
	if (address.n < 2 || *address.p != '<' ||
	    memchr(address.p, '>', address.n) != address.p + address.n - 1)
		return NULL;
	while (link.n && !next) {
		skip_one(&link);
		next = is_rel_next(take_until(&link, ";"));
	}
	return next ? mem_strndup(address.p + 1, address.n - 2) : NULL;
}

static char *
next_of_line(struct span value)
{
	char *found = NULL;

	while (value.n && !found) {
		found = next_of_link(take_until(&value, ","));
		skip_one(&value);
	}
	return found;
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
