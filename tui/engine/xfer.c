#include "tui/engine/xfer.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/down/download.h"
#include "core/os/clock.h"
#include "core/os/log.h"
#include "core/queue/inbox.h"
#include "core/queue/queue.h"
#include "core/queue/record.h"
#include "core/queue/runner.h"
#include "core/run/loop.h"
#include "core/up/upload.h"

/* How often a picture is made. */
#define PICTURE_MS 100

/* How often the list of another process is read. */
#define REREAD_MS 1000

struct channel {
	struct engine_channel base;
	_Atomic(struct xfer_picture *) newest;
	atomic_bool told; /* that there is one, which was not looked at since */

	/* Of the engine's loop. */
	struct request *watch; /* who is told; NULL: nobody yet */
	bool open;
	struct queue queue;
	uint64_t listed; /* changes of it that a picture has shown, and one */
	struct runner *runner;
	struct download_view view;
	struct upload_view up;
	struct log log;
	struct loop *loop;
	struct workers *workers;
	struct loop_timer picture;
	uint64_t pictured_ms;
	unsigned discards; /* that are under way */
	bool ending;
};

struct request {
	struct engine_request base;
	char *lines;
	unsigned id; /* of a job */
	ARR(unsigned) ids;
	struct discard *discard;
};

static struct request *
own(struct engine_request *request)
{
	return CONTAINER_OF(request, struct request, base);
}

static struct channel *
channel_of(const struct request *request)
{
	return CONTAINER_OF(request->base.channel, struct channel, base);
}

/* -- pictures -- */

void
xfer_picture_free(struct xfer_picture *picture)
{
	if (!picture)
		return;
	arr_each (run, &picture->runs) {
		arr_each (file, &run->files)
			free(file->name);
		arr_free(&run->files);
		arr_free(&run->streams);
		free(run->note);
	}
	arr_free(&picture->runs);
	queue_list_fini(&picture->list);
	free(picture);
}

const struct xfer_run *
xfer_run_of(const struct xfer_picture *picture, unsigned id)
{
	arr_each (run, &picture->runs) {
		if (run->id == id)
			return run;
	}
	return NULL;
}

static char *
copy_text(const char *text)
{
	return text ? mem_strdup(text) : NULL;
}

static uint64_t
until(uint64_t then_ms, uint64_t now_ms)
{
	if (!then_ms)
		return 0;
	return then_ms > now_ms ? then_ms - now_ms : 1;
}

static void
add_files(struct xfer_run *run, const struct download_view *view, uint64_t now)
{
	arr_each (file, &view->files) {
		struct xfer_file copy = { mem_strdup(file->path), *file,
			until(file->again_ms, now) };

		copy.view.path = NULL;
		run->flying += file->flying;
		run->twice += file->twice;
		arr_push(&run->files, copy);
	}
	arr_each (stream, &view->streams)
		arr_push(&run->streams, *stream);
}

/* What is sent: of it all that is out counts as kept. */
static void
add_sent(struct xfer_run *run, const struct upload_view *view)
{
	run->upload = true;
	run->up = *view;
	run->up.sending.v = NULL;
	run->up.sending.n = run->up.sending.cap = 0;
	arr_each (file, &view->sending) {
		struct view_file shown = { .phase = VIEW_RUN,
			.size = file->size,
			.kept = file->sent,
			.rate = file->rate };

		arr_push(&run->files,
		    (struct xfer_file){ mem_strdup(file->path), shown, 0 });
	}
}

static void
add_run(struct channel *channel, struct xfer_picture *picture,
    const struct run *run, uint64_t now)
{
	struct download_view *view = &channel->view;
	struct xfer_run copy = { .id = run->id,
		.counts = run->counts,
		.timed = run->timed,
		.left_s = run->left_s,
		.came = run->came,
		.rate = run->rate.per_s,
		.stalled = rate_is_stalled(&run->rate, now),
		.ending = run->ending,
		.waits_for = run->waits_for,
		.note = copy_text(run->note) };

	if (run->download) {
		download_look(run->download, view);
		copy.stage = view->stage;
		copy.again_in_ms = until(view->again_ms, now);
		copy.queued = view->queued;
		add_files(&copy, view, now);
	}
	if (run->upload) {
		upload_look_at(run->upload, &channel->up);
		add_sent(&copy, &channel->up);
	}
	arr_push(&picture->runs, copy);
}

static void
copy_list(struct queue_list *copy, const struct queue_list *list)
{
	queue_list_init(copy);
	copy->settings = list->settings;
	copy->settings.down = copy_text(list->settings.down);
	copy->settings.up = copy_text(list->settings.up);
	copy->last_id = list->last_id;
	arr_each (job, &list->jobs)
		arr_push(&copy->jobs, queue_job_copy(*job));
}

