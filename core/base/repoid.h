/*
 * repoid.h: what a repository is called, in every form that it has.
 *
 *	org/name, dataset/org/name     for people, and in commands
 *	datasets--org--name            the folder in a cache
 *	<Hub>/api/datasets/org/name    the Hub's interface
 *	<Hub>/datasets/org/name        its page
 *	hf://datasets/org/name/path    an address of the official libraries
 */
#ifndef CORE_BASE_REPOID_H
#define CORE_BASE_REPOID_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"

/* Hex digits of a commit id, and the terminator. */
#define COMMIT_MAX 41

/* Kernels lie in caches, and are nothing that we ask the Hub for. */
enum repo_type {
	REPO_MODEL,
	REPO_DATASET,
	REPO_SPACE,
	REPO_KERNEL,
};

/* Borrowed text: whoever makes one keeps the id alive. */
struct repo {
	enum repo_type type;
	const char *id; /* "namespace/name", or a bare "name" of old */
};

/* "model", "dataset", "space", "kernel", a constant. The plural adds an "s". */
const char *repo_type_name(enum repo_type type);

/* What stands before the id in an address: "", "datasets/", "spaces/". */
const char *repo_type_prefix(enum repo_type type);

/* Reads a type's name from `n` bytes, in the plural too; false if no type has
 * that name. */
bool repo_read_type(const char *text, size_t n, enum repo_type *type);

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

/* Appends "models--org--name". */
void repo_add_folder(struct str *out, const struct repo *repo);

/*
 * Reads such a name: the type, and the id, which the caller frees. `dash` gets
 * the length of what is before the first "--", 0 if there is no such place; false
 * if that is not a type in the plural. Each "--" behind it becomes a "/".
 */
MUST_USE bool repo_read_folder(
    const char *name, enum repo_type *type, char **id, size_t *dash);

/* Whether a path's first part, of `n` bytes, is such a name. */
bool repo_is_folder(const char *name, size_t n);

/* Appends "<base>/api/models/<id>". */
void repo_api_url(struct str *out, const char *base, const struct repo *repo);

/* Appends "<base>/[datasets/|spaces/]<id>", the address of its page. */
void repo_page_url(struct str *out, const char *base, const struct repo *repo);

#endif
