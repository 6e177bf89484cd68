#include "core/base/utf8.h"

#include <string.h>

#include "core/base/width.h"

static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t
utf8_decode(const char *s, size_t n, uint32_t *point)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t len;
	uint32_t p;

	if (u[0] < 0x80) {
		*point = u[0];
		return 1;
	}
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	len = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	p = u[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (!is_tail(u[i]))
			return 0;
		p = p << 6 | (u[i] & 0x3fu);
	}
	if (p < smallest[len] || p > 0x10ffff || (p >= 0xd800 && p < 0xe000))
		return 0;
	*point = p;
	return len;
}

size_t
utf8_encode(uint32_t p, char *bytes)
{
	size_t n = p < 0x80 ? 1 : p < 0x800 ? 2 : p < 0x10000 ? 3 : 4;

	if (n == 1) {
		bytes[0] = (char)p;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (p & 0x3f));
		p >>= 6;
	}
	bytes[0] = (char)((0xf00u >> n) | p);
	return n;
}

bool
utf8_valid(const char *s, size_t n)
{
	uint32_t point;

	while (n) {
		uint64_t eight;
		size_t len;

		/* Most text is ASCII. */
		if (n >= sizeof(eight)) {
			memcpy(&eight, s, sizeof(eight));
			if (!(eight & 0x8080808080808080u)) {
				s += sizeof(eight);
				n -= sizeof(eight);
				continue;
			}
		}
		len = utf8_decode(s, n, &point);
		if (!len)
			return false;
		s += len;
		n -= len;
	}
	return true;
}

/* Characters that move the cursor, change the direction, or hide. */
static bool
is_unsafe(uint32_t p)
{
	return p < 0x20 || (p >= 0x7f && p < 0xa0) || p == 0xad ||
	       p == 0x061c || (p >= 0x200b && p <= 0x200f) ||
	       (p >= 0x2028 && p <= 0x202e) || (p >= 0x2060 && p <= 0x206f) ||
	       p == 0xfeff || (p >= 0xfff9 && p <= 0xfffb) ||
	       (p >= 0xe0000 && p <= 0xe0fff);
}

void
utf8_safe_n(struct str *out, const char *text, size_t n)
{
	while (n) {
		uint32_t point = 0;
		size_t len = 0;

		/* Most text is plain. */
		while (len < n && text[len] >= 0x20 && text[len] < 0x7f)
			len++;
		str_add(out, text, len);
		text += len;
		n -= len;
		if (!n)
			break;
		len = utf8_decode(text, n, &point);
		if (!len || (len == 1 && is_unsafe(point)))
			str_addf(out, "\\x%02x", (unsigned char)*text);
		else if (is_unsafe(point))
			str_addf(out, "\\u%04x", (unsigned)point);
		else
			str_add(out, text, len);
		len = len ? len : 1;
		text += len;
		n -= len;
	}
}

void
utf8_safe(struct str *out, const char *text)
{
	utf8_safe_n(out, text, strlen(text));
}

static bool
is_among(uint32_t point, const struct width_range *ranges, size_t n)
{
	while (n) {
		const struct width_range *middle = ranges + n / 2;

		if (point >= middle->first && point <= middle->last)
			return true;
		if (point > middle->last) {
			ranges = middle + 1;
			n -= n / 2 + 1;
		} else {
			n /= 2;
		}
	}
	return false;
}

int
utf8_columns(uint32_t point)
{
	if (point < width_none[0].first)
		return 1;
	if (is_among(
		point, width_none, sizeof(width_none) / sizeof(*width_none)))
		return 0;
	return 1 + is_among(point, width_two,
		       sizeof(width_two) / sizeof(*width_two));
}

size_t
utf8_width(const char *text)
{
	size_t n = strlen(text);
	size_t cells = 0;

	while (n) {
		uint32_t point = 0;
		size_t len = utf8_decode(text, n, &point);

		cells += len ? (size_t)utf8_columns(point) : 1;
		len = len ? len : 1;
		text += len;
		n -= len;
	}
	return cells;
}

size_t
utf8_front(const char *text, size_t cells)
{
	size_t n = strlen(text);
	size_t at = 0;

	while (at < n) {
		uint32_t point = 0;
		size_t len = utf8_decode(text + at, n - at, &point);
		size_t width = len ? (size_t)utf8_columns(point) : 1;

		if (width > cells)
			break;
		cells -= width;
		at += len ? len : 1;
	}
	return at;
}

void
utf8_fit(struct str *out, const char *text, size_t cells)
{
	size_t width = utf8_width(text);
	size_t head;
	const char *tail;

	if (width <= cells) {
		str_addz(out, text);
		return;
	}
	if (cells < 8) {
		str_add(out, text, utf8_front(text, cells));
		return;
	}
	head = (cells - 3) / 3;
	/* A wide character that does not fit as a whole goes, too: that is all
	 * that is measured again. */
	tail = text + utf8_front(text, width - (cells - 3 - head));
	while (utf8_width(tail) > cells - 3 - head) {
		tail++;
		while (is_tail((unsigned char)*tail))
			tail++;
	}
	str_add(out, text, utf8_front(text, head));
	str_addz(out, "...");
	str_addz(out, tail);
}

size_t
utf8_before(const char *text, size_t n)
{
	if (n)
		n--;
	while (n && is_tail((unsigned char)text[n]))
		n--;
	return n;
}
