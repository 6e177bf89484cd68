/* test_pick.c: ticks by patterns and by hand, against the same worked out the slow
 * way; and the reading of lines of patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/pattern.h"
#include "core/base/sort.h"
#include "core/pick/pick.h"

static uint64_t dice = 88172645463325252u;

static size_t
roll(size_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (size_t)(dice % sides);
}

static const char *const words[] = { "a", "b", "model", "config.json", "x.bin",
	"onnx", ".git", "w.safetensors", "README.md", "." };
static const char *const lines[] = { "", "*", "*.json *.bin", "onnx/ a*", "?",
	"'b' model/*", "[a-b]*", "*x*" };

/* What the header says is ticked. */
static bool
should_be_ticked(const struct pick *pick, uint32_t number, const char *path)
{
	const struct pick_file *file = &pick->files.v[number];
	bool match[PICK_SIDES] = { false, false };

	for (int side = 0; side < PICK_SIDES; side++) {
		arr_each (glob, &pick->globs[side].list)
			match[side] =
			    match[side] || pattern_match(glob->pattern, path);
	}
	if (!pick->globs[PICK_INCLUDE].list.n)
		match[PICK_INCLUDE] = pick->globs[PICK_EXCLUDE].list.n > 0;
	if (file->flags & PICK_BAD)
		return false;
	return (file->flags & PICK_ON) ||
	       (!(file->flags & PICK_OFF) && match[PICK_INCLUDE] &&
		   !match[PICK_EXCLUDE]);
}

static bool
is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !n || (!strncmp(path, folder, n) && path[n] == '/');
}

static void
check(const struct pick *pick)
{
	struct str path = STR_INIT;
	size_t by_hand = 0, ticked = 0, here[PICK_HERES] = { 0 };

	for (uint32_t i = 0; i < pick->files.n; i++) {
		const struct pick_file *file = &pick->files.v[i];

		pick_path(pick, i, &path);
		assert_int_equal(!!(file->flags & PICK_TICKED),
		    should_be_ticked(pick, i, path.v));
		by_hand += !!(file->flags & (PICK_ON | PICK_OFF));
		ticked += !!(file->flags & PICK_TICKED);
		here[file->here] += !!(file->flags & PICK_TICKED);
	}
	assert_int_equal(by_hand, pick->by_hand);
	assert_int_equal(ticked, pick_ticked(pick).files);
	for (int i = 0; i < PICK_HERES; i++)
		assert_int_equal(here[i], pick->ticked[i].files);
	arr_each (folder, &pick->folders) {
		struct pick_sum all = { 0 }, of_it = { 0 };
		size_t seen = 0, seen_ticked = 0;

		for (uint32_t i = 0; i < pick->files.n; i++) {
			pick_path(pick, i, &path);
			if (!is_below(path.v, folder->path))
				continue;
			all.files++;
			all.bytes += pick->files.v[i].size;
			if (pick->files.v[i].flags & PICK_SEEN) {
				seen += !(pick->files.v[i].flags & PICK_BAD);
				seen_ticked +=
				    !!(pick->files.v[i].flags & PICK_TICKED);
			}
			if (!(pick->files.v[i].flags & PICK_TICKED))
				continue;
			of_it.files++;
			of_it.bytes += pick->files.v[i].size;
		}
		assert_int_equal(seen, folder->seen);
		assert_int_equal(seen_ticked, folder->seen_ticked);
		assert_int_equal(all.files, folder->all.files);
		assert_int_equal(all.bytes, folder->all.bytes);
		assert_int_equal(of_it.files, folder->ticked.files);
		assert_int_equal(of_it.bytes, folder->ticked.bytes);
	}
	str_fini(&path);
}

static void
add_random(struct pick *pick)
{
	struct str path = STR_INIT;

	for (size_t depth = roll(3); depth; depth--)
		str_addf(&path, "%s/", words[roll(10)]);
	str_addf(&path, "%s%zu", words[roll(10)], pick->files.n);
	pick_add(pick, path.v, roll(1000),
	    "0123456789abcdef0123456789abcdef01234567",
	    (enum pick_here)roll(PICK_HERES), (unsigned)roll(100));
	str_fini(&path);
}

