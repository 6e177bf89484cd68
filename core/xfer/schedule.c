#include "core/xfer/schedule.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/timefmt.h"

#define DAY (24 * 60)

/* "20M" or "off". */
static bool
read_rate(struct span text, uint64_t *rate)
{
	char *copy = mem_strndup(text.p, text.n);
	bool off = !strcmp(copy, "off");
	bool ok = off || (parse_size(copy, rate) && *rate);

	if (off)
		*rate = 0;
	free(copy);
	return ok;
}

/* "08:00"; up to 24:00. */
static bool
read_minute(struct span text, unsigned *minute)
{
	uint64_t hours, minutes;
	struct span first;

	if (!span_next(&text, ':', &first) || text.n != 2 || first.n > 2 ||
	    !span_u64(first, &hours) || !span_u64(text, &minutes) ||
	    minutes > 59 || hours * 60 + minutes > DAY)
		return false;
	*minute = (unsigned)(hours * 60 + minutes);
	return true;
}

/* "08:00-18:00 2M", "else off", or a rate alone. */
static bool
read_part(struct schedule *schedule, struct span part, bool *last)
{
	struct span word, from;
	unsigned n = schedule->n;
	uint64_t rate;

	part = span_trim(part);
	if (*last || !span_next(&part, ' ', &word))
		return false;
	part = span_trim(part);
	if (!part.n || span_is(word, "else")) {
		*last = true;
		if (!part.n && n)
			return false;
		return read_rate(part.n ? part : word, &schedule->rate);
	}
	if (n == SCHEDULE_MAX || !span_next(&word, '-', &from) ||
	    !read_minute(from, &schedule->times[n].from) ||
	    !read_minute(word, &schedule->times[n].to) ||
	    schedule->times[n].from % DAY == schedule->times[n].to % DAY ||
	    !read_rate(part, &rate))
		return false;
	schedule->times[n].rate = rate;
	schedule->n++;
	return true;
}

bool
schedule_read(const char *text, struct schedule *schedule, struct error *err)
{
	struct span rest = span_of(text ? text : ""), part;
	bool last = false;

	*schedule = (struct schedule){ .n = 0 };
	while (rest.n && span_next(&rest, ',', &part)) {
		bool more = rest.p != NULL;

		if (read_part(schedule, part, &last) && more == !!rest.n)
			continue;
		*schedule = (struct schedule){ .n = 0 };
		return err_set(err, ERR_USAGE,
		    "'%.200s' is not a limit; use for example 20M, off, or "
		    "08:00-18:00 2M, else off",
		    text);
	}
	return true;
}

/* Minutes from one time of the day to the next time that it is another. */
static unsigned
until(unsigned from, unsigned to)
{
	return to > from ? to - from : DAY - from + to;
}

uint64_t
schedule_at(const struct schedule *schedule, unsigned minute, unsigned *minutes)
{
	uint64_t rate = schedule->rate;
	unsigned soonest = 0;
	bool found = false;

	for (unsigned i = 0; i < schedule->n; i++) {
		unsigned from = schedule->times[i].from % DAY;
		unsigned to = schedule->times[i].to % DAY;
		unsigned a = until(minute, from), b = until(minute, to);

		soonest = !soonest || a < soonest ? a : soonest;
		soonest = b < soonest ? b : soonest;
		/* Inside, where its end comes before its next begin. */
		if (!found && b < a) {
			found = true;
			rate = schedule->times[i].rate;
		}
	}
	if (minutes)
		*minutes = soonest;
	return rate;
}

uint64_t
schedule_now(const struct schedule *schedule, unsigned *minutes)
{
	time_t now = time(NULL);
	struct tm parts;

	if (!localtime_r(&now, &parts))
		parts = (struct tm){ 0 };
	return schedule_at(
	    schedule, (unsigned)(parts.tm_hour * 60 + parts.tm_min), minutes);
}
