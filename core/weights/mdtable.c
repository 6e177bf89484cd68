#include "core/weights/mdtable.h"

#include <string.h>

#include "core/base/span.h"
#include "core/base/utf8.h"

/* Terminal cells that a table in columns may take, and those between two columns. The
 * details of an ordinary screen have 47. */
#define NARROW 46
#define BETWEEN 2

void
mdtable_init(struct mdtable *table, unsigned columns)
{
	*table = (struct mdtable){ .text = STR_INIT };
	table->columns = columns < MDTABLE_COLUMNS ? columns : MDTABLE_COLUMNS;
}

void
mdtable_fini(struct mdtable *table)
{
	str_fini(&table->text);
	arr_free(&table->cells);
}

void
mdtable_add(struct mdtable *table, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_addc(&table->text, text[i] == '\n' ? ' ' : text[i]);
	arr_push(&table->cells, table->text.n);
}

static size_t
rows_of(const struct mdtable *table)
{
	return table->columns ? table->cells.n / table->columns : 0;
}

static void
add_cell(
    struct str *out, const struct mdtable *table, size_t row, size_t column)
{
	size_t i = row * table->columns + column;
	size_t from = i ? table->cells.v[i - 1] : 0;

	str_add(out, table->text.v + from, table->cells.v[i] - from);
}

static size_t
width_of(const struct mdtable *table, size_t row, size_t column)
{
	struct str cell = STR_INIT, safe = STR_INIT;
	size_t width;

	add_cell(&cell, table, row, column);
	utf8_safe_n(&safe, cell.v, cell.n);
	width = utf8_width(safe.v);
	str_fini(&cell);
	str_fini(&safe);
	return width;
}

/* Of its widest cell. */
static size_t
column_width(const struct mdtable *table, size_t column)
{
	size_t most = 0;

	for (size_t row = 0; row < rows_of(table); row++) {
		size_t width = width_of(table, row, column);

		if (width > most)
			most = width;
	}
	return most;
}

bool
mdtable_is_narrow(const struct mdtable *table)
{
	size_t all = 0;

	for (unsigned i = 0; i < table->columns && all <= NARROW; i++)
		all += column_width(table, i) + (i ? BETWEEN : 0);
	return all <= NARROW;
}

static void
pad(struct str *out, char with, size_t n)
{
	while (n--)
		str_addc(out, with);
}

static void
write_row(const struct mdtable *table, struct str *out, size_t row,
    const size_t *wide)
{
	for (unsigned i = 0; i < table->columns; i++) {
		size_t blanks = wide[i] - width_of(table, row, i);

		pad(out, ' ', i ? BETWEEN : 0);
		if (table->right[i])
			pad(out, ' ', blanks);
		add_cell(out, table, row, i);
		if (!table->right[i] && i + 1 < table->columns)
			pad(out, ' ', blanks);
	}
	str_addc(out, '\n');
}

static void
write_narrow(const struct mdtable *table, struct str *out)
{
	size_t wide[MDTABLE_COLUMNS];

	for (unsigned i = 0; i < table->columns; i++)
		wide[i] = column_width(table, i);
	write_row(table, out, 0, wide);
	for (unsigned i = 0; i < table->columns; i++) {
		pad(out, ' ', i ? BETWEEN : 0);
		pad(out, '-', wide[i]);
	}
	str_addc(out, '\n');
	for (size_t row = 1; row < rows_of(table); row++)
		write_row(table, out, row, wide);
}

void
mdtable_write(const struct mdtable *table, struct str *out)
{
	if (mdtable_is_narrow(table)) {
		if (rows_of(table))
			write_narrow(table, out);
		return;
	}
	for (size_t row = 1; row < rows_of(table); row++) {
		if (row > 1)
			str_addc(out, '\n');
		for (unsigned i = 0; i < table->columns; i++) {
			if (!width_of(table, row, i))
				continue;
			add_cell(out, table, 0, i);
			str_addz(out, width_of(table, 0, i) ? ": " : "");
			add_cell(out, table, row, i);
			str_addc(out, '\n');
		}
	}
	/* Only the names of its columns. */
	if (rows_of(table) == 1) {
		for (unsigned i = 0; i < table->columns; i++) {
			add_cell(out, table, 0, i);
			str_addc(out, '\n');
		}
	}
}

/* Whether a line can be the one below the names: of "|", "-", ":" and blanks, with the
 * first two of them. */
static bool
is_underline(struct span line)
{
	bool bar = false, dash = false;

	for (size_t i = 0; i < line.n; i++) {
		if (!line.p[i] || !strchr("|-: \t\r", line.p[i]))
			return false;
		bar |= line.p[i] == '|';
		dash |= line.p[i] == '-';
	}
	return bar && dash;
}

static void
widen_line(struct str *out, struct span line)
{
	for (size_t i = 0; i < line.n; i++) {
		bool first = !i || line.p[i - 1] != '-';

		str_addz(out, line.p[i] == '-' && first ? "--" : "");
		str_addc(out, line.p[i]);
	}
}

void
mdtable_widen(struct str *out, const char *text, size_t n)
{
	struct span rest = { text, n }, line;
	bool named = false, fenced = false;

	while (span_next(&rest, '\n', &line)) {
		struct span bare = span_trim(line);

		if (span_starts_nocase(bare, "```") ||
		    span_starts_nocase(bare, "~~~"))
			fenced = !fenced;
		if (named && !fenced && is_underline(bare))
			widen_line(out, line);
		else
			str_add(out, line.p, line.n);
		if (line.p + line.n < text + n)
			str_addc(out, '\n');
		named = line.n && memchr(line.p, '|', line.n);
	}
}
