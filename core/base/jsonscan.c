/*
 * A text goes through `step` character by character, but for the insides of
 * strings, which `take_run` takes at a stroke.
 */
#include "core/base/jsonscan.h"

#include <string.h>

#include "core/base/json.h"
#include "core/base/span.h"
#include "core/base/utf8.h"

enum state {
	STATE_VALUE, /* expects one */
	STATE_FIRST_ITEM,
	STATE_FIRST_KEY, /* these two may meet a closing bracket */
	STATE_KEY,
	STATE_COLON,
	STATE_NEXT, /* behind a value within brackets */
	STATE_END,
	STATE_STRING,
	STATE_ESCAPE,
	STATE_UNICODE,
	STATE_PLAIN, /* within a number or a word */
	STATE_BAD,
};

/* Characters of a number; cJSON takes no longer ones. */
#define PLAIN_MAX 63

/* What does not stand for itself within a string, and bytes beyond ASCII. */
#define ENDS_RUN 1
#define NOT_ASCII 2
#define EIGHT(x) (x), (x), (x), (x), (x), (x), (x), (x)
#define SIXTY_FOUR(x)                                                          \
	EIGHT(x), EIGHT(x), EIGHT(x), EIGHT(x), EIGHT(x), EIGHT(x), EIGHT(x),  \
	    EIGHT(x)
static const unsigned char kinds[256] = { EIGHT(ENDS_RUN), EIGHT(ENDS_RUN),
	EIGHT(ENDS_RUN), EIGHT(ENDS_RUN), ['"'] = ENDS_RUN, ['\\'] = ENDS_RUN,
	[128] = SIXTY_FOUR(NOT_ASCII), SIXTY_FOUR(NOT_ASCII) };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What a number or a word may consist of. */
static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' ||
	       c == '+' || c == '.' || c == 'E';
}

static bool
bad(struct json_scan *scan, struct error *err, enum err_code code,
    const char *why)
{
	scan->state = STATE_BAD;
	return err_set(err, code, "%s", why);
}

static bool
not_json(struct json_scan *scan, struct error *err)
{
	return bad(scan, err, ERR_CORRUPT, "not JSON");
}

static bool
is_in_object(const struct json_scan *scan)
{
	return scan->depth && (scan->objects >> (scan->depth - 1) & 1);
}

static bool
give(struct json_scan *scan, enum json_kind kind, struct error *err)
{
	struct json_token token = {
		.kind = kind, .depth = scan->depth, .key = "", .text = ""
	};

	if (is_in_object(scan) && kind != JSON_CLOSE)
		token.key = scan->key.v;
	if (kind >= JSON_STRING)
		token.text = scan->text.v;
	if (scan->take(scan->context, &token, err))
		return true;
	scan->state = STATE_BAD;
	return false;
}

static void
value_ended(struct json_scan *scan)
{
	scan->state = scan->depth ? STATE_NEXT : STATE_END;
}

static bool
open_bracket(struct json_scan *scan, char c, struct error *err)
{
	if (scan->depth == JSON_DEPTH_MAX)
		return bad(scan, err, ERR_LIMIT, JSON_TOO_DEEP);
	if (!give(scan, c == '{' ? JSON_OBJECT : JSON_ARRAY, err))
		return false;
	scan->objects &= ~((uint64_t)1 << scan->depth);
	scan->objects |= (uint64_t)(c == '{') << scan->depth;
	scan->depth++;
	scan->state = c == '{' ? STATE_FIRST_KEY : STATE_FIRST_ITEM;
	return true;
}

static bool
close_bracket(struct json_scan *scan, char c, struct error *err)
{
	if (!scan->depth || c != (is_in_object(scan) ? '}' : ']'))
		return not_json(scan, err);
	scan->depth--;
	value_ended(scan);
	return give(scan, JSON_CLOSE, err);
}

