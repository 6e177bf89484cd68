/* test_pattern.c: globs mean what Python's fnmatch means by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/pattern.h"
#include "core/base/str.h"
#include "tests/unit/glob_vectors.h"

static bool
matches(const char *text, const char *path)
{
	struct error err;
	struct pattern *pattern = pattern_new(text, &err);
	bool result;

	assert_non_null(pattern);
	result = pattern_match(pattern, path);
	pattern_free(pattern);
	return result;
}

static void
test_vectors(void **state)
{
	size_t n = sizeof(glob_vectors) / sizeof(glob_vectors[0]);

	(void)state;
	assert_int_equal(n, 166);
	for (size_t i = 0; i < n; i++) {
		bool got =
		    matches(glob_vectors[i].pattern, glob_vectors[i].path);

		if (got != glob_vectors[i].kept)
			fail_msg("\"%s\" on \"%s\": %d",
			    glob_vectors[i].pattern, glob_vectors[i].path, got);
	}
}

/* Many stars would take for ever if every way to share were tried. */
static void
test_many_stars(void **state)
{
	struct str pattern = STR_INIT;
	struct str path = STR_INIT;

	(void)state;
	for (int i = 0; i < 60; i++)
		str_addz(&pattern, "*a");
	str_addz(&pattern, "*b");
	for (int i = 0; i < 4000; i++)
		str_addc(&path, 'a');
	assert_false(matches(pattern.v, path.v));
	str_addc(&path, 'b');
	assert_true(matches(pattern.v, path.v));
	str_fini(&pattern);
	str_fini(&path);
}

static void
test_bad_bytes(void **state)
{
	struct error err;

	(void)state;
	assert_null(pattern_new("a\xff", &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_false(matches("*.json", "a\xff.json"));
}

static void
test_folder(void **state)
{
	static const char *const rows[][2] = { { "*.json", "" },
		{ "onnx/*", "onnx" }, { "a/b/c*.txt", "a/b" }, { "a*/b/c", "" },
		{ "a/b/", "a/b" }, { "a/[bc]/d", "a" }, { "a\\*b", "" },
		{ "x", "" }, { "x/y", "x" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *folder = pattern_folder(rows[i][0]);

		assert_string_equal(folder, rows[i][1]);
		free(folder);
	}
	assert_true(pattern_is_name("a/b.txt"));
	assert_false(pattern_is_name("a/"));
	assert_false(pattern_is_name("a?"));
	assert_false(pattern_is_name(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_many_stars),
		cmocka_unit_test(test_bad_bytes),
		cmocka_unit_test(test_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
