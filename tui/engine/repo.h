/*
 * repo.h: the engine's channel for one repository: the files of a revision, as they
 * are listed, with what the cache has of each; and its revisions. Nothing is changed,
 * here or on the Hub.
 */
#ifndef TUI_ENGINE_REPO_H
#define TUI_ENGINE_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/store/here.h"
#include "tui/engine/engine.h"

struct queue_job;

/* Of a listing; texts are places in the event's `text`. */
struct repo_file {
	size_t path, etag;
	uint32_t number;     /* the asker's, of REPO_EVENT_HERE */
	uint64_t size, kept; /* bytes */
	enum here_state here;
};

enum repo_ref_kind {
	REPO_BRANCH,
	REPO_TAG,
	REPO_CONVERT,
	REPO_PULL,
	REPO_COMMIT, /* of the history of the revision that is shown */
};

struct repo_ref {
	enum repo_ref_kind kind;
	char *name; /* as a revision is named */
	char commit[COMMIT_MAX];
	char *title, *date; /* of REPO_COMMIT; else NULL */
	bool cached;        /* something of it is in the cache */
};

enum repo_event_kind {
	REPO_EVENT_FILES,  /* some more */
	REPO_EVENT_LISTED, /* these were all, or as many as were wanted */
	REPO_EVENT_REFS,
	REPO_EVENT_NOTE,    /* `text`: why it takes its time */
	REPO_EVENT_HERE,    /* what was asked about, as it is now */
	REPO_EVENT_CHANGES, /* the same: `refs` has the last commits of files,
			       whose paths are the names */
	REPO_EVENT_FAILED,  /* `error` */
};

struct repo_event {
	struct engine_event base;
	enum repo_event_kind kind;
	char commit[COMMIT_MAX];
	bool first;   /* of REPO_EVENT_FILES: what came before counts no more */
	bool stopped; /* of REPO_EVENT_LISTED: more could come */
	bool stale;   /* the same: it is what was kept, since the Hub cannot be
			 asked; `error` says why */
	bool gated;   /* of files and their end: access has to be asked for, */
	bool closed;  /* which nobody did, as nobody is logged in */
	bool disk_known;
	uint64_t disk; /* bytes that are free where the cache is */
	ARR(struct repo_file) files;
	struct str text;
	ARR(struct repo_ref) refs;
	struct error error;
};

/* A copy, and its end. */
struct repo_ref repo_ref_copy(const struct repo_ref *ref);
void repo_ref_fini(struct repo_ref *ref);

/* The event that this is; NULL if it is another channel's. */
MUST_USE struct repo_event *repo_event_of(struct engine_event *event);

/* Lists the files of a job's repository and revision, or of its commit if it has one;
 * the job is copied. engine_stop ends it with what came. */
unsigned engine_repo_list(
    struct engine *engine, void *owner, const struct queue_job *job);

/* Looks again what the cache has of the files of `event`, which it takes; of the commit
 * that the event names. */
unsigned engine_repo_look(struct engine *engine, void *owner,
    const struct queue_job *job, struct repo_event *event);

/* Asks which commits changed the files of `event` last, which it takes, up to and with
 * the commit that the event names. */
unsigned engine_repo_changes(struct engine *engine, void *owner,
    const struct queue_job *job, struct repo_event *event);

/* An event to ask with; then adds a file to it, whose text it is put into. */
MUST_USE struct repo_event *repo_event_new(const char *commit);
void repo_event_add(struct repo_event *event, const char *path,
    const char *etag, const struct repo_file *file);

/* Its branches, tags, conversions and pull requests, and the history of the job's
 * revision. */
unsigned engine_repo_refs(
    struct engine *engine, void *owner, const struct queue_job *job);

#endif
