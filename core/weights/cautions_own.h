/* cautions_own.h: what the files of cautions.h share. */
#ifndef CORE_WEIGHTS_CAUTIONS_OWN_H
#define CORE_WEIGHTS_CAUTIONS_OWN_H

#include <stdbool.h>

#include "core/weights/cautions.h"

/* Files that an index lacks, and files of code, that are told apart. */
#define CAUTION_NAMES_MAX 10000

/* The next caution, which takes the text. Good until the next one. */
struct caution *caution_add(
    struct cautions *c, enum caution_kind kind, char *text);

/* Adds a path to a caution. */
void caution_add_path(void *caution, const char *path);

/* Whether the listing has the file. */
bool caution_is_listed(const struct cautions *c, const char *path);

/* The name of a file without its folders. */
const char *caution_base(const char *path);

/* Whether it may be an index of weights. */
bool caution_is_index(const char *base);

#endif
