/*
 * facts.h: what the Hub says of a repository or a file, in the shape that hf gives
 * it: its names for things, its order, dates as ISO 8601, nothing that is null.
 */
#ifndef CLI_SHOW_FACTS_H
#define CLI_SHOW_FACTS_H

#include <stdbool.h>

#include "core/base/repoid.h"
#include "core/base/str.h"

struct cJSON;

/* Appends the object as JSON on one line. */
void facts_add_repo(
    struct str *out, enum repo_type type, const struct cJSON *item);

/* The same of what the head of its card says, "cardData" of the Hub; NULL: {}. */
void facts_add_card(
    struct str *out, enum repo_type type, const struct cJSON *card);

/* The same of an entry of a tree. */
void facts_add_file(struct str *out, const struct cJSON *item);

/* Whether the text is a moment as the Hub writes it: "2026-03-01T10:00:00.000Z". */
bool facts_is_date(const char *text);

/* Appends its day, "2026-03-01"; nothing if it is none. */
void facts_add_day(struct str *out, const char *date);

#endif
