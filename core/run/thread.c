#include "core/run/thread.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "core/base/mem.h"

struct thread {
	pthread_t id;
	void (*run)(void *context);
	void *context;
};

struct mailbox {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct list items;
	bool closed;
	void (*wake)(void *context);
	void *context;
};

static void *
enter(void *p)
{
	struct thread *thread = p;

	thread->run(thread->context);
	return NULL;
}

struct thread *
thread_start(void (*run)(void *context), void *context, struct error *err)
{
	struct thread *thread = mem_new(struct thread);
	sigset_t all, old;
	int errnum;

	thread->run = run;
	thread->context = context;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	errnum = pthread_create(&thread->id, NULL, enter, thread);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (errnum) {
		err_errno(err, errnum, "cannot start a thread");
		free(thread);
		return NULL;
	}
	return thread;
}

void
thread_join(struct thread *thread)
{
	if (!thread)
		return;
	pthread_join(thread->id, NULL);
	free(thread);
}

#ifdef ENABLE_FAULTS
static _Thread_local bool serving;

void
thread_serve(bool serves)
{
	serving = serves;
}

void
thread_take_time(void)
{
	assert(!serving);
}
#else
void
thread_serve(bool serves)
{
	(void)serves;
}

void
thread_take_time(void)
{
}
#endif

struct mailbox *
mailbox_new(void (*wake)(void *context), void *context)
{
	struct mailbox *box = mem_new(struct mailbox);

	pthread_mutex_init(&box->lock, NULL);
	pthread_cond_init(&box->filled, NULL);
	list_init(&box->items);
	box->wake = wake;
	box->context = context;
	return box;
}

void
mailbox_free(struct mailbox *box)
{
	if (!box)
		return;
	pthread_cond_destroy(&box->filled);
	pthread_mutex_destroy(&box->lock);
	free(box);
}

void
mailbox_put(struct mailbox *box, struct list *item)
{
	bool first;

	pthread_mutex_lock(&box->lock);
	first = list_empty(&box->items);
	list_append(&box->items, item);
	pthread_cond_signal(&box->filled);
	pthread_mutex_unlock(&box->lock);
	if (first && box->wake)
		box->wake(box->context);
}

/* The lock is held. */
static struct list *
take_first(struct mailbox *box)
{
	struct list *item = box->items.next;

	if (list_empty(&box->items))
		return NULL;
	list_remove(item);
	return item;
}

struct list *
mailbox_wait(struct mailbox *box)
{
	struct list *item;

	pthread_mutex_lock(&box->lock);
	while (!(item = take_first(box)) && !box->closed)
		pthread_cond_wait(&box->filled, &box->lock);
	pthread_mutex_unlock(&box->lock);
	return item;
}

struct list *
mailbox_take(struct mailbox *box)
{
	struct list *item;

	pthread_mutex_lock(&box->lock);
	item = take_first(box);
	pthread_mutex_unlock(&box->lock);
	return item;
}

void
mailbox_close(struct mailbox *box)
{
	pthread_mutex_lock(&box->lock);
	box->closed = true;
	pthread_cond_broadcast(&box->filled);
	pthread_mutex_unlock(&box->lock);
}
