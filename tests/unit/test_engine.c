/* test_engine.c: events of the engine come to who asked, and to nobody after a
 * cancel; with a channel of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/run/loop.h"
#include "tui/engine/engine.h"

/* What a request does. */
enum kind {
	COUNT, /* tells 1 and 2, and ends with 3 */
	HOLD,  /* tells 1, and ends with 9 when it is stopped */
};

struct event {
	struct engine_event base;
	int value;
};

/* What was told. */
struct told {
	void *owner;
	unsigned generation;
	int value;
	bool last;
};

static struct engine *engine;
static struct loop *screen;
static ARR(struct told) told;
static atomic_int events, requests; /* that were made and not freed */
static int opened, closed;
static bool kept_was_freed;

/* -- the channel -- */

static struct event *
event_new(int value)
{
	struct event *event = mem_new(struct event);

	event->value = value;
	atomic_fetch_add(&events, 1);
	return event;
}

static struct engine_channel *open_channel(struct engine *of);

static void
close_channel(struct engine_channel *channel, bool free_kept, uint64_t *freed)
{
	closed++;
	kept_was_freed = free_kept;
	*freed += 100;
	free(channel);
}

static void
start(struct engine_request *request)
{
	engine_tell(request, &event_new(1)->base);
	if (request->kind == HOLD)
		return;
	engine_tell(request, &event_new(2)->base);
	engine_finish(request, &event_new(3)->base);
}

static void
stop(struct engine_request *request)
{
	assert_true(atomic_load(&request->off));
	engine_finish(request, &event_new(9)->base);
}

static void
free_request(struct engine_request *request)
{
	atomic_fetch_sub(&requests, 1);
	free(request);
}

static void
free_event(struct engine_event *event)
{
	atomic_fetch_sub(&events, 1);
	free(CONTAINER_OF(event, struct event, base));
}

static const struct engine_channel_ops ops = {
	.open = open_channel,
	.close = close_channel,
	.start = start,
	.stop = stop,
	.free_request = free_request,
	.free_event = free_event,
};

static struct engine_channel *
open_channel(struct engine *of)
{
	struct engine_channel *channel = mem_new(struct engine_channel);

	(void)of;
	opened++;
	channel->ops = &ops;
	return channel;
}

static unsigned
ask(void *owner, enum kind kind)
{
	struct engine_request *request = mem_new(struct engine_request);

	request->channel = engine_channel(engine, &ops);
	request->kind = (int)kind;
	atomic_fetch_add(&requests, 1);
	return engine_ask(engine, owner, request);
}

/* -- the screens -- */

static void
on_event(void *context, struct engine_event *event)
{
	struct told one = { event->owner, event->generation,
		CONTAINER_OF(event, struct event, base)->value, event->last };

	(void)context;
	assert_ptr_equal(event->channel, &ops);
	arr_push(&told, one);
}

struct wait {
	struct loop_timer timer;
	unsigned left;
	size_t n;
};

static void
on_tick(void *context)
{
	struct wait *wait = context;

	if (engine_busy(engine) == wait->left && told.n >= wait->n)
		loop_stop(screen);
	else
		loop_timer_start(screen, &wait->timer, 1, on_tick, wait);
}

/* Until so many requests are left, and so many events were told. */
static void
wait_for(unsigned left, size_t n)
{
	struct wait wait = { .left = left, .n = n };

	loop_timer_start(screen, &wait.timer, 0, on_tick, &wait);
	loop_run(screen);
}

static int
begin(void **state)
{
	struct error err;

	(void)state;
	opened = closed = 0;
	kept_was_freed = false;
	screen = loop_new();
	engine = engine_new(screen, on_event, NULL, &err);
	return engine ? 0 : 1;
}

static int
end(void **state)
{
	uint64_t freed = 1;

	(void)state;
	engine_free(engine, true, &freed);
	assert_int_equal(opened, 1);
	assert_int_equal(closed, 1);
	assert_true(kept_was_freed);
	assert_int_equal(freed, 101);
	assert_int_equal(atomic_load(&events), 0);
	assert_int_equal(atomic_load(&requests), 0);
	loop_free(screen);
	arr_free(&told);
	return 0;
}

static int a, b; /* two owners */

static void
test_events_come_to_who_asked(void **state)
{
	unsigned first = ask(&a, COUNT), second = ask(&b, COUNT);

	(void)state;
	assert_true(second > first && first);
	assert_int_equal(engine_busy(engine), 2);
	assert_int_equal(engine_runs(engine, &a, &ops, COUNT), 1);
	assert_int_equal(engine_runs(engine, &a, &ops, HOLD), 0);
	wait_for(0, 6);
	assert_int_equal(told.n, 6);
	for (size_t i = 0; i < told.n; i++) {
		assert_ptr_equal(told.v[i].owner, i < 3 ? &a : &b);
		assert_int_equal(told.v[i].generation, i < 3 ? first : second);
		assert_int_equal(told.v[i].value, 1 + (int)i % 3);
		assert_int_equal(told.v[i].last, i % 3 == 2);
	}
}

static void
test_a_stopped_request_says_how_it_ended(void **state)
{
	unsigned one = ask(&a, HOLD), other = ask(&a, HOLD);

	(void)state;
	engine_stop(engine, one);
	wait_for(1, 3);
	assert_int_equal(told.v[2].generation, one);
	assert_int_equal(told.v[2].value, 9);
	assert_int_equal(engine_runs(engine, &a, &ops, HOLD), 1);
	/* What has ended, or never was, is nobody's. */
	engine_stop(engine, one);
	engine_cancel(engine, one);
	engine_stop(engine, 0);
	engine_stop_all(engine, &b);
	ask(&b, COUNT);
	wait_for(1, 6);
	engine_stop_all(engine, &a);
	wait_for(0, 7);
	assert_int_equal(told.v[6].generation, other);
}

static void
test_nothing_is_told_after_a_cancel(void **state)
{
	unsigned one = ask(&a, HOLD);
	unsigned two;

	(void)state;
	wait_for(1, 1);
	two = ask(&a, COUNT);
	ask(&b, COUNT);
	engine_cancel(engine, one);
	/* It is under way until it has ended, but it is not the owner's. */
	assert_int_equal(engine_busy(engine), 3);
	assert_int_equal(engine_runs(engine, &a, &ops, HOLD), 0);
	engine_cancel(engine, two);
	wait_for(0, 4);
	assert_int_equal(told.n, 4);
	for (size_t i = 1; i < told.n; i++)
		assert_ptr_equal(told.v[i].owner, &b);
}

/* What it has to tell then is freed, see end(). */
static void
test_the_end_stops_all(void **state)
{
	(void)state;
	ask(&a, HOLD);
	ask(&b, HOLD);
	ask(&b, COUNT);
	engine_end(engine);
	assert_int_equal(told.n, 0);
	assert_int_equal(atomic_load(&requests), 0);
	assert_int_equal(atomic_load(&events), 7);
	assert_true(atomic_load(engine_until(engine)) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_events_come_to_who_asked, begin, end),
		cmocka_unit_test_setup_teardown(
		    test_a_stopped_request_says_how_it_ended, begin, end),
		cmocka_unit_test_setup_teardown(
		    test_nothing_is_told_after_a_cancel, begin, end),
		cmocka_unit_test_setup_teardown(
		    test_the_end_stops_all, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
