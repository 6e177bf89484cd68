#include "core/base/timefmt.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Divides to below 1000 and returns the index of the unit. */
static unsigned
scale(double *value)
{
	unsigned unit = 0;

	while (*value >= 1000 && unit < 6) {
		*value /= 1000;
		unit++;
	}
	return unit;
}

void
fmt_size(char out[TIMEFMT_MAX], uint64_t bytes)
{
	static const char suffixes[][2] = { "", "K", "M", "G", "T", "P", "E" };
	double value = (double)bytes;
	unsigned unit = scale(&value);

	snprintf(out, TIMEFMT_MAX, "%.1f%s", value, suffixes[unit]);
}

void
fmt_bytes(char out[TIMEFMT_MAX], uint64_t bytes)
{
	double value = (double)bytes;
	unsigned unit = scale(&value);

	/* "1.0 TB", not "1000.0 GB". */
	if (unit && unit < 6 && value >= 999.95) {
		value /= 1000;
		unit++;
	}
	if (!unit)
		snprintf(out, TIMEFMT_MAX, "%u B", (unsigned)bytes);
	else
		snprintf(out, TIMEFMT_MAX, "%.1f %cB", value, " kMGTPE"[unit]);
}

void
fmt_listed(char out[TIMEFMT_MAX], uint64_t bytes)
{
	double value = (double)bytes;
	unsigned unit = scale(&value);

	if (!unit)
		snprintf(out, TIMEFMT_MAX, "%u B", (unsigned)bytes);
	else
		snprintf(out, TIMEFMT_MAX, "%.1f %cB", value, " KMGTPE"[unit]);
}

/* Billions of years: a whole number of them fits in any type and text of ours. */
#define LONGEST_S 1e17

/* Rounds halves to the even side, as Python. */
static double
round_even(double value)
{
	double down = (double)(unsigned long long)value;
	double rest = value - down;

	if (rest > 0.5 || (rest >= 0.5 && (unsigned long long)value % 2 == 1))
		return down + 1;
	return down;
}

void
fmt_ago(char out[TIMEFMT_MAX], double seconds, bool old)
{
	static const struct {
		const char *name;
		double length;
		double most[2];
	} units[] = { { "second", 1, { 59, 60 } }, { "minute", 60, { 59, 60 } },
		{ "hour", 3600, { 23, 24 } }, { "day", 86400, { 6, 6 } },
		{ "week", 604800, { 6, 6 } }, { "month", 2592000, { 11, 11 } },
		{ "year", 31536000, { 1e18, 1e18 } } };

	/* What is no number has to have some text, too. */
	if (!(seconds >= 20)) {
		snprintf(out, TIMEFMT_MAX, "a few seconds ago");
		return;
	}
	if (seconds > LONGEST_S)
		seconds = LONGEST_S;
	for (unsigned i = 0; i < sizeof(units) / sizeof(*units); i++) {
		double count = round_even(seconds / units[i].length);

		if (count > units[i].most[old])
			continue;
		snprintf(out, TIMEFMT_MAX, "%.0f %s%s ago", count,
		    units[i].name, count > 1 ? "s" : "");
		return;
	}
}

void
fmt_duration(char out[TIMEFMT_MAX], uint64_t seconds)
{
	unsigned s = (unsigned)(seconds % 60);
	unsigned m = (unsigned)(seconds / 60 % 60);
	unsigned h = (unsigned)(seconds / 3600 % 24);
	uint64_t d = seconds / 86400;

	if (d > 999)
		snprintf(out, TIMEFMT_MAX, "years");
	else if (d)
		snprintf(out, TIMEFMT_MAX, "%ud %02uh", (unsigned)d, h);
	else if (h)
		snprintf(out, TIMEFMT_MAX, "%u:%02u:%02u", h, m, s);
	else
		snprintf(out, TIMEFMT_MAX, "%u:%02u", m, s);
}

/* What stands before the unit: digits, perhaps a point and digits. */
static bool
parse_decimal(const char **text, double *value)
{
	double unit = 1;
	bool point = false, any = false;

	*value = 0;
	for (; isdigit((unsigned char)**text) || (**text == '.' && !point);
	     (*text)++) {
		if (**text == '.') {
			point = true;
			continue;
		}
		any = true;
		*value = *value * 10 + (**text - '0');
		unit *= point ? 10 : 1;
	}
	*value /= unit;
	return any;
}

bool
parse_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGTPE";
	const char *unit;
	double value, base = 1000;
	unsigned power = 0;

	if (!parse_decimal(&text, &value))
		return false;
	text += strspn(text, " ");
	unit = *text ? strchr(units, toupper((unsigned char)*text)) : NULL;
	if (unit) {
		power = (unsigned)(unit - units) + 1;
		text++;
		if (*text == 'i' || *text == 'I') {
			base = 1024;
			text++;
		}
	}
	if (*text == 'B' || *text == 'b')
		text++;
	while (power--)
		value *= base;
	if (*text || !(value < 18e18))
		return false;
	*bytes = (uint64_t)value;
	return true;
}
