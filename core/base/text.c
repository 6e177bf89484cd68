#include "core/base/text.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

/* One conversion of a format: "%-*s", "%5.1f", "%llu". */
struct conversion {
	bool left, zeros;
	bool given; /* the precision is, by an argument */
	size_t width;
	int precision; /* -1: none */
	char length;   /* 'l', 'L' for "ll", 'z', 'j', or 0 */
	char kind;     /* the letter at its end */
};

/* Arguments are taken one after the other, also by functions called for it. */
struct arguments {
	va_list list;
};

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t
text_cut(const char *text, size_t n)
{
	size_t length = strnlen(text, n + 1);
	size_t cut = n;

	if (length <= n)
		return length;
	while (cut && n - cut < 3 && is_tail(text[cut]))
		cut--;
	/* Bytes that are no UTF-8 may be cut anywhere. */
	return is_tail(text[cut]) ? n : cut;
}

void
text_copy(char *to, size_t size, const char *text)
{
	size_t n = text_cut(text, size - 1);

	memcpy(to, text, n);
	to[n] = '\0';
}

void
text_add_lines(struct str *out, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		utf8_safe_n(out, text, n);
		if (!text[n])
			break;
		str_addc(out, '\n');
		text += n + 1;
	}
}

/* A number at the front of `p`, or the next argument for a star. */
static const char *
read_count(const char *p, struct arguments *args, int *count)
{
	*count = 0;
	if (*p == '*') {
		*count = va_arg(args->list, int);
		return p + 1;
	}
	for (; *p >= '0' && *p <= '9'; p++)
		*count = *count * 10 + (*p - '0');
	return p;
}

/* Reads what follows a '%'; returns what is behind it. */
static const char *
read_conversion(const char *p, struct arguments *args, struct conversion *c)
{
	int count;

	*c = (struct conversion){ .precision = -1 };
	for (; *p == '-' || *p == '0'; p++) {
		c->left = c->left || *p == '-';
		c->zeros = c->zeros || *p == '0';
	}
	p = read_count(p, args, &count);
	if (count < 0)
		c->left = true;
	c->width = (size_t)(count < 0 ? -(long)count : count);
	if (*p == '.') {
		c->given = p[1] == '*';
		p = read_count(p + 1, args, &c->precision);
	}
	if (*p == 'l' && p[1] == 'l') {
		c->length = 'L';
		p += 2;
	} else if (*p == 'l' || *p == 'z' || *p == 'j') {
		c->length = *p++;
	}
	c->kind = *p;
	return *p ? p + 1 : p;
}

static void
add_padded(struct str *out, const struct conversion *c, const char *text)
{
	size_t columns = utf8_width(text);
	size_t blanks = columns < c->width ? c->width - columns : 0;

	for (size_t i = 0; !c->left && i < blanks; i++)
		str_addc(out, c->zeros ? '0' : ' ');
	str_addz(out, text);
	for (size_t i = 0; c->left && i < blanks; i++)
		str_addc(out, ' ');
}

static void
add_signed(struct str *out, const struct conversion *c, struct arguments *args)
{
	char text[24];
	intmax_t n = c->length == 'l'   ? va_arg(args->list, long)
	             : c->length == 'L' ? va_arg(args->list, long long)
	             : c->length == 'z' ? (intmax_t)va_arg(args->list, size_t)
	             : c->length == 'j' ? va_arg(args->list, intmax_t)
	                                : va_arg(args->list, int);

	snprintf(text, sizeof(text), "%jd", n);
	add_padded(out, c, text);
}

static void
add_unsigned(
    struct str *out, const struct conversion *c, struct arguments *args)
{
	char text[24];
	uintmax_t n = c->length == 'l' ? va_arg(args->list, unsigned long)
	              : c->length == 'L'
	                  ? va_arg(args->list, unsigned long long)
	              : c->length == 'z' ? va_arg(args->list, size_t)
	              : c->length == 'j' ? va_arg(args->list, uintmax_t)
	                                 : va_arg(args->list, unsigned);

	if (c->kind == 'u')
		snprintf(text, sizeof(text), "%ju", n);
	else if (c->kind == 'o')
		snprintf(text, sizeof(text), "%jo", n);
	else
		snprintf(text, sizeof(text), "%jx", n);
	add_padded(out, c, text);
}

static void
add_double(struct str *out, const struct conversion *c, struct arguments *args)
{
	char text[400];
	double n = va_arg(args->list, double);
	int precision = c->precision < 0 ? 6 : c->precision;

	if (c->kind == 'f')
		snprintf(text, sizeof(text), "%.*f", precision, n);
	else
		snprintf(text, sizeof(text), "%.*g", precision, n);
	add_padded(out, c, text);
}

