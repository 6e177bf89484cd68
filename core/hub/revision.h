/* revision.h: the branches and tags of a repository (huggingface_hub 2.4.0,
 * hf_api.py: list_repo_refs, create_branch, create_tag). */
#ifndef CORE_HUB_REVISION_H
#define CORE_HUB_REVISION_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/hub/ask.h"

struct hub;
struct hub_call;
struct repo;

/* {"branches": [{"name", "ref", "targetCommit"}], "tags": [...], "converts"}, and with
 * `pulls` "pullRequests". */
struct hub_call *revision_list(
    struct hub *hub, const struct repo *repo, bool pulls, struct asker asker);

/* The newest commits of a revision, those of one page: [{"id", "title", "date"}]
 * (list_repo_commits). */
struct hub_call *revision_history(struct hub *hub, const struct repo *repo,
    const char *revision, struct asker asker);

/* `from` NULL: where the default branch is. 409: it is there already; with `again`
 * it may be that an answer before did not come. */
struct hub_call *branch_create(struct hub *hub, const struct repo *repo,
    const char *branch, const char *from, bool again, struct asker asker);
struct hub_call *branch_delete(struct hub *hub, const struct repo *repo,
    const char *branch, struct asker asker);

/* `at` is a revision; `message` may be NULL. 409: it is there already. */
struct hub_call *tag_create(struct hub *hub, const struct repo *repo,
    const char *tag, const char *at, const char *message, struct asker asker);
struct hub_call *tag_delete(struct hub *hub, const struct repo *repo,
    const char *tag, struct asker asker);

#endif
