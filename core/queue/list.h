/* list.h: the jobs of a queue and its settings, in memory. */
#ifndef CORE_QUEUE_LIST_H
#define CORE_QUEUE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"

enum queue_kind {
	QUEUE_DOWNLOAD,
	QUEUE_UPLOAD,
	QUEUE_KINDS,
};

/* What the user wants of a job. Whether one that is to run does is the runner's to
 * say (runner.h). */
enum queue_state {
	QUEUE_WAITING, /* to run, in its turn */
	QUEUE_PAUSED,
	QUEUE_STOPPED,
	QUEUE_DONE,
	QUEUE_FAILED, /* `error` says why */
	QUEUE_STATES,
};

/* What it did so far; bytes. */
struct queue_counts {
	uint64_t done, total; /* total 0: not known yet */
	uint64_t kept;        /* of `done`, here before it began */
	uint64_t files_done, files_total;
};

typedef ARR(char *) queue_names;

/* Its texts are its own. */
struct queue_job {
	unsigned id; /* from 1; 0: not in a queue yet */
	enum queue_kind kind;
	char *endpoint; /* the Hub's address, without "/" at its end */
	char *account;  /* a stored token's name; NULL: who is logged in */
	enum repo_type type;
	char *repo;     /* its id */
	char *revision; /* as it was named */
	char *commit;   /* which that was; NULL: not asked yet */
	char *root;     /* of the cache, absolute */
	char *folder;   /* where files go, absolute; NULL: the cache. Of an
			   upload what is sent, a folder or a file */
	queue_names files, includes, excludes;
	bool literal; /* files are names, whatever characters they hold */
	bool force;

	/* Of an upload. */
	bool one_file;               /* `folder` is one */
	char *target;                /* where it goes in the repository */
	char *message, *description; /* of the commit */
	char *visibility;            /* of a new repository; NULL: any */
	queue_names deletes;         /* patterns */
	bool proposes;               /* as a pull request */
	bool secrets;                /* also what seems to be secret */

	uint64_t rate; /* bytes a second at most; 0: no limit */
	enum queue_state state;
	bool running;       /* its turn has come */
	char *error;        /* of QUEUE_FAILED, safe to show; or NULL */
	enum remedy remedy; /* against it, without its facts */
	char *path;         /* of QUEUE_DONE: what arrived; or NULL */
	struct queue_counts counts;
	uint64_t added, ended; /* seconds since 1970; 0: not yet */
};

struct queue_settings {
	unsigned at_once; /* jobs that run at a time, 1 and up */
	bool smallest;    /* first, in place of the order of the list */
	char *down, *up;  /* limits (core/xfer/schedule.h); NULL: none */
};

struct queue_list {
	ARR(struct queue_job *) jobs; /* in their order */
	struct queue_settings settings;
	unsigned last_id;
};

/* One without jobs, which queue_list_fini empties. */
void queue_list_init(struct queue_list *list);
void queue_list_fini(struct queue_list *list);

/* The job with the id; NULL: none. Good until the next change. */
struct queue_job *queue_find(const struct queue_list *list, unsigned id);

/*
 * The job that is to go on some day and fetches the same: the same files of the same
 * revision, from the same Hub as the same account, to the same place. How fast, and
 * whether it is paused, does not count. NULL: none. Good until the next change.
 */
struct queue_job *queue_find_same(
    const struct queue_list *list, const struct queue_job *job);

/* A job of its own, which queue_job_free frees; NULL is fine there. */
MUST_USE struct queue_job *queue_job_new(void);

/* One for a download from the Hub at `endpoint` into a cache; all text is copied. */
MUST_USE struct queue_job *queue_job_for(const char *endpoint,
    const struct repo *repo, const char *revision, const char *root);

/* A copy of one. */
MUST_USE struct queue_job *queue_job_copy(const struct queue_job *job);
void queue_job_free(struct queue_job *job);

/* "waiting", "paused", ...; and back: false if no state is called that. */
const char *queue_state_name(enum queue_state state);
bool queue_read_state(const char *name, enum queue_state *state);

/* Why it failed, with what can be done and, of the facts for that, those that the job
 * knows; only with an error. */
void queue_job_failure(const struct queue_job *job, struct error *err);

/* Whether it is to go on some day. */
bool queue_is_open(const struct queue_job *job);

#endif
