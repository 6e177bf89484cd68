/* pull.h: pull requests: proposals of changes, each with a ref of its own
 * (huggingface_hub 2.4.0, hf_api.py: create_pull_request, get_discussion_details). */
#ifndef CORE_HUB_PULL_H
#define CORE_HUB_PULL_H

#include "core/base/str.h"
#include "core/hub/ask.h"

struct hub;
struct hub_call;
struct repo;

/* Opens one without changes against the default branch. The answer has its "num". */
struct hub_call *pull_open(struct hub *hub, const struct repo *repo,
    const char *title, const char *description, struct asker asker);

/* The answer says in "status" whether it is "open", "draft", "merged", "closed". */
struct hub_call *pull_look(struct hub *hub, const struct repo *repo,
    unsigned long number, struct asker asker);

/* Makes a draft an open one. */
struct hub_call *pull_publish(struct hub *hub, const struct repo *repo,
    unsigned long number, struct asker asker);

/* Appends the address of its page. */
void pull_page_url(struct str *out, const struct hub *hub,
    const struct repo *repo, unsigned long number);

#endif
