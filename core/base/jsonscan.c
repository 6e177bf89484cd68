#include "core/base/jsonscan.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/span.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
bad(struct json_scan *scan)
{
	scan->place = JSON_SCAN_BAD;
	return false;
}

/* Gives away the member that `item` holds. */
static bool
give(struct json_scan *scan)
{
	struct str object = STR_INIT;
	struct cJSON *root;
	struct error ignored;
	bool ok;

	str_addc(&object, '{');
	str_add(&object, scan->item.v, scan->item.n);
	str_addc(&object, '}');
	root = json_parse(object.v, object.n, &ignored);
	ok = root && json_first(root) && !json_next(json_first(root)) &&
	     scan->take(scan->context, json_first(root),
		 scan->place == JSON_SCAN_INNER);
	json_free(root);
	str_fini(&object);
	str_clear(&scan->item);
	scan->any = true;
	return ok || bad(scan);
}

/* Whether what stands before a bracket is the key that is to be opened. */
static bool
opens(const struct json_scan *scan)
{
	struct span text =
	    span_trim((struct span){ scan->item.v, scan->item.n });
	size_t n = strlen(scan->opened);

	if (scan->place != JSON_SCAN_MEMBERS || text.n < n + 3 ||
	    text.p[text.n - 1] != ':')
		return false;
	text.n--;
	text = span_trim(text);
	return text.n == n + 2 && text.p[0] == '"' && text.p[n + 1] == '"' &&
	       !memcmp(text.p + 1, scan->opened, n);
}

/* A closing brace that belongs to no member. */
static bool
close_object(struct json_scan *scan)
{
	bool blank = !span_trim((struct span){ scan->item.v, scan->item.n }).n;

	/* {} is an object, {"a":1,} is none. */
	if ((!blank || scan->any) && !give(scan))
		return false;
	str_clear(&scan->item);
	scan->any = true;
	scan->place =
	    scan->place == JSON_SCAN_INNER ? JSON_SCAN_AFTER : JSON_SCAN_END;
	return true;
}

static bool
open_bracket(struct json_scan *scan, char c)
{
	if (!scan->depth && c == '{' && opens(scan)) {
		scan->place = JSON_SCAN_INNER;
		scan->any = false;
		str_clear(&scan->item);
		return true;
	}
	scan->depth++;
	str_addc(&scan->item, c);
	return true;
}

/* One character of a member, outside of strings. */
static bool
take_plain(struct json_scan *scan, char c)
{
	switch (c) {
	case '{':
	case '[':
		return open_bracket(scan, c);
	case '}':
	case ']':
		if (!scan->depth)
			return c == '}' ? close_object(scan) : bad(scan);
		scan->depth--;
		break;
	case ',':
		if (!scan->depth)
			return give(scan);
		break;
	case '"':
		scan->in_string = true;
		break;
	default:
		break;
	}
	str_addc(&scan->item, c);
	return true;
}

static bool
take_char(struct json_scan *scan, char c)
{
	switch (scan->place) {
	case JSON_SCAN_BEGIN:
		if (c == '{')
			scan->place = JSON_SCAN_MEMBERS;
		else if (!is_blank(c))
			return bad(scan);
		return true;
	case JSON_SCAN_MEMBERS:
	case JSON_SCAN_INNER:
		return take_plain(scan, c);
	case JSON_SCAN_AFTER:
		if (c == ',')
			scan->place = JSON_SCAN_MEMBERS;
		else if (c == '}')
			scan->place = JSON_SCAN_END;
		else if (!is_blank(c))
			return bad(scan);
		return true;
	case JSON_SCAN_END:
		return is_blank(c) || bad(scan);
	default:
		return false;
	}
}

/* Characters of a string up to its end; gives how many. */
static size_t
take_string(struct json_scan *scan, const char *text, size_t n)
{
	size_t i = 0;

	while (i < n && scan->in_string) {
		char c = text[i++];

		if (scan->escaped)
			scan->escaped = false;
		else if (c == '\\')
			scan->escaped = true;
		else if (c == '"')
			scan->in_string = false;
	}
	str_add(&scan->item, text, i);
	return i;
}

bool
json_scan_feed(struct json_scan *scan, const char *text, size_t n)
{
	size_t i = 0;

	if (!scan->item.v)
		str_init(&scan->item);
	while (i < n) {
		if (scan->in_string)
			i += take_string(scan, text + i, n - i);
		else if (!take_char(scan, text[i++]))
			return false;
		if (scan->item.n > JSON_MEMBER_MAX)
			return bad(scan);
	}
	return scan->place != JSON_SCAN_BAD;
}

bool
json_scan_end(struct json_scan *scan)
{
	bool whole = scan->place == JSON_SCAN_END;

	if (scan->item.v)
		str_fini(&scan->item);
	return whole;
}
