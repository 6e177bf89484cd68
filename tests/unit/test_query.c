/* test_query.c: filters: what each chooses, what is refused and where, and that
 * no beginning, no case and no mixture of words breaks the reader. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/str.h"
#include "core/census/query.h"
#include "core/census/scan_repo.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NOW 2e9
#define DAY 86400.0

static char folder[] = "models--acme--owl", id[] = "acme/owl", ref[] = "main",
	    commit[] = "41bc0e12";

/* A repository of 3 MiB, two days old, with one revision of main. */
static struct scan_repo
owl(struct scan_revision *revision, char *refs[1])
{
	struct scan_repo repo = { .folder = folder,
		.type = "model",
		.id = id,
		.size = 3 << 20,
		.accessed = NOW - DAY,
		.modified = NOW - 2 * DAY };

	refs[0] = ref;
	*revision = (struct scan_revision){ .name = commit, .size = 3 << 20 };
	revision->modified = NOW - 2 * DAY;
	revision->refs.v = repo.refs.v = refs;
	revision->refs.n = repo.refs.n = 1;
	repo.revisions.v = revision;
	repo.revisions.n = 1;
	return repo;
}

static bool
holds(const struct query *query, const char *unclear, bool detached)
{
	struct scan_revision revision;
	char *refs[1];
	struct scan_repo repo = owl(&revision, refs);
	struct query_of of = { .repo = &repo, .revision = &revision };

	of.now = NOW;
	repo.unclear = (char *)(uintptr_t)unclear;
	if (detached)
		revision.refs.n = repo.refs.n = 0;
	return query_holds(query, &of);
}

static const struct {
	const char *text;
	bool holds;
} valid[] = {
	{ "acme", true },
	{ "zzz", false },
	{ "41bc main", true },
	{ "acme zzz", false },
	{ "size>1MiB", true },
	{ "size>3MiB", false },
	{ "size>=3MiB", true },
	{ "size=3145728", true },
	{ "size != 3145728", false },
	{ "size<3.2MB", true },
	{ "only>1GiB", false },
	{ "files<1", true },
	{ "files>=1", false },
	{ "accessed>12h", true },
	{ "accessed>90000", false },
	{ "modified<7d", true },
	{ "type=model", true },
	{ "type=dataset", false },
	{ "refs=main", true },
	{ "refs=v1", false },
	{ "name=acme/*", true },
	{ "name=*/crow", false },
	{ "is:detached", false },
	{ "is:partial or is:damaged", false },
	{ "is:marked or is:open", false },
	{ "not zzz", true },
	{ "not not acme", true },
	{ "acme and size>1MiB", true },
	{ "zzz or acme", true },
	{ "zzz or zzz acme or refs = main", true },
	{ "(zzz or acme) and not (size > 1GB)", true },
	{ "not (acme or zzz)", false },
	{ "((((acme))))", true },
	{ "\tacme\n size\t>\n1kb ", true },
	{ "android notes organ size files", false },
};

static struct query *
read_whole(const char *text)
{
	struct error err;
	struct query *query = query_parse(text, &err);

	if (!query)
		fail_msg("%s: %s", text, err.message);
	return query;
}

/* Reads it whatever it is; if it can be read it can also be asked. */
static void
read_any_text(const char *text)
{
	struct error err = { .code = ERR_NONE };
	struct query *query = query_parse(text, &err);

	if (query) {
		(void)holds(query, NULL, false);
	} else {
		assert_int_equal(err.code, ERR_USAGE);
		assert_true(
		    query_is_blank(text) || !strncmp(err.message, "at ", 3));
	}
	query_free(query);
}

static void
test_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(valid); i++) {
		struct query *query = read_whole(valid[i].text);

		if (holds(query, NULL, false) != valid[i].holds)
			fail_msg("%s", valid[i].text);
		query_free(query);
	}
}

/* Each beginning and each end of each of them, and each with one character
 * left out. */
static void
test_parts(void **state)
{
	char text[80];

	(void)state;
	for (size_t i = 0; i < COUNT(valid); i++) {
		size_t n = strlen(valid[i].text);

		for (size_t k = 0; k <= n; k++) {
			snprintf(
			    text, sizeof(text), "%.*s", (int)k, valid[i].text);
			read_any_text(text);
			snprintf(text, sizeof(text), "%.*s%s", (int)k,
			    valid[i].text, valid[i].text + k + (k < n));
			read_any_text(text);
			read_any_text(valid[i].text + k);
		}
	}
}

/* Each in capitals, and with each letter alone as one. Names compare without
 * case too, but patterns do not. */
static void
test_cases(void **state)
{
	char text[80];

	(void)state;
	for (size_t i = 0; i < COUNT(valid); i++) {
		size_t n = strlen(valid[i].text);

		if (strstr(valid[i].text, "name="))
			continue;
		for (size_t k = 0; k <= n; k++) {
			struct query *query;

			snprintf(text, sizeof(text), "%s", valid[i].text);
			for (size_t c = 0; c < n; c++) {
				if (c == k || k == n)
					text[c] = (char)toupper(
					    (unsigned char)text[c]);
			}
			query = read_whole(text);
			if (holds(query, NULL, false) != valid[i].holds)
				fail_msg("%s", text);
			query_free(query);
		}
	}
}

