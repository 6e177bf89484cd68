/* kind.h: what a file of a repository is for, by its name alone. */
#ifndef CORE_WEIGHTS_KIND_H
#define CORE_WEIGHTS_KIND_H

/* A word for it: "safetensors", "tokenizer", "config", "card", "image", ...; "-" if its
 * name does not say. A constant. */
const char *file_kind_name(const char *name);

#endif
