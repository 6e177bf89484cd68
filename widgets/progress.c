#include "widgets/progress.h"

#include "core/base/timefmt.h"

void
progress_begin(struct progress *progress, uint64_t goal, uint64_t now_ms)
{
	progress->done = 0;
	progress->goal = goal;
	progress->left = (struct rate_left){ 0 };
	progress->timed = false;
	rate_begin(&progress->rate, 0, now_ms);
}

void
progress_go(struct progress *progress, uint64_t done, uint64_t now_ms)
{
	if (done > progress->done)
		progress->done = done;
	rate_sample(&progress->rate, progress->done, now_ms);
	progress->timed =
	    progress->goal > progress->done &&
	    rate_left(&progress->left, &progress->rate,
		progress->goal - progress->done, now_ms, &progress->left_s);
}

void
progress_text(const struct progress *progress, uint64_t now_ms, struct str *out)
{
	uint64_t done = progress->done, goal = progress->goal;
	double rate = progress->rate.per_s;
	char text[TIMEFMT_MAX];

	fmt_bytes(text, done);
	str_addz(out, text);
	if (goal) {
		fmt_bytes(text, goal);
		str_addf(out, " of %s", text);
	}
	if (rate < 1 || rate_is_stalled(&progress->rate, now_ms))
		return;
	fmt_bytes(text, (uint64_t)rate);
	str_addf(out, "  %s/s", text);
	if (progress->timed) {
		fmt_duration(text, progress->left_s);
		str_addf(out, "  %s", text);
	}
}

void
progress_draw(
    const struct progress *progress, const struct area *area, int columns)
{
	double done = (double)progress->done, goal = (double)progress->goal;
	int x = area->columns - columns, bar = columns - 8;

	if (area->surface->linear || bar < 4 || x < 0 || goal <= 0)
		return;
	if (done > goal)
		done = goal;
	area_fill(area, x, 0, columns, ROLE_TEXT);
	area_text(area, x, 0, 1, ROLE_DIM, "[");
	area_bar(area, x + 1, 0, bar, done, 0, goal);
	area_print(area, x + 1 + bar, 0, ROLE_TEXT, "] %3d%%",
	    (int)(done * 100 / goal));
}
