/*
 * saved.h: patterns that the user had before: the last of each repository, and sets
 * with names, in $XDG_STATE_HOME/hug/patterns (or ~/.local/state/hug), the newest last:
 *
 *	{"repo": "model/acme/owl", "include": "*.json", "exclude": ""}
 *	{"set": "small", "include": "*.json *.txt", "exclude": "onnx/"}
 */
#ifndef CORE_PICK_SAVED_H
#define CORE_PICK_SAVED_H

#include <stdbool.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"

struct saved_patterns {
	bool is_set;
	char *name; /* of the set, or of the repository with its type */
	char *include, *exclude; /* lines, as pick_set_globs takes them */
};

/* {0} is an empty one. */
struct saved {
	ARR(struct saved_patterns) list;
};

/* Reads the file; what makes no sense in it is left out. */
void saved_load(struct saved *saved);
void saved_fini(struct saved *saved);

/* Those of a name; NULL: there are none. */
const struct saved_patterns *saved_find(
    const struct saved *saved, bool is_set, const char *name);

/* Adds some, in place of those of the same name; of very many the oldest go. False with
 * `err` if they cannot be kept. */
MUST_USE bool saved_keep(
    const struct saved_patterns *patterns, struct error *err);

#endif