/* `before` (may be NULL) was not looked at: its list is still news. */
static struct xfer_picture *
make_picture(struct channel *channel, struct xfer_picture *before)
{
	struct xfer_picture *picture = mem_new(struct xfer_picture);
	const struct queue_list *list = &channel->queue.list;
	uint64_t now = clock_ms();

	if (channel->listed != channel->queue.changes + 1) {
		copy_list(&picture->list, list);
		picture->listed = true;
		channel->listed = channel->queue.changes + 1;
	} else if (before && before->listed) {
		picture->list = before->list;
		picture->listed = true;
		queue_list_init(&before->list);
	} else {
		queue_list_init(&picture->list);
	}
	picture->owner = channel->queue.owner;
	picture->temporary = channel->queue.temporary || channel->queue.failing;
	for (size_t i = 0; channel->runner && i < list->jobs.n; i++) {
		const struct run *run =
		    runner_find(channel->runner, list->jobs.v[i]->id);

		if (run)
			add_run(channel, picture, run, now);
	}
	if (!channel->runner)
		return picture;
	picture->limits[QUEUE_DOWNLOAD] = runner_limit(channel->runner);
	picture->limits[QUEUE_UPLOAD] = runner_limit_up(channel->runner);
	return picture;
}

static struct xfer_event *
event_new(enum xfer_event_kind kind)
{
	struct xfer_event *event = mem_new(struct xfer_event);

	event->kind = kind;
	return event;
}

/* Tells of it only where who was told has looked since. */
static void
publish(void *context)
{
	struct channel *channel = context;
	struct xfer_picture *before = atomic_exchange(&channel->newest, NULL);

	atomic_store(&channel->newest, make_picture(channel, before));
	channel->pictured_ms = clock_ms();
	if (channel->watch && !atomic_exchange(&channel->told, true))
		engine_tell(&channel->watch->base,
		    &event_new(XFER_EVENT_CHANGED)->base);
	xfer_picture_free(before);
}

static void
on_changed(void *context)
{
	struct channel *channel = context;
	uint64_t passed = clock_ms() - channel->pictured_ms;

	loop_timer_start(channel->loop, &channel->picture,
	    passed < PICTURE_MS ? PICTURE_MS - passed : 0, publish, channel);
}

/* -- telling -- */

static void
tell(const struct channel *channel, enum xfer_event_kind kind,
    const struct queue_job *job, const char *text)
{
	struct xfer_event *event;

	if (!channel->watch)
		return;
	event = event_new(kind);
	event->job = job ? queue_job_copy(job) : NULL;
	event->text = copy_text(text);
	engine_tell(&channel->watch->base, &event->base);
}

static void
on_told(void *context, const struct queue_job *job, const char *text)
{
	tell(context, XFER_EVENT_TOLD, job, text);
}

static void
on_ended(void *context, const struct queue_job *job)
{
	/* First, so that what is said can be seen. */
	publish(context);
	tell(context, XFER_EVENT_ENDED, job, NULL);
}

static void
on_unkept(void *context, const struct error *err)
{
	const struct channel *channel = context;
	struct xfer_event *event;

	if (!channel->watch)
		return;
	event = event_new(XFER_EVENT_FAILED);
	event->error = *err;
	engine_tell(&channel->watch->base, &event->base);
}

static void
finish(struct request *request, const struct error *err)
{
	struct xfer_event *event =
	    event_new(err ? XFER_EVENT_FAILED : XFER_EVENT_DONE);

	if (err)
		event->error = *err;
	engine_finish(&request->base, &event->base);
}

static void
close_all(struct channel *channel)
{
	loop_timer_stop(&channel->picture);
	runner_free(channel->runner);
	channel->runner = NULL;
	if (channel->open)
		queue_close(&channel->queue);
	channel->open = false;
}

static void
on_idle(void *context)
{
	struct channel *channel = context;
	struct request *watch = channel->watch;

	if (!channel->ending || !watch || channel->discards)
		return;
	channel->watch = NULL;
	close_all(channel);
	finish(watch, NULL);
}

/* -- watching -- */

/* What ran or was to run the last time goes on when it is told to. */
static void
hold(struct queue *queue)
{
	arr_each (job, &queue->list.jobs) {
		if ((*job)->state == QUEUE_WAITING)
			(*job)->state = QUEUE_PAUSED;
	}
}

static void
open_runner(struct channel *channel)
{
	const struct runner_face face = { .changed = on_changed,
		.told = on_told,
		.ended = on_ended,
		.unkept = on_unkept,
		.idle = on_idle,
		.context = channel };
	struct error err;

	hold(&channel->queue);
	channel->listed = 0;
	channel->runner = runner_new(&channel->queue, channel->loop,
	    channel->workers, &channel->log, &face);
	if (!runner_open_inbox(channel->runner, &err))
		tell(channel, XFER_EVENT_TOLD, NULL, err.message);
}

