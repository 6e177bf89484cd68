#include "core/queue/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/os/flock.h"
#include "core/queue/record.h"
#include "core/queue/writer.h"

/* A file that is larger is none of ours. */
#define FILE_MAX_SIZE ((size_t)256 * 1024 * 1024)

/* Lines beyond two a job that are left as they are. */
#define LINES_SPARE 64

/* Transfers that have ended and are still listed after a start. */
#define ENDED_MAX 200

char *
queue_beside(const char *name)
{
	return env_own_file("XDG_STATE_HOME", ".local/state", name);
}

/* -- reading -- */

/* Takes whole lines; false if any made no sense. What is behind the last line end
 * was cut off while it was written. */
static bool
replay(struct queue *queue, const struct str *text)
{
	struct span rest = { text->v, text->n }, line;
	struct error ignored;
	bool good = true;
	struct record_done done;

	if (strncmp(text->v, RECORD_HEAD, strlen(RECORD_HEAD)) != 0)
		return !memchr(text->v, '\n', text->n);
	while (rest.n && memchr(rest.p, '\n', rest.n) &&
	       span_next(&rest, '\n', &line)) {
		queue->size = (uint64_t)(line.p + line.n + 1 - text->v);
		queue->lines++;
		if (line.p == text->v)
			continue;
		/* In place of the line end, as the parser needs it. */
		text->v[line.p + line.n - text->v] = '\0';
		good = record_take(
			   &queue->list, line.p, line.n, &done, &ignored) &&
		       good;
		text->v[line.p + line.n - text->v] = '\n';
	}
	queue->cut = text->n > queue->size;
	return good;
}

static bool
load(struct queue *queue, bool *good, struct error *err)
{
	struct str text = STR_INIT;
	bool ok = file_read_all(queue->path, FILE_MAX_SIZE, &text, err);

	*good = !ok || replay(queue, &text);
	str_fini(&text);
	return ok || err->code == ERR_NOT_FOUND;
}

/* What ran did so in a process that has ended. */
static void
stop_running(struct queue *queue)
{
	arr_each (job, &queue->list.jobs)
		(*job)->running = false;
}

/* -- writing -- */

/* All that is known, without what led there. */
static void
add_all(struct str *out, const struct queue *queue)
{
	str_addz(out, RECORD_HEAD);
	record_add_settings(out, &queue->list);
	arr_each (job, &queue->list.jobs)
		record_add_job(out, *job);
}

/* The oldest of those that have ended are not worth listing. */
static void
drop_old(struct queue *queue)
{
	size_t ended = 0, kept = 0;

	arr_each (job, &queue->list.jobs)
		ended += !queue_is_open(*job);
	arr_each (job, &queue->list.jobs) {
		if (!queue_is_open(*job) && ended > ENDED_MAX) {
			ended--;
			queue_job_free(*job);
			continue;
		}
		queue->list.jobs.v[kept++] = *job;
	}
	queue->list.jobs.n = kept;
}

static bool
open_file(struct queue *queue, struct error *err)
{
	queue->fd = file_open(queue->path, O_WRONLY | O_NOFOLLOW, 0600, err);
	queue->temporary =
	    queue->fd < 0 ||
	    (queue->cut && !file_truncate(queue->fd, queue->size, err));
	queue->cut = false;
	return !queue->temporary;
}

/* Begins the file anew. */
static bool
rewrite(struct queue *queue, struct error *err)
{
	struct str text = STR_INIT;
	bool ok;

	add_all(&text, queue);
	ok = file_replace_mode(queue->path, text.v, text.n, 0600, err);
	queue->size = text.n;
	queue->cut = false;
	str_fini(&text);
	queue->temporary = !ok;
	return ok && open_file(queue, err);
}

/* Whether the file says much that is of no use any more. */
static bool
is_long(const struct queue *queue)
{
	size_t ended = 0;

	arr_each (job, &queue->list.jobs)
		ended += !queue_is_open(*job);
	return ended > ENDED_MAX ||
	       queue->lines > 2 * queue->list.jobs.n + LINES_SPARE;
}

/* Behind the last whole line, whatever a failed write left there. */
static bool
append_here(
    struct queue *queue, const struct str *line, bool sync, struct error *err)
{
	/* The first change: it is in memory already. */
	if (queue->fd < 0)
		return rewrite(queue, err);
	if (!file_write_at(queue->fd, line->v, line->n, queue->size, err))
		return false;
	if (sync && !file_sync(queue->fd, err))
		return false;
	queue->size += line->n;
	return true;
}

/* The same on the pool; `queue->size` 0: there is no file yet. */
static void
append_there(struct queue *queue, struct str *line, bool sync)
{
	if (!queue->size || queue->failing) {
		str_clear(line);
		add_all(line, queue);
		queue->size = line->n;
		queue->failing = false;
		writer_replace(queue->writer, line);
	} else {
		writer_add(queue->writer, line, sync);
	}
	queue->handed = writer_handed(queue->writer);
}

static bool
append(struct queue *queue, struct str *line, bool sync, struct error *err)
{
	if (queue->temporary)
		return true;
	if (!queue->writer)
		return append_here(queue, line, sync, err);
	append_there(queue, line, sync);
	return true;
}

/* A change that could not be kept is in memory, and so in what is written anew. */
static void
on_written(void *context, uint64_t handed, const struct error *err)
{
	struct queue *queue = context;
	struct error why;

	queue->kept = handed;
	queue->failing = err != NULL;
	if (err) {
		why = *err;
		err_wrap(&why, "the list of transfers is not kept");
	}
	queue->told(queue->context, err ? &why : NULL);
}

