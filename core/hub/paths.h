/*
 * paths.h: what a revision has at some paths, files and folders (huggingface_hub
 * 2.4.0, hf_api.py: get_paths_info).
 */
#ifndef CORE_HUB_PATHS_H
#define CORE_HUB_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/str.h"
#include "core/base/treefile.h"
#include "core/hub/ask.h"

struct hub;
struct hub_call;
struct repo;

/* Paths asked about at once: as many as the official client asks about. */
#define PATHS_MOST 500

/* A question while it is put together: { .text = STR_INIT } is an empty one. */
struct paths {
	struct str text;
	bool expand; /* with the last commit that changed each */
};

void paths_add(struct paths *question, const char *path);

/* Sends it and releases it. What is not there is not in the answer. */
struct hub_call *paths_send(struct paths *question, struct hub *hub,
    const struct repo *repo, const char *revision, struct asker asker);

/* What there is; texts are borrowed from the answer. */
struct paths_entry {
	bool folder;          /* then only the path of `file` is known */
	struct treefile file; /* check its path before use */
};

/* Calls `each` with every entry of an answer. False if it is none of the Hub's. */
MUST_USE bool paths_read(const struct cJSON *answer,
    void (*each)(void *context, const struct paths_entry *entry), void *context,
    struct error *err);

#endif