/* While another process has it; once that has ended it is ours. */
static void
reread(void *context)
{
	struct channel *channel = context;
	struct error ignored;

	queue_close(&channel->queue);
	channel->listed = 0;
	MAY_FAIL(queue_open(&channel->queue, &ignored),
	    "it is read again a second later");
	if (!channel->queue.owner && !channel->queue.temporary) {
		open_runner(channel);
		return;
	}
	publish(channel);
	loop_timer_start(
	    channel->loop, &channel->picture, REREAD_MS, reread, channel);
}

static void
start_watch(struct request *request)
{
	struct channel *channel = channel_of(request);
	struct error err;

	channel->watch = request;
	channel->loop = engine_loop(request->base.engine);
	channel->workers = engine_workers(request->base.engine);
	channel->open = true;
	if (!queue_open(&channel->queue, &err))
		tell(channel, XFER_EVENT_TOLD, NULL, err.message);
	if (channel->queue.trouble)
		tell(channel, XFER_EVENT_TOLD, NULL, channel->queue.trouble);
	if (channel->queue.owner)
		reread(channel);
	else
		open_runner(channel);
	publish(channel);
}

/* -- changing -- */

/* Another process has the list, which is here as that one last wrote it. */
static bool
leave(struct channel *channel, const char *lines, struct error *err)
{
	struct queue_list alone;
	struct record_done done;
	const struct queue_job *job = NULL, *same;
	struct error ignored;
	bool ok = true, taken;

	queue_list_init(&alone);
	/* What adds a transfer is a line alone. */
	if (record_take(&alone, lines, strlen(lines), &done, &ignored) &&
	    done.made)
		job = alone.jobs.v[0];
	same = job ? queue_find_same(&channel->queue.list, job) : NULL;
	if (!same)
		ok = inbox_put(lines, 0, &taken, err);
	if (job && ok)
		tell(channel, same ? XFER_EVENT_SAME : XFER_EVENT_ADDED,
		    same ? same : job, NULL);
	queue_list_fini(&alone);
	return ok;
}

static bool
change_line(struct channel *channel, const char *line, struct error *err)
{
	struct record_done done;

	if (!queue_change(&channel->queue, line, &done, err))
		return false;
	if (done.made || done.same)
		tell(channel, done.same ? XFER_EVENT_SAME : XFER_EVENT_ADDED,
		    queue_find(&channel->queue.list, done.id), NULL);
	return true;
}

static void
start_change(struct request *request)
{
	struct channel *channel = channel_of(request);
	struct span rest = span_of(request->lines), line;
	struct error err;
	bool ok = true;

	if (channel->queue.owner) {
		ok = leave(channel, request->lines, &err);
		rest.n = 0;
	}
	while (ok && rest.n && span_next(&rest, '\n', &line)) {
		char *copy = mem_strndup(line.p, line.n);

		ok = change_line(channel, copy, &err);
		free(copy);
	}
	finish(request, ok ? NULL : &err);
	if (channel->runner)
		runner_look_again(channel->runner);
}

static void
start_hurry(struct request *request)
{
	struct channel *channel = channel_of(request);

	if (channel->runner)
		runner_hurry(channel->runner, request->id);
	finish(request, NULL);
}

/* -- what is left of transfers -- */

static void
on_discard(void *context, const struct discard_sum *sum)
{
	struct request *request = context;
	struct channel *channel = channel_of(request);
	struct xfer_event *event = event_new(
	    request->base.kind == XFER_REQUEST_LEFT ? XFER_EVENT_LEFT
						    : XFER_EVENT_DISCARDED);

	event->left = *sum;
	discard_free(request->discard);
	channel->discards--;
	engine_finish(&request->base, &event->base);
	/* The end may have waited for it. */
	if (channel->ending &&
	    !(channel->runner && runner_running(channel->runner)))
		on_idle(channel);
}

/* Where another process has the queue, nobody asks. */
static void
start_left(struct request *request)
{
	struct channel *channel = channel_of(request);

	if (!channel->runner) {
		finish(request, NULL);
		return;
	}
	channel->discards++;
	request->discard = discard_look(&channel->queue, channel->runner,
	    channel->loop, channel->workers, request->ids.v, request->ids.n,
	    on_discard, request);
}

static void
start_discard(struct request *request)
{
	struct channel *channel = channel_of(request);
	struct str line = STR_INIT;
	struct error err;

	if (!channel->runner) {
		finish(request, NULL);
		return;
	}
	channel->discards++;
	request->discard = discard_start(&channel->queue, channel->runner,
	    channel->loop, channel->workers, request->ids.v, request->ids.n,
	    on_discard, request);
	arr_each (id, &request->ids) {
		str_clear(&line);
		record_add_drop(&line, *id);
		if (!queue_change(&channel->queue, line.v, NULL, &err))
			tell(channel, XFER_EVENT_TOLD, NULL, err.message);
	}
	str_fini(&line);
	runner_look_again(channel->runner);
}

