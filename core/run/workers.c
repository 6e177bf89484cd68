#include "core/run/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/run/loop.h"
#include "core/run/thread.h"

struct workers {
	struct loop *loop;
	struct mailbox *todo;
	struct mailbox *finished;
	int wake[2]; /* a pipe: threads write, the loop reads */
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
		mailbox_put(workers->finished, item);
	}
}

static void
wake_loop(void *context)
{
	struct workers *workers = context;

	/* A full pipe has woken the loop already. */
	(void)!write(workers->wake[1], "", 1);
}

static void
serve_finished(void *context, int fd, unsigned events)
{
	struct workers *workers = context;
	struct list *item;
	char bytes[64];

	(void)events;
	while (read(fd, bytes, sizeof(bytes)) > 0)
		continue;
	while ((item = mailbox_take(workers->finished))) {
		struct work *work = CONTAINER_OF(item, struct work, link);

		work->done(work);
	}
}

static bool
open_wake(struct workers *workers, struct error *err)
{
	if (pipe(workers->wake)) {
		workers->wake[0] = workers->wake[1] = -1;
		return err_errno(err, errno, "cannot make a pipe");
	}
	for (int i = 0; i < 2; i++) {
		fcntl(workers->wake[i], F_SETFD, FD_CLOEXEC);
		fcntl(workers->wake[i], F_SETFL, O_NONBLOCK);
	}
	loop_watch(workers->loop, workers->wake[0], LOOP_READ, serve_finished,
	    workers);
	return true;
}

struct workers *
workers_new(struct loop *loop, unsigned count, struct error *err)
{
	struct workers *workers = mem_new(struct workers);

	workers->loop = loop;
	workers->todo = mailbox_new(NULL, NULL);
	workers->finished = mailbox_new(wake_loop, workers);
	workers->threads = mem_zalloc(count * sizeof(struct thread *));
	if (!open_wake(workers, err)) {
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

void
workers_free(struct workers *workers)
{
	if (!workers)
		return;
	mailbox_close(workers->todo);
	for (unsigned i = 0; i < workers->count; i++)
		thread_join(workers->threads[i]);
	while (mailbox_take(workers->finished))
		continue;
	if (workers->wake[0] >= 0) {
		loop_unwatch(workers->loop, workers->wake[0]);
		close(workers->wake[0]);
		close(workers->wake[1]);
	}
	mailbox_free(workers->todo);
	mailbox_free(workers->finished);
	free(workers->threads);
	free(workers);
}

void
workers_submit(struct workers *workers, struct work *work)
{
	mailbox_put(workers->todo, &work->link);
}
