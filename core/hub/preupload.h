/*
 * preupload.h: how the Hub wants files: in the commit itself or as LFS objects,
 * which it ignores, and what it has of them (huggingface_hub 2.4.0,
 * _commit_api.py: _fetch_upload_modes).
 */
#ifndef CORE_HUB_PREUPLOAD_H
#define CORE_HUB_PREUPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/str.h"
#include "core/hub/ask.h"

struct hub;
struct hub_call;
struct repo;

/* Files asked about at once, and how much of each one's beginning is shown. */
#define PREUPLOAD_FILES 256
#define PREUPLOAD_SAMPLE 512

/* A question while it is put together: {STR_INIT} is an empty one. */
struct preupload {
	struct str text;
};

/* Adds a file: `n` of its first bytes, at most PREUPLOAD_SAMPLE. */
void preupload_add(struct preupload *question, const char *path, uint64_t size,
    const char *sample, size_t n);

/*
 * Sends it and releases it. `ignore` is the text of a ".gitignore" that goes with
 * the files (NULL: that of the repository counts). With `pull_request` it is asked
 * whether that may be opened, not whether the branch may be written to.
 */
struct hub_call *preupload_send(struct preupload *question, struct hub *hub,
    const struct repo *repo, const char *revision, bool pull_request,
    const char *ignore, struct asker asker);

/* What the Hub says of a file; texts are borrowed from the answer. */
struct preupload_verdict {
	const char *path;
	bool lfs;
	bool ignored;
	const char *oid; /* what is there: SHA-1 of the Git blob, or SHA-256 of
			    an LFS object; NULL: nothing */
};

/* Calls `each` with every verdict of an answer. False if it is none of the Hub's. */
MUST_USE bool preupload_read(const struct cJSON *answer,
    void (*each)(void *context, const struct preupload_verdict *verdict),
    void *context, struct error *err);

#endif
