/* test_limit.c: rates that hold for all, and which connections are slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/xfer/limit.h"
#include "core/xfer/slow.h"

#define LOOK_AGAIN_MS 200

/* So that no test has to wait. */
static void
pass_time(struct limit *limit, uint64_t ms)
{
	for (; limit; limit = limit->above)
		limit->then_ms -= ms;
}

/* Bytes that pass in ten seconds, in blocks, as whoever looks when told to. */
static uint64_t
bytes_in_ten_seconds(struct limit *limit, uint64_t block)
{
	uint64_t passed = 0, at = 0, ms = 0;

	while (at < 10000) {
		while (limit_allows(limit, &ms)) {
			limit_take(limit, block);
			passed += block;
		}
		assert_in_range(ms, 1, LOOK_AGAIN_MS);
		pass_time(limit, ms);
		at += ms;
	}
	return passed;
}

static void
test_rate(void **state)
{
	struct limit limit = { 0 };
	uint64_t ms;

	(void)state;
	assert_true(limit_allows(&limit, &ms));
	limit_take(&limit, 1000000);
	assert_true(limit_allows(&limit, &ms));
	limit_set(&limit, 1000000);
	assert_in_range(bytes_in_ten_seconds(&limit, 16384), 9500000, 10500000);
	limit_set(&limit, 50000);
	assert_in_range(bytes_in_ten_seconds(&limit, 16384), 475000, 525000);
}

/* What was not used is no credit for later. */
static void
test_rest(void **state)
{
	struct limit limit = { 0 };
	uint64_t ms;
	unsigned blocks = 0;

	(void)state;
	limit_set(&limit, 100000);
	pass_time(&limit, 60000);
	for (; limit_allows(&limit, &ms); blocks++)
		limit_take(&limit, 1000);
	assert_in_range(blocks, 20, 25);
}

/* A block too large for the rate is a debt, which a new rate forgives. */
static void
test_change(void **state)
{
	struct limit limit = { 0 };
	uint64_t ms;

	(void)state;
	limit_set(&limit, 1000);
	pass_time(&limit, 100);
	assert_true(limit_allows(&limit, &ms));
	limit_take(&limit, 131072);
	assert_false(limit_allows(&limit, &ms));
	assert_int_equal(ms, LOOK_AGAIN_MS);
	pass_time(&limit, 60000);
	assert_false(limit_allows(&limit, &ms));
	limit_set(&limit, 1000000);
	pass_time(&limit, 10);
	assert_true(limit_allows(&limit, &ms));
	limit_take(&limit, 131072);
	limit_set(&limit, 0);
	assert_true(limit_allows(&limit, &ms));
}

static void
test_above(void **state)
{
	struct limit all = { 0 };
	struct limit one = { .above = &all }, other = { .above = &all };
	uint64_t ms;

	(void)state;
	assert_true(limit_allows(&one, &ms));
	limit_set(&all, 200000);
	assert_in_range(bytes_in_ten_seconds(&one, 16384), 1900000, 2100000);
	/* What one takes the other does not get. */
	pass_time(&one, 50);
	assert_true(limit_allows(&one, &ms));
	limit_take(&one, 131072);
	assert_false(limit_allows(&other, &ms));
	limit_set(&all, 0);
	limit_set(&one, 100000);
	assert_true(limit_allows(&other, &ms));
	assert_in_range(bytes_in_ten_seconds(&one, 16384), 950000, 1050000);
	assert_true(limit_is_low(&one));
	assert_false(limit_is_low(&other));
	limit_set(&all, 100000);
	assert_true(limit_is_low(&other));
}

/* Looks once at so many connections, each of which moved so much. */
static unsigned
look(struct slow *slow, size_t n, const uint64_t *moved)
{
	struct slow_field field = { 0 };
	unsigned replaced = 0;

	for (size_t i = 0; i < n; i++) {
		slow[i].moved = moved[i];
		slow_count(&field, &slow[i]);
	}
	for (size_t i = 0; i < n; i++)
		replaced |= (unsigned)slow_look(&slow[i], &field) << i;
	return replaced;
}

static void
test_slow(void **state)
{
	static const uint64_t moved[] = { 100, 29, 100, 100, 31 };
	struct slow slow[5] = { { 0 } };

	(void)state;
	for (int i = 0; i < SLOW_LOOKS - 1; i++)
		assert_int_equal(look(slow, 4, moved), 0);
	assert_int_equal(look(slow, 4, moved), 2);
	/* Then it begins anew. */
	for (int i = 0; i < SLOW_LOOKS - 1; i++)
		assert_int_equal(look(slow, 4, moved), 0);
	assert_int_equal(look(slow, 5, moved), 0);
	/* Two siblings are no measure, nor are those that stand still. */
	slow[1].looks = SLOW_LOOKS;
	assert_int_equal(look(slow, 3, moved), 0);
	for (int i = 0; i < 2 * SLOW_LOOKS; i++)
		assert_int_equal(
		    look(slow, 5, (const uint64_t[]){ 9, 0, 9, 0, 0 }), 0);
}

static void
test_slow_is_excused(void **state)
{
	static const uint64_t moved[] = { 100, 0, 100, 100 };
	struct slow slow[4] = { { 0 } };

	(void)state;
	for (int i = 0; i < 3 * SLOW_LOOKS; i++) {
		slow[1].excused = true;
		assert_int_equal(look(slow, 4, moved), 0);
	}
	/* One good second is enough. */
	for (int i = 0; i < SLOW_LOOKS - 1; i++)
		look(slow, 4, moved);
	look(slow, 4, (const uint64_t[]){ 9, 9, 9, 9 });
	assert_int_equal(look(slow, 4, moved), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_above),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_slow_is_excused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
