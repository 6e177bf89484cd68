/* repo_own.h: what the files of the engine's channel repo.h share. */
#ifndef TUI_ENGINE_REPO_OWN_H
#define TUI_ENGINE_REPO_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/repoid.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/store/layout.h"
#include "tui/engine/repo.h"
#include "tui/engine/repo_root.h"

struct hub;
struct hub_call;

/* The pool has it while `working`, the loop else. */
struct repo_request {
	struct engine_request base;
	struct queue_job *job;
	struct repo repo; /* borrows from the job */
	struct hub *hub;
	struct hub_call *call;
	struct cache cache;
	struct here *here;
	char commit[COMMIT_MAX];
	struct work work;
	struct error
	    failure; /* why the Hub cannot be asked; ERR_NONE: it can */
	struct repo_event *batch; /* that is being filled; NULL: none */
	size_t given;
	uint64_t given_ms;
	struct repo_root root;
	struct repo_event *answer;
	struct loop_timer burial;
	bool cached; /* the cache was made */
	bool working, listing;
	bool found;  /* a kept listing was read */
	bool again;  /* what comes next is all from the start */
	bool rooted; /* the files of `root` were given, */
	bool pages;  /* and the root has more than them */
};

/* Ends a request with its answer, or with the reason why there is none. */
void repo_finish(struct repo_request *request, enum repo_event_kind kind);
void repo_finish_failed(struct repo_request *request, const struct error *err);

/* -- repo_refs.c -- */

/* Begin what asks for revisions, and for the commits that changed files last. */
void repo_begin_refs(struct repo_request *request);
void repo_begin_changes(struct repo_request *request);

#endif