static void
step(struct pick *pick)
{
	struct error err;

	if (roll(2))
		pick_begin_step(pick);
	switch (roll(9)) {
	case 0:
	case 1:
		add_random(pick);
		break;
	case 2:
		assert_true(pick_set_globs(
		    pick, (enum pick_side)roll(2), lines[roll(8)], &err));
		break;
	case 3:
	case 4:
		if (pick->files.n)
			pick_set(pick, (uint32_t)roll(pick->files.n), roll(2));
		break;
	case 5:
		if (pick->files.n)
			pick_set_here(pick, (uint32_t)roll(pick->files.n),
			    (enum pick_here)roll(PICK_HERES),
			    (unsigned)roll(100));
		break;
	case 7:
		if (pick->files.n && roll(9))
			pick_see(pick, (uint32_t)roll(pick->files.n));
		else
			pick_see_none(pick);
		break;
	case 6:
		(void)(roll(2) ? pick_undo(pick) : pick_redo(pick));
		break;
	default:
		if (!roll(8))
			pick_forget_hand(pick);
		break;
	}
	while (pick_match(pick, 1 + roll(5)))
		;
}

static void
test_ticks(void **state)
{
	(void)state;
	for (int round = 0; round < 40; round++) {
		struct pick pick;

		pick_init(&pick);
		for (int i = 0; i < 60; i++) {
			step(&pick);
			check(&pick);
		}
		pick_fini(&pick);
	}
}

/* All ticks and patterns, as a text. */
static char *
picture(struct pick *pick)
{
	struct str out = STR_INIT;

	while (pick_match(pick, 100))
		;
	for (int side = 0; side < PICK_SIDES; side++)
		str_addf(&out, "%s|",
		    pick->globs[side].line ? pick->globs[side].line : "");
	arr_each (file, &pick->files)
		str_addf(&out, "%u ", file->flags);
	return str_steal(&out);
}

/* Back step by step, and forth again. */
static void
test_undo(void **state)
{
	(void)state;
	for (int round = 0; round < 30; round++) {
		struct pick pick;
		struct error err;
		char *pictures[20];
		int n = 1 + (int)roll(18);

		pick_init(&pick);
		for (int i = 0; i < 30; i++)
			pick_add(&pick, words[i % 3], 1, "", PICK_ABSENT, 0);
		for (int i = 0; i < n; i++) {
			pictures[i] = picture(&pick);
			pick_begin_step(&pick);
			for (size_t k = 1 + roll(5); k; k--)
				pick_set(
				    &pick, (uint32_t)roll(30), roll(2) == 0);
			if (roll(2))
				assert_true(pick_set_globs(&pick,
				    (enum pick_side)roll(2), lines[roll(8)],
				    &err));
		}
		pictures[n] = picture(&pick);
		for (int turn = 0; turn < 3; turn++) {
			int at = n;

			while (at > 0 && pick_undo(&pick)) {
				char *now = picture(&pick);

				assert_string_equal(pictures[--at], now);
				free(now);
			}
			while (pick_redo(&pick)) {
				char *now = picture(&pick);

				assert_string_equal(pictures[++at], now);
				free(now);
			}
		}
		for (int i = 0; i <= n; i++)
			free(pictures[i]);
		pick_fini(&pick);
	}
}

/* By path, over a listing of another revision and back. */
static void
test_hand_survives(void **state)
{
	struct pick pick;

	(void)state;
	pick_init(&pick);
	pick_add(&pick, "a/b", 1, "", PICK_ABSENT, 0);
	pick_add(&pick, "c", 2, "", PICK_ABSENT, 0);
	pick_set(&pick, 0, true);
	pick_restart(&pick);
	assert_int_equal(0, pick_ticked(&pick).files);
	pick_add(&pick, "c", 2, "", PICK_ABSENT, 0);
	assert_int_equal(0, pick.by_hand);
	/* What is kept is kept again; one that is listed twice is one. */
	pick_restart(&pick);
	pick_add(&pick, "a/b", 7, "", PICK_ABSENT, 0);
	pick_add(&pick, "a/b", 7, "", PICK_ABSENT, 0);
	pick_restart(&pick);
	pick_restart(&pick);
	pick_add(&pick, "a/b", 7, "", PICK_ABSENT, 0);
	assert_int_equal(7, pick_ticked(&pick).bytes);
	assert_int_equal(1, pick.by_hand);
	pick_fini(&pick);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *line;
		int n; /* -1: an error */
		const char *first;
	} table[] = { { "", 0, NULL }, { "  \t ", 0, NULL }, { "a b", 2, "a" },
		{ "'a b' c", 2, "a b" }, { "\"it's\"", 1, "it's" },
		{ "x'y z'", 1, "xy z" }, { "'", -1, NULL },
		{ "a \"b", -1, NULL }, { "''", -1, NULL },
		{ "\xff", -1, NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct pick pick;
		struct error err;
		bool ok;

		pick_init(&pick);
		assert_true(pick_set_globs(&pick, PICK_INCLUDE, "old", &err));
		ok = pick_set_globs(&pick, PICK_INCLUDE, table[i].line, &err);
		assert_int_equal(table[i].n >= 0, ok);
		if (!ok)
			assert_string_equal(
			    "old", pick.globs[PICK_INCLUDE].list.v[0].text);
		else
			assert_int_equal(
			    table[i].n, pick.globs[PICK_INCLUDE].list.n);
		if (ok && table[i].first)
			assert_string_equal(table[i].first,
			    pick.globs[PICK_INCLUDE].list.v[0].text);
		pick_fini(&pick);
	}
}

