#include "cli/show/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/out.h"
#include "cli/voice/voice.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/env.h"

/* No column is cut below this. */
#define COLUMN_LEAST 4

/* Cells that a column has at the most. */
#define COLUMN_MOST 500

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
	free(table->widths);
	table->widths = NULL;
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

/* A cell as people read it, safe to show. */
static void
add_shown(struct str *out, const struct column *column, const char *text)
{
	struct str list = STR_INIT;

	if (!(column->flags & COLUMN_LIST)) {
		utf8_safe(out, text);
		return;
	}
	for (; *text; text++) {
		if (*text != '\n')
			str_addc(&list, *text);
		else if (text[1])
			str_addz(&list, ", ");
	}
	utf8_safe(out, list.v);
	str_fini(&list);
}

static bool
is_shown(const struct table *t, size_t i)
{
	return !(t->columns[i % t->n].flags & COLUMN_JSON_ONLY);
}

static size_t
width_of(const struct column *column, const char *text)
{
	struct str safe = STR_INIT;
	size_t width;

	add_shown(&safe, column, text);
	width = utf8_width(safe.v);
	str_fini(&safe);
	return width;
}

/* What a column has at the least: its head has to be seen. */
static size_t
least_of(const struct column *column)
{
	size_t n = strlen(column->key);

	return n > COLUMN_LEAST ? n : COLUMN_LEAST;
}

/* The widest column that can give, the first of several; `n`: none can. */
static size_t
widest_of(const struct table *t, const size_t *widths)
{
	size_t widest = t->n;

	for (size_t i = 0; i < t->n; i++) {
		if (widths[i] > least_of(&t->columns[i]) &&
		    (widest == t->n || widths[i] > widths[widest]))
			widest = i;
	}
	return widest;
}

/* Takes from the widest column until all fit, or none can give. */
static void
fit(const struct table *t, size_t *widths)
{
	size_t room = width_of_output();
	size_t total = 0;

	for (size_t i = 0; i < t->n; i++)
		total += is_shown(t, i) ? widths[i] + 1 : 0;
	for (; total > room + 1; total--) {
		size_t widest = widest_of(t, widths);

		if (widest == t->n)
			break;
		widths[widest]--;
	}
}

/* The text in `width` cells, its end cut off if it is longer. */
static void
add_cell(struct str *out, const struct column *column, const char *text,
    size_t width)
{
	struct str safe = STR_INIT;
	size_t cells;

	add_shown(&safe, column, text);
	cells = utf8_width(safe.v);
	if (cells > width) {
		const char *dots = width < COLUMN_LEAST ? "" : "...";

		str_cut(&safe, utf8_front(safe.v, width - strlen(dots)));
		str_addz(&safe, dots);
		cells = utf8_width(safe.v);
	}
	for (size_t k = cells; (column->flags & COLUMN_RIGHT) && k < width; k++)
		str_addc(out, ' ');
	str_add(out, safe.v, safe.n);
	for (size_t k = cells; !(column->flags & COLUMN_RIGHT) && k < width;
	     k++)
		str_addc(out, ' ');
	str_fini(&safe);
}

/* The heading: keys in capitals, then dashes. */
static void
print_heading(const struct table *t, const size_t *widths)
{
	struct str names = STR_INIT;
	struct str dashes = STR_INIT;

	for (size_t i = 0; i < t->n; i++) {
		char key[40];
		size_t n = strlen(t->columns[i].key);

		if (!is_shown(t, i))
			continue;
		for (size_t k = 0; k <= n && k < sizeof(key); k++) {
			char c = t->columns[i].key[k];

			key[k] =
			    c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
		}
		str_addz(&names, names.n ? " " : "");
		str_addz(&dashes, dashes.n ? " " : "");
		add_cell(&names,
		    &(struct column){
			NULL, t->columns[i].flags & COLUMN_RIGHT },
		    key, widths[i]);
		for (size_t k = 0; k < widths[i]; k++)
			str_addc(&dashes, '-');
	}
	out_putf("%s\n%s\n", names.v, dashes.v);
	str_fini(&names);
	str_fini(&dashes);
}

/* As hug what a program reads is not cut for the width of a screen, unless it
 * says how wide that is. */
static bool
is_whole(const struct cli *cli)
{
	return cli->whole || (cli->voice->policy.output.whole_for_programs &&
				 !isatty(STDOUT_FILENO) && !env_get("COLUMNS"));
}

/* How wide each column is; the first rows decide for those that follow. */
static void
measure(struct table *t, const struct cli *cli)
{
	assert(t->n);
	t->widths = mem_zalloc(t->n * sizeof(*t->widths));
	for (size_t i = 0; i < t->n; i++)
		t->widths[i] = is_shown(t, i) ? strlen(t->columns[i].key) : 0;
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t width = width_of(&t->columns[i % t->n], t->cells.v[i]);

		/* What is longer than anything sticks out of its column, or
		 * one value would make all rows as long. */
		if (is_shown(t, i) && width > t->widths[i % t->n] &&
		    width <= COLUMN_MOST)
			t->widths[i % t->n] = width;
	}
	if (!is_whole(cli))
		fit(t, t->widths);
}

