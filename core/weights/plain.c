#include "core/weights/plain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"
#include "core/weights/kind.h"
#include "core/weights/reader.h"
#include "core/weights/readme.h"

/* Of a file whose name promises no text; in a row of them. */
#define SNIFF ((uint64_t)512)
#define HEX_ROW 8

/* JSON is not indented further than this, however deep it is. */
#define INDENT_MAX 40

struct plain {
	struct reader base;
	const char *kind;
	bool json, card;
	struct str held;
};

static struct plain *
own(struct reader *reader)
{
	return CONTAINER_OF(reader, struct plain, base);
}

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), tail = strlen(end);

	return n >= tail && !strcasecmp(text + n - tail, end);
}

/* -- text -- */

/* Bytes at the front that are text: without a zero byte, and UTF-8 but for a character
 * that is cut at the end. */
static bool
is_text(const char *bytes, size_t n)
{
	size_t most = n;

	if (memchr(bytes, '\0', n))
		return false;
	if (utf8_valid(bytes, n))
		return true;
	for (int i = 0; i < 3 && most > 1; i++) {
		unsigned char last = (unsigned char)bytes[--most];

		if (last >= 0xc0)
			break;
		if (last < 0x80)
			return false;
	}
	return utf8_valid(bytes, most);
}

static void
say_text(struct lines *lines, struct span rest)
{
	struct span line;

	rest.n -= rest.n && rest.p[rest.n - 1] == '\n';
	while (span_next(&rest, '\n', &line)) {
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		lines_add(lines, LINE_TEXT, "", line.p, line.n);
	}
}

static void
say_cut(struct plain *p)
{
	char shown[TIMEFMT_MAX], size[TIMEFMT_MAX];

	if (p->held.n >= p->base.size)
		return;
	fmt_bytes(shown, p->held.n);
	fmt_bytes(size, p->base.size);
	lines_addf(&p->base.lines, LINE_WARNING, "cut",
	    "the first %s of %s are shown", shown, size);
}

/* -- JSON, indented; whether it is right is not asked -- */

struct indenter {
	struct lines *lines;
	struct str line;
	size_t blanks; /* that it begins with */
	unsigned depth;
};

static void
end_line(struct indenter *in)
{
	unsigned columns = 2 * in->depth;

	if (in->line.n > in->blanks)
		lines_add(in->lines, LINE_TEXT, "", in->line.v, in->line.n);
	str_clear(&in->line);
	if (columns > INDENT_MAX)
		columns = INDENT_MAX;
	in->blanks = columns;
	while (columns--)
		str_addc(&in->line, ' ');
}

/* The first byte behind a string that begins at `p`. */
static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p + 1 : end;
}

static const char *
skip_blank(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p) && *p)
		p++;
	return p;
}

static void
open_bracket(struct indenter *in, const char **p, const char *end)
{
	const char *next = skip_blank(*p + 1, end);
	char close = **p == '{' ? '}' : ']';

	str_addc(&in->line, **p);
	if (next < end && *next == close) {
		str_addc(&in->line, close);
		*p = next;
		return;
	}
	in->depth++;
	end_line(in);
}

static void
say_json(struct lines *lines, const char *p, size_t n)
{
	struct indenter in = { .lines = lines, .line = STR_INIT };
	const char *end = p + n, *next;

	for (p = skip_blank(p, end); p < end; p = skip_blank(p, end)) {
		next = p + 1;
		switch (*p) {
		case '"':
			next = string_end(p, end);
			str_add(&in.line, p, (size_t)(next - p));
			break;
		case '{':
		case '[':
			open_bracket(&in, &p, end);
			next = p + 1;
			break;
		case '}':
		case ']':
			in.depth -= in.depth > 0;
			end_line(&in);
			str_addc(&in.line, *p);
			break;
		case ',':
			str_addc(&in.line, ',');
			end_line(&in);
			break;
		case ':':
			str_addz(&in.line, ": ");
			break;
		default:
			str_addc(&in.line, *p);
			break;
		}
		p = next;
	}
	in.depth = 0;
	end_line(&in);
	str_fini(&in.line);
}

/* -- anything else -- */

static void
say_hex(struct lines *lines, const char *bytes, size_t n)
{
	lines_addf(lines, LINE_HEADING, "", "the first %zu byte%s", n,
	    n == 1 ? "" : "s");
	for (size_t at = 0; at < n; at += HEX_ROW) {
		struct str row = STR_INIT;
		size_t i;

		str_addf(&row, "%04zx ", at);
		for (i = at; i < at + HEX_ROW; i++) {
			if (i < n)
				str_addf(
				    &row, " %02x", (unsigned char)bytes[i]);
			else
				str_addz(&row, "   ");
		}
		str_addz(&row, "  ");
		for (i = at; i < at + HEX_ROW && i < n; i++)
			str_addc(&row, bytes[i] >= ' ' && bytes[i] <= '~'
					   ? bytes[i]
					   : '.');
		lines_add(lines, LINE_TEXT, "", row.v, row.n);
		str_fini(&row);
	}
}

static void
say(struct plain *p)
{
	struct lines *lines = &p->base.lines;
	struct span all = { p->held.v, p->held.n };

	if (!p->held.n) {
		lines_addf(lines, LINE_FACT, "content", "the file is empty");
	} else if (!is_text(p->held.v, p->held.n)) {
		lines_addf(lines, LINE_FACT, "kind", "%s",
		    strcmp(p->kind, "-") ? p->kind : "not text");
		say_hex(lines, p->held.v,
		    p->held.n < SNIFF ? p->held.n : (size_t)SNIFF);
	} else {
		say_cut(p);
		if (p->json)
			say_json(lines, p->held.v, p->held.n);
		else if (p->card)
			readme_add(lines, all);
		else
			say_text(lines, all);
	}
}

static void
take(struct reader *reader, const char *bytes, size_t n)
{
	struct plain *p = own(reader);
	bool whole = n == reader->to - reader->from;
	uint64_t most =
	    reader->size < READER_FIRST ? reader->size : READER_FIRST;

	str_add(&p->held, bytes, n);
	reader->from = reader->to;
	reader->to = most;
	if (whole && reader->from < most && is_text(p->held.v, p->held.n))
		return;
	reader->from = reader->to = 0;
	say(p);
	str_fini(&p->held);
}

static void
release(struct reader *reader)
{
	str_fini(&own(reader)->held);
	free(own(reader));
}

static const struct reader_ops ops = { .take = take, .release = release };

/* Whether a name promises text. */
static bool
is_named_text(const char *path, const char *kind)
{
	static const char *const ends[] = { ".json", ".jsonl", ".md", ".txt",
		".yaml", ".yml", ".toml", ".csv", ".tsv", ".jinja", ".py",
		".ipynb", ".sh", ".js", ".ts", ".svg", ".cfg", ".xml",
		".html" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (ends_with(path, ends[i]))
			return true;
	}
	return !strcmp(kind, "licence");
}

struct reader *
plain_reader(const char *path, uint64_t size)
{
	struct plain *p = mem_new(struct plain);
	uint64_t first;

	p->base.ops = &ops;
	p->base.size = size;
	p->kind = file_kind_name(path);
	p->json = ends_with(path, ".json") || ends_with(path, ".ipynb");
	p->card = ends_with(path, ".md");
	first = is_named_text(path, p->kind) ? READER_FIRST : SNIFF;
	p->base.to = size < first ? size : first;
	lines_init(&p->base.lines);
	str_init(&p->held);
	if (!size)
		say(p);
	return &p->base;
}
