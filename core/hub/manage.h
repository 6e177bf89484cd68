/*
 * manage.h: repositories made, removed, renamed, copied and set (huggingface_hub
 * 2.4.0, hf_api.py: create_repo, delete_repo, move_repo, duplicate_repo,
 * update_repo_settings).
 *
 * All of it needs a token that may write. Nothing is asked twice, unless the caller
 * says so: an answer that did not come says nothing of what happened.
 */
#ifndef CORE_HUB_MANAGE_H
#define CORE_HUB_MANAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/repoid.h"
#include "core/hub/ask.h"

struct hub;
struct hub_call;

/* A secret or a variable of a Space. */
struct space_value {
	const char *key, *value;
};

/* A repository, or part of one, that a Space sees as a folder. */
struct space_volume {
	const char *type; /* "model", "dataset", "space", "bucket" */
	const char *source;
	const char *mount_path;
	const char *revision;  /* NULL: none */
	const char *read_only; /* "true", "false"; NULL: as is usual */
	const char *path;      /* NULL: all of it */
};

/* What a new repository is to be; NULL leaves a thing to the Hub. */
struct repo_settings {
	const char *visibility; /* "public", "private", "protected" */
	const char *resource_group;
	const char *region; /* "us", "eu" */
	bool again; /* asked for until an answer comes: 409 may mean us */

	/* Of Spaces. */
	const char *sdk;
	const char *template;
	const char *hardware;
	const long *sleep_s; /* -1: never */
	const struct space_value *secrets, *variables;
	size_t n_secrets, n_variables;
	const struct space_volume *volumes;
	size_t n_volumes;
};

/* The answer names its "url". A bare name is in the caller's own namespace. 409:
 * it is there already. */
struct hub_call *manage_create(struct hub *hub, const struct repo *repo,
    const struct repo_settings *settings, struct asker asker);

/* For good, with all revisions; what caches have of it stays. 404: there is none. */
struct hub_call *manage_delete(
    struct hub *hub, const struct repo *repo, struct asker asker);

/* Both ids have a namespace. The old one leads to the new one from then on. */
struct hub_call *manage_move(struct hub *hub, const struct repo *repo,
    const char *to, struct asker asker);

/* `gated` is "auto", "manual" or "false"; NULL leaves a thing as it is. */
struct hub_call *manage_set(struct hub *hub, const struct repo *repo,
    const char *visibility, const char *gated, struct asker asker);

/* The answer names the "url" of the copy. */
struct hub_call *manage_duplicate(struct hub *hub, const struct repo *repo,
    const char *to, const struct repo_settings *settings, struct asker asker);

/*
 * The repository that such an answer names. Where its address is one of the
 * public Hub's, `url` gets that of the Hub that is used. False if it names
 * none; the caller frees both.
 */
MUST_USE bool manage_read_url(const struct hub *hub, const struct cJSON *answer,
    char **url, char **id, struct error *err);

#endif
