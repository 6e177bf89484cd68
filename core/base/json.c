#include "core/base/json.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "core/base/utf8.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * cJSON recurses, ends strings at \u0000, passes bytes that are not UTF-8, and
 * takes every control byte for a blank, zero for the end; look for these before
 * it does.
 */
static bool
check_text(const char *text, size_t n, struct error *err)
{
	size_t depth = 0, nodes = 1;
	bool quoted = false;

	if (!utf8_valid(text, n))
		return err_set(err, ERR_CORRUPT, "JSON text is not UTF-8");
	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if ((unsigned char)c < 0x20 && (quoted || !is_blank(c)))
			return err_set(err, ERR_CORRUPT,
			    "JSON text holds a control character");
		if (c == '\\' && quoted) {
			if (n - i > 5 && !memcmp(text + i, "\\u0000", 6))
				return err_set(err, ERR_CORRUPT,
				    "JSON text holds a zero character");
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == '[' || c == '{')) {
			if (++depth > JSON_DEPTH_MAX)
				return err_set(
				    err, ERR_LIMIT, "%s", JSON_TOO_DEEP);
			nodes++;
		} else if (!quoted && (c == ']' || c == '}')) {
			depth -= depth > 0;
		} else if (!quoted && c == ',') {
			nodes++;
		}
	}
	return nodes <= JSON_NODES_MAX ||
	       err_set(err, ERR_LIMIT,
		   "JSON text holds more than 2,000,000 values");
}

struct cJSON *
json_parse(const char *text, size_t n, struct error *err)
{
	struct cJSON *root;

	if (!check_text(text, n, err))
		return NULL;
	root = cJSON_ParseWithLengthOpts(text, n + 1, NULL, true);
	if (!root)
		err_set(err, ERR_CORRUPT, "not JSON");
	return root;
}

void
json_free(struct cJSON *root)
{
	cJSON_Delete(root);
}

const struct cJSON *
json_get(const struct cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *
json_str(const struct cJSON *object, const char *key, const char *fallback)
{
	const char *text = json_text(json_get(object, key));

	return text ? text : fallback;
}

bool
json_bool(const struct cJSON *object, const char *key, bool fallback)
{
	const struct cJSON *value = json_get(object, key);

	return cJSON_IsBool(value) ? cJSON_IsTrue(value) : fallback;
}

bool
json_number(const struct cJSON *value, uint64_t *number)
{
	double exact;

	if (!cJSON_IsNumber(value))
		return false;
	exact = value->valuedouble;
	if (!(exact >= 0 && exact <= 9007199254740992.0))
		return false;
	*number = (uint64_t)exact;
	return (double)*number >= exact && (double)*number <= exact;
}

bool
json_u64(const struct cJSON *object, const char *key, uint64_t *value)
{
	return json_number(json_get(object, key), value);
}

const char *
json_text(const struct cJSON *value)
{
	return cJSON_IsString(value) ? value->valuestring : NULL;
}

const char *
json_key(const struct cJSON *member)
{
	return member->string ? member->string : "";
}

bool
json_is_array(const struct cJSON *value)
{
	return cJSON_IsArray(value);
}

bool
json_is_object(const struct cJSON *value)
{
	return cJSON_IsObject(value);
}

bool
json_is_bool(const struct cJSON *value)
{
	return cJSON_IsBool(value);
}

bool
json_is_true(const struct cJSON *value)
{
	return cJSON_IsTrue(value);
}

bool
json_is_null(const struct cJSON *value)
{
	return !value || cJSON_IsNull(value);
}

bool
json_double(const struct cJSON *value, double *number)
{
	*number = cJSON_IsNumber(value) ? value->valuedouble : 0;
	return cJSON_IsNumber(value);
}

const struct cJSON *
json_first(const struct cJSON *parent)
{
	if (!cJSON_IsArray(parent) && !cJSON_IsObject(parent))
		return NULL;
	return parent->child;
}

const struct cJSON *
json_next(const struct cJSON *item)
{
	return item->next;
}

static void
add_unit(struct str *out, uint32_t unit)
{
	str_addf(out, "\\u%04x", (unsigned)unit);
}

static void
add_point(struct str *out, uint32_t point)
{
	static const char plain[] = "\b\t\n\f\r\"\\";
	static const char named[] = "btnfr\"\\";
	const char *at =
	    point && point < 0x80 ? strchr(plain, (int)point) : NULL;

	if (at) {
		str_addc(out, '\\');
		str_addc(out, named[at - plain]);
	} else if (point < 0x10000) {
		add_unit(out, point);
	} else {
		add_unit(out, 0xd800 + ((point - 0x10000) >> 10));
		add_unit(out, 0xdc00 + ((point - 0x10000) & 0x3ff));
	}
}

/* How many characters at the front stand for themselves. */
static size_t
plain_run(const char *text)
{
	size_t n = 0;

	while (text[n] >= 0x20 && text[n] < 0x7f && text[n] != '"' &&
	       text[n] != '\\')
		n++;
	return n;
}

void
json_add_string(struct str *out, const char *text)
{
	size_t n = strlen(text);

	str_addc(out, '"');
	while (n) {
		uint32_t point = 0;
		size_t len = plain_run(text);

		str_add(out, text, len);
		text += len;
		n -= len;
		if (!n)
			break;
		len = utf8_decode(text, n, &point);
		/* As Python: os.fsencode gives the byte back. */
		if (!len)
			point = 0xdc00u + (unsigned char)*text;
		add_point(out, point);
		len = len ? len : 1;
		text += len;
		n -= len;
	}
	str_addc(out, '"');
}

void
json_add_key(struct str *out, bool first, const char *key)
{
	str_addz(out, first ? "{" : ", ");
	json_add_string(out, key);
	str_addz(out, ": ");
}

void
json_add_pair(struct str *out, bool first, const char *key, const char *value)
{
	json_add_key(out, first, key);
	json_add_string(out, value);
}
