/*
 * tree.h: which row is what in a tree of any size, some of it folded. It holds
 * no rows: a node has children that are nodes, and after them leaves, of which
 * only the number is kept. Every node keeps how many rows are in it, so folding
 * changes numbers on one path, and rows are found in steps of one level.
 */
#ifndef WIDGETS_TREE_H
#define WIDGETS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"

/* The node that holds all others; it has no row itself, and is open. */
#define TREE_ROOT 0

struct tree_node {
	uint32_t parent;
	uint32_t place; /* among the parent's children */
	uint32_t tag;   /* the caller's */
	bool open;
	size_t leaves;
	size_t inside; /* rows that are in it when it is open */
	ARR(uint32_t) children;
	ARR(size_t) sums; /* of the children's rows: a Fenwick tree */
};

/* {0} is an empty one. */
struct tree {
	ARR(struct tree_node) nodes;
};

/* A row: a node, or (leaf >= 0) one of its leaves. */
struct tree_row {
	uint32_t node;
	long leaf;
};

/* Frees all nodes and leaves an empty tree. */
void tree_clear(struct tree *tree);

/* Adds a folded node behind the parent's other children. */
uint32_t tree_add(
    struct tree *tree, uint32_t parent, uint32_t tag, size_t leaves);

/* Says that a node has so many more leaves. */
void tree_add_leaves(struct tree *tree, uint32_t node, size_t more);

/* Puts the children of a node in an order (core/base/sort.h), by their numbers. */
void tree_order(struct tree *tree, uint32_t node,
    int (*compare)(const void *context, uint32_t a, uint32_t b),
    const void *context);

/* Opens or folds; what is in it stays as it is. */
void tree_open(struct tree *tree, uint32_t node, bool open);

/* Rows that are shown. */
size_t tree_count(const struct tree *tree);

/* What a row is; false if there are fewer. */
bool tree_at(const struct tree *tree, size_t row, struct tree_row *what);

/* The one after it; false if it is the last. */
bool tree_next(const struct tree *tree, struct tree_row *what);

/* Where it is; SIZE_MAX if something that it is in is folded. */
size_t tree_row(const struct tree *tree, const struct tree_row *what);

/* A node by its number; good until the next tree_add. */
const struct tree_node *tree_node(const struct tree *tree, uint32_t node);

#endif
