#include "core/xfer/pace.h"

/* Where the search begins, and where it ends. */
#define FIRST 16
#define MOST 64

/* How long one measurement lasts. */
#define LOOK_MS 150

/*
 * A file costs a request, whatever its size: with small ones it is those that
 * take the time, so each counts as this many bytes more.
 */
#define FILE_WEIGHT (256 * 1024)

/* More connections must bring this much more to be kept. */
#define GAIN 1.1

/* Measurements before a number that did not help is tried again. */
#define REST 20

/* Refusals that come so soon after one belong to it. */
#define REFUSED_MS 1000

static void
restart(struct pace *pace, uint64_t now_ms)
{
	pace->since_ms = now_ms;
	pace->moved = 0;
}

void
pace_init(struct pace *pace, unsigned chosen, uint64_t now_ms)
{
	*pace = (struct pace){ .limit = chosen ? chosen : FIRST,
		.most = chosen ? chosen : MOST,
		.chosen = chosen };
	restart(pace, now_ms);
}

void
pace_bytes(struct pace *pace, uint64_t bytes)
{
	pace->moved += bytes;
}

void
pace_file(struct pace *pace)
{
	pace->moved += FILE_WEIGHT;
}

static void
raise(struct pace *pace)
{
	/* Twice as many until that was too much once, then in smaller steps. */
	unsigned step = pace->settled ? pace->limit / 2 : pace->limit;

	pace->limit += step ? step : 1;
	if (pace->limit > pace->most)
		pace->limit = pace->most;
}

static void
judge(struct pace *pace, double rate)
{
	if (pace->limit > pace->best_limit && rate < pace->best * GAIN) {
		/* More did not help: back to what was as good. */
		pace->limit = pace->best_limit;
		pace->rest = REST;
		pace->settled = true;
		return;
	}
	if (rate < pace->best / 2) {
		/* One bad moment is no collapse. */
		if (++pace->worse >= 4) {
			pace->worse = 0;
			pace->best = rate;
			pace->limit = pace->limit / 2 ? pace->limit / 2 : 1;
			pace->best_limit = pace->limit;
		}
		return;
	}
	pace->worse = 0;
	if (rate > pace->best || pace->limit == pace->best_limit)
		pace->best = rate;
	pace->best_limit = pace->limit;
	if (pace->rest)
		pace->rest--;
	else
		raise(pace);
}

/* Goes back to what the user chose, step by step after a rest. */
static void
recover(struct pace *pace)
{
	if (pace->rest)
		pace->rest--;
	else if (pace->limit < pace->chosen)
		pace->limit++;
}

void
pace_look(struct pace *pace, bool busy, uint64_t now_ms)
{
	uint64_t ms = now_ms - pace->since_ms;

	if (ms < LOOK_MS)
		return;
	if (pace->chosen)
		recover(pace);
	else if (busy)
		judge(pace, (double)pace->moved * 1000 / (double)ms);
	restart(pace, now_ms);
}

void
pace_too_many(struct pace *pace, uint64_t now_ms)
{
	/* One wave of refusals is one answer: its requests were under way. */
	if (now_ms - pace->refused_ms < REFUSED_MS && pace->refused_ms)
		return;
	pace->refused_ms = now_ms ? now_ms : 1;
	pace->limit = pace->limit / 2 ? pace->limit / 2 : 1;
	pace->best_limit = pace->limit;
	if (!pace->chosen)
		pace->most = pace->limit > 4 ? pace->limit : 4;
	pace->rest = REST;
	pace->settled = true;
	restart(pace, now_ms);
}