static bool
begin_value(struct json_scan *scan, char c, struct error *err)
{
	str_clear(&scan->text);
	if (c == '{' || c == '[')
		return open_bracket(scan, c, err);
	if (c == '"') {
		scan->in_key = false;
		scan->beyond_ascii = false;
		scan->state = STATE_STRING;
		return true;
	}
	if (!is_plain(c) || c == '+')
		return not_json(scan, err);
	str_addc(&scan->text, c);
	scan->state = STATE_PLAIN;
	return true;
}

/* -- strings -- */

static struct str *
string_of(struct json_scan *scan)
{
	return scan->in_key ? &scan->key : &scan->text;
}

static bool
string_ended(struct json_scan *scan, struct error *err)
{
	const struct str *text = string_of(scan);

	if (scan->high)
		return not_json(scan, err);
	if (scan->beyond_ascii && !utf8_valid(text->v, text->n))
		return bad(scan, err, ERR_CORRUPT, "JSON text is not UTF-8");
	if (scan->in_key) {
		scan->state = STATE_COLON;
		return true;
	}
	value_ended(scan);
	return give(scan, JSON_STRING, err);
}

/* Characters that stand for themselves; gives how many. */
static size_t
take_run(struct json_scan *scan, const char *text, size_t n)
{
	unsigned seen = 0;
	size_t i = 0;

	for (; i < n; i++) {
		unsigned kind = kinds[(unsigned char)text[i]];

		if (kind == ENDS_RUN)
			break;
		seen |= kind;
	}
	scan->beyond_ascii |= seen != 0;
	if (i)
		str_add(string_of(scan), text, i);
	return i;
}

static bool
string_step(struct json_scan *scan, char c, struct error *err)
{
	/* The second half of a pair was due. */
	if (scan->high && c != '\\')
		return not_json(scan, err);
	if (c == '"')
		return string_ended(scan, err);
	if (c == '\\') {
		scan->state = STATE_ESCAPE;
		return true;
	}
	return bad(
	    scan, err, ERR_CORRUPT, "JSON text holds a control character");
}

static bool
escape_step(struct json_scan *scan, char c, struct error *err)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(names, c) : NULL;

	if (c == 'u') {
		scan->digits = 0;
		scan->unit = 0;
		scan->state = STATE_UNICODE;
		return true;
	}
	if (!at || scan->high)
		return not_json(scan, err);
	str_addc(string_of(scan), values[at - names]);
	scan->state = STATE_STRING;
	return true;
}

static bool
unit_ended(struct json_scan *scan, struct error *err)
{
	uint32_t point = scan->unit;
	bool low = point >= 0xdc00 && point <= 0xdfff;
	char bytes[4];

	scan->state = STATE_STRING;
	if (!point)
		return bad(
		    scan, err, ERR_CORRUPT, "JSON text holds a zero character");
	if (low != (scan->high != 0))
		return not_json(scan, err);
	if (point >= 0xd800 && point <= 0xdbff) {
		scan->high = point;
		return true;
	}
	if (low)
		point =
		    0x10000 + ((scan->high - 0xd800) << 10) + (point - 0xdc00);
	scan->high = 0;
	str_add(string_of(scan), bytes, utf8_encode(point, bytes));
	return true;
}

static bool
unicode_step(struct json_scan *scan, char c, struct error *err)
{
	static const char digits[] = "0123456789abcdef";
	const char *at =
	    c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

	if (!at)
		return not_json(scan, err);
	scan->unit = scan->unit * 16 + (uint32_t)(at - digits);
	return ++scan->digits < 4 || unit_ended(scan, err);
}

/* -- numbers and words -- */

static size_t
count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* RFC 8259, 6. */
static bool
is_number(const char *text)
{
	size_t n;

	text += *text == '-';
	n = count_digits(text);
	if (!n || (n > 1 && *text == '0'))
		return false;
	text += n;
	if (*text == '.') {
		n = count_digits(++text);
		if (!n)
			return false;
		text += n;
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '-' || *text == '+';
		n = count_digits(text);
		if (!n)
			return false;
		text += n;
	}
	return !*text;
}

