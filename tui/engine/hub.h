/*
 * hub.h: the engine's channel for questions to the Hub. They change nothing, here or
 * there, and each can be cancelled.
 */
#ifndef TUI_ENGINE_HUB_H
#define TUI_ENGINE_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "tui/engine/engine.h"

struct queue_job;

/* What a download would do; bytes. */
struct hub_plan {
	char commit[COMMIT_MAX];
	char moved
	    [COMMIT_MAX];    /* what the revision is by now, if that is another
				   commit; "": it is not */
	size_t files;        /* wanted */
	size_t here;         /* in the cache already, */
	uint64_t here_bytes; /* with so many bytes */
	size_t partial;      /* begun by an earlier download, */
	uint64_t kept;       /* of which so much is here */
	size_t missing;      /* to be fetched, in whole or in part, */
	uint64_t missing_bytes; /* without what is kept */
	bool unknown;           /* some size is not known */
	bool disk_known;
	uint64_t disk; /* free, where it would go */
};

/* With more files nobody is asked what one should know of them. */
#define HUB_LISTING_MAX 50000

/* Files of a repository, as they are listed; text holds their paths, one behind the
 * other. */
struct hub_listing {
	struct str text;
	ARR(struct hub_listed {
		size_t path; /* in `text` */
		uint64_t size;
	})
	files;
};

enum hub_event_kind {
	HUB_EVENT_PLAN,
	HUB_EVENT_FAILED, /* `error` */
};

struct hub_event {
	struct engine_event base;
	enum hub_event_kind kind;
	struct hub_plan plan;
	bool more;            /* the same comes again, with cautions */
	ARR(char *) cautions; /* what to know before, a sentence each */
	struct error error;
};

/* The event that this is; NULL if it is another channel's. */
MUST_USE struct hub_event *hub_event_of(struct engine_event *event);

/*
 * What a job of the queue would do now; it is copied. With the list of all files of its
 * repository (taken) it also says what one should know before; without one (NULL) only
 * of a job that wants all files, which are listed for the plan then.
 */
unsigned engine_hub_plan(struct engine *engine, void *owner,
    const struct queue_job *job, struct hub_listing *listing);

/* An empty one, and another file of it. */
MUST_USE struct hub_listing *hub_listing_new(void);
void hub_listing_add(
    struct hub_listing *listing, const char *path, uint64_t size);

#endif
