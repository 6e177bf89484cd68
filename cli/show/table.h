/*
 * table.h: rows of results, as the wanted format has them: padded columns,
 * tab-separated lines, a JSON array, or the first column alone.
 */
#ifndef CLI_SHOW_TABLE_H
#define CLI_SHOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "core/base/arr.h"

enum column_flags {
	COLUMN_RIGHT = 1,     /* numbers */
	COLUMN_JSON_ONLY = 2, /* too much for a screen */
	COLUMN_LIST = 4,      /* a cell is names, each ended by LF */
	COLUMN_ID = 8,        /* what quiet prints */
};

struct column {
	const char *key; /* lower case */
	unsigned flags;
};

/* {.columns, .n} is an empty table. */
struct table {
	const struct column *columns;
	size_t n;
	ARR(char *) cells; /* row after row */
	size_t *widths; /* of the columns, once rows were shown; NULL: none */
	bool cut;       /* a cell did not fit */
};

/* Adds the next cell, copied; it need not be safe to show. */
void table_add(struct table *table, const char *text);

/* Prints it on stdout. What is too wide for the terminal is cut. */
void table_print(struct table *table, const struct cli *cli);

/* Prints the rows that are there for people, and lets go of them: for lists whose
 * end is not here yet. table_print ends it. */
void table_flush(struct table *table, const struct cli *cli);
void table_fini(struct table *table);

#endif
