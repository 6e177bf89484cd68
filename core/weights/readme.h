/* readme.h: a card: what its front matter says, as facts, then its text. */
#ifndef CORE_WEIGHTS_README_H
#define CORE_WEIGHTS_README_H

#include "core/base/span.h"
#include "core/weights/lines.h"

/* Adds it all; how much a text may come to is bounded (markdown.h). */
void readme_add(struct lines *lines, struct span text);

#endif
