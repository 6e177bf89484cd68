#include "core/know/look.h"

#include "core/hub/endpoint.h"
#include "core/run/thread.h"
#include "core/weights/contents.h"

/* A server that sends all of a file, whatever part is asked for, is not waited for
 * longer than this. */
#define PASSED_MAX ((uint64_t)1024 * 1024)

/* Who looks on does not wait for many tries. */
#define TRIES_MAX 2

static void next_range(struct look *look);

/* -- the end -- */

static void
tell(void *context)
{
	struct look *look = context;

	source_fini(&look->source);
	str_fini(&look->held);
	look->done(look->context,
	    look->failure.code == ERR_NONE ? NULL : &look->failure);
}

/* Not at once: who ends it is still at work with it. */
static void
end(struct look *look, const struct error *err)
{
	if (look->ended)
		return;
	look->ended = true;
	look->failure.code = ERR_NONE;
	if (err)
		look->failure = *err;
	loop_timer_start(look->hub->loop, &look->timer, 0, tell, look);
}

static void
end_stopped(struct look *look)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	end(look, &err);
}

void
look_stop(struct look *look)
{
	look->stopped = true;
	/* What the pool reads comes back first. */
	if (look->working || look->ended)
		return;
	source_cancel(look->call);
	look->call = NULL;
	loop_timer_stop(&look->timer);
	end_stopped(look);
}

/* -- a range -- */

static void
read_range(struct work *work)
{
	struct look *look = CONTAINER_OF(work, struct look, work);

	thread_take_time();
	contents_take(look->contents, look->held.v, look->held.n);
}

static void
on_range(struct work *work)
{
	struct look *look = CONTAINER_OF(work, struct look, work);

	look->working = false;
	next_range(look);
}

static size_t
take(void *context, uint64_t at, const char *bytes, size_t n, size_t passed)
{
	struct look *look = context;
	uint64_t have = look->from + look->held.n;
	size_t room = at == have ? (size_t)(look->to - have) : 0;

	(void)passed;
	if (room > n)
		room = n;
	str_add(&look->held, bytes, room);
	return room;
}

static void
give_up(void *context)
{
	struct look *look = context;
	struct error err;

	source_cancel(look->call);
	look->call = NULL;
	err_set(&err, ERR_LIMIT,
	    "the server sends whole files only, and this one is large");
	end(look, &err);
}

/* From a later turn of the loop: the call cannot end inside of this. */
static void
head(void *context, const struct http_answer *answer)
{
	struct look *look = context;

	if (answer->status == 200 && look->from + look->held.n > PASSED_MAX)
		loop_timer_start(
		    look->hub->loop, &look->timer, 0, give_up, look);
}

static void ask_range(void *context);

static void
on_ended(void *context, const struct source_end *ended)
{
	struct look *look = context;
	uint64_t have = look->from + look->held.n;

	look->call = NULL;
	loop_timer_stop(&look->timer);
	if (look->stopped) {
		end_stopped(look);
	} else if (ended->outcome == SOURCE_GOT || have == look->to) {
		look->working = true;
		look->work.run = read_range;
		look->work.done = on_range;
		workers_submit(look->workers, &look->work);
	} else if (ended->outcome == SOURCE_AGAIN && look->tries < TRIES_MAX) {
		look->tries++;
		loop_timer_start(look->hub->loop, &look->timer, ended->wait_ms,
		    ask_range, look);
	} else {
		end(look, &ended->err);
	}
}

static void
ask_range(void *context)
{
	struct look *look = context;

	look->call =
	    source_start(&look->source, look->from + look->held.n, look->to,
		&(struct source_reader){ .head = head,
		    .take = take,
		    .ended = on_ended,
		    .context = look });
}

static void
next_range(struct look *look)
{
	if (look->stopped) {
		end_stopped(look);
		return;
	}
	if (!contents_wants(look->contents, &look->from, &look->to)) {
		end(look, NULL);
		return;
	}
	str_clear(&look->held);
	ask_range(look);
}

void
look_start(struct look *look)
{
	look->source = (struct source){ .hub = look->hub,
		.repo = look->repo,
		.revision = look->revision,
		.path = look->path,
		.size = look->size,
		.readers = 1 };
	str_init(&look->held);
	next_range(look);
}
