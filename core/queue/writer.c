#include "core/queue/writer.h"

#include <fcntl.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/os/file.h"
#include "core/run/workers.h"

/* What is written at once. */
struct batch {
	struct str text;
	bool anew; /* it is all of the file */
	bool sync;
	uint64_t handed; /* with the last of it */
};

struct writer {
	struct workers *workers;
	void (*told)(void *context, uint64_t handed, const struct error *err);
	void *context;
	uint64_t handed;
	struct batch waiting;
	bool running, freed;

	/* The rest is the work's while it runs. */
	struct work work;
	struct batch batch;
	char *path;
	int fd;
	uint64_t size;
	struct error err;
};

/* -- on the pool -- */

static bool
begin_anew(struct writer *w)
{
	if (!file_replace_mode(
		w->path, w->batch.text.v, w->batch.text.n, 0600, &w->err))
		return false;
	file_close(w->fd);
	w->fd = file_open(w->path, O_WRONLY | O_NOFOLLOW, 0600, &w->err);
	w->size = w->batch.text.n;
	return w->fd >= 0;
}

static bool
append(struct writer *w)
{
	const struct str *text = &w->batch.text;

	if (w->fd < 0)
		return err_set(&w->err, ERR_SYSTEM,
		    "the list of transfers is not open any more");
	if (!file_write_at(w->fd, text->v, text->n, w->size, &w->err) ||
	    (w->batch.sync && !file_sync(w->fd, &w->err)))
		return false;
	w->size += text->n;
	return true;
}

static void
write_batch(struct work *work)
{
	struct writer *w = CONTAINER_OF(work, struct writer, work);

	if (w->batch.anew ? begin_anew(w) : append(w))
		w->err.code = ERR_NONE;
	str_clear(&w->batch.text);
}

/* -- on the loop -- */

static void
release(struct writer *w)
{
	str_fini(&w->waiting.text);
	str_fini(&w->batch.text);
	file_close(w->fd);
	free(w->path);
	free(w);
}

static void
take_waiting(struct writer *w)
{
	struct str empty = w->batch.text;

	w->batch = w->waiting;
	w->waiting = (struct batch){ .text = empty };
}

static void pump(struct writer *w);

static void
on_written(struct work *work)
{
	struct writer *w = CONTAINER_OF(work, struct writer, work);
	uint64_t handed = w->batch.handed;
	struct error err = w->err;

	w->running = false;
	if (w->freed) {
		release(w);
		return;
	}
	/* First: who is told may free it. */
	pump(w);
	w->told(w->context, handed, err.code == ERR_NONE ? NULL : &err);
}

static void
on_dropped(struct work *work)
{
	struct writer *w = CONTAINER_OF(work, struct writer, work);

	w->running = false;
	if (w->freed)
		release(w);
}

static void
pump(struct writer *w)
{
	if (w->running || !w->waiting.text.n)
		return;
	take_waiting(w);
	w->running = true;
	w->work = (struct work){
		.run = write_batch, .done = on_written, .drop = on_dropped
	};
	workers_submit(w->workers, &w->work);
}

void
writer_add(struct writer *w, struct str *lines, bool sync)
{
	str_add(&w->waiting.text, lines->v, lines->n);
	str_clear(lines);
	w->waiting.sync = w->waiting.sync || sync;
	w->waiting.handed = ++w->handed;
	pump(w);
}

void
writer_replace(struct writer *w, struct str *text)
{
	str_clear(&w->waiting.text);
	w->waiting.anew = true;
	writer_add(w, text, true);
}

uint64_t
writer_handed(const struct writer *w)
{
	return w->handed;
}

bool
writer_is_busy(const struct writer *w)
{
	return w->running;
}

struct writer *
writer_new(struct workers *workers, const char *path, int fd, uint64_t size,
    void (*told)(void *context, uint64_t handed, const struct error *err),
    void *context)
{
	struct writer *w = mem_new(struct writer);

	str_init(&w->waiting.text);
	str_init(&w->batch.text);
	w->workers = workers;
	w->path = mem_strdup(path);
	w->fd = fd;
	w->size = size;
	w->told = told;
	w->context = context;
	return w;
}

void
writer_free(struct writer *w)
{
	if (!w)
		return;
	w->freed = true;
	if (w->running)
		return;
	if (w->waiting.text.n) {
		take_waiting(w);
		write_batch(&w->work);
	}
	release(w);
}
