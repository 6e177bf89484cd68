/* rules.h: marks by rule: what a rule would mark, and what that frees. */
#ifndef TUI_CACHE_RULES_H
#define TUI_CACHE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct cache_model;

enum cache_rule {
	RULE_DETACHED,
	RULE_UNUSED,  /* value: seconds */
	RULE_LARGE,   /* value: bytes */
	RULE_NEWEST,  /* all but that of each repository */
	RULE_BEHIND,  /* older than what main points to */
	RULE_PARTIAL, /* value: seconds */
	RULE_BAD,     /* whose checksum is wrong */
	RULE_FILTER,  /* what is shown */
	RULE_FREE,    /* value: bytes to free */
	CACHE_RULES,
};

enum rule_use {
	RULE_ADD,
	RULE_DROP,
	RULE_ONLY,
};

struct rule_effect {
	size_t revisions, strays;
	size_t in_use;  /* revisions that the rule would mean, but for that */
	size_t spared;  /* revisions of repositories that rules leave alone */
	uint64_t freed; /* bytes, of these alone */
};

/* "not used for 90 days"; with the value that it has. */
const char *rule_text(enum cache_rule rule);

/* What is asked for its value, as "90 days"; NULL: it has none. */
const char *rule_default(enum cache_rule rule);

/* Reads a value as it is typed. */
MUST_USE bool rule_read(
    enum cache_rule rule, const char *text, double *value, struct error *err);

/* What it would mark. */
struct rule_effect rule_look(
    const struct cache_model *m, enum cache_rule rule, double value);

/* Marks, or unmarks. */
void rule_apply(struct cache_model *m, enum cache_rule rule, double value,
    enum rule_use use);

#endif
