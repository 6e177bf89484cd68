/* repo.h: what a repository is called, and which commit a revision is. */
#ifndef CORE_HUB_REPO_H
#define CORE_HUB_REPO_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

struct hub;
struct hub_call;

/* Hex digits of a commit id, and the terminator. */
#define COMMIT_MAX 41

enum repo_type {
	REPO_MODEL,
	REPO_DATASET,
	REPO_SPACE,
};

/* Borrowed text: whoever makes one keeps the id alive. */
struct repo {
	enum repo_type type;
	const char *id; /* "namespace/name", or a bare "name" of old */
};

/* "model", "dataset", "space". The plural adds an "s". */
const char *repo_type_name(enum repo_type type);

/* What stands before the id in an address: "", "datasets/", "spaces/". */
const char *repo_type_prefix(enum repo_type type);

/*
 * Whether the id can be one: the rules and texts of huggingface_hub's
 * validators (2.x: ASCII, 96 characters a part). ERR_USAGE if not.
 */
MUST_USE bool repo_check_id(const char *id, struct error *err);

/*
 * Whether a branch, a tag or another revision, or a path in a repository, can be
 * part of an address: "." and ".." between slashes would change what the address
 * is of, since they are taken out on the way. ERR_USAGE if not.
 */
MUST_USE bool repo_check_revision(const char *revision, struct error *err);
MUST_USE bool repo_check_path(const char *path, struct error *err);

/* Whether the text is a full commit id: 40 lower-case hex digits. */
bool repo_is_commit(const char *revision);

/* Appends "<base>/api/models/<id>". */
void repo_api_url(
    struct str *out, const struct hub *hub, const struct repo *repo);

/* Appends "<base>/[datasets/|spaces/]<id>", the address of its page. */
void repo_page_url(
    struct str *out, const struct hub *hub, const struct repo *repo);

/*
 * Asks which commit a branch, tag or other ref is (GET revision/<rev>). With
 * `patient` unset a first failure is final. `done` gets the commit, or NULL
 * and the error; the call must not be used after it.
 */
struct hub_call *repo_resolve(struct hub *hub, const struct repo *repo,
    const char *revision, bool patient,
    void (*done)(void *context, const char *commit, const struct error *err),
    void *context);

#endif
