/* test_base.c: strings, spans, maps, JSON, names, sums, numbers as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/jsonscan.h"
#include "core/base/map.h"
#include "core/base/path.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/sums.h"
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
	json_add_string(&out, "a\"\\\n\x01\xc3\xa9\xf0\x9f\x98\x80\x7f");
	assert_string_equal(
	    out.v, "\"a\\\"\\\\\\n\\u0001\\u00e9\\ud83d\\ude00\\u007f\"");
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
	char text[200];
	unsigned left; /* members that are taken */
};

static bool
take_member(void *context, const struct cJSON *member, bool inner)
{
	struct scanned *scanned = context;

	strcat(scanned->text, inner ? "." : "");
	strcat(scanned->text, json_key(member));
	strcat(scanned->text, " ");
	return scanned->left-- > 0;
}

/* The keys that come, or "bad"; fed in parts of `step` bytes. */
static const char *
scan(struct scanned *scanned, const char *text, size_t step, unsigned left)
{
	struct json_scan scan = {
		.opened = "files", .take = take_member, .context = scanned
	};
	size_t n = strlen(text);
	bool ok = true;

	*scanned = (struct scanned){ "", left };
	for (size_t i = 0; ok && i < n; i += step)
		ok = json_scan_feed(
		    &scan, text + i, n - i < step ? n - i : step);
	return json_scan_end(&scan) && ok ? scanned->text : "bad";
}

static void
test_json_scan(void **state)
{
	static const char text[] =
	    " {\"v\": 1, \"files\" : { \"a\\\"}\": {\"s\": [1, {}]},\n"
	    "\"b\": {}}, \"w\": {\"files\": {}}} \n";
	static const char *const bad[] = { "", "{", "[]", "{\"a\":1,}",
		"{\"files\": {\"a\": 1}", "{\"files\": {\"a\": 1,}}",
		"{\"files\": {\"a\" 1}}", "{} x", "{]", "{\"a\": [}]}",
		"{\"files\": {} \"b\": 1}", "{,}", "{\"files\": {,}}",
		"{\"files\": {\"a\": 1 \"b\": 2}}", "{\"a\": \"",
		"{\"files\": {\"a\": 1}0}", "{\"files\": {}[]}",
		"{\"files\": {}\"\"}", "{\"files\": {},}", "{\"files\": {}]",
		"{\"files\": {}}}", "{\"files\": {},,\"a\": 1}",
		"{\"files\": {}\x01}", "{}\x01", "\x01{}", "{\"a\": \x01 1}" };
	struct scanned got;

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++)
		assert_string_equal(scan(&got, text, step, 9), "v .a\"} .b w ");
	assert_string_equal(scan(&got, "{}", 2, 9), "");
	assert_string_equal(scan(&got, "{\"files\":{}}", 3, 9), "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_string_equal(scan(&got, bad[i], 2, 9), "bad");
	assert_string_equal(scan(&got, text, 5, 1), "bad");
}

/* What is shown of a text that is not fit to be shown, or too long. */
static void
test_errors(void **state)
{
	static const struct {
		const char *given, *shown;
	} rows[] = {
		{ "a \xc3\xa9\nb", "a \xc3\xa9\nb" },
		{ "a\x1b[2J\r\u202e", "a\\x1b[2J\\x0d\\u202e" },
		{ "a\xc3'", "a'" },
		{ "a\xe2\x82'", "a'" },
		{ "\x82\xc0", "\\x82\\xc0" },
		{ "a\xff", "a" },
	};
	char tail[700] = "";
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		err_set(&err, ERR_USAGE, "%s", rows[i].given);
		assert_string_equal(err.message, rows[i].shown);
		err_hint(&err, "%s", rows[i].given);
		assert_string_equal(err.hint, rows[i].shown);
		err_about(&err, ERR_ABOUT_OTHER, NULL, rows[i].given);
		assert_string_equal(err.said, rows[i].shown);
		err_set(&err, ERR_USAGE, "x");
		err_wrap(&err, "%s", rows[i].given);
		assert_string_equal(err.message + strlen(rows[i].shown), ": x");
	}
	/* Codes take more room than what they stand for. */
	memset(tail, 1, sizeof(tail) - 1);
	err_set(&err, ERR_USAGE, "%s\xc3\xa9", tail);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	err.hint[0] = '\0';
	err_hint(&err, "%0*d\xc3\xa9", (int)sizeof(err.hint) - 2, 0);
	assert_int_equal(strlen(err.hint), sizeof(err.hint) - 2);
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
		cmocka_unit_test(test_utf8_fit),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_timefmt),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_empty_array),
		cmocka_unit_test(test_json_scan),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_ages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
