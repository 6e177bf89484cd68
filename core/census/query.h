/*
 * query.h: what a user writes to choose a part of a cache.
 *
 *	any    = all { "or" all }
 *	all    = one { [ "and" ] one }
 *	one    = "not" one | "(" any ")" | WORD | "is:" STATE | KEY OP VALUE
 *	OP     = "=" | "!=" | "<" | "<=" | ">" | ">="
 *
 *	WORD      occurs in the id or a ref, or begins a commit
 *	STATE     detached, partial, damaged; marked, open (on the screen)
 *	KEY       size>1.5GiB only>1GB    bytes; `only`: those that are freed
 *	          files>1000              a count
 *	          accessed>90d modified<7d   ages; without a unit in seconds
 *	          type=dataset refs=main name=acme*   only with "="
 *
 * Letters of keywords, keys, states and units compare without case. Blanks may
 * stand between all of these, around an operator too; a word, a value and a
 * pattern end at a blank or a bracket.
 */
#ifndef CORE_CENSUS_QUERY_H
#define CORE_CENSUS_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct query;
struct scan_repo;
struct scan_revision;

/* What a query is asked of; the rest of what it may need is asked for. */
struct query_of {
	const struct scan_repo *repo;
	const struct scan_revision *revision; /* NULL: of the repository */
	double now;                           /* seconds since 1970 */
	/* May be NULL: then nothing is marked or open, and `only` is the size. */
	uint64_t (*only)(void *context, const struct query_of *of);
	bool (*marked)(void *context, const struct query_of *of);
	bool (*open)(void *context, const struct query_of *of);
	void *context;
};

/* Whether there is nothing but blanks, which is no query. */
bool query_is_blank(const char *text);

/*
 * NULL with ERR_USAGE if it cannot be read; the message begins with the place:
 * "at character 8: ...". A blank text is refused, so that a variable without a
 * value never chooses all.
 */
MUST_USE struct query *query_parse(const char *text, struct error *err);
void query_free(struct query *query);

/* Whether it is true of a repository or a revision; never fails. */
bool query_holds(const struct query *query, const struct query_of *of);

#endif