/* Prints the rows that are there; the heading the first time. */
static void
print_rows(struct table *t, const struct cli *cli)
{
	struct str line = STR_INIT;

	assert(t->n);
	if (!t->widths) {
		measure(t, cli);
		print_heading(t, t->widths);
	}
	for (size_t i = 0; i < t->cells.n; i++) {
		const struct column *column = &t->columns[i % t->n];
		size_t width = t->widths[i % t->n];
		size_t own = width_of(column, t->cells.v[i]);

		/* Rows that come later may be wider than those that were
		 * measured. */
		if (is_whole(cli) && own > width)
			width = own;
		if (is_shown(t, i)) {
			str_addz(&line, line.n ? " " : "");
			t->cut |= own > width;
			add_cell(&line, column, t->cells.v[i], width);
		}
		if (i % t->n == t->n - 1) {
			out_line(line.v);
			str_clear(&line);
		}
	}
	str_fini(&line);
}

static void
hint_cut(const struct table *t)
{
	if (t->cut)
		out_tell(
		    "Hint: Use `--no-truncate` or `--format json` to display "
		    "full values.\n");
}

/* ["a", "b"], or, as Python prints it, ['a', 'b'] */
static void
add_list(struct str *out, const char *text, bool json)
{
	const char *before = "[";

	while (*text) {
		size_t n = strcspn(text, "\n");
		char *item = mem_strndup(text, n);

		str_addz(out, before);
		if (json)
			json_add_string(out, item);
		else
			str_add_quoted(out, item);
		free(item);
		before = ", ";
		text += n + (text[n] != '\0');
	}
	str_addz(out, *before == '[' ? "[]" : "]");
}

static void
add_tab_cell(struct str *out, const struct column *column, const char *text)
{
	struct str list = STR_INIT;

	if (column->flags & COLUMN_LIST) {
		add_list(&list, text, false);
		utf8_safe(out, list.v);
		str_fini(&list);
	} else {
		utf8_safe(out, text);
	}
}

static void
print_tabs(const struct table *t)
{
	struct str line = STR_INIT;

	for (size_t i = 0; i < t->n; i++) {
		if (is_shown(t, i))
			str_addf(&line, "%s%s", line.n ? "\t" : "",
			    t->columns[i].key);
	}
	out_line(line.v);
	str_clear(&line);
	for (size_t i = 0; i < t->cells.n; i++) {
		if (is_shown(t, i)) {
			str_addz(&line, i % t->n ? "\t" : "");
			add_tab_cell(
			    &line, &t->columns[i % t->n], t->cells.v[i]);
		}
		if (i % t->n == t->n - 1) {
			out_line(line.v);
			str_clear(&line);
		}
	}
	str_fini(&line);
}

static void
print_json(const struct table *t)
{
	struct str text = STR_INIT;

	str_addc(&text, '[');
	for (size_t i = 0; i < t->cells.n; i++) {
		const struct column *column = &t->columns[i % t->n];

		str_addz(&text, i && i % t->n == 0 ? ", " : "");
		json_add_key(&text, i % t->n == 0, column->key);
		if (column->flags & COLUMN_LIST)
			add_list(&text, t->cells.v[i], true);
		else
			json_add_string(&text, t->cells.v[i]);
		str_addz(&text, i % t->n == t->n - 1 ? "}" : "");
	}
	str_addc(&text, ']');
	out_line(text.v);
	str_fini(&text);
}

static void
print_ids(const struct table *t)
{
	struct str safe = STR_INIT;

	for (size_t i = 0; i < t->cells.n; i++) {
		if (!(t->columns[i % t->n].flags & COLUMN_ID))
			continue;
		str_clear(&safe);
		utf8_safe(&safe, t->cells.v[i]);
		out_line(safe.v);
	}
	str_fini(&safe);
}

static void
clear(struct table *table)
{
	arr_each (cell, &table->cells)
		free(*cell);
	table->cells.n = 0;
}

void
table_print(struct table *table, const struct cli *cli)
{
	assert(table->n);
	if (cli->format == FORMAT_JSON) {
		print_json(table);
	} else if (cli->format == FORMAT_QUIET) {
		print_ids(table);
	} else if (!table->cells.n && !table->widths) {
		if (cli->voice->text.lists.nothing)
			out_line(cli->voice->text.lists.nothing);
		else
			out_note(cli, "nothing was found");
	} else if (cli->format == FORMAT_AGENT) {
		print_tabs(table);
	} else {
		print_rows(table, cli);
		hint_cut(table);
	}
}

void
table_flush(struct table *table, const struct cli *cli)
{
	if (table->cells.n)
		print_rows(table, cli);
	clear(table);
	out_flush();
}