/* What is written into a line is read as the same pattern. */
static void
test_words_come_back(void **state)
{
	static const char *const given[] = { "a", "b c", "it's", "say \"x\"" };
	struct str line = STR_INIT;
	struct pick pick;
	struct error err;

	(void)state;
	pick_init(&pick);
	for (size_t i = 0; i < 4; i++)
		pick_add_word(&line, given[i]);
	assert_true(pick_set_globs(&pick, PICK_INCLUDE, line.v, &err));
	assert_int_equal(4, pick.globs[PICK_INCLUDE].list.n);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(
		    given[i], pick.globs[PICK_INCLUDE].list.v[i].text);
	pick_fini(&pick);
	str_fini(&line);
}

#define EMPTY_SUM                                                              \
	"e3b0c44298fc1c149afbf4c8996fb924"                                     \
	"27ae41e4649b934ca495991b7852b855"

static void
test_etags(void **state)
{
	static const char *const sums[] = { "00ff", "", "not hex", "ABCD",
		"abc", (EMPTY_SUM) };
	static const char *const kept[] = { "00ff", "", "", "", "",
		(EMPTY_SUM) };
	char etag[DIGEST_HEX_MAX];
	struct pick pick;

	(void)state;
	pick_init(&pick);
	for (uint32_t i = 0; i < 6; i++) {
		pick_add(&pick, "x", 1, sums[i], PICK_ABSENT, 0);
		pick_etag(&pick, i, etag);
		assert_string_equal(kept[i], etag);
	}
	pick_fini(&pick);
}

/* A path of many folders costs no more than its length. */
static void
test_deep(void **state)
{
	struct str path = STR_INIT, out = STR_INIT;
	struct pick pick;

	(void)state;
	pick_init(&pick);
	for (int i = 0; i < 50000; i++)
		str_addz(&path, "d/");
	str_addz(&path, "f");
	pick_add(&pick, path.v, 1, "", PICK_ABSENT, 0);
	assert_true(pick.folders.n < 100);
	pick_path(&pick, 0, &out);
	assert_string_equal(path.v, out.v);
	pick_fini(&pick);
	str_fini(&path);
	str_fini(&out);
}

static int
backwards(const void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a / 4 < b / 4 ? 1 : a / 4 > b / 4 ? -1 : 0;
}

static void
test_sort(void **state)
{
	static const char *const names[] = { "", "a", "a1", "a01", "a2", "a10",
		"a10b", "b", "model-2-of-10", "model-10-of-10", "z" };
	static uint32_t v[9000];

	(void)state;
	for (int round = 0; round < 100; round++) {
		size_t n = roll(100);

		for (size_t i = 0; i < n; i++)
			v[i] = (uint32_t)roll(40) * 100 + (uint32_t)i;
		sort_u32(v, n, backwards, NULL);
		for (size_t i = 1; i < n; i++)
			assert_true(v[i - 1] / 4 >= v[i] / 4);
	}
	/* Bit by bit it comes to the same, also of what is equal. */
	for (int round = 0; round < 300; round++) {
		size_t n = roll(round % 10 ? 100 : 9000);
		struct sort_job job;

		for (size_t i = 0; i < n; i++)
			v[i] = round % 3
			           ? (uint32_t)roll(40) * 100 + (uint32_t)i
			           : (uint32_t)(4000 - 4 * i);
		sort_begin(&job, v, n, backwards, NULL);
		sort_u32(v, n, backwards, NULL);
		for (size_t step = 0; !sort_step(&job, 1 + roll(9)); step++)
			assert_true(step < 90000);
		assert_int_equal(job.n, n);
		if (n)
			assert_memory_equal(job.numbers, v, n * sizeof(*v));
		sort_drop(&job);
		assert_int_equal(job.n, 0);
	}
	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], "a01") != 0 && strcmp(names[i], "a2") != 0)
			assert_true(sort_natural(names[i - 1], names[i]) < 0);
		assert_int_equal(0, sort_natural(names[i], names[i]));
		assert_true(sort_natural(names[i], names[i - 1]) *
				sort_natural(names[i - 1], names[i]) <
			    0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_ticks),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_hand_survives),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_words_come_back),
		cmocka_unit_test(test_etags), cmocka_unit_test(test_deep),
		cmocka_unit_test(test_sort) };

	return cmocka_run_group_tests_name("pick", tests, NULL, NULL);
}