/* -- the channel -- */

static void
start(struct engine_request *request)
{
	switch ((enum xfer_request)request->kind) {
	case XFER_REQUEST_WATCH:
		start_watch(own(request));
		break;
	case XFER_REQUEST_CHANGE:
		start_change(own(request));
		break;
	case XFER_REQUEST_HURRY:
		start_hurry(own(request));
		break;
	case XFER_REQUEST_LEFT:
		start_left(own(request));
		break;
	case XFER_REQUEST_DISCARD:
		start_discard(own(request));
		break;
	case XFER_REQUESTS:
		break;
	}
}

static void
stop(struct engine_request *request)
{
	struct channel *channel = channel_of(own(request));

	if (request->kind != XFER_REQUEST_WATCH || channel->ending)
		return;
	channel->ending = true;
	if (channel->runner)
		runner_stop(channel->runner);
	else
		on_idle(channel);
}

static const struct engine_channel_ops ops;

static struct engine_channel *
open_channel(struct engine *engine)
{
	struct channel *channel = mem_new(struct channel);

	(void)engine;
	channel->base.ops = &ops;
	channel->log = (struct log)LOG_OFF;
	return &channel->base;
}

static void
close_channel(struct engine_channel *opened, bool free_kept, uint64_t *freed)
{
	struct channel *channel = CONTAINER_OF(opened, struct channel, base);

	(void)free_kept;
	(void)freed;
	xfer_picture_free(atomic_load(&channel->newest));
	download_view_fini(&channel->view);
	upload_view_fini(&channel->up);
	free(channel);
}

static void
free_request(struct engine_request *request)
{
	free(own(request)->lines);
	arr_free(&own(request)->ids);
	free(own(request));
}

static void
free_event(struct engine_event *event)
{
	struct xfer_event *xfer = CONTAINER_OF(event, struct xfer_event, base);

	queue_job_free(xfer->job);
	free(xfer->text);
	free(xfer);
}

static const struct engine_channel_ops ops = {
	.open = open_channel,
	.close = close_channel,
	.start = start,
	.stop = stop,
	.free_request = free_request,
	.free_event = free_event,
};

/* -- what screens call -- */

struct xfer_event *
xfer_event_of(struct engine_event *event)
{
	if (event->channel != &ops)
		return NULL;
	return CONTAINER_OF(event, struct xfer_event, base);
}

static unsigned
ask(struct engine *engine, void *owner, enum xfer_request kind,
    const char *lines, unsigned id)
{
	struct request *request = mem_new(struct request);

	request->lines = copy_text(lines);
	request->id = id;
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = (int)kind;
	request->base.watches = kind == XFER_REQUEST_WATCH;
	return engine_ask(engine, owner, &request->base);
}

unsigned
engine_xfer_watch(struct engine *engine, void *owner)
{
	return ask(engine, owner, XFER_REQUEST_WATCH, NULL, 0);
}

unsigned
engine_xfer_change(struct engine *engine, void *owner, const char *lines)
{
	return ask(engine, owner, XFER_REQUEST_CHANGE, lines, 0);
}

unsigned
engine_xfer_hurry(struct engine *engine, void *owner, unsigned id)
{
	return ask(engine, owner, XFER_REQUEST_HURRY, NULL, id);
}

static unsigned
ask_of(struct engine *engine, void *owner, enum xfer_request kind,
    const unsigned *ids, size_t n)
{
	struct request *request = mem_new(struct request);

	for (size_t i = 0; i < n; i++)
		arr_push(&request->ids, ids[i]);
	request->base.channel = engine_channel(engine, &ops);
	request->base.kind = (int)kind;
	return engine_ask(engine, owner, &request->base);
}

unsigned
engine_xfer_left(
    struct engine *engine, void *owner, const unsigned *ids, size_t n)
{
	return ask_of(engine, owner, XFER_REQUEST_LEFT, ids, n);
}

unsigned
engine_xfer_discard(
    struct engine *engine, void *owner, const unsigned *ids, size_t n)
{
	return ask_of(engine, owner, XFER_REQUEST_DISCARD, ids, n);
}

struct xfer_picture *
xfer_look(struct engine *engine)
{
	struct channel *channel =
	    CONTAINER_OF(engine_channel(engine, &ops), struct channel, base);

	/* First: what is made from here on is told of again. */
	atomic_store(&channel->told, false);
	return atomic_exchange(&channel->newest, NULL);
}
