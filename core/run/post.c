#include "core/run/post.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/run/loop.h"
#include "core/run/thread.h"

struct post {
	struct loop *loop;
	struct mailbox *box;
	void (*take)(void *context, struct list *item);
	void *context;
	int wake[2]; /* a pipe: threads write, the loop reads */
};

static void
wake_loop(void *context)
{
	struct post *post = context;

	MAY_FAIL(write(post->wake[1], "", 1),
	    "a full pipe has woken the loop already");
}

static void
on_wake(void *context, int fd, unsigned events)
{
	struct post *post = context;
	struct list *item;
	char bytes[64];

	(void)events;
	while (read(fd, bytes, sizeof(bytes)) > 0)
		continue;
	while ((item = mailbox_take(post->box)))
		post->take(post->context, item);
}

struct post *
post_new(struct loop *loop, void (*take)(void *context, struct list *item),
    void *context, struct error *err)
{
	struct post *post = mem_new(struct post);

	post->loop = loop;
	post->take = take;
	post->context = context;
	if (pipe(post->wake)) {
		err_errno(err, errno, "cannot make a pipe");
		free(post);
		return NULL;
	}
	post->box = mailbox_new(wake_loop, post);
	for (int i = 0; i < 2; i++) {
		fcntl(post->wake[i], F_SETFD, FD_CLOEXEC);
		fcntl(post->wake[i], F_SETFL, O_NONBLOCK);
	}
	loop_watch(loop, post->wake[0], LOOP_READ, on_wake, post);
	return post;
}

void
post_free(struct post *post, void (*drop)(struct list *item))
{
	struct list *item;

	if (!post)
		return;
	while ((item = mailbox_take(post->box))) {
		if (drop)
			drop(item);
	}
	loop_unwatch(post->loop, post->wake[0]);
	close(post->wake[0]);
	close(post->wake[1]);
	mailbox_free(post->box);
	free(post);
}

void
post_put(struct post *post, struct list *item)
{
	mailbox_put(post->box, item);
}
