/*
 * commit.h: changes of files that the Hub carries out together, or not at all
 * (huggingface_hub 2.4.0, _commit_api.py: _prepare_commit_payload).
 */
#ifndef CORE_HUB_COMMIT_H
#define CORE_HUB_COMMIT_H

#include <stdbool.h>

#include "core/hub/ask.h"

struct body;
struct hub;
struct hub_call;
struct repo;

/* A commit while it is put together; {0} is an empty one. */
struct commit {
	struct body *body; /* of the request, a line each; NULL: none yet */
};

/* `parent` is the commit that the branch must still be at; NULL: whatever. */
void commit_begin(struct commit *commit, const char *summary,
    const char *description, const char *parent);

/* Takes away a file that is there. */
void commit_delete_file(struct commit *commit, const char *path);

/*
 * Sends it to a branch, or with `pull_request` as a proposal for it, and frees
 * it. The answer has "commitUrl" and "commitOid". 412: the branch has moved.
 */
struct hub_call *commit_send(struct commit *commit, struct hub *hub,
    const struct repo *repo, const char *branch, bool pull_request,
    struct asker asker);

#endif
