#include "cli/show/records.h"

#include <stdlib.h>
#include <string.h>

#include "cli/show/pytext.h"
#include "cli/show/table.h"
#include "core/base/json.h"
#include "core/base/str.h"

void
records_add(struct records *records, const char *json)
{
	struct error ignored;
	struct cJSON *object = json_parse(json, strlen(json), &ignored);

	if (object)
		arr_push(&records->list, object);
}

void
records_fini(struct records *records)
{
	arr_each (object, &records->list)
		json_free(*object);
	arr_free(&records->list);
}

/* Runs of blanks, ends of lines and the like are one blank; none at the ends. */
static void
add_single_line(struct str *out, const char *text)
{
	static const char blanks[] = " \t\n\r\v\f";
	size_t before = out->n;

	while (*(text += strspn(text, blanks))) {
		size_t n = strcspn(text, blanks);

		str_addz(out, out->n > before ? " " : "");
		str_add(out, text, n);
		text += n;
	}
}

static bool
is_date(const char *text)
{
	static const char shape[] = "0000-00-00T";

	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (shape[i] == '0' ? !digit : text[i] != shape[i])
			return false;
	}
	return true;
}

/* A value in a cell for people. */
static void
add_human(struct str *out, const struct cJSON *value)
{
	const char *text = json_text(value);
	struct str whole = STR_INIT;
	bool any = false;

	if (json_is_null(value))
		return;
	if (json_is_bool(value)) {
		str_addz(out, json_is_true(value) ? cli_yes() : "");
	} else if (text && is_date(text)) {
		str_add(out, text, 10);
	} else if (json_is_array(value)) {
		json_each (item, value) {
			str_addz(out, any ? ", " : "");
			add_human(out, item);
			any = true;
		}
	} else {
		/* Of what is likely to be an account its name. */
		if (json_is_object(value) && json_get(value, "name"))
			py_add_str(&whole, json_get(value, "name"));
		else if (json_is_object(value))
			py_add_json(&whole, value);
		else
			py_add_str(&whole, value);
		add_single_line(out, whole.v);
	}
	str_fini(&whole);
}

static void
add_cell(struct table *table, const struct cJSON *value, enum format format)
{
	struct str whole = STR_INIT;
	struct str cell = STR_INIT;

	if (format == FORMAT_HUMAN) {
		add_human(&cell, value);
	} else {
		py_add_str(&whole, value);
		add_single_line(&cell, whole.v);
	}
	table_add(table, cell.v);
	str_fini(&whole);
	str_fini(&cell);
}

/* Numbers stand at the right, where all that are there are numbers. */
static bool
is_numeric(const struct records *records, const char *key)
{
	double number;

	arr_each (object, &records->list) {
		const struct cJSON *value = json_get(*object, key);

		if (!json_is_null(value) && !json_double(value, &number))
			return false;
	}
	return true;
}

void
records_print(const struct records *records, const struct cli *cli)
{
	ARR(struct column) columns = { 0 };
	struct table table = { .n = 1 };

	if (records->list.n) {
		json_each (member, records->list.v[0]) {
			const char *key = json_key(member);
			unsigned flags =
			    is_numeric(records, key) ? COLUMN_RIGHT : 0u;

			arr_push(&columns, (struct column){ key, flags });
		}
	}
	if (columns.n) {
		columns.v[0].flags |= COLUMN_ID;
		table.columns = columns.v;
		table.n = columns.n;
	}
	arr_each (object, &records->list) {
		for (size_t i = 0; i < columns.n; i++)
			add_cell(&table, json_get(*object, columns.v[i].key),
			    cli->format);
	}
	table_print(&table, cli);
	table_fini(&table);
	arr_free(&columns);
}
