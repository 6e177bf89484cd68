/*
 * job.h: work that takes time, and who is told about it.
 *
 * A job has a state, byte counts and an error, and publishes events; it prints
 * nothing. Subscribers get values that are good during the call.
 *
 *	job_init -> JOB_WAITING -- job_start --> JOB_RUNNING
 *	JOB_WAITING or JOB_RUNNING -- job_end --> JOB_DONE, JOB_FAILED
 *	                                          or JOB_CANCELLED
 */
#ifndef CORE_RUN_JOB_H
#define CORE_RUN_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

enum job_kind {
	JOB_DOWNLOAD, /* a whole request: many files */
	JOB_FILE,     /* one file of it, or of a check */
	JOB_SUM,      /* the sum of one of its files is made */
	JOB_CHECK,    /* sums of files that are here */
	JOB_UPLOAD,   /* files sent; `files_done` counts what needs no more */
	JOB_FREE,     /* files deleted; `files_total` is not known */
};

enum job_state {
	JOB_WAITING,
	JOB_RUNNING,
	JOB_DONE,
	JOB_FAILED,
	JOB_CANCELLED,
};

/* What a job waits for. */
enum job_wait {
	JOB_WAIT_NONE, /* nothing, or not known */
	JOB_WAIT_NETWORK,
	JOB_WAIT_DISK,
	JOB_WAIT_SUM,   /* of the bytes that came */
	JOB_WAIT_LIMIT, /* the user's */
	JOB_WAIT_HUB,   /* its rate limit */
	JOB_WAITS,
};

struct job_event {
	unsigned id;
	unsigned parent; /* 0: none */
	enum job_kind kind;
	enum job_state state;
	const char *name;
	uint64_t done;  /* bytes */
	uint64_t total; /* bytes, 0 while unknown */
	uint64_t kept;  /* bytes of `done` that were here before it began */
	uint64_t came;  /* bytes from the network, those fetched twice too */
	unsigned files_done;
	unsigned files_total;
	enum job_wait waits_for;   /* what took most of the time so far */
	const struct error *error; /* of JOB_FAILED, else NULL */
	const char *note;          /* something to tell; NULL in most events */
};

/* Where events go; {0} goes nowhere. */
struct job_bus {
	void (*tell)(void *context, const struct job_event *event);
	void *context;
	unsigned last_id;
};

/* Storage is the caller's. `event` is what the next one will say. */
struct job {
	struct job_bus *bus;
	struct job_event event;
	uint64_t told_ms;
};

/* `name` is borrowed for the life of the job; `parent` may be NULL. */
void job_init(struct job *job, struct job_bus *bus, const struct job *parent,
    enum job_kind kind, const char *name);
void job_start(struct job *job);

/* Publishes the changed counts of `job->event` at once. */
void job_tell(struct job *job);

/*
 * Publishes the changed counts of `job->event`, at most ten times a second;
 * what is held back goes out with the next event.
 */
void job_changed(struct job *job);

/* Publishes a sentence for the user at once. */
void job_note(struct job *job, const char *note);

/* Publishes the end; `err` NULL is success. The job may then be dropped. */
void job_end(struct job *job, const struct error *err);

#endif
