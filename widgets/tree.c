#include "widgets/tree.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/sort.h"

void
tree_clear(struct tree *tree)
{
	arr_each (node, &tree->nodes) {
		arr_free(&node->children);
		arr_free(&node->sums);
	}
	arr_free(&tree->nodes);
}

const struct tree_node *
tree_node(const struct tree *tree, uint32_t node)
{
	return &tree->nodes.v[node];
}

/* -- sums of the children's rows -- */

/* The lowest bit of a place counted from 1: how many children a sum is of. */
static size_t
span_of_sum(size_t place)
{
	return place & (~place + 1);
}

static void
sum_append(struct tree_node *node, size_t rows)
{
	size_t place = node->sums.n + 1, sum = rows;

	for (size_t step = 1; step < span_of_sum(place); step *= 2)
		sum += node->sums.v[place - 1 - step];
	arr_push(&node->sums, sum);
}

static void
sum_change(struct tree_node *node, size_t place, size_t more)
{
	for (place++; place <= node->sums.n; place += span_of_sum(place))
		node->sums.v[place - 1] += more;
}

/* Rows of the children before a place. */
static size_t
sum_before(const struct tree_node *node, size_t place)
{
	size_t sum = 0;

	for (; place; place -= span_of_sum(place))
		sum += node->sums.v[place - 1];
	return sum;
}

/* The child in which a row lies, which becomes a row of it. */
static size_t
sum_find(const struct tree_node *node, size_t *row)
{
	size_t place = 0, step = 1;

	while (step * 2 <= node->sums.n)
		step *= 2;
	for (; step; step /= 2) {
		if (place + step > node->sums.n ||
		    node->sums.v[place + step - 1] > *row)
			continue;
		place += step;
		*row -= node->sums.v[place - 1];
	}
	return place;
}

/* -- nodes -- */

/* What is in a node has become more (or, wrapped around, less). */
static void
grow(struct tree *tree, uint32_t number, size_t more)
{
	for (;;) {
		struct tree_node *node = &tree->nodes.v[number];

		node->inside += more;
		if (!node->open || number == TREE_ROOT)
			return;
		number = node->parent;
		sum_change(&tree->nodes.v[number], node->place, more);
	}
}

uint32_t
tree_add(struct tree *tree, uint32_t parent, uint32_t tag, size_t leaves)
{
	struct tree_node node = {
		.parent = parent, .tag = tag, .leaves = leaves, .inside = leaves
	};
	struct tree_node root = { .open = true };
	uint32_t number;

	if (!tree->nodes.n)
		arr_push(&tree->nodes, root);
	number = (uint32_t)tree->nodes.n;
	node.place = (uint32_t)tree->nodes.v[parent].children.n;
	arr_push(&tree->nodes, node);
	arr_push(&tree->nodes.v[parent].children, number);
	sum_append(&tree->nodes.v[parent], 1);
	grow(tree, parent, 1);
	return number;
}

void
tree_add_leaves(struct tree *tree, uint32_t number, size_t more)
{
	tree->nodes.v[number].leaves += more;
	grow(tree, number, more);
}

void
tree_order(struct tree *tree, uint32_t number,
    int (*compare)(const void *context, uint32_t a, uint32_t b),
    const void *context)
{
	struct tree_node *node = &tree->nodes.v[number];

	sort_u32(node->children.v, node->children.n, compare, context);
	node->sums.n = 0;
	for (size_t i = 0; i < node->children.n; i++) {
		struct tree_node *child = &tree->nodes.v[node->children.v[i]];

		child->place = (uint32_t)i;
		sum_append(node, 1 + (child->open ? child->inside : 0));
	}
}

void
tree_open(struct tree *tree, uint32_t number, bool open)
{
	struct tree_node *node = &tree->nodes.v[number];
	size_t more = open ? node->inside : -node->inside;

	if (node->open == open)
		return;
	node->open = open;
	sum_change(&tree->nodes.v[node->parent], node->place, more);
	grow(tree, node->parent, more);
}

/* -- rows -- */

size_t
tree_count(const struct tree *tree)
{
	return tree->nodes.n ? tree->nodes.v[TREE_ROOT].inside : 0;
}

bool
tree_at(const struct tree *tree, size_t row, struct tree_row *what)
{
	uint32_t number = TREE_ROOT;

	if (row >= tree_count(tree))
		return false;
	for (;;) {
		const struct tree_node *node = &tree->nodes.v[number];
		size_t nodes = node->inside - node->leaves;

		if (row >= nodes) {
			*what =
			    (struct tree_row){ number, (long)(row - nodes) };
			return true;
		}
		number = node->children.v[sum_find(node, &row)];
		if (!row) {
			*what = (struct tree_row){ number, -1 };
			return true;
		}
		row--;
	}
}

/* What comes after all of a node. */
static bool
next_after(const struct tree *tree, uint32_t number, struct tree_row *what)
{
	while (number != TREE_ROOT) {
		const struct tree_node *node = &tree->nodes.v[number];
		const struct tree_node *parent = &tree->nodes.v[node->parent];

		if (node->place + 1 < parent->children.n) {
			*what = (struct tree_row){
				parent->children.v[node->place + 1], -1
			};
			return true;
		}
		if (parent->leaves) {
			*what = (struct tree_row){ node->parent, 0 };
			return true;
		}
		number = node->parent;
	}
	return false;
}

bool
tree_next(const struct tree *tree, struct tree_row *what)
{
	const struct tree_node *node = &tree->nodes.v[what->node];

	if (what->leaf >= 0 && (size_t)what->leaf + 1 < node->leaves) {
		what->leaf++;
		return true;
	}
	if (what->leaf < 0 && node->open && node->children.n) {
		what->node = node->children.v[0];
		return true;
	}
	if (what->leaf < 0 && node->open && node->leaves) {
		what->leaf = 0;
		return true;
	}
	return next_after(tree, what->node, what);
}

size_t
tree_row(const struct tree *tree, const struct tree_row *what)
{
	const struct tree_node *node = &tree->nodes.v[what->node];
	size_t row = 0;

	if (what->leaf >= 0) {
		if (!node->open)
			return SIZE_MAX;
		row = node->inside - node->leaves + (size_t)what->leaf;
		row += what->node != TREE_ROOT;
	}
	while (node != tree->nodes.v) {
		const struct tree_node *parent = &tree->nodes.v[node->parent];

		if (!parent->open)
			return SIZE_MAX;
		row += sum_before(parent, node->place);
		row += node->parent != TREE_ROOT;
		node = parent;
	}
	return row;
}
