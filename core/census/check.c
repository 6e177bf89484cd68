#include "core/census/check.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/census/scan.h"
#include "core/os/sum.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/run/workers.h"

/* Files that are read at once: a disk that turns is not helped by more. */
#define READERS 4

#define TICK_MS 100

/* A place at which a file is read. */
struct reader {
	struct work work;
	struct check *check;
	size_t file;
	struct job job;      /* of the file */
	atomic_ullong bytes; /* read of it so far */
};

struct check {
	check_files files;
	struct loop *loop;
	struct workers *workers;
	void (*done)(void *context, const struct error *err);
	void *context;
	struct job job;
	struct loop_timer tick;
	struct reader readers[READERS];
	size_t next;      /* file */
	unsigned running; /* readers */
	uint64_t settled; /* bytes of files that are through */
	atomic_bool cancelled;
};

struct check *
check_new(void)
{
	struct check *check = mem_new(struct check);

	for (unsigned i = 0; i < READERS; i++)
		atomic_init(&check->readers[i].bytes, 0);
	atomic_init(&check->cancelled, false);
	return check;
}

void
check_free(struct check *check)
{
	if (!check)
		return;
	arr_each (file, &check->files) {
		free(file->path);
		free(file->name);
		free(file->why);
	}
	arr_free(&check->files);
	free(check);
}

void
check_add(struct check *check, const char *path, const char *name,
    uint64_t size, enum digest_kind kind, const char *want)
{
	struct check_file file = { .size = size, .kind = kind };
	size_t n = strlen(want);

	/* What is longer than any sum equals none, however it is cut. */
	memcpy(file.want, want, n < DIGEST_HEX_MAX ? n : DIGEST_HEX_MAX - 1);
	file.path = mem_strdup(path);
	file.name = mem_strdup(name);
	arr_push(&check->files, file);
}

/* The first path of each blob, by its number; NULL if it has none. */
static const char **
name_blobs(const struct scan_repo *repo)
{
	const char **names = mem_zalloc((repo->blobs.n + 1) * sizeof(*names));

	arr_each (revision, &repo->revisions) {
		arr_each (file, &revision->files) {
			if (!names[file->blob])
				names[file->blob] = file->path;
		}
	}
	return names;
}

size_t
check_add_repo(struct check *check, const struct scan *scan, size_t number)
{
	const struct scan_repo *repo = &scan->repos.v[number];
	const char **names = name_blobs(repo);
	struct str path = STR_INIT;
	struct str name = STR_INIT;
	size_t unknown = 0;

	for (size_t i = 0; i < repo->blobs.n; i++) {
		const struct scan_blob *blob = &repo->blobs.v[i];
		const char *etag =
		    strncmp(blob->key, "blobs/", 6) ? blob->key : blob->key + 6;

		enum digest_kind kind;

		if (!digest_kind_of(etag, &kind)) {
			unknown++;
			continue;
		}
		str_clear(&path);
		str_clear(&name);
		str_addf(
		    &path, "%s/%s/%s", scan->root, repo->folder, blob->key);
		str_addf(&name, "%s/%s: %s", repo->type, repo->id, names[i]);
		check_add(check, path.v, name.v, blob->size, kind, etag);
		check->files.v[check->files.n - 1].modified = blob->modified;
	}
	str_fini(&path);
	str_fini(&name);
	free(names);
	return unknown;
}

static void run_next(struct reader *reader);

static void
finish(struct check *check)
{
	struct error err;

	loop_timer_stop(&check->tick);
	check->job.event.done = check->settled;
	if (atomic_load(&check->cancelled)) {
		err_set(&err, ERR_CANCELLED, "stopped");
		job_end(&check->job, &err);
		check->done(check->context, &err);
		return;
	}
	job_end(&check->job, NULL);
	check->done(check->context, NULL);
}

/* On the pool. */
static void
read_file(struct work *work)
{
	struct reader *reader = CONTAINER_OF(work, struct reader, work);
	struct check *check = reader->check;
	struct check_file *file = &check->files.v[reader->file];
	struct error err;

	if (!sum_file(file->path, file->kind, file->got, &check->cancelled,
		&reader->bytes, &err)) {
		if (err.code == ERR_CANCELLED)
			return;
		file->state = CHECK_FAILED;
		file->why = mem_strdup(err.message);
		file->denied = err.detail == EACCES || err.detail == EPERM;
	} else {
		file->state =
		    strcmp(file->got, file->want) ? CHECK_BAD : CHECK_GOOD;
	}
}

static void
on_read(struct work *work)
{
	struct reader *reader = CONTAINER_OF(work, struct reader, work);
	struct check *check = reader->check;

	check->running--;
	check->settled += atomic_load(&reader->bytes);
	reader->job.event.done = atomic_exchange(&reader->bytes, 0);
	job_end(&reader->job, NULL);
	check->job.event.files_done++;
	run_next(reader);
	if (!check->running)
		finish(check);
}

static void
run_next(struct reader *reader)
{
	struct check *check = reader->check;

	if (check->next == check->files.n || atomic_load(&check->cancelled))
		return;
	reader->file = check->next++;
	job_init(&reader->job, check->job.bus, &check->job, JOB_FILE,
	    check->files.v[reader->file].name);
	reader->job.event.total = check->files.v[reader->file].size;
	job_start(&reader->job);
	reader->work.run = read_file;
	reader->work.done = on_read;
	check->running++;
	workers_submit(check->workers, &reader->work);
}

static void
on_tick(void *context)
{
	struct check *check = context;

	check->job.event.done = check->settled;
	for (unsigned i = 0; i < READERS; i++) {
		struct job *job = &check->readers[i].job;

		/* One that has not begun, or has ended, has none. */
		if (!job->bus || job->event.state != JOB_RUNNING)
			continue;
		job->event.done = atomic_load(&check->readers[i].bytes);
		check->job.event.done += job->event.done;
		job_tell(job);
	}
	job_tell(&check->job);
	loop_timer_start(check->loop, &check->tick, TICK_MS, on_tick, check);
}

/* Also where there is nothing to read: done never comes before start ends. */
static void
on_begin(void *context)
{
	struct check *check = context;

	loop_timer_start(check->loop, &check->tick, TICK_MS, on_tick, check);
	for (unsigned i = 0; i < READERS; i++) {
		check->readers[i].check = check;
		run_next(&check->readers[i]);
	}
	if (!check->running)
		finish(check);
}

void
check_start(struct check *check, struct loop *loop, struct workers *workers,
    struct job_bus *bus, const char *name,
    void (*done)(void *context, const struct error *err), void *context)
{
	check->loop = loop;
	check->workers = workers;
	check->done = done;
	check->context = context;
	job_init(&check->job, bus, NULL, JOB_CHECK, name);
	check->job.event.files_total = (unsigned)check->files.n;
	arr_each (file, &check->files)
		sum_add(&check->job.event.total, file->size);
	job_start(&check->job);
	loop_timer_start(loop, &check->tick, 0, on_begin, check);
}

void
check_cancel(struct check *check)
{
	atomic_store(&check->cancelled, true);
}

const check_files *
check_result(const struct check *check)
{
	return &check->files;
}
