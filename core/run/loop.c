#include "core/run/loop.h"

#include <poll.h>
#include <stdlib.h>

#include "core/base/arr.h"
#include "core/os/clock.h"
#include "core/run/thread.h"

struct watch {
	int fd; /* -1: removed, dropped before the next wait */
	unsigned events;
	void (*ready)(void *context, int fd, unsigned events);
	void *context;
};

struct loop {
	ARR(struct watch) watches;
	struct pollfd *polled; /* as long as the watches, filled to wait */
	size_t polled_cap;
	struct list timers; /* soonest first */
	bool stopped;
};

struct loop *
loop_new(void)
{
	struct loop *loop = mem_new(struct loop);

	list_init(&loop->timers);
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (!loop)
		return;
	arr_free(&loop->watches);
	free(loop->polled);
	free(loop);
}

void
loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

void
loop_watch(struct loop *loop, int fd, unsigned events,
    void (*ready)(void *context, int fd, unsigned events), void *context)
{
	struct watch watch = { fd, events, ready, context };

	arr_each (old, &loop->watches) {
		if (old->fd == fd) {
			*old = watch;
			return;
		}
	}
	arr_push(&loop->watches, watch);
}

void
loop_unwatch(struct loop *loop, int fd)
{
	arr_each (watch, &loop->watches) {
		if (watch->fd == fd)
			watch->fd = -1;
	}
}

void
loop_timer_start(struct loop *loop, struct loop_timer *timer, uint64_t ms,
    void (*fire)(void *context), void *context)
{
	struct list *after;

	loop_timer_stop(timer);
	timer->due_ms = clock_ms() + ms;
	timer->fire = fire;
	timer->context = context;
	for (after = loop->timers.prev; after != &loop->timers;
	     after = after->prev) {
		struct loop_timer *other =
		    CONTAINER_OF(after, struct loop_timer, link);

		if (other->due_ms <= timer->due_ms)
			break;
	}
	/* Appending to the list that begins at the next one inserts here. */
	list_append(after->next, &timer->link);
}

void
loop_timer_stop(struct loop_timer *timer)
{
	if (!timer->link.next)
		list_init(&timer->link);
	list_remove(&timer->link);
}

static struct loop_timer *
first_timer(struct loop *loop)
{
	if (list_empty(&loop->timers))
		return NULL;
	return CONTAINER_OF(loop->timers.next, struct loop_timer, link);
}

/* How long poll may wait, in its own terms. */
static int
wait_ms(struct loop *loop)
{
	struct loop_timer *timer = first_timer(loop);
	uint64_t now = clock_ms();

	if (!timer)
		return -1;
	if (timer->due_ms <= now)
		return 0;
	return timer->due_ms - now > 60000 ? 60000 : (int)(timer->due_ms - now);
}

/* Drops removed watches and copies the others for poll. */
static size_t
prepare(struct loop *loop)
{
	size_t n = 0;

	for (size_t i = 0; i < loop->watches.n; i++) {
		if (loop->watches.v[i].fd >= 0)
			loop->watches.v[n++] = loop->watches.v[i];
	}
	loop->watches.n = n;
	if (n > loop->polled_cap) {
		loop->polled_cap = n * 2;
		loop->polled = mem_resize(
		    loop->polled, loop->polled_cap, sizeof(*loop->polled));
	}
	for (size_t i = 0; i < n; i++) {
		unsigned events = loop->watches.v[i].events;

		loop->polled[i].fd = loop->watches.v[i].fd;
		loop->polled[i].events =
		    (short)((events & LOOP_READ ? POLLIN : 0) |
			    (events & LOOP_WRITE ? POLLOUT : 0));
		loop->polled[i].revents = 0;
	}
	return n;
}

static void
serve_watches(struct loop *loop, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		short got = loop->polled[i].revents;
		struct watch watch = loop->watches.v[i];
		unsigned events = 0;

		if (!got || watch.fd != loop->polled[i].fd)
			continue;
		if (got & (POLLIN | POLLERR | POLLHUP | POLLNVAL))
			events |= LOOP_READ;
		if (got & (POLLOUT | POLLERR | POLLHUP | POLLNVAL))
			events |= LOOP_WRITE;
		watch.ready(watch.context, watch.fd, events);
	}
}

/* `now` is taken once, so a timer that starts itself anew waits a round. */
static void
serve_timers(struct loop *loop)
{
	uint64_t now = clock_ms();
	struct loop_timer *timer;

	while ((timer = first_timer(loop)) && timer->due_ms <= now) {
		loop_timer_stop(timer);
		timer->fire(timer->context);
	}
}

void
loop_run(struct loop *loop)
{
	loop->stopped = false;
	thread_serve(true);
	while (!loop->stopped) {
		size_t n = prepare(loop);

		if (poll(loop->polled, (nfds_t)n, wait_ms(loop)) > 0)
			serve_watches(loop, n);
		serve_timers(loop);
	}
	thread_serve(false);
}
