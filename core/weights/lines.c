#include "core/weights/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

/* Bytes of a label; more are cut. */
#define LABEL_MAX ((size_t)64)

void
lines_init(struct lines *lines)
{
	memset(&lines->list, 0, sizeof(lines->list));
	str_init(&lines->text);
}

void
lines_fini(struct lines *lines)
{
	arr_free(&lines->list);
	str_fini(&lines->text);
}

/* Lines end with a zero byte, so one that the file has is written out. */
static size_t
keep(struct lines *lines, const char *text, size_t n)
{
	size_t at = lines->text.n;

	while (n) {
		const char *zero = memchr(text, '\0', n);
		size_t part = zero ? (size_t)(zero - text) : n;

		str_add(&lines->text, text, part);
		if (zero)
			str_addz(&lines->text, "\\x00");
		part += zero != NULL;
		text += part;
		n -= part;
	}
	str_add(&lines->text, "", 1);
	return at;
}

void
lines_add(struct lines *lines, enum line_kind kind, const char *label,
    const char *text, size_t n)
{
	struct line line = { .kind = kind };
	size_t most = n < LINE_BYTES_MAX ? n : LINE_BYTES_MAX;

	if (lines->list.n >= LINES_MAX)
		return;
	if (lines->list.n == LINES_MAX - 1) {
		line.kind = LINE_WARNING;
		line.label = keep(lines, "left out", 8);
		line.text = keep(lines, "what follows", 12);
		arr_push(&lines->list, line);
		return;
	}
	/* No character is torn. */
	while (most < n && most && ((unsigned char)text[most] & 0xc0) == 0x80 &&
	       most + 4 > LINE_BYTES_MAX)
		most--;
	line.label = keep(lines, label, text_cut(label, LABEL_MAX));
	line.text = keep(lines, text, most);
	if (most < n) {
		lines->text.n--;
		str_addz(&lines->text, "...");
		str_add(&lines->text, "", 1);
	}
	arr_push(&lines->list, line);
}

void
lines_add_hanging(struct lines *lines, enum line_kind kind, const char *text,
    size_t n, size_t hang)
{
	size_t before = lines->list.n;

	lines_add(lines, kind, "", text, n);
	if (lines->list.n > before && hang < LINE_BYTES_MAX)
		lines->list.v[before].hang = (unsigned)hang;
}

void
lines_addf(struct lines *lines, enum line_kind kind, const char *label,
    const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	lines_add(lines, kind, label, text, strlen(text));
}

void
lines_add_count(struct lines *lines, const char *label, uint64_t count)
{
	static const struct {
		double from;
		const char *name;
	} units[] = { { 1e12, "trillion" }, { 1e9, "billion" },
		{ 1e6, "million" } };
	double value = (double)count;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (value < units[i].from)
			continue;
		lines_addf(lines, LINE_FACT, label, "%llu (%.2f %s)",
		    (unsigned long long)count, value / units[i].from,
		    units[i].name);
		return;
	}
	lines_addf(lines, LINE_FACT, label, "%llu", (unsigned long long)count);
}