static const struct {
	const char *text, *message;
} invalid[] = {
	{ "", "a condition is missing" },
	{ " \t\n", "a condition is missing" },
	{ "()", "at character 2: a condition is missing before ')'" },
	{ "(", "at the end: a condition is missing" },
	{ ")", "at character 1: a condition is missing before ')'" },
	{ "not", "at the end: a condition is missing" },
	{ "not )", "at character 5: a condition is missing before ')'" },
	{ "or", "at character 1: a condition is missing before 'or'" },
	{ "and x", "at character 1: a condition is missing before 'and'" },
	{ "zzz or", "at the end: a condition is missing" },
	{ "zzz or or x", "at character 8: a condition is missing before 'or'" },
	{ "SIZE>1 and", "at the end: a condition is missing" },
	{ "a and OR b", "at character 7: a condition is missing before 'OR'" },
	{ "(acme", "at character 1: this '(' is not closed" },
	{ "x (a (b) c", "at character 3: this '(' is not closed" },
	{ "acme)", "at character 5: this ')' closes nothing" },
	{ "name=", "at the end: a value is missing" },
	{ "(size> )", "at character 8: a value is missing" },
	{ "x >5", "at character 1: 'x' is not a key; use size, accessed, "
		  "modified, type, refs, only, files or name" },
	{ ">5", "at character 1: a key is missing before '>'" },
	{ "size>1 >2", "at character 8: a key is missing before '>'" },
	{ "size==1", "at character 5: '==' is not an operator; use =, !=, <, "
		     "<=, > or >=" },
	{ "size>1.5.5GB", "at character 6: '1.5.5GB' is not a size; use for "
			  "example 500M, 20GB or 1.5GiB" },
	{ "size>-1", "at character 6: '-1' is not a size; use for example "
		     "500M, 20GB or 1.5GiB" },
	{ "accessed>5x", "at character 10: '5x' is not a duration; use for "
			 "example 12h, 30d or 6mo" },
	{ "files>x", "at character 7: 'x' is not a number" },
	{ "refs!=main", "at character 5: '!=' works for sizes, ages and counts "
			"only; use '=', with not before it for the opposite" },
	{ "is:purple", "at character 1: 'is:purple' is not known; use "
		       "is:detached, is:partial, is:damaged, is:marked or "
		       "is:open" },
	{ "\xc3\xbc\xc3\xbc size>\x1b[2J", "at character 9: '\\x1b[2J' is not "
					   "a size; use for example 500M, 20GB "
					   "or 1.5GiB" },
	{ "name=\xff",
	    "at character 6: a pattern is too long, or not UTF-8 text" },
};

static void
test_invalid(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(invalid); i++) {
		struct error err = { .code = ERR_NONE };

		assert_null(query_parse(invalid[i].text, &err));
		assert_int_equal(err.code, ERR_USAGE);
		assert_string_equal(err.message, invalid[i].message);
	}
}

/* Nothing of a repository is detached while its refs are not clear. */
static void
test_detached(void **state)
{
	struct query *query = read_whole("is:detached");

	(void)state;
	assert_true(holds(query, NULL, true));
	assert_false(holds(query, "refs/main cannot be read", true));
	query_free(query);
}

/* As long and as deep as it can be made. */
static void
test_large(void **state)
{
	static const struct {
		const char *before, *part, *after;
		bool read;
	} large[] = {
		{ "", "(", "", false },
		{ "", "not ", "acme", false },
		{ "", "x", "", true },
		{ "", "acme ", "", true },
		{ "acme", " or acme", "", true },
		{ "refs=", "x", "", false },
		{ "name=", "*a", "", false },
		{ "size>", "9", "", false },
		{ "accessed<", "9", "", true },
		{ "acme", "<", "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(large); i++) {
		struct str text = STR_INIT;
		struct error err;
		struct query *query;

		str_addz(&text, large[i].before);
		for (unsigned k = 0; k < 5000; k++)
			str_addz(&text, large[i].part);
		str_addz(&text, large[i].after);
		query = query_parse(text.v, &err);
		if (!query == large[i].read)
			fail_msg("%.20s", text.v);
		read_any_text(text.v);
		query_free(query);
		str_fini(&text);
	}
}

/* Words of the grammar and bytes, in any order; the same ones each time. */
static void
test_random(void **state)
{
	static const char *const words[] = { "size", "Only", "accessed", "refs",
		"name", "type", "files", "is:", "is:marked", "and", "OR", "not",
		"(", ")", "<", ">", "=", "!", " ", " ", " ", "\t", "1", "9GB",
		"2w", "acme", "*", "[", "\xc3", "\xa9", "\x1b", "'" };
	uint64_t dice = 88172645463325252u;

	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		struct str text = STR_INIT;

		do {
			dice ^= dice << 13;
			dice ^= dice >> 7;
			dice ^= dice << 17;
			str_addz(&text, words[dice % COUNT(words)]);
		} while (dice >> 32 & 15);
		read_any_text(text.v);
		str_fini(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_detached),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
