/* test_base.c: strings, spans, maps, JSON, names, sums, numbers as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/bar.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/jsonscan.h"
#include "core/base/map.h"
#include "core/base/path.h"
#include "core/base/rate.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/base/text.h"
#include "core/base/timefmt.h"
#include "core/base/utf8.h"

static void
test_str(void **state)
{
	struct str s = STR_INIT;
	char *text;

	(void)state;
	assert_string_equal(s.v, "");
	for (int i = 0; i < 1000; i++)
		str_addf(&s, "%d,", i);
	assert_int_equal(s.n, 3890);
	str_cut(&s, 4);
	assert_string_equal(s.v, "0,1,");
	text = str_steal(&s);
	assert_string_equal(text, "0,1,");
	assert_string_equal(s.v, "");
	free(text);
	text = str_steal(&s);
	assert_string_equal(text, "");
	free(text);
}

static void
test_span(void **state)
{
	struct span rest = span_of("a,,b");
	struct span part;
	uint64_t n;

	(void)state;
	assert_true(span_next(&rest, ',', &part) && span_is(part, "a"));
	assert_true(span_next(&rest, ',', &part) && span_is(part, ""));
	assert_true(span_next(&rest, ',', &part) && span_is(part, "b"));
	assert_false(span_next(&rest, ',', &part));
	assert_true(span_u64(span_of("18446744073709551615"), &n));
	assert_true(n == UINT64_MAX);
	assert_false(span_u64(span_of("18446744073709551616"), &n));
	assert_false(span_u64(span_of("-1"), &n));
	assert_false(span_u64(span_of(""), &n));
	assert_true(span_is(span_trim(span_of(" x\r\n")), "x"));
	assert_int_equal(span_trim((struct span){ "\0x\0 ", 4 }).n, 3);
}

static void
test_map(void **state)
{
	static char keys[2000][8], lengths[40][41];
	struct map map = MAP_INIT;
	size_t value;

	(void)state;
	assert_false(map_find(&map, "0", &value));
	for (size_t i = 0; i < 2000; i++) {
		snprintf(keys[i], sizeof(keys[i]), "%zu", i);
		assert_true(map_add(&map, keys[i], i));
	}
	assert_false(map_add(&map, "7", 1));
	for (size_t i = 0; i < 2000; i++) {
		assert_true(map_find(&map, keys[i], &value));
		assert_int_equal(value, i);
	}
	map_fini(&map);
	/* Keys of every length, which the hash takes in words of eight. */
	for (size_t i = 0; i < 40; i++) {
		memset(lengths[i], 'x', i);
		assert_true(map_add(&map, lengths[i], i));
	}
	for (size_t i = 0; i < 40; i++) {
		assert_true(map_find(&map, lengths[i], &value));
		assert_int_equal(value, i);
	}
	map_fini(&map);
}

static struct cJSON *
parse(const char *text, struct error *err)
{
	return json_parse(text, strlen(text), err);
}

static void
test_json(void **state)
{
	struct error err;
	struct cJSON *root = parse(
	    "{\"a\": 5, \"A\": 6, \"t\": \"x\", \"big\": 9007199254740992, "
	    "\"neg\": -1, \"half\": 0.5, \"l\": [1, 2]}",
	    &err);
	uint64_t n = 0;
	size_t count = 0;

	(void)state;
	assert_non_null(root);
	assert_true(json_u64(root, "a", &n) && n == 5);
	assert_true(json_u64(root, "big", &n) && n == 9007199254740992u);
	assert_false(json_u64(root, "neg", &n));
	assert_false(json_u64(root, "half", &n));
	assert_false(json_u64(root, "t", &n));
	assert_string_equal(json_str(root, "t", "-"), "x");
	assert_string_equal(json_str(root, "a", "-"), "-");
	assert_string_equal(json_str(json_get(root, "no"), "t", "-"), "-");
	json_each (item, json_get(root, "l"))
		count++;
	assert_int_equal(count, 2);
	json_free(root);
}

