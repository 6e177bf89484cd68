/* markdown.h: a card's text, as lines that are read without marks. */
#ifndef CORE_WEIGHTS_MARKDOWN_H
#define CORE_WEIGHTS_MARKDOWN_H

#include <stddef.h>

#include "core/weights/lines.h"

/*
 * Adds a text in Markdown as GitHub has it: headings, lists, quotes, code, tables. A link
 * is its text and its address; an image is its name; HTML is text without tags. Nothing
 * is loaded. How much it may come to is bounded: beyond that a warning says so.
 */
void markdown_add(struct lines *lines, const char *text, size_t n);

#endif
