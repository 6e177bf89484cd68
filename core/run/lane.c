#include "core/run/lane.h"

#include <stddef.h>

#include "core/base/attr.h"

static void
run_one(struct work *work)
{
	struct lane *lane = CONTAINER_OF(work, struct lane, work);

	lane->running->run(lane->running);
}

static void
start_next(struct lane *lane)
{
	struct list *item = lane->waiting.next;

	if (lane->running || list_empty(&lane->waiting))
		return;
	list_remove(item);
	lane->running = CONTAINER_OF(item, struct work, link);
	workers_submit(lane->workers, &lane->work);
}

/* The next one starts first: `done` may end everything. */
static void
one_done(struct work *work)
{
	struct lane *lane = CONTAINER_OF(work, struct lane, work);
	struct work *done = lane->running;

	lane->running = NULL;
	start_next(lane);
	done->done(done);
}

void
lane_init(struct lane *lane, struct workers *workers)
{
	*lane = (struct lane){ .workers = workers };
	lane->work.run = run_one;
	lane->work.done = one_done;
	list_init(&lane->waiting);
}

void
lane_submit(struct lane *lane, struct work *work)
{
	list_append(&lane->waiting, &work->link);
	start_next(lane);
}