static void
test_bad_json(void **state)
{
	static const char *const rows[] = { "", "{", "[1] x", "\"\\u0000\"",
		"\"\xff\"", "{\"a\": \"x\\u0000y\"}", "{}\x01", "\x01{}",
		"{}\v", "[1,\f2]", "\"a\nb\"", "\"a\x1f\"", "\"\\\x01\"" };
	static const char zeros[][5] = { "{}\0\0", "{}\0 ", "[\0]", "\"\0\"" };
	char deep[JSON_DEPTH_MAX + 2];
	struct error err;
	struct cJSON *root;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_null(parse(rows[i], &err));
	/* A zero within the length is no end. */
	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
		assert_null(json_parse(zeros[i], i < 2 ? 4 : 3, &err));
	memset(deep, '[', sizeof(deep));
	assert_null(json_parse(deep, JSON_DEPTH_MAX + 1, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	root = parse("\"\\\\u0000 [[[[\"", &err);
	assert_non_null(root);
	json_free(root);
}

static void
test_json_string(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	/* Bytes that are no UTF-8 as Python's os.fsdecode has them. */
	json_add_string(
	    &out, "a\"\\\n\x01\xc3\xa9\xf0\x9f\x98\x80\x7f\xff\xed\xa0\x80");
	assert_string_equal(out.v,
	    "\"a\\\"\\\\\\n\\u0001\\u00e9\\ud83d\\ude00\\u007f\\udcff"
	    "\\udced\\udca0\\udc80\"");
	str_fini(&out);
}

static void
test_path_check(void **state)
{
	static const char *const good[] = { "a", "a/b.txt", ".hidden",
		"a b/\xc3\xa9", "..a", "a..", "x\x1b[31m", "a\nb", "...",
		"ab:c" };
	static const char *const bad[] = { "", "/etc/x", "../x", "a/../b",
		"a/..", "..", "a//b", "./a", "a/.", "a/", "..\\x", "a\\..\\b",
		"\\\\host\\x", "C:x", "c:\\x", "a\xff", "\\x" };
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(path_check(good[i], &err));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(path_check(bad[i], &err));
}

static void
test_utf8_safe(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	utf8_safe(
	    &out, "a\x1b]0;x\x07\xe2\x80\xae\xc2\x9b\xff\xc3\xa9\xc0\xaf\t");
	assert_string_equal(
	    out.v, "a\\x1b]0;x\\x07\\u202e\\u009b\\xff\xc3\xa9\\xc0\\xaf\\x09");
	str_fini(&out);
	assert_false(utf8_valid("\xed\xa0\x80", 3));
	assert_false(utf8_valid("\xf4\x90\x80\x80", 4));
	assert_true(utf8_valid("\xf4\x8f\xbf\xbf", 4));
}

static void
test_text(void **state)
{
	static const char evil[] = "a\x1b[2J\n\xff\xe2\x80\xae";
	struct str out = STR_INIT;
	char copy[6];

	(void)state;
	/* The format is ours, what fills it is not. */
	text_addf(&out, "%s\n\t%s|%5d|%-4u|%04x|%zu|%llu|%ld|%.1f|%c|%%", "x",
	    evil, -42, 7u, 255u, (size_t)9, 10ull, -11l, 1.25, '\r');
	assert_string_equal(out.v,
	    "x\n\ta\\x1b[2J\\x0a\\xff\\u202e|  -42|7   |00ff|9|10|-11|1.2|"
	    "\\x0d|%");
	str_clear(&out);
	/* Widths are columns; a precision tears nothing. */
	text_addf(&out, "%6s|%-*s|%.3s|%.*s|%.4s", "\xe6\x97\xa5", 4,
	    "\xc3\xa9", "ab\xc3\xa9", 2, "\x07\x07xyz", "ab\x1b");
	assert_string_equal(
	    out.v, "    \xe6\x97\xa5|\xc3\xa9   |ab|\\x07\\x07|ab\\x");
	str_clear(&out);
	/* What is safe stays as it is. */
	text_addf(&out, "%s", "a\\x1b[2J\\x0a\\u202e");
	assert_string_equal(out.v, "a\\x1b[2J\\x0a\\u202e");
	str_clear(&out);
	text_add_lines(&out, "one\r\n\ntwo\n");
	assert_string_equal(out.v, "one\\x0d\n\ntwo\n");
	str_fini(&out);
	text_copy(copy, sizeof(copy), "abcd\xc3\xa9");
	assert_string_equal(copy, "abcd");
	text_copy(copy, sizeof(copy), "\xff\xff\xff\xff\xff\xff");
	assert_string_equal(copy, "\xff\xff\xff\xff\xff");
}

static void
test_errors_are_safe(void **state)
{
	char path[3000];
	struct error err;

	(void)state;
	err_set(&err, ERR_SYSTEM, "no '%s'\nhere", "x\x1b\ny");
	assert_string_equal(err.message, "no 'x\\x1b\\x0ay'\nhere");
	/* It may be formed of itself, and is not escaped twice. */
	err_set(&err, ERR_SYSTEM, "%s!", err.message);
	assert_string_equal(err.message, "no 'x\\x1b\\x0ay'\\x0ahere!");
	err_wrap(&err, "in %s", "\x9b");
	assert_string_equal(
	    err.message, "in \\x9b: no 'x\\x1b\\x0ay'\\x0ahere!");
	err_hint(&err, "do %s", "\x07");
	assert_string_equal(err.hint, "do \\x07");
	err_about(&err, ERR_ABOUT_FILE, "http://\n", "one\x1b\ntwo");
	assert_string_equal(err.url, "http://\\x0a");
	assert_string_equal(err.said, "one\\x1b\ntwo");
	err_lines(&err, ERR_USAGE, "one\x1b\ntwo");
	assert_string_equal(err.message, "one\\x1b\ntwo");
	/* No cut tears a character, and both ends of a long path are told. */
	for (size_t at = 0; at < 4; at++) {
		memset(path, 'a', at);
		for (size_t i = at; i + 2 < sizeof(path); i += 2)
			memcpy(path + i, "\xc3\xa9", 3);
		err_path(&err, ENOSPC, "write", path);
		assert_true(utf8_valid(err.message, strlen(err.message)));
		assert_non_null(strstr(err.message, strerror(ENOSPC)));
		err_wrap(&err, "%s", path);
		assert_true(utf8_valid(err.message, strlen(err.message)));
		err_set(&err, ERR_SYSTEM, "%s", path);
		assert_true(utf8_valid(err.message, strlen(err.message)));
		err_about(&err, ERR_ABOUT_FILE, path, path);
		assert_true(utf8_valid(err.url, strlen(err.url)));
		assert_true(utf8_valid(err.said, strlen(err.said)));
	}
}

static void
test_utf8_fit(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	utf8_fit(&out, "abcdefghijklmnopqrstuvwxyz", 11);
	assert_string_equal(out.v, "ab...uvwxyz");
	str_clear(&out);
	utf8_fit(&out, "abc", 11);
	assert_string_equal(out.v, "abc");
	str_clear(&out);
	utf8_fit(&out,
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6"
	    "\x9c\xac\xe8\xaa\x9e",
	    9);
	assert_string_equal(out.v, "\xe6\x97\xa5...\xe6\x9c\xac\xe8\xaa\x9e");
	assert_int_equal(utf8_width(out.v), 9);
	str_fini(&out);
}

static void
test_columns(void **state)
{
	static const struct {
		uint32_t point;
		int columns;
	} rows[] = { { 'a', 1 }, { '~', 1 }, { 0xe9, 1 }, { 0xad, 1 },
		{ 0x2ff, 1 }, { 0x300, 0 }, { 0x36f, 0 }, { 0x370, 1 },
		{ 0x488, 0 }, { 0x600, 1 }, { 0x61c, 0 }, { 0x903, 1 },
		{ 0xe33, 1 }, { 0xe34, 0 }, { 0x10ff, 1 }, { 0x1100, 2 },
		{ 0x115f, 2 }, { 0x1160, 0 }, { 0x11ff, 0 }, { 0x200b, 0 },
		{ 0x200d, 0 }, { 0x2026, 1 }, { 0x20dd, 0 }, { 0x231a, 2 },
		{ 0x2500, 1 }, { 0x2588, 1 }, { 0x3000, 2 }, { 0x302a, 0 },
		{ 0x3042, 2 }, { 0x3099, 0 }, { 0x4dc0, 1 }, { 0x65e5, 2 },
		{ 0xac00, 2 }, { 0xd7a3, 2 }, { 0xd7b0, 0 }, { 0xe000, 1 },
		{ 0xfe00, 0 }, { 0xfe0f, 0 }, { 0xfeff, 0 }, { 0xff21, 2 },
		{ 0xff71, 1 }, { 0xfffd, 1 }, { 0x1f1e6, 1 }, { 0x1f1ff, 1 },
		{ 0x1f3fb, 2 }, { 0x1f600, 2 }, { 0x1fae7, 2 }, { 0x1fae8, 1 },
		{ 0x20000, 2 }, { 0x2fffd, 1 }, { 0xe0001, 0 }, { 0xe01ef, 0 },
		{ 0x10ffff, 1 } };
	uint32_t count[3] = { 0 };
	uint64_t sum[3] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(utf8_columns(rows[i].point), rows[i].columns);
	for (uint32_t point = 0; point < 0x110000; point++) {
		int columns = utf8_columns(point);

		count[columns]++;
		sum[columns] += point;
	}
	/* As Python's unicodedata 14.0.0 counts them. */
	assert_int_equal(count[0], 2344);
	assert_int_equal(sum[0], 387784826);
	assert_int_equal(count[2], 117190);
	assert_int_equal(sum[2], 13181058509);
}

static void
test_digest(void **state)
{
	struct digest *digest = digest_new();
	char hex[DIGEST_HEX_MAX];
	enum digest_kind kind;

	(void)state;
	digest_start(digest, DIGEST_SHA256, 0);
	digest_add(digest, "abc", 3);
	digest_end(digest, hex);
	assert_string_equal(hex,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_start(digest, DIGEST_GIT_BLOB, 0);
	digest_end(digest, hex);
	assert_string_equal(hex, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
	assert_true(digest_kind_of(hex, &kind) && kind == DIGEST_GIT_BLOB);
	assert_false(digest_kind_of("../x", &kind));
	assert_false(
	    digest_kind_of("E69DE29BB2D1D6434B8B29AE775AD8C2E48C5391", &kind));
	digest_free(digest);
}

/* Sizes as the official client's tables have them. */
static void
test_timefmt(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = { { 0, "0.0" }, { 3, "3.0" }, { 999, "999.0" },
		{ 1000, "1.0K" }, { 999949, "999.9K" }, { 999950, "1000.0K" },
		{ 116300, "116.3K" }, { UINT64_MAX, "18.4E" } };
	char out[TIMEFMT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fmt_size(out, rows[i].bytes);
		assert_string_equal(out, rows[i].text);
	}
	fmt_bytes(out, 12345678);
	assert_string_equal(out, "12.3 MB");
	fmt_duration(out, 3723);
	assert_string_equal(out, "1:02:03");
	fmt_duration(out, UINT64_MAX);
	assert_string_equal(out, "years");
	fmt_duration(out, (UINT64_C(1) << 32) * 86400 + 5);
	assert_string_equal(out, "years");
}

static void
test_sums(void **state)
{
	uint64_t sum = 0;

	(void)state;
	/* As many of the largest lengths as wrap a sum. */
	for (unsigned i = 0; i < 4096; i++) {
		uint64_t before = sum;

		sum_add(&sum, (uint64_t)1 << 53);
		assert_true(sum >= before);
	}
	assert_true(sum == UINT64_MAX);
	assert_true(sum_of(UINT64_MAX, 0) == UINT64_MAX);
	assert_true(sum_of(1, UINT64_MAX) == UINT64_MAX);
	assert_true(sum_of(UINT64_MAX - 1, 1) == UINT64_MAX);
	assert_true(sum_of(2, 3) == 5);
}

/* Nothing is added to NULL; clang's sanitizer looks. */
static void
test_empty_array(void **state)
{
	ARR(int) numbers = { 0 };

	(void)state;
	arr_each (number, &numbers)
		fail_msg("%d", *number);
	arr_push(&numbers, 1);
	arr_each (number, &numbers)
		assert_int_equal(*number, 1);
	arr_free(&numbers);
}

struct scanned {
	char text[400];
	unsigned left; /* values that are taken */
};

static bool
take_token(void *context, const struct json_token *token, struct error *err)
{
	static const char marks[] = "{[)\0\0\0";
	struct scanned *scanned = context;
	size_t n = strlen(scanned->text);

	snprintf(scanned->text + n, sizeof(scanned->text) - n, "%u%s%s%s%s ",
	    token->depth, token->key, *token->key ? "=" : "",
	    token->kind < JSON_STRING ? (char[]){ marks[token->kind], '\0' }
				      : token->text,
	    token->kind == JSON_STRING ? "'" : "");
	return scanned->left-- > 0 || err_set(err, ERR_CANCELLED, "enough");
}

/* The values that come, or "bad"; fed in parts of `step` bytes. */
static const char *
scan(struct scanned *scanned, const char *text, size_t step, unsigned left)
{
	struct json_scan scan = { .take = take_token, .context = scanned };
	struct error err = { .code = ERR_NONE };
	size_t n = strlen(text);
	bool ok = true;

	*scanned = (struct scanned){ "", left };
	for (size_t i = 0; ok && i < n; i += step)
		ok = json_scan_feed(
		    &scan, text + i, n - i < step ? n - i : step, &err);
	if (ok)
		ok = json_scan_end(&scan, &err);
	else
		json_scan_drop(&scan);
	assert_true(ok || err.code != ERR_NONE);
	return ok ? scanned->text : "bad";
}

static void
test_json_scan(void **state)
{
	static const char text[] =
	    " {\"v\": -1.5e+3, \"f\" : { \"a\\\"}\": {\"s\": [1, {}]},\n"
	    "\"b\": {}}, \"w\":\"\\ud83D\\ude00\\n\\u00e9/\", \"x\":null} \n";
	static const char *const bad[] = { "", "{", "{\"a\":1,}", "{} x", "{]",
		"{\"a\": [}]}", "{,}", "{\"a\": 1 \"b\": 2}", "{\"a\": \"",
		"{\"a\" 1}", "{\"f\": {\"a\": 1}0}", "{\"f\": {}[]}",
		"{\"f\": {}\"\"}", "{\"f\": {},}", "{\"f\": {}]", "{}}", "[1,]",
		"[,1]", "[1 2]", "[1]]", "{\"a\": 1,,\"b\": 1}", "{}\x01",
		"\x01{}", "{\"a\": \x01 1}", "[\"\x01\"]", "[\"\\u0000\"]",
		"[\"\\ud83d\"]", "[\"\\ude00\"]", "[\"\\ud83dx\"]",
		"[\"\\ud83d\\n\"]", "[\"\\ud83d\\ud83d\"]", "[\"\\x\"]",
		"[\"\\u12g4\"]", "[\"\xff\"]", "[\"\xc0\x80\"]", "tru", "truee",
		"nul", "01", "1.", ".5", "+1", "-", "1e", "1e+", "1.e3", "0x1",
		"[1x", "[[]x]", "{\"a\":1x", "[1U", "{\"a\":1U}", "[[]U", "NaN",
		"Infinity", "'a'", "{a:1}", "{1:1}", "[1]1", "\"a\"b" };
	static const char *const good[] = { "{}", "[]", "0", "-0", "1E5",
		"true", "\"\"", " [ ] ", "{\"\":\"\"}", "[[[]],{}]",
		"\"\x7f\"" };
	struct scanned got;
	struct str deep = STR_INIT;

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++)
		assert_string_equal(scan(&got, text, step, 99),
		    "0{ 1v=-1.5e+3 1f={ 2a\"}={ 3s=[ 41 4{ 4) 3) 2) 2b={ 2) "
		    "1) 1w=\xf0\x9f\x98\x80\n\xc3\xa9/' 1x=null 0) ");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		for (size_t step = 1; step < 4; step++)
			assert_string_equal(
			    scan(&got, bad[i], step, 99), "bad");
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_string_not_equal(scan(&got, good[i], 2, 99), "bad");
	assert_string_equal(scan(&got, text, 5, 1), "bad");
	for (unsigned i = 0; i < JSON_DEPTH_MAX; i++)
		str_addc(&deep, '[');
	for (unsigned i = 0; i < JSON_DEPTH_MAX; i++)
		str_addc(&deep, ']');
	assert_string_not_equal(scan(&got, deep.v, 7, 999), "bad");
	str_set(&deep, "[");
	for (unsigned i = 0; i < JSON_DEPTH_MAX; i++)
		str_addc(&deep, '[');
	assert_string_equal(scan(&got, deep.v, 7, 999), "bad");
	str_fini(&deep);
}

/* What is too much for memory is refused as that, not as "not JSON". */
static void
test_json_limits(void **state)
{
	struct str text = STR_INIT;
	struct error err;
	struct cJSON *root;

	(void)state;
	str_addc(&text, '[');
	for (unsigned i = 1; i < JSON_NODES_MAX - 1; i++)
		str_addz(&text, "0,");
	str_addz(&text, "0]");
	root = json_parse(text.v, text.n, &err);
	assert_non_null(root);
	json_free(root);
	text.v[text.n - 1] = ',';
	str_addz(&text, "0]");
	assert_null(json_parse(text.v, text.n, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	str_fini(&text);
}

static void
test_ages(void **state)
{
	static const struct {
		double seconds;
		const char *now, *old;
	} ages[] = {
		{ -5, "a few seconds ago", "a few seconds ago" },
		{ 19.9, "a few seconds ago", "a few seconds ago" },
		{ 20, "20 seconds ago", "20 seconds ago" },
		{ 60, "1 minute ago", "60 seconds ago" },
		{ 61, "1 minute ago", "1 minute ago" },
		{ 89, "1 minute ago", "1 minute ago" },
		{ 90, "2 minutes ago", "2 minutes ago" },
		{ 150, "2 minutes ago", "2 minutes ago" },
		{ 3569, "59 minutes ago", "59 minutes ago" },
		{ 3570, "1 hour ago", "60 minutes ago" },
		{ 3630, "1 hour ago", "60 minutes ago" },
		{ 3631, "1 hour ago", "1 hour ago" },
		{ 84600, "1 day ago", "24 hours ago" },
		{ 86400, "1 day ago", "24 hours ago" },
		{ 561600, "6 days ago", "6 days ago" },
		{ 604800, "1 week ago", "1 week ago" },
		{ 3931200, "6 weeks ago", "6 weeks ago" },
		{ 4000000, "2 months ago", "2 months ago" },
		{ 29800000, "11 months ago", "11 months ago" },
		{ 31000000, "1 year ago", "1 year ago" },
		{ 3e10, "951 years ago", "951 years ago" },
		{ 1e300, "3170979198 years ago", "3170979198 years ago" },
		{ HUGE_VAL, "3170979198 years ago", "3170979198 years ago" },
		{ -1e300, "a few seconds ago", "a few seconds ago" },
		{ -HUGE_VAL, "a few seconds ago", "a few seconds ago" },
	};
	char text[TIMEFMT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(ages) / sizeof(*ages); i++) {
		fmt_ago(text, ages[i].seconds, false);
		assert_string_equal(text, ages[i].now);
		fmt_ago(text, ages[i].seconds, true);
		assert_string_equal(text, ages[i].old);
	}
}

static void
test_bar(void **state)
{
	static const struct {
		double share;
		unsigned cells;
		const char *unicode, *plain;
	} rows[] = {
		{ 0, 3, "   ", "..." },
		{ -1, 3, "   ", "..." },
		{ 0.0 / 1e300, 3, "   ", "..." },
		{ 1e-9, 3, "\xe2\x96\x8f  ", "#.." },
		{ 0.5, 3, "\xe2\x96\x88\xe2\x96\x8c ", "#.." },
		{ 0.999999, 2, "\xe2\x96\x88\xe2\x96\x89", "#." },
		{ 1, 2, "\xe2\x96\x88\xe2\x96\x88", "##" },
		{ 7, 2, "\xe2\x96\x88\xe2\x96\x88", "##" },
		{ 1, 0, "", "" },
		{ 0.5, 0, "", "" },
	};
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		str_clear(&out);
		bar_add(&out, rows[i].share, rows[i].cells, true);
		assert_string_equal(out.v, rows[i].unicode);
		str_clear(&out);
		bar_add(&out, rows[i].share, rows[i].cells, false);
		assert_string_equal(out.v, rows[i].plain);
	}
	str_clear(&out);
	bar_add(&out, (double)NAN, 2, false);
	assert_string_equal(out.v, "..");
	str_fini(&out);
}

/* Whatever its length, a larger share never makes a shorter bar, and each takes
 * as many columns as it should. */
static void
test_bar_grows(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	for (unsigned cells = 1; cells < 40; cells++) {
		unsigned before = 0;

		for (int i = 0; i <= 1000; i++) {
			unsigned now = bar_eighths(i / 1000.0, cells);

			assert_true(now >= before);
			assert_true((now == cells * BAR_CELL) == (i == 1000));
			before = now;
			str_clear(&out);
			bar_add(&out, i / 1000.0, cells, i % 2 == 0);
			assert_int_equal(utf8_width(out.v), cells);
		}
	}
	str_fini(&out);
}

static void
test_time_left(void **state)
{
	struct rate rate;
	struct rate_left left = { 0 };
	uint64_t seconds = 77, now;

	(void)state;
	/* 1000 bytes a second, of 100,000. */
	rate_begin(&rate, 0, 5000);
	for (now = 5100; now < 8000; now += 100) {
		rate_sample(&rate, now - 5000, now);
		assert_false(
		    rate_left(&left, &rate, 105000 - now, now, &seconds));
	}
	assert_int_equal(seconds, 77);
	for (; now < 15000; now += 100) {
		uint64_t told = left.told_ms;

		rate_sample(&rate, now - 5000, now);
		assert_true(
		    rate_left(&left, &rate, 105000 - now, now, &seconds));
		assert_true(
		    left.told_ms == told || left.told_ms >= told + 1000);
		assert_in_range(seconds, 89, 97);
	}
	/* A guess that differs by little leaves it on its course. */
	now = left.told_ms + 1000;
	rate.moved_ms = now;
	assert_true(rate_left(&left, &rate, 92000, now, &seconds));
	assert_in_range(seconds, 89, 90);
	now += 1000;
	assert_true(rate_left(&left, &rate, 40000, now, &seconds));
	assert_in_range(seconds, 39, 41);
	/* Nothing came for long. */
	assert_false(rate_left(&left, &rate, 40000, now + 4000, &seconds));
}

/* Folders go first, then the end; the last part of a path stays as long as it can. */
static void
test_fitting(void **state)
{
	static const struct {
		size_t cells;
		const char *text, *fits;
	} rows[] = {
		{ 40, "done: a/b  /c/d", "done: a/b  /c/d" },
		{ 15, "done: a/b  /c/d", "done: a/b  /c/d" },
		{ 14, "done: a/b  /c/d", "done: a/b  ~/d" },
		{ 13, "done: a/b  /c/d", "done: a/b  ~~" },
		{ 30, "cannot write /home/me/cache/x.bin: no space",
		    "cannot write ~/x.bin: no space" },
		{ 36, "cannot write /home/me/cache/x.bin: no space",
		    "cannot write ~/cache/x.bin: no space" },
		{ 20, "cannot write /home/me/cache/x.bin: no space",
		    "cannot write ~/x.bi~" },
		{ 24, "from '/a/b/c' to '/long/way/to/d', it went",
		    "from '/a/b/c' to '~/d',~" },
		{ 12, "a repository a/b/c/d", "a repositor~" },
		{ 12, "see https://a/b/c/d", "see https:/~" },
		{ 9, "\xe6\x97\xa5\xe6\x9c\xac ~/x/\xe6\x97\xa5",
		    "\xe6\x97\xa5\xe6\x9c\xac ~/\xe6\x97\xa5" },
		{ 6, "a\x1b[2Jb", "a\\x1b~" },
		{ 1, "/a/b", "~" },
		{ 0, "/a/b", "" },
		{ 3, "", "" },
		{ 2, "/", "/" },
		{ 3, "/a/b/", "~/~" },
	};
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		str_clear(&out);
		text_add_fitting(&out, rows[i].text, rows[i].cells, "~");
		assert_string_equal(out.v, rows[i].fits);
		assert_true(utf8_width(out.v) <= rows[i].cells);
	}
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_bad_json),
		cmocka_unit_test(test_json_string),
		cmocka_unit_test(test_path_check),
		cmocka_unit_test(test_utf8_safe),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_errors_are_safe),
		cmocka_unit_test(test_utf8_fit),
		cmocka_unit_test(test_fitting),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_timefmt),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_empty_array),
		cmocka_unit_test(test_json_scan),
		cmocka_unit_test(test_json_limits),
		cmocka_unit_test(test_bar),
		cmocka_unit_test(test_bar_grows),
		cmocka_unit_test(test_time_left),
		cmocka_unit_test(test_ages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
