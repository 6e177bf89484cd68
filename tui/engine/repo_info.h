/* repo_info.h: what the Hub says of a repository before its files are listed. */
#ifndef TUI_ENGINE_REPO_INFO_H
#define TUI_ENGINE_REPO_INFO_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/hub/ask.h"

struct hub;

/* Asks for no more than repo_info_read needs; a first failure is final. What it returns
 * is for hub_call_cancel alone. */
struct hub_call *repo_info_ask(struct hub *hub, const struct repo *repo,
    const char *revision, struct asker asker);

/* The commit that the revision is, and whether access has to be asked for. False with
 * `err` if the answer names no commit. */
MUST_USE bool repo_info_read(const struct cJSON *answer,
    char commit[COMMIT_MAX], bool *gated, struct error *err);

/* Whether a repository that has not this revision may have no commit at all. */
bool repo_may_be_empty(const char *revision, const struct error *err);

/* Of an answer of revision_list: whether that is so. */
bool repo_is_empty(const struct cJSON *refs);

#endif
