/* test_tree.c: rows of a tree, against the same worked out the slow way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "widgets/tree.h"

#define TREES 60
#define STEPS 60

static uint64_t dice = 88172645463325252u;

static size_t
roll(size_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (size_t)(dice % sides);
}

/* All rows below a node, one after the other. */
static void
list_rows(
    const struct tree *tree, uint32_t number, struct tree_row *rows, size_t *n)
{
	const struct tree_node *node = tree_node(tree, number);

	arr_each (child, &node->children) {
		rows[(*n)++] = (struct tree_row){ *child, -1 };
		if (tree_node(tree, *child)->open)
			list_rows(tree, *child, rows, n);
	}
	for (size_t i = 0; i < node->leaves; i++)
		rows[(*n)++] = (struct tree_row){ number, (long)i };
}

static void
compare(const struct tree *tree)
{
	struct tree_row *rows = malloc(20000 * sizeof(*rows));
	struct tree_row at, next;
	size_t n = 0;

	if (tree->nodes.n)
		list_rows(tree, TREE_ROOT, rows, &n);
	assert_int_equal(tree_count(tree), n);
	for (size_t i = 0; i < n; i++) {
		assert_true(tree_at(tree, i, &at));
		assert_int_equal(at.node, rows[i].node);
		assert_int_equal(at.leaf, rows[i].leaf);
		assert_int_equal(tree_row(tree, &at), i);
		next = at;
		assert_int_equal(tree_next(tree, &next), i + 1 < n);
		if (i + 1 < n) {
			assert_int_equal(next.node, rows[i + 1].node);
			assert_int_equal(next.leaf, rows[i + 1].leaf);
		}
	}
	assert_false(tree_at(tree, n, &at));
	free(rows);
}

/* Some order, in which numbers are equal, too. */
static int
by_tag(const void *context, uint32_t a, uint32_t b)
{
	const struct tree *tree = context;
	uint32_t x = tree_node(tree, a)->tag % 7;
	uint32_t y = tree_node(tree, b)->tag % 7;

	return x < y ? -1 : x > y;
}

static void
test_against_slow(void **state)
{
	(void)state;
	for (int i = 0; i < TREES; i++) {
		struct tree tree = { 0 };

		compare(&tree);
		for (int step = 0; step < STEPS; step++) {
			uint32_t nodes = (uint32_t)tree.nodes.n;

			if (!nodes || roll(2))
				tree_add(&tree,
				    nodes ? (uint32_t)roll(nodes) : TREE_ROOT,
				    (uint32_t)step, roll(4));
			else if (nodes > 1 && !roll(4))
				tree_add_leaves(&tree,
				    1 + (uint32_t)roll(nodes - 1), roll(5));
			else if (!roll(3))
				tree_order(&tree, (uint32_t)roll(nodes), by_tag,
				    &tree);
			else if (nodes > 1)
				tree_open(&tree, 1 + (uint32_t)roll(nodes - 1),
				    roll(3) != 0);
			compare(&tree);
		}
		tree_clear(&tree);
	}
}

static void
test_order(void **state)
{
	struct tree tree = { 0 };
	struct tree_row at;

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		tree_add(&tree, TREE_ROOT, 5 - i, 1);
	tree_open(&tree, 5, true);
	tree_order(&tree, TREE_ROOT, by_tag, &tree);
	assert_true(tree_at(&tree, 0, &at));
	assert_int_equal(tree_node(&tree, at.node)->tag, 1);
	assert_true(tree_at(&tree, 1, &at));
	assert_int_equal(at.leaf, 0);
	tree_clear(&tree);
}

/* What is in something folded has no row. */
static void
test_folded(void **state)
{
	struct tree tree = { 0 };
	uint32_t a = tree_add(&tree, TREE_ROOT, 7, 0);
	uint32_t b = tree_add(&tree, a, 8, 5);

	(void)state;
	assert_int_equal(tree_count(&tree), 1);
	assert_int_equal(
	    tree_row(&tree, &(struct tree_row){ b, -1 }), SIZE_MAX);
	tree_open(&tree, b, true);
	assert_int_equal(tree_count(&tree), 1);
	assert_int_equal(tree_row(&tree, &(struct tree_row){ b, 2 }), SIZE_MAX);
	tree_open(&tree, a, true);
	assert_int_equal(tree_count(&tree), 7);
	assert_int_equal(tree_row(&tree, &(struct tree_row){ b, 2 }), 4);
	assert_int_equal(tree_node(&tree, b)->tag, 8);
	tree_open(&tree, a, false);
	assert_int_equal(tree_count(&tree), 1);
	tree_clear(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_slow),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