void
queue_write_on(struct queue *queue, struct workers *workers,
    void (*told)(void *context, const struct error *err), void *context)
{
	if (queue->temporary)
		return;
	queue->told = told;
	queue->context = context;
	queue->writer = writer_new(
	    workers, queue->path, queue->fd, queue->size, on_written, queue);
	queue->fd = -1;
}

bool
queue_is_writing(const struct queue *queue)
{
	return queue->writer && writer_is_busy(queue->writer);
}

/* -- life -- */

/* A line that makes no sense is not worth the others. */
static void
set_aside(struct queue *queue)
{
	struct str text = STR_INIT;
	struct str whole = STR_INIT;
	struct error err;
	char *aside;

	str_addf(&text, "%s.broken", queue->path);
	aside = str_steal(&text);
	if (file_read_all(queue->path, FILE_MAX_SIZE, &whole, &err) &&
	    file_replace_mode(aside, whole.v, whole.n, 0600, &err))
		str_addf(&text,
		    "parts of the list of transfers could not be read; the "
		    "file as it was is %s",
		    aside);
	else
		str_addf(&text,
		    "parts of the list of transfers could not be read, and "
		    "%s",
		    err.message);
	queue->trouble = str_steal(&text);
	str_fini(&whole);
	free(aside);
}

static bool
prepare(struct queue *queue, struct error *err)
{
	*queue = (struct queue){ .lock = -1, .fd = -1, .temporary = true };
	queue_list_init(&queue->list);
	queue->path = queue_beside("queue.journal");
	if (queue->path)
		return true;
	return err_set(err, ERR_USAGE,
	    "there is no home folder to keep the list of transfers in");
}

/* True if the lock is ours, or there is none to be had. */
static bool
become_owner(struct queue *queue, struct error *err, bool *failed)
{
	char *lock = queue_beside("queue.lock");
	bool ours = false;

	*failed = !dir_make_parent(lock, err);
	if (!*failed) {
		switch (flock_try(lock, &queue->lock, err)) {
		case FLOCK_HELD:
		case FLOCK_NONE:
			ours = true;
			break;
		case FLOCK_BUSY:
			queue->owner = flock_holder(lock);
			queue->owner = queue->owner > 0 ? queue->owner : -1;
			break;
		case FLOCK_FAILED:
			*failed = true;
			break;
		}
	}
	free(lock);
	return ours;
}

bool
queue_open(struct queue *queue, struct error *err)
{
	bool good, failed;

	if (!prepare(queue, err))
		return false;
	if (!become_owner(queue, err, &failed))
		return !failed && load(queue, &good, err);
	if (!load(queue, &good, err))
		return false;
	if (!good)
		set_aside(queue);
	stop_running(queue);
	if (!good || is_long(queue)) {
		drop_old(queue);
		return rewrite(queue, err);
	}
	queue->temporary = false;
	/* Who has no transfers needs no file. */
	return !queue->lines || open_file(queue, err);
}

bool
queue_look(struct queue *queue, struct error *err)
{
	char *lock;
	bool good;

	if (!prepare(queue, err))
		return false;
	lock = queue_beside("queue.lock");
	queue->owner = flock_holder(lock);
	free(lock);
	if (!load(queue, &good, err))
		return false;
	if (!queue->owner)
		stop_running(queue);
	queue->owner = queue->owner > 0 ? queue->owner : -1;
	return true;
}

void
queue_close(struct queue *queue)
{
	writer_free(queue->writer);
	queue_list_fini(&queue->list);
	free(queue->trouble);
	free(queue->path);
	file_close(queue->fd);
	file_close(queue->lock);
	*queue = (struct queue){ .lock = -1, .fd = -1, .temporary = true };
}

/* -- changes -- */

/* When a job ended, which only its owner knows. */
static void
stamp(struct queue_job *job)
{
	uint64_t now = (uint64_t)clock_unix_s();

	job->added = job->added ? job->added : now;
	if (queue_is_open(job))
		job->ended = 0;
	else if (!job->ended)
		job->ended = now;
}

bool
queue_change(struct queue *queue, const char *line, struct record_done *told,
    struct error *err)
{
	struct str text = STR_INIT;
	struct record_done done;
	struct queue_job *job;
	bool ok;

	ok = record_take(&queue->list, line, strlen(line), &done, err);
	if (told)
		*told = done;
	if (!ok || done.same)
		return ok;
	queue->changes++;
	job = done.news ? queue_find(&queue->list, done.id) : NULL;
	if (job)
		stamp(job);
	/* In one line, whole or not at all: a new job with the number that it got
	 * here, and of any other what became of it here. */
	if (job && done.made)
		record_add_job(&text, job);
	else if (job)
		record_add_news(&text, job);
	else
		str_addf(&text, "%.*s\n", (int)strcspn(line, "\n"), line);
	ok = append(queue, &text, true, err);
	str_fini(&text);
	return ok;
}

bool
queue_set_state(struct queue *queue, unsigned id, enum queue_state state,
    const char *path, const struct error *why, struct error *err)
{
	struct str line = STR_INIT;
	bool ok;

	record_add_state(&line, id, queue_state_name(state), path, why);
	ok = queue_change(queue, line.v, NULL, err);
	str_fini(&line);
	return ok;
}

void
queue_note(struct queue *queue, unsigned id)
{
	const struct queue_job *job = queue_find(&queue->list, id);
	struct str line = STR_INIT;
	struct error ignored;

	if (!job)
		return;
	record_add_news(&line, job);
	MAY_FAIL(append(queue, &line, false, &ignored),
	    "the next change of the file says the same and more");
	str_fini(&line);
}
