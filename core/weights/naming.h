/*
 * naming.h: what small texts of a repository name: the files of an index, and the
 * code that a loader runs.
 *
 * The texts are foreign. As Python's reader of JSON, these take NaN and Infinity;
 * all else is as strict as jsonscan.h.
 */
#ifndef CORE_WEIGHTS_NAMING_H
#define CORE_WEIGHTS_NAMING_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"

/* Borrowed for the call that gets it. */
struct named_code {
	const char *repo;   /* another repository that has it; NULL: this one */
	const char *folder; /* below the text's own: ""; else it ends in "/" */
	const char *module; /* "modeling_owl" is modeling_owl.py */
	/* It is code of this repository only if that file is there: else the
	 * name is that of a library. */
	bool maybe;
};

struct naming {
	void (*file)(void *context, const char *name);
	void (*code)(void *context, const struct named_code *code);
	void *context;
};

/* What an index is like. */
struct named_index {
	bool has_map;   /* there is a weight_map */
	bool is_object; /* which is one */
	bool odd;       /* something in it is not the name of a file */
	size_t names;
};

/*
 * Reads an index ("weight_map": {"tensor": "file"}): `naming->file` gets the file
 * of each tensor. False with `err` filled if it is not JSON. Both functions change
 * the `n` bytes of `text`.
 */
MUST_USE bool naming_read_index(const struct naming *naming, char *text,
    size_t n, struct named_index *index, struct error *err);

/*
 * Reads a configuration: `naming->code` gets each piece of code that it names.
 * `base` is the file's name without folders: it says what kind of text it is.
 * These are auto_map and custom_pipelines of transformers, modules.json of
 * sentence-transformers, model_index.json of diffusers.
 */
MUST_USE bool naming_read_config(const struct naming *naming, const char *base,
    char *text, size_t n, struct error *err);

/* Whether a file of this name, without folders, may name code. */
bool naming_is_config(const char *base);

#endif
