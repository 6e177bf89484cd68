/*
 * table.h: rows of results, as the wanted format has them: padded columns,
 * tab-separated lines, a JSON array, or the first column alone.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>

#include "cli/cli.h"
#include "core/base/arr.h"

/* {.keys, .columns} is an empty table. */
struct table {
	const char *const *keys; /* lower case, one a column */
	size_t columns;
	ARR(char *) cells; /* row after row */
};

/* Adds the next cell, copied; it need not be safe to show. */
void table_add(struct table *table, const char *text);

/* Prints it on stdout. What is too wide for the terminal is cut. */
void table_print(const struct table *table, const struct cli *cli);
void table_fini(struct table *table);

#endif
