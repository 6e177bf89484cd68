#include "cli/show/pytext.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"

/* Python writes a float with as few digits as bring the same one back, and with
 * an exponent below 1e-4 and from 1e16. */
static void
add_float(struct str *out, double value)
{
	char text[40];
	int digits = 1;
	int exponent;
	double same;

	/* Larger than a double; no number cannot come. */
	if (value > DBL_MAX || value < -DBL_MAX) {
		str_addz(out, value > 0 ? "Infinity" : "-Infinity");
		return;
	}
	do {
		snprintf(text, sizeof(text), "%.*e", digits - 1, value);
		same = strtod(text, NULL);
	} while (digits++ < 17 && (same < value || same > value));
	digits--;
	exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	if (exponent < -4 || exponent >= 16) {
		str_addz(out, text);
		return;
	}
	str_addf(out, "%.*f", digits - 1 > exponent ? digits - 1 - exponent : 1,
	    value);
}

static void
add_number(struct str *out, double value)
{
	/* Whole numbers up to here are exact, and were whole in the text. */
	const double most = 9007199254740992.0;
	bool whole = value > -most && value < most;

	if (whole) {
		double same = (double)(long long)value;

		whole = same >= value && same <= value;
	}
	if (whole)
		str_addf(out, "%lld", (long long)value);
	else
		add_float(out, value);
}

static void
add_break(struct str *out, bool lines, unsigned level)
{
	if (!lines)
		return;
	str_addc(out, '\n');
	while (level--)
		str_addz(out, "  ");
}

/* With `lines` on several, `level` being that of the value itself. */
static void
add_value(
    struct str *out, const struct cJSON *value, bool lines, unsigned level)
{
	bool object = json_is_object(value);
	double number;
	bool any = false;

	if (json_is_null(value)) {
		str_addz(out, "null");
	} else if (json_is_bool(value)) {
		str_addz(out, json_is_true(value) ? "true" : "false");
	} else if (json_double(value, &number)) {
		add_number(out, number);
	} else if (json_text(value)) {
		json_add_string(out, json_text(value));
	} else {
		str_addc(out, object ? '{' : '[');
		json_each (member, value) {
			if (object && json_is_null(member))
				continue;
			str_addz(out, any ? (lines ? "," : ", ") : "");
			add_break(out, lines, level + 1);
			if (object) {
				json_add_string(out, json_key(member));
				str_addz(out, ": ");
			}
			add_value(out, member, lines, level + 1);
			any = true;
		}
		if (any)
			add_break(out, lines, level);
		str_addc(out, object ? '}' : ']');
	}
}

void
py_add_json(struct str *out, const struct cJSON *value)
{
	add_value(out, value, false, 0);
}

void
py_add_indented(struct str *out, const struct cJSON *value, unsigned level)
{
	add_value(out, value, true, level);
}

static void
add_repr(struct str *out, const struct cJSON *value)
{
	if (json_text(value))
		str_add_quoted(out, json_text(value));
	else
		py_add_str(out, value);
}

void
py_add_str(struct str *out, const struct cJSON *value)
{
	bool object = json_is_object(value);
	double number;
	bool any = false;

	if (json_is_null(value)) {
		str_addz(out, "None");
	} else if (json_is_bool(value)) {
		str_addz(out, json_is_true(value) ? "True" : "False");
	} else if (json_double(value, &number)) {
		add_number(out, number);
	} else if (json_text(value)) {
		str_addz(out, json_text(value));
	} else {
		str_addc(out, object ? '{' : '[');
		json_each (member, value) {
			str_addz(out, any ? ", " : "");
			if (object) {
				str_add_quoted(out, json_key(member));
				str_addz(out, ": ");
			}
			add_repr(out, member);
			any = true;
		}
		str_addc(out, object ? '}' : ']');
	}
}
