/* tree.h: the files of one commit, listed page by page. */
#ifndef CORE_HUB_TREE_H
#define CORE_HUB_TREE_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/treefile.h"
#include "core/hub/pages.h"

struct hub;
struct hub_call;
struct repo;
struct workers;

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

/* Who gets the files of a list. */
struct tree_taker {
	/* Each file, in the server's order, on the pool of `workers` (NULL: on
	 * the loop). False once the call is cancelled. */
	treefile_take *take;
	struct workers *workers;
	/* After the files of each page, where they came; may be NULL. */
	void (*page)(void *context);
	/* The end, once, on the loop; err NULL: that was all. */
	void (*done)(void *context, const struct error *err);
	/* Comes instead, maybe before hub_call_cancel returns, as soon as no
	 * file can come any more; may be NULL. */
	void (*stopped)(void *context);
	void *context;
};

/* The same of files alone, a large list faster. */
struct hub_call *tree_list(struct hub *hub, const struct tree_request *request,
    const struct tree_taker *taker);

#endif
