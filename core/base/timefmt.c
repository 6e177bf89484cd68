#include "core/base/timefmt.h"

#include <stdio.h>

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

	if (!unit)
		snprintf(out, TIMEFMT_MAX, "%u B", (unsigned)bytes);
	else
		snprintf(out, TIMEFMT_MAX, "%.1f %cB", value, " kMGTPE"[unit]);
}

void
fmt_duration(char out[TIMEFMT_MAX], uint64_t seconds)
{
	unsigned s = (unsigned)(seconds % 60);
	unsigned m = (unsigned)(seconds / 60 % 60);
	unsigned h = (unsigned)(seconds / 3600 % 24);
	unsigned d = (unsigned)(seconds / 86400);

	if (d > 999)
		snprintf(out, TIMEFMT_MAX, "years");
	else if (d)
		snprintf(out, TIMEFMT_MAX, "%ud %02uh", d, h);
	else if (h)
		snprintf(out, TIMEFMT_MAX, "%u:%02u:%02u", h, m, s);
	else
		snprintf(out, TIMEFMT_MAX, "%u:%02u", m, s);
}
