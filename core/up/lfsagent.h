/*
 * lfsagent.h: a custom transfer agent of git-lfs, which sends objects in parts.
 *
 * git-lfs starts it and writes to it one JSON object a line; it answers in the same
 * way ("Custom Transfers" of git-lfs 3.3.0; huggingface_hub 2.4.0, cli/lfs.py).
 * One object is sent at a time, several parts of it at once: git-lfs starts as many
 * agents as it wants objects to be sent at once.
 *
 * An object that cannot be sent is answered with the reason, and the next one is
 * taken. All addresses come from git-lfs and are signed: no token goes anywhere.
 */
#ifndef CORE_UP_LFSAGENT_H
#define CORE_UP_LFSAGENT_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct hub;
struct lfs_agent;
struct workers;

enum lfs_agent_end {
	LFS_AGENT_DONE,    /* git-lfs needs it no longer */
	LFS_AGENT_CLOSED,  /* its input ended without that */
	LFS_AGENT_REFUSED, /* it is to do something else than upload */
	LFS_AGENT_BROKEN,  /* a line is no JSON, or has no end; `err` */
	LFS_AGENT_UNKNOWN, /* a message is none that git-lfs has */
	LFS_AGENT_ALONE,   /* nobody reads its answers */
};

/* All is borrowed for the life of the agent. */
struct lfs_agent_request {
	struct hub *hub; /* one without a token */
	struct workers *workers;
	int in; /* where git-lfs writes to */
	/* What it does not understand is answered. Else such a message ends it, as
	 * with the official clients. */
	bool answers_all;
	/* A line, without its end, for git-lfs; false if nobody reads it. */
	bool (*say)(void *context, const char *line);
	/* Once; `err` says what was wrong with a message, else it is NULL. */
	void (*done)(
	    void *context, enum lfs_agent_end end, const struct error *err);
	void *context;
};

MUST_USE struct lfs_agent *lfs_agent_start(
    const struct lfs_agent_request *request);

/* Ends it without done. NULL is fine. */
void lfs_agent_free(struct lfs_agent *agent);

#endif