static bool
plain_ended(struct json_scan *scan, struct error *err)
{
	const char *text = scan->text.v;
	enum json_kind kind = JSON_NUMBER;

	if (!strcmp(text, "true") || !strcmp(text, "false") ||
	    !strcmp(text, "null"))
		kind = JSON_WORD;
	else if (!is_number(text))
		return not_json(scan, err);
	value_ended(scan);
	return give(scan, kind, err);
}

/* -- all of it -- */

static bool
key_step(struct json_scan *scan, char c, struct error *err)
{
	if (c == '}' && scan->state == STATE_FIRST_KEY)
		return close_bracket(scan, c, err);
	if (c != '"')
		return not_json(scan, err);
	str_clear(&scan->key);
	scan->in_key = true;
	scan->beyond_ascii = false;
	scan->state = STATE_STRING;
	return true;
}

static bool
next_step(struct json_scan *scan, char c, struct error *err)
{
	if (c != ',')
		return close_bracket(scan, c, err);
	scan->state = is_in_object(scan) ? STATE_KEY : STATE_VALUE;
	return true;
}

/* A character outside of strings, numbers and words. */
static bool
outer_step(struct json_scan *scan, char c, struct error *err)
{
	if (is_blank(c))
		return true;
	switch ((enum state)scan->state) {
	case STATE_FIRST_ITEM:
		if (c == ']')
			return close_bracket(scan, c, err);
		return begin_value(scan, c, err);
	case STATE_VALUE:
		return begin_value(scan, c, err);
	case STATE_FIRST_KEY:
	case STATE_KEY:
		return key_step(scan, c, err);
	case STATE_COLON:
		if (c != ':')
			return not_json(scan, err);
		scan->state = STATE_VALUE;
		return true;
	case STATE_NEXT:
		return next_step(scan, c, err);
	default:
		return not_json(scan, err);
	}
}

static bool
step(struct json_scan *scan, char c, struct error *err)
{
	switch ((enum state)scan->state) {
	case STATE_STRING:
		return string_step(scan, c, err);
	case STATE_ESCAPE:
		return escape_step(scan, c, err);
	case STATE_UNICODE:
		return unicode_step(scan, c, err);
	case STATE_PLAIN:
		if (is_plain(c)) {
			str_addc(&scan->text, c);
			return scan->text.n <= PLAIN_MAX || not_json(scan, err);
		}
		return plain_ended(scan, err) && outer_step(scan, c, err);
	default:
		return outer_step(scan, c, err);
	}
}

bool
json_scan_feed(
    struct json_scan *scan, const char *text, size_t n, struct error *err)
{
	size_t i = 0;

	if (!scan->key.v) {
		str_init(&scan->key);
		str_init(&scan->text);
	}
	if (scan->state == STATE_BAD)
		return not_json(scan, err);
	while (i < n) {
		if (scan->state == STATE_STRING && !scan->high)
			i += take_run(scan, text + i, n - i);
		if (i < n && !step(scan, text[i++], err))
			return false;
		if (scan->text.n > JSON_TEXT_MAX || scan->key.n > JSON_TEXT_MAX)
			return bad(scan, err, ERR_LIMIT,
			    "JSON text holds a string of more than 4 MiB");
	}
	return true;
}

void
json_scan_drop(struct json_scan *scan)
{
	if (scan->key.v) {
		str_fini(&scan->key);
		str_fini(&scan->text);
	}
	*scan =
	    (struct json_scan){ .take = scan->take, .context = scan->context };
}

bool
json_scan_end(struct json_scan *scan, struct error *err)
{
	bool ok = true;

	if (scan->state == STATE_PLAIN)
		ok = plain_ended(scan, err);
	if (ok && scan->state != STATE_END)
		ok = not_json(scan, err);
	json_scan_drop(scan);
	return ok;
}

bool
json_token_u64(const struct json_token *token, uint64_t *number)
{
	return token->kind == JSON_NUMBER &&
	       span_u64(span_of(token->text), number) &&
	       *number <= (uint64_t)1 << 53;
}
