/* paths.h: what the Hub knows of single files of a revision. */
#ifndef CORE_HUB_PATHS_H
#define CORE_HUB_PATHS_H

#include <stddef.h>

#include "core/hub/ask.h"

struct hub;
struct hub_call;
struct repo;

/*
 * Asks for the entries of paths, with the last commit that changed each (huggingface_hub
 * 2.4.0, hf_api.py: get_paths_info with expand). Those that are not there are left out
 * of the answer.
 */
struct hub_call *paths_ask(struct hub *hub, const struct repo *repo,
    const char *revision, const char *const *paths, size_t n,
    struct asker asker);

#endif
