/* mdtable.h: a table of a card as text: in columns if it is narrow, else a row after the
 * other, each cell under the name of its column. */
#ifndef CORE_WEIGHTS_MDTABLE_H
#define CORE_WEIGHTS_MDTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/str.h"

/* Columns that are shown; further ones are left out. */
#define MDTABLE_COLUMNS 32

/* The first row names the columns. Fields are for reading. */
struct mdtable {
	struct str text;   /* of its cells */
	ARR(size_t) cells; /* where each ends */
	unsigned columns;
	bool right[MDTABLE_COLUMNS]; /* numbers mostly */
};

/* Makes storage of unknown content a table of so many columns; releases one. */
void mdtable_init(struct mdtable *table, unsigned columns);
void mdtable_fini(struct mdtable *table);

/* Adds the next cell of the row that is being filled. */
void mdtable_add(struct mdtable *table, const char *text, size_t n);

/* Whether all fit side by side; appends its lines. */
bool mdtable_is_narrow(const struct mdtable *table);
void mdtable_write(const struct mdtable *table, struct str *out);

/* Appends a text in which the rows below the names of tables' columns, "|-|:-|", have
 * three characters a column: md4c 0.4.8 wants as many, GitHub only one. */
void mdtable_widen(struct str *out, const char *text, size_t n);

#endif
