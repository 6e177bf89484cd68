/* tree.h: the files of one commit, listed page by page. */
#ifndef CORE_HUB_TREE_H
#define CORE_HUB_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/hub/pages.h"

struct hub;
struct hub_call;
struct repo;

/* Borrowed for the call that gets it. Sums are hex, NULL if not known. */
struct tree_entry {
	const char *path;   /* as the server says it: check before use */
	const char *oid;    /* Git's id: the content's, or the LFS pointer's */
	const char *sha256; /* of an LFS file's content, else NULL */
	const char *xet;    /* where Xet storage has it, else NULL */
	uint64_t size;      /* bytes of the content */
};

/* Which part of a repository, and how much of it. */
struct tree_request {
	const struct repo *repo;
	const char *revision;
	const char *folder; /* "": all */
	bool recursive;
	bool expand; /* with each one's last commit; takes the Hub long */
};

/*
 * Lists files and folders as the JSON that they come as (huggingface_hub 2.4.0,
 * hf_api.py: list_repo_tree). A folder that is not there is an error with code
 * ERR_NOT_FOUND.
 */
struct hub_call *tree_pages(struct hub *hub, const struct tree_request *request,
    const struct pages_taker *taker);

/*
 * The same of files alone, a large list faster: `entry` gets each in the
 * server's order, then `done` comes once.
 */
struct hub_call *tree_list(struct hub *hub, const struct tree_request *request,
    void (*entry)(void *context, const struct tree_entry *entry),
    void (*done)(void *context, const struct error *err), void *context);

#endif
