/*
 * quants.h: the GGUF files of a repository, by their names: which are parts of one
 * model, how it is quantised, and what goes with it.
 *
 * Nothing but names and sizes is known here. The type is the last word of the file's
 * name that is one ("model-Q4_K_M.gguf", "model.i1-IQ3_XS.gguf"), else the last of its
 * folders' ("Q4_K_M/model-00001-of-00002.gguf"). Names of types are those of
 * llama.cpp; "UD-" in front is Unsloth's, another file of the same type.
 */
#ifndef CORE_WEIGHTS_QUANTS_H
#define CORE_WEIGHTS_QUANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/map.h"

struct quant_file {
	char *path;
	uint64_t size; /* bytes */
	unsigned part; /* from 1; 0: it is whole */
};

typedef ARR(struct quant_file) quant_files;

/* A model in one type. */
struct quant {
	char *type;        /* "Q4_K_M"; "": its name has none */
	char *name;        /* its path, without what numbers the parts */
	char *key;         /* for quants_add */
	uint64_t size;     /* of all its files */
	unsigned parts;    /* there should be; 0: the names do not say */
	bool whole;        /* no part is missing, as far as their names say */
	quant_files files; /* by their number, in order */
};

/* {0} is an empty one. Fields are for reading; `whole` and the order are right after
 * quants_end. */
struct quants {
	ARR(struct quant) list;   /* the smallest first */
	quant_files projectors;   /* of images and sound */
	quant_files calibrations; /* what a quantisation was weighed by */
	struct map known;         /* keys, to places in `list` */
};

/* Bytes of memory that weights of so many bytes take, at a guess: theirs and a tenth. */
uint64_t weights_memory(uint64_t bytes);

/* "fits", "tight" (more than four fifths) or "no", of what is there; "-" if that is 0. */
const char *weights_fit(uint64_t bytes, uint64_t memory);

/* Takes a file of the repository; what has nothing to do with GGUF is left out. */
void quants_add(struct quants *quants, const char *path, uint64_t size);

/* After the last. */
void quants_end(struct quants *quants);
void quants_fini(struct quants *quants);

/* Paths, borrowed from the quants. */
typedef ARR(const char *) quant_paths;

/*
 * Adds the files of types ("Q4_K_M,q8_0"; case does not matter), and with them the
 * projector if there is exactly one. False with ERR_NOT_FOUND and what there is
 * instead: a type is not there, is there more than once, or lacks a part.
 */
MUST_USE bool quants_choose(const struct quants *quants, const char *types,
    quant_paths *paths, struct error *err);

#endif
