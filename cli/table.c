#include "cli/table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/out.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/env.h"

/* No column is cut below this. */
#define COLUMN_LEAST 4

void
table_add(struct table *table, const char *text)
{
	arr_push(&table->cells, mem_strdup(text));
}

void
table_fini(struct table *table)
{
	arr_each (cell, &table->cells)
		free(*cell);
	arr_free(&table->cells);
}

/* COLUMNS, the terminal's, or 80, as hf. */
static size_t
width_of_output(void)
{
	struct winsize size = { 0 };
	unsigned columns = 0;
	struct error ignored;

	if (env_get("COLUMNS") &&
	    env_seconds("COLUMNS", 80, &columns, &ignored))
		return columns;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return 80;
}

static size_t
width_of(const char *text)
{
	struct str safe = STR_INIT;
	size_t width;

	utf8_safe(&safe, text);
	width = utf8_width(safe.v);
	str_fini(&safe);
	return width;
}

/* Takes from the widest column until all fit, or none can give. */
static void
fit(const struct table *t, size_t *widths)
{
	size_t room = width_of_output();
	size_t total = t->columns - 1;

	for (size_t i = 0; i < t->columns; i++)
		total += widths[i];
	while (total > room) {
		size_t widest = 0;
		size_t least;

		for (size_t i = 1; i < t->columns; i++)
			widest = widths[i] > widths[widest] ? i : widest;
		least = strlen(t->keys[widest]);
		if (widths[widest] <=
		    (least > COLUMN_LEAST ? least : COLUMN_LEAST))
			return;
		widths[widest]--;
		total--;
	}
}

/* The text in `width` cells, its end cut off if it is longer. */
static void
add_cell(struct str *out, const char *text, size_t width)
{
	struct str safe = STR_INIT;
	size_t cells;

	utf8_safe(&safe, text);
	cells = utf8_width(safe.v);
	if (cells > width) {
		while (utf8_width(safe.v) > width - 3)
			str_cut(&safe, utf8_before(safe.v, safe.n));
		str_addz(&safe, "...");
		cells = utf8_width(safe.v);
	}
	str_add(out, safe.v, safe.n);
	while (cells++ < width)
		str_addc(out, ' ');
	str_fini(&safe);
}

static void
print_human(const struct table *t)
{
	size_t *widths = mem_zalloc(t->columns * sizeof(*widths));
	struct str line = STR_INIT;

	for (size_t i = 0; i < t->columns; i++)
		widths[i] = strlen(t->keys[i]);
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t width = width_of(t->cells.v[i]);

		if (width > widths[i % t->columns])
			widths[i % t->columns] = width;
	}
	fit(t, widths);
	for (size_t i = 0; i < t->columns; i++) {
		size_t n = strlen(t->keys[i]);

		str_addz(&line, i ? " " : "");
		for (size_t k = 0; k < widths[i]; k++) {
			char c = k < n ? t->keys[i][k] : ' ';

			str_addc(&line,
			    c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
		}
	}
	puts(line.v);
	str_clear(&line);
	for (size_t i = 0; i < t->columns; i++) {
		str_addz(&line, i ? " " : "");
		for (size_t k = 0; k < widths[i]; k++)
			str_addc(&line, '-');
	}
	puts(line.v);
	for (size_t i = 0; i < t->cells.n; i++) {
		if (i % t->columns == 0)
			str_clear(&line);
		else
			str_addc(&line, ' ');
		add_cell(&line, t->cells.v[i], widths[i % t->columns]);
		if (i % t->columns == t->columns - 1)
			puts(line.v);
	}
	str_fini(&line);
	free(widths);
}

static void
print_tabs(const struct table *t)
{
	struct str safe = STR_INIT;

	for (size_t i = 0; i < t->columns; i++)
		printf("%s%s", i ? "\t" : "", t->keys[i]);
	putchar('\n');
	for (size_t i = 0; i < t->cells.n; i++) {
		str_clear(&safe);
		utf8_safe(&safe, t->cells.v[i]);
		printf("%s%c", safe.v,
		    i % t->columns == t->columns - 1 ? '\n' : '\t');
	}
	str_fini(&safe);
}

static void
print_json(const struct table *t)
{
	struct str text = STR_INIT;

	str_addc(&text, '[');
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t column = i % t->columns;

		str_addz(&text, i && !column ? ", " : "");
		out_json_pair(&text, !column, t->keys[column], t->cells.v[i]);
		str_addz(&text, column == t->columns - 1 ? "}" : "");
	}
	str_addc(&text, ']');
	puts(text.v);
	str_fini(&text);
}

static void
print_first(const struct table *t)
{
	struct str safe = STR_INIT;

	for (size_t i = 0; i < t->cells.n; i += t->columns) {
		str_clear(&safe);
		utf8_safe(&safe, t->cells.v[i]);
		puts(safe.v);
	}
	str_fini(&safe);
}

void
table_print(const struct table *table, const struct cli *cli)
{
	assert(table->columns);
	if (cli->format == FORMAT_JSON)
		print_json(table);
	else if (cli->format == FORMAT_QUIET)
		print_first(table);
	else if (!table->cells.n)
		puts("No results found.");
	else if (cli->format == FORMAT_AGENT)
		print_tabs(table);
	else
		print_human(table);
}
