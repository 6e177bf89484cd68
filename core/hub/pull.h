/* pull.h: pull requests: proposals of changes, each with a ref of its own
 * (huggingface_hub 2.4.0, hf_api.py: create_pull_request, get_discussion_details). */
#ifndef CORE_HUB_PULL_H
#define CORE_HUB_PULL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/str.h"
#include "core/hub/ask.h"

struct cJSON;
struct hub;
struct hub_call;
struct repo;

/* The number of no pull request is larger. */
#define PULL_MOST 999999999u

/* Opens one without changes against the default branch. The answer has its "num". */
struct hub_call *pull_open(struct hub *hub, const struct repo *repo,
    const char *title, const char *description, struct asker asker);

/* The answer says in "status" whether it is "open", "draft", "merged", "closed". */
struct hub_call *pull_look(struct hub *hub, const struct repo *repo,
    unsigned long number, struct asker asker);

/* The newest that are open or drafts: a page of them. */
struct hub_call *pull_list(
    struct hub *hub, const struct repo *repo, struct asker asker);

/* The largest number in a list; 0: it is empty. */
unsigned long pull_newest(const struct cJSON *list);

/* How many drafts of that title and author, with a larger number than `after`, are in a
 * list; *number is the first one's. */
size_t pull_find_draft(const struct cJSON *list, unsigned long after,
    const char *title, const char *author, unsigned long *number);

/* The number of what was opened, or is an entry of a list; false: it has none. */
MUST_USE bool pull_number(const struct cJSON *answer, unsigned long *number);

/* Makes a draft an open one. */
struct hub_call *pull_publish(struct hub *hub, const struct repo *repo,
    unsigned long number, struct asker asker);

/* Appends the address of its page. */
void pull_page_url(struct str *out, const struct hub *hub,
    const struct repo *repo, unsigned long number);

#endif
