#include "core/weights/html.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "core/base/span.h"
#include "core/base/utf8.h"

/* Bytes of a tag; what is longer is text, so that many "<" are quick to pass. */
#define TAG_MAX ((size_t)2048)

void
html_fini(struct html *html)
{
	str_fini(&html->href);
}

/* -- entities -- */

static void
add_point(struct str *out, uint64_t point)
{
	char bytes[4];

	if (point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    (point >= 0xd800 && point < 0xe000) || point > 0x10ffff)
		point = 0xfffd;
	str_add(out, bytes, utf8_encode((uint32_t)point, bytes));
}

/* "#62" or "#x3e"; false if it is neither. */
static bool
numbered(struct span name, uint64_t *point)
{
	bool hex = name.n > 2 && (name.p[1] == 'x' || name.p[1] == 'X');

	if (name.n < 2 || name.n > 9 || *name.p != '#')
		return false;
	if (!hex)
		return span_u64((struct span){ name.p + 1, name.n - 1 }, point);
	*point = 0;
	for (size_t i = 2; i < name.n; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = strchr(digits, name.p[i] | 0x20);

		if (!name.p[i] || !digit)
			return false;
		*point = *point * 16 + (uint64_t)(digit - digits);
	}
	return true;
}

void
html_add_entity(struct str *out, const char *entity, size_t n)
{
	static const struct {
		const char *name, *text;
	} rows[] = { { "amp", "&" }, { "lt", "<" }, { "gt", ">" },
		{ "quot", "\"" }, { "apos", "'" }, { "nbsp", " " },
		{ "copy", "\u00a9" }, { "reg", "\u00ae" },
		{ "trade", "\u2122" }, { "hellip", "\u2026" },
		{ "ndash", "\u2013" }, { "mdash", "\u2014" },
		{ "times", "\u00d7" }, { "middot", "\u00b7" },
		{ "bull", "\u2022" }, { "larr", "\u2190" },
		{ "rarr", "\u2192" }, { "le", "\u2264" }, { "ge", "\u2265" },
		{ "ensp", " " }, { "emsp", " " } };
	struct span name = { entity + 1, n - 2 };
	uint64_t point;

	if (n < 3)
		name.n = 0;
	if (name.n && numbered(name, &point)) {
		add_point(out, point);
		return;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!span_is(name, rows[i].name))
			continue;
		str_addz(out, rows[i].text);
		return;
	}
	str_add(out, entity, n);
}

/* Appends a text with entities in it. */
static void
add_decoded(struct str *out, struct span text)
{
	while (text.n) {
		const char *and = memchr(text.p, '&', text.n);
		size_t before = and? (size_t)(and-text.p) : text.n, n;

		str_add(out, text.p, before);
		text.p += before;
		text.n -= before;
		if (!text.n)
			break;
		for (n = 1; n < text.n && n < 12; n++) {
			if (text.p[n] == ';' || text.p[n] == '&')
				break;
		}
		if (n < text.n && text.p[n] == ';')
			html_add_entity(out, text.p, ++n);
		else
			str_add(out, text.p, n);
		text.p += n;
		text.n -= n;
	}
}

/* -- tags -- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The name of a tag, without "/". */
static struct span
tag_name(const char *tag, size_t n)
{
	size_t from = 1 + (n > 1 && tag[1] == '/'), to = from;

	while (to < n && !is_blank(tag[to]) && tag[to] != '>' && tag[to] != '/')
		to++;
	return (struct span){ tag + from, to - from };
}

/* The value of an attribute; empty if it has none. */
static struct span
tag_value(const char *tag, size_t n, const char *attribute)
{
	size_t length = strlen(attribute), at = 1;

	while (at < n) {
		size_t from = at, end;
		char quote;
		bool own;

		while (at < n && tag[at] != '=' && !is_blank(tag[at]))
			at++;
		own = at - from == length &&
		      !strncasecmp(tag + from, attribute, length);
		while (at < n && is_blank(tag[at]))
			at++;
		if (at >= n || tag[at] != '=')
			continue;
		for (at++; at < n && is_blank(tag[at]); at++)
			;
		quote = at < n && (tag[at] == '"' || tag[at] == '\'') ? tag[at]
		                                                      : '\0';
		at += quote != '\0';
		for (end = at; end < n; end++) {
			if (quote ? tag[end] == quote
				  : is_blank(tag[end]) || tag[end] == '>')
				break;
		}
		if (own)
			return (struct span){ tag + at, end - at };
		at = end + (quote != '\0');
	}
	return (struct span){ tag, 0 };
}

