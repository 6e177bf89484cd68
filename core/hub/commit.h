/*
 * commit.h: changes of files that the Hub carries out together, or not at all
 * (huggingface_hub 2.4.0, _commit_api.py: _prepare_commit_payload).
 */
#ifndef CORE_HUB_COMMIT_H
#define CORE_HUB_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/hub/ask.h"

struct body;
struct hub;
struct hub_call;
struct repo;
struct workers;

/* A commit while it is put together: {.workers = ...} is an empty one. */
struct commit {
	struct workers *workers; /* read files; NULL: none are in it */
	struct body *body; /* of the request, a line each; NULL: none yet */
};

/* `parent` is the commit that the branch must still be at; NULL: whatever. */
void commit_begin(struct commit *commit, const char *summary,
    const char *description, const char *parent);

/* Puts a file of `size` bytes at `path`, read from `local` while it is sent. */
void commit_add_file(
    struct commit *commit, const char *path, const char *local, uint64_t size);

/* Puts an LFS object, which the Hub has already, at `path`. */
void commit_add_object(
    struct commit *commit, const char *path, const char *sha256, uint64_t size);

/* The same of one that is in the repository already, or was copied into it
 * (lfs_copy_send). */
void commit_add_copy(
    struct commit *commit, const char *path, const char *sha256);

/* Puts a small file, whose bytes are copied. */
void commit_add_bytes(
    struct commit *commit, const char *path, const void *bytes, size_t n);

/* Takes away a file that is there. */
void commit_delete_file(struct commit *commit, const char *path);

/* How a commit is sent. */
struct commit_way {
	const char *branch;
	bool pull_request; /* as a proposal for the branch */
	bool waits_out; /* where commits are one too many, until one may be */
	/* As those of a request (call.h); may be NULL. */
	void (*sent)(void *sender, uint64_t bytes);
	uint64_t (*gate)(void *sender, size_t *room);
	void *sender;
};

/*
 * Sends it and frees it. The answer has "commitUrl" and "commitOid", of a
 * proposal "pullRequestUrl". 412: the branch has moved.
 */
struct hub_call *commit_send(struct commit *commit, struct hub *hub,
    const struct repo *repo, const struct commit_way *way, struct asker asker);

/* Frees one that is not sent after all. */
void commit_drop(struct commit *commit);

#endif
