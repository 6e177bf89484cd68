/* filemeta.h: what the Hub says of one file, without its bytes. */
#ifndef CORE_HUB_FILEMETA_H
#define CORE_HUB_FILEMETA_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/base/str.h"

struct hub;
struct hub_call;

struct filemeta {
	char commit[COMMIT_MAX];
	char etag[65];     /* 40 hex: Git blob; 64 hex: SHA-256. Also its name
			    in the cache */
	char xet[65];      /* where Xet storage has it; "": not known */
	uint64_t size;     /* bytes */
	bool size_known;   /* else the transfer tells */
	bool commit_known; /* even of a file that is not there */
};

/* Appends the address of a file's content. */
void filemeta_url(struct str *out, const struct hub *hub,
    const struct repo *repo, const char *revision, const char *path);

/*
 * Asks for a file's commit, sum and size: HEAD on its address, whose first
 * answer that leaves the Hub's origin holds them (huggingface_hub 2.4.0,
 * file_download.py: get_hf_file_metadata). Where HEAD is refused (403, 405) or
 * its answer lacks the headers, as of some proxies, the listing of the file's
 * folder tells. On ERR_NOT_FOUND `meta->commit` may still be known. `meta` is
 * borrowed; `repo` lives as long as the call, which must not be used after done.
 */
struct filemeta_call;
struct filemeta_call *filemeta_ask(struct hub *hub, const struct repo *repo,
    const char *revision, const char *path, bool patient,
    void (*done)(
	void *context, const struct filemeta *meta, const struct error *err),
    void *context);

/* As hub_call_hurry and hub_call_waits. */
void filemeta_hurry(struct filemeta_call *call);
uint64_t filemeta_waits(const struct filemeta_call *call);

/* Ends it without done. NULL is fine. */
void filemeta_cancel(struct filemeta_call *call);

#endif
