/*
 * catalog.h: which repositories there are, and what the Hub knows of one
 * (huggingface_hub 2.4.0, hf_api.py: model_info, list_models, list_user_repos,
 * list_space_templates; https://huggingface.co/docs/hub/api).
 *
 * What it knows differs by type, by what was asked for and by the year: items
 * stay the JSON that they came as.
 */
#ifndef CORE_HUB_CATALOG_H
#define CORE_HUB_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/repoid.h"
#include "core/hub/ask.h"
#include "core/hub/pages.h"

struct hub;
struct hub_call;

/* Borrowed texts. */
struct catalog_texts {
	const char *const *v;
	size_t n;
};

/* What to list; NULL, "no texts" and 0 leave it to the Hub. */
struct catalog_query {
	enum repo_type type;
	const char *search;
	const char *author;
	struct catalog_texts filters; /* tags; all must be there */
	const char *sort;             /* as the Hub calls it: "createdAt" */
	unsigned long limit;          /* of a page */
	struct catalog_texts expand;  /* properties, in place of the usual */

	/* Of models. */
	const char *pipeline_tag;
	const char *gated; /* "true" or "false" */
	struct catalog_texts apps;
	const char *num_parameters; /* "min:6B,max:128B" */
	const char *inference;      /* "warm" */
	struct catalog_texts inference_providers;
};

/* All that match, as pages.h hands them out; what calls return is for
 * hub_call_cancel alone. Text of the query is borrowed until this returns. */
struct hub_call *catalog_list(struct hub *hub,
    const struct catalog_query *query, const struct pages_taker *taker);

/* Of one repository; `revision` NULL: the default branch. */
struct hub_call *catalog_info(struct hub *hub, const struct repo *repo,
    const char *revision, struct catalog_texts expand, struct asker asker);

/* Those of an organisation, or of whoever the token is for (NULL), with the
 * storage that each takes. */
struct hub_call *catalog_owned(
    struct hub *hub, const char *organization, const struct pages_taker *taker);

/* Spaces to begin a new one with. */
struct hub_call *catalog_templates(struct hub *hub, struct asker asker);

#endif
