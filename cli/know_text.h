/* know_text.h: cautions, for people and for programs. */
#ifndef CLI_KNOW_TEXT_H
#define CLI_KNOW_TEXT_H

#include <stdint.h>

#include "cli/cli.h"
#include "core/base/str.h"
#include "core/weights/cautions.h"

/* Prints all cautions on stdout, and what could not be checked. */
void know_print(const struct cautions *c);

/* Prints how much memory the weights take, and how much disk `bytes` take of what is
 * free in `folder`; nothing of what is not known. */
void know_print_sizes(
    const struct cautions *c, uint64_t bytes, const char *folder);

/* Appends `, "cautions": [...], "unchecked": [...]`. */
void know_add_json(struct str *out, const struct cautions *c);

/* Prints one as a note on stderr. */
void know_tell(const struct cli *cli, const struct caution *caution);

/* Bytes that weights take in memory, at a guess: theirs and a tenth. */
uint64_t know_memory(const struct cautions *c);

#endif
