#include "core/net/budget.h"

#include <string.h>

#include "core/os/clock.h"

/* No window of the Hub is longer; what says so is not believed. */
#define WINDOW_MAX_S 3600

enum budget_kind
budget_kind(const char *url)
{
	return strstr(url, "/resolve/") ? BUDGET_RESOLVERS : BUDGET_API;
}

void
budget_note(struct budget *budget, enum budget_kind kind, struct span header,
    uint64_t now_ms)
{
	struct span param;
	uint64_t left = 0, seconds = 0;
	bool has_left = false, has_time = false;

	while (span_next(&header, ';', &param)) {
		struct span value = span_trim(param);

		if (value.n < 3)
			continue;
		value.p += 2;
		value.n -= 2;
		if (span_starts_nocase(span_trim(param), "r="))
			has_left = span_u64(value, &left);
		else if (span_starts_nocase(span_trim(param), "t="))
			has_time = span_u64(value, &seconds);
	}
	if (!has_left || !has_time || seconds > WINDOW_MAX_S)
		return;
	budget->kinds[kind].left = left;
	budget->kinds[kind].until_ms =
	    now_ms + clock_scaled((seconds + 1) * 1000);
}

uint64_t
budget_spend(struct budget *budget, enum budget_kind kind, uint64_t now_ms)
{
	uint64_t until = budget->kinds[kind].until_ms;

	if (!until || now_ms >= until)
		return 0;
	if (budget->kinds[kind].left) {
		budget->kinds[kind].left--;
		return 0;
	}
	return until - now_ms;
}