static void
add_text(struct str *out, const struct conversion *c, const char *text)
{
	struct str safe = STR_INIT;
	size_t n = c->precision < 0 ? strlen(text)
	                            : text_cut(text, (size_t)c->precision);

	utf8_safe_n(&safe, text, n);
	if (c->precision >= 0 && !c->given)
		str_cut(&safe, text_cut(safe.v, (size_t)c->precision));
	add_padded(out, c, safe.v);
	str_fini(&safe);
}

static void
add_argument(
    struct str *out, const struct conversion *c, struct arguments *args)
{
	char letter[2] = "";

	switch (c->kind) {
	case 's':
		add_text(out, c, va_arg(args->list, const char *));
		break;
	case 'c':
		letter[0] = (char)va_arg(args->list, int);
		add_text(out, c, letter);
		break;
	case 'd':
	case 'i':
		add_signed(out, c, args);
		break;
	case 'u':
	case 'x':
	case 'o':
		add_unsigned(out, c, args);
		break;
	case 'f':
	case 'g':
		add_double(out, c, args);
		break;
	case '%':
		str_addc(out, '%');
		break;
	default:
		/* A conversion that is not ours. */
		assert(false);
	}
}

void
text_addv(struct str *out, const char *format, va_list args)
{
	struct arguments own;
	struct conversion c;

	va_copy(own.list, args);
	while (*format) {
		size_t n = strcspn(format, "%");

		str_add(out, format, n);
		format += n;
		if (!*format)
			break;
		format = read_conversion(format + 1, &own, &c);
		add_argument(out, &c, &own);
	}
	va_end(own.list);
}

void
text_addf(struct str *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_addv(out, format, args);
	va_end(args);
}

/* In single quotes nothing means anything but the quote. */
static void
add_quoted(struct str *out, const char *text)
{
	str_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			str_addz(out, "'\\''");
		else
			str_addc(out, *text);
	}
	str_addc(out, '\'');
}

static void
add_escaped(struct str *out, const char *text)
{
	str_addz(out, "$'");
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		/* Three digits end it, whatever follows. */
		if (c < 0x20 || c >= 0x7f)
			str_addf(out, "\\%03o", c);
		else
			str_addf(
			    out, "%s%c", c == '\'' || c == '\\' ? "\\" : "", c);
	}
	str_addc(out, '\'');
}

void
text_add_shell(struct str *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:@%+=,";
	struct str safe = STR_INIT;

	utf8_safe(&safe, text);
	if (*text && !text[strspn(text, plain)])
		str_addz(out, text);
	else if (strcmp(safe.v, text) != 0)
		add_escaped(out, text);
	else
		add_quoted(out, text);
	str_fini(&safe);
}

/* -- a message in one row -- */

/* A path that begins here: bytes of it, 0 if none does. */
static size_t
path_bytes(const char *text, size_t at)
{
	const char *path = text + at;
	size_t n;

	if (at && !strchr(" '\"(", text[at - 1]))
		return 0;
	if (*path != '/' && strncmp(path, "~/", 2) != 0)
		return 0;
	n = strcspn(path, " '\")");
	while (n && strchr(":;,.", path[n - 1]))
		n--;
	return n;
}

/* The longest of them; false if there is none. */
static bool
find_path(const char *text, size_t *from, size_t *to)
{
	*from = *to = 0;
	for (size_t at = 0; text[at]; at++) {
		size_t n = path_bytes(text, at);

		if (n <= *to - *from)
			continue;
		*from = at;
		*to = at + n;
	}
	return *to > *from;
}

/* Where what is left of a path begins: at the first folder with which all fits, or at
 * the last part. */
static size_t
path_rest(const char *text, size_t from, size_t to, size_t cells)
{
	char *front = mem_strndup(text, from);
	size_t before = utf8_width(front) + 1, rest = from;

	free(front);
	for (size_t at = from + 1; at < to; at++) {
		if (text[at] != '/' || at + 1 == to)
			continue;
		rest = at;
		if (before + utf8_width(text + at) <= cells)
			break;
	}
	return rest;
}

void
text_add_fitting(
    struct str *out, const char *text, size_t cells, const char *mark)
{
	struct str safe = STR_INIT, line = STR_INIT;
	size_t from = 0, to, rest = 0;

	utf8_safe(&safe, text);
	if (utf8_width(safe.v) > cells && find_path(safe.v, &from, &to))
		rest = path_rest(safe.v, from, to, cells);
	if (rest > from) {
		str_add(&line, safe.v, from);
		str_addz(&line, mark);
	}
	str_addz(&line, safe.v + rest);
	if (utf8_width(line.v) > cells) {
		str_cut(&line, utf8_front(line.v, cells ? cells - 1 : 0));
		str_addz(&line, cells ? mark : "");
	}
	str_addz(out, line.v);
	str_fini(&line);
	str_fini(&safe);
}
