/*
 * pattern.h: the globs of --include and --exclude.
 *
 * A pattern means what Python's fnmatch means by it, matched against the whole
 * path: * and ? also match "/", [seq] and [!seq] match one character, the rest
 * is literal. A pattern that ends in "/" means everything below; "\" counts as
 * "/" on both sides.
 */
#ifndef CORE_BASE_PATTERN_H
#define CORE_BASE_PATTERN_H

#include <stdbool.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct pattern;

/* NULL with `err` filled if it is not UTF-8 or too long to compile. */
MUST_USE struct pattern *pattern_new(const char *text, struct error *err);
void pattern_free(struct pattern *p);

/* A path that is not UTF-8 never matches. */
bool pattern_match(const struct pattern *p, const char *path);

/* Whether the text has none of the characters that make it more than a name. */
bool pattern_is_name(const char *text);

/*
 * The folder that everything matched must lie in: the part before the last "/"
 * that stands before the first wildcard. "" if there is none. The caller
 * frees it.
 */
MUST_USE char *pattern_folder(const char *text);

#endif
