#include "core/run/workers.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/run/post.h"
#include "core/run/thread.h"

struct workers {
	struct mailbox *todo;
	struct post *finished;
	struct thread **threads;
	unsigned count;
};

static void
run_thread(void *context)
{
	struct workers *workers = context;
	struct list *item;

	while ((item = mailbox_wait(workers->todo))) {
		struct work *work = CONTAINER_OF(item, struct work, link);

		work->run(work);
		post_put(workers->finished, item);
	}
}

static void
on_finished(void *context, struct list *item)
{
	struct work *work = CONTAINER_OF(item, struct work, link);

	(void)context;
	work->done(work);
}

struct workers *
workers_new(struct loop *loop, unsigned count, struct error *err)
{
	struct workers *workers = mem_new(struct workers);

	workers->todo = mailbox_new(NULL, NULL);
	workers->threads = mem_zalloc(count * sizeof(struct thread *));
	workers->finished = post_new(loop, on_finished, workers, err);
	if (!workers->finished) {
		workers_free(workers);
		return NULL;
	}
	for (; workers->count < count; workers->count++) {
		struct thread *thread = thread_start(run_thread, workers, err);

		if (!thread) {
			workers_free(workers);
			return NULL;
		}
		workers->threads[workers->count] = thread;
	}
	return workers;
}

static void
drop(struct list *item)
{
	struct work *work = CONTAINER_OF(item, struct work, link);

	if (work->drop)
		work->drop(work);
}

void
workers_free(struct workers *workers)
{
	if (!workers)
		return;
	mailbox_close(workers->todo);
	for (unsigned i = 0; i < workers->count; i++)
		thread_join(workers->threads[i]);
	post_free(workers->finished, drop);
	mailbox_free(workers->todo);
	free(workers->threads);
	free(workers);
}

void
workers_submit(struct workers *workers, struct work *work)
{
	mailbox_put(workers->todo, &work->link);
}

void
workers_give_back(struct workers *workers, struct work *work)
{
	post_put(workers->finished, &work->link);
}
