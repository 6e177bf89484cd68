/* test_include.c: which files a request wants, and where they must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/xfer/include.h"

/* Words parted by blanks; at most eight. */
struct words {
	char text[200];
	const char *v[8];
	size_t n;
};

static struct texts
split(struct words *words, const char *text)
{
	char *word, *rest = words->text;

	words->n = 0;
	snprintf(words->text, sizeof(words->text), "%s", text);
	while (*rest) {
		word = rest;
		rest += strcspn(rest, " ");
		if (*rest)
			*rest++ = '\0';
		words->v[words->n++] = word;
	}
	return (struct texts){ words->v, words->n };
}

/* The sets of the official client's tests; kept by 1.29 and 2.4.0. */
static const struct {
	const char *include, *exclude, *paths, *kept;
} sets[] = {
	{ "", "", "a b/c", "a b/c" },
	{ "*.json *.txt", "", "a.json b.txt c.bin", "a.json b.txt" },
	{ "*.json", "*.json", "a.json", "" },
	{ "*", "*.bin logs/*", "a.bin logs/x ok", "ok" },
	{ "*.safetensors", "*.fp16.*",
	    "a.safetensors a.fp16.safetensors vae/b.safetensors",
	    "a.safetensors vae/b.safetensors" },
	{ "data/", "data/private/", "data/a data/private/b private/c",
	    "data/a" },
	{ "b a", "", "a b c", "a b" },
	{ "*.json", "a*", "a.json b.json", "b.json" },
	{ "*", "*", "a", "" },
	{ "a/ b", "*.tmp", "a/x a/y.tmp b b/c", "a/x b" },
};

static void
test_sets(void **state)
{
	struct texts none = { NULL, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct words in, ex, paths;
		struct include include;
		struct error err;
		struct str kept = STR_INIT;
		struct texts list = split(&paths, sets[i].paths);

		assert_true(include_init(&include, none, false,
		    split(&in, sets[i].include), split(&ex, sets[i].exclude),
		    &err));
		for (size_t k = 0; k < list.n; k++) {
			if (include_wants(&include, list.v[k]))
				str_addf(&kept, "%s%s", kept.n ? " " : "",
				    list.v[k]);
		}
		assert_string_equal(kept.v, sets[i].kept);
		str_fini(&kept);
		include_fini(&include);
	}
}

static void
test_folders(void **state)
{
	static const char *const rows[][2] = { { "a/* a/b/*", "a" },
		{ "a/b/* a/*", "a" }, { "a/* b/*", "a b" }, { "*.x a/*", "" },
		{ "a/b* a/bc/*", "a" }, { "ab/* a/*", "ab a" }, { "", "" } };
	struct texts none = { NULL, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct words in;
		struct include include;
		struct folders folders;
		struct error err;
		struct str got = STR_INIT;

		assert_true(include_init(
		    &include, none, false, split(&in, rows[i][0]), none, &err));
		include_folders(&include, &folders);
		arr_each (folder, &folders.list)
			str_addf(&got, "%s%s", got.n ? " " : "", *folder);
		assert_string_equal(got.v, rows[i][1]);
		str_fini(&got);
		folders_fini(&folders);
		include_fini(&include);
	}
}

static void
test_hits(void **state)
{
	struct words files, in;
	struct texts none = { NULL, 0 };
	struct include include;
	struct error err;

	(void)state;
	assert_true(include_init(
	    &include, split(&files, "a.txt b/ c"), false, none, none, &err));
	assert_false(include_is_names(&include));
	assert_true(include_wants(&include, "b/x"));
	assert_false(include_wants(&include, "d"));
	assert_false(include.wants.v[0].hit);
	assert_true(include.wants.v[1].hit);
	assert_true(include.wants.v[2].must);
	include_fini(&include);
	assert_true(include_init(
	    &include, none, false, split(&in, "a.txt"), none, &err));
	assert_true(include_is_names(&include));
	assert_false(include.wants.v[0].must);
	include_fini(&include);
}

/* A name is a name, even if it looks like a pattern. */
static void
test_exact_names(void **state)
{
	struct words files;
	struct texts none = { NULL, 0 };
	struct include include;
	struct error err;

	(void)state;
	assert_true(include_init(
	    &include, split(&files, "a* [b].txt x*"), false, none, none, &err));
	include_settle(&include, "a*");
	include_settle(&include, "ab");
	include_settle(&include, "[b].txt");
	assert_true(include_wants(&include, "a*"));
	assert_false(include_wants(&include, "ab"));
	assert_true(include_wants(&include, "[b].txt"));
	assert_true(include_wants(&include, "xyz"));
	include_fini(&include);
	assert_true(include_init(
	    &include, split(&files, "a* a*"), true, none, none, &err));
	assert_true(include_is_names(&include));
	assert_int_equal(include.wants.n, 1);
	include_fini(&include);
	assert_false(include_init(
	    &include, split(&files, "../x"), false, none, none, &err));
	assert_false(include_init(
	    &include, split(&files, "../x*"), true, none, none, &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_hits),
		cmocka_unit_test(test_exact_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
