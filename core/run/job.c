#include "core/run/job.h"

#include <assert.h>
#include <stddef.h>

#include "core/os/clock.h"

/* Faster than anybody reads, slower than any terminal. */
#define EVENT_EVERY_MS 100

void
job_tell(struct job *job)
{
	job->told_ms = clock_ms();
	if (job->bus->tell)
		job->bus->tell(job->bus->context, &job->event);
}

void
job_init(struct job *job, struct job_bus *bus, const struct job *parent,
    enum job_kind kind, const char *name)
{
	*job = (struct job){ .bus = bus,
		.event = { .id = ++bus->last_id,
		    .parent = parent ? parent->event.id : 0,
		    .kind = kind,
		    .name = name } };
}

void
job_start(struct job *job)
{
	assert(job->event.state == JOB_WAITING);
	job->event.state = JOB_RUNNING;
	job_tell(job);
}

void
job_changed(struct job *job)
{
	if (clock_ms() - job->told_ms >= EVENT_EVERY_MS)
		job_tell(job);
}

void
job_note(struct job *job, const char *note)
{
	job->event.note = note;
	job_tell(job);
	job->event.note = NULL;
}

void
job_end(struct job *job, const struct error *err)
{
	assert(job->event.state <= JOB_RUNNING);
	job->event.state = JOB_DONE;
	if (err && err->code == ERR_CANCELLED)
		job->event.state = JOB_CANCELLED;
	else if (err)
		job->event.state = JOB_FAILED;
	job->event.error = err;
	job_tell(job);
	job->event.error = NULL;
}
