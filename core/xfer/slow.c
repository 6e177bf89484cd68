#include "core/xfer/slow.h"

/* Fewer siblings are no measure. */
#define SIBLINGS_LEAST 3

/* Of the mean of its siblings. */
#define SHARE 0.3

void
slow_count(struct slow_field *field, const struct slow *slow)
{
	field->moved += slow->moved;
	field->moving += slow->moved > 0;
}

static bool
is_slow(const struct slow *slow, const struct slow_field *field)
{
	unsigned siblings = field->moving - (slow->moved > 0);
	uint64_t theirs = field->moved - slow->moved;

	return siblings >= SIBLINGS_LEAST &&
	       (double)slow->moved < SHARE * (double)theirs / siblings;
}

bool
slow_look(struct slow *slow, const struct slow_field *field)
{
	if (!slow->excused)
		slow->looks = is_slow(slow, field) ? slow->looks + 1 : 0;
	slow->moved = 0;
	slow->excused = false;
	if (slow->looks < SLOW_LOOKS)
		return false;
	slow->looks = 0;
	return true;
}
