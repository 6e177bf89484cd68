/* gguf.h: the keys and tensors of a GGUF file, from its beginning (contents.h). */
#ifndef CORE_WEIGHTS_GGUF_H
#define CORE_WEIGHTS_GGUF_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"

struct reader;

/* What a header says, for programs. */
struct gguf_facts {
	const char
	    *type; /* "Q4_K_M"; NULL: it does not say, or not a known one */
	uint64_t parameters; /* values of its tensors, */
	bool whole;          /* all of which were read */
};

/* Whether a header may say that it is of this type: "Q4_K_M" is one, "Q4_K_XL" and
 * "UD-Q4_K_M" are names that people made. */
bool gguf_is_type(const char *name);

/* A file of so many bytes; released by its `release`. */
MUST_USE struct reader *gguf_reader(uint64_t size);

#endif
