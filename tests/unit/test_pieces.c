/* test_pieces.c: who fetches which part, and how many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/xfer/pace.h"
#include "core/xfer/pieces.h"

#define MIB ((uint64_t)1024 * 1024)

static void
test_cutting(void **state)
{
	struct pieces p;

	(void)state;
	assert_true(pieces_best(0) == 0);
	assert_true(pieces_best(31 * MIB) == 31 * MIB);
	assert_true(pieces_best(PIECE_NO_END) == PIECE_NO_END);
	assert_true(
	    pieces_best((uint64_t)10 << 40) * 16384 > (uint64_t)10 << 40);
	pieces_init(&p, 100, 30);
	assert_int_equal(p.n, 4);
	assert_int_equal(pieces_length(&p, 3), 10);
	assert_int_equal(pieces_start(&p, 3), 90);
	pieces_fini(&p);
	pieces_init(&p, 90, 30);
	assert_int_equal(p.n, 3);
	pieces_fini(&p);
	pieces_init(&p, 0, 0);
	assert_int_equal(p.n, 1);
	assert_true(pieces_is_full(&p, 0));
	pieces_fini(&p);
}

static void
test_claims(void **state)
{
	struct pieces p;
	size_t a, b, c;

	(void)state;
	pieces_init(&p, 100, 30);
	assert_true(pieces_claim(&p, &a) && a == 0);
	assert_true(pieces_claim(&p, &b) && b == 1);
	assert_false(pieces_claim_this(&p, 1));
	assert_int_equal(pieces_run_end(&p, 1), 100);
	assert_int_equal(pieces_run_end(&p, 0), 30);
	pieces_add(&p, 0, 10);
	pieces_drop(&p, 0);
	assert_true(pieces_claim(&p, &c) && c == 0);
	pieces_add(&p, 0, 20);
	assert_true(pieces_is_full(&p, 0) && !p.v[0].claimed);
	assert_int_equal(pieces_front(&p), 30);
	pieces_add(&p, 1, 5);
	assert_int_equal(pieces_front(&p), 35);
	assert_true(pieces_claim_this(&p, 3));
	pieces_add(&p, 3, 10);
	assert_int_equal(pieces_front(&p), 35);
	assert_int_equal(pieces_bytes(&p), 45);
	assert_int_equal(pieces_free(&p, 9), 1);
	assert_true(pieces_claim(&p, &c) && c == 2);
	assert_false(pieces_claim(&p, &c));
	pieces_add(&p, 1, 25);
	pieces_add(&p, 2, 30);
	assert_int_equal(pieces_front(&p), 100);
	assert_false(pieces_claim(&p, &c));
	pieces_fini(&p);
}

/* A server that gives each connection the same, up to a number of them. */
static unsigned
search(unsigned useful, unsigned chosen)
{
	struct pace pace;
	uint64_t now = 0;

	pace_init(&pace, chosen, now);
	for (int i = 0; i < 200; i++) {
		unsigned n = pace.limit < useful ? pace.limit : useful;

		now += 250;
		pace_bytes(&pace, (uint64_t)n * 1000000);
		pace_look(&pace, true, now);
	}
	return pace.limit;
}

static void
test_pace(void **state)
{
	struct pace pace;

	(void)state;
	assert_in_range(search(64, 0), 58, 64);
	/* A look at more may just be on its way. */
	assert_in_range(search(20, 0), 16, 48);
	assert_in_range(search(1, 0), 1, 24);
	assert_int_equal(search(64, 3), 3);
	pace_init(&pace, 0, 0);
	pace_too_many(&pace, 10);
	assert_int_equal(pace.limit, 8);
	/* Those that come at once say the same thing. */
	pace_too_many(&pace, 500);
	assert_int_equal(pace.limit, 8);
	for (unsigned i = 1; i < 5; i++)
		pace_too_many(&pace, i * 2000);
	assert_int_equal(pace.limit, 1);
	pace_init(&pace, 6, 0);
	pace_too_many(&pace, 10);
	assert_int_equal(pace.limit, 3);
	for (unsigned i = 1; i < 40; i++)
		pace_look(&pace, true, i * 1000);
	assert_int_equal(pace.limit, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cutting),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