static bool
is_one_of(struct span name, const char *const *names)
{
	for (; *names; names++) {
		if (span_is_nocase(name, *names))
			return true;
	}
	return false;
}

static void
end_line(struct str *out)
{
	if (out->n && out->v[out->n - 1] != '\n')
		str_addc(out, '\n');
}

static void
add_link(struct html *html, struct str *out, bool closes, struct span href)
{
	if (!closes) {
		str_clear(&html->href);
		add_decoded(&html->href, href);
	} else if (html->href.n) {
		str_addz(out, " <");
		str_add(out, html->href.v, html->href.n);
		str_addc(out, '>');
		str_clear(&html->href);
	}
}

void
html_add_tag(struct html *html, struct str *out, const char *tag, size_t n)
{
	static const char *const lines[] = { "p", "div", "tr", "ul", "ol",
		"table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "center",
		"details", "summary", "blockquote", "pre", "dl", "dt", "dd",
		"section", "figure", "figcaption", NULL };
	struct span name = tag_name(tag, n), alt;
	bool closes = n > 1 && tag[1] == '/';

	if (span_is_nocase(name, "br")) {
		str_addc(out, '\n');
	} else if (span_is_nocase(name, "li")) {
		end_line(out);
		if (!closes)
			str_addz(out, "- ");
	} else if (span_is_nocase(name, "td") || span_is_nocase(name, "th")) {
		if (!closes && out->n && out->v[out->n - 1] != '\n')
			str_addz(out, "  ");
	} else if (span_is_nocase(name, "a")) {
		add_link(html, out, closes, tag_value(tag, n, "href"));
	} else if (span_is_nocase(name, "img")) {
		alt = tag_value(tag, n, "alt");
		str_addz(out, "[image");
		str_addz(out, alt.n ? ": " : "");
		add_decoded(out, alt);
		str_addc(out, ']');
	} else if (is_one_of(name, lines)) {
		end_line(out);
	}
}

/* -- a text with tags in it -- */

/* Bytes up to and with `end`; all of them if it is not there. */
static size_t
through(struct span text, const char *end)
{
	size_t n = strlen(end);

	for (size_t i = 0; i + n <= text.n; i++) {
		if (!strncasecmp(text.p + i, end, n))
			return i + n;
	}
	return text.n;
}

/* Bytes of the tag at the front; 0 if it is none. */
static size_t
tag_length(struct span text)
{
	char quote = '\0';

	if (text.n < 3 || !(is_letter(text.p[1]) || text.p[1] == '/' ||
			      text.p[1] == '!' || text.p[1] == '?'))
		return 0;
	for (size_t i = 1; i < text.n && i < TAG_MAX; i++) {
		char c = text.p[i];

		if (quote && c == quote)
			quote = '\0';
		else if (!quote && c == '>')
			return i + 1;
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
	}
	return 0;
}

/* Takes a tag, or what it hides, off the front; false if there is none. */
static bool
take_tag(struct html *html, struct str *out, struct span *text)
{
	size_t n = tag_length(*text);
	struct span name;

	if (span_starts_nocase(*text, "<!--")) {
		n = through(*text, "-->");
	} else if (n) {
		name = tag_name(text->p, n);
		if (span_is_nocase(name, "script") && text->p[1] != '/')
			n = through(*text, "</script>");
		else if (span_is_nocase(name, "style") && text->p[1] != '/')
			n = through(*text, "</style>");
		else
			html_add_tag(html, out, text->p, n);
	}
	text->p += n;
	text->n -= n;
	return n > 0;
}

/* Appends what is up to the next tag; blanks in a row, and line ends, are one. */
static void
take_text(struct str *out, struct span *text)
{
	struct str part = STR_INIT;
	size_t n = 1;

	while (n < text->n && text->p[n] != '<')
		n++;
	add_decoded(&part, (struct span){ text->p, n });
	for (size_t i = 0; i < part.n; i++) {
		char last = out->n ? out->v[out->n - 1] : '\n';

		if (!is_blank(part.v[i]))
			str_addc(out, part.v[i]);
		else if (!is_blank(last))
			str_addc(out, ' ');
	}
	text->p += n;
	text->n -= n;
	str_fini(&part);
}

void
html_add(struct html *html, struct str *out, const char *text, size_t n)
{
	struct span rest = { text, n };

	while (rest.n) {
		if (*rest.p != '<' || !take_tag(html, out, &rest))
			take_text(out, &rest);
	}
}
