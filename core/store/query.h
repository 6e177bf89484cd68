/*
 * query.h: what a user types to see a part of a cache.
 *
 *	words          all must occur in the id, a commit or a ref
 *	size>10GB accessed>90d modified<7d refs=main type=dataset
 *	only>1GB files>1000 name=acme* is:detached is:partial is:damaged
 *	is:marked is:open
 *	not TERM   TERM or TERM   ( ... )
 *
 * Terms side by side must all hold. The first line of terms is the official
 * client's grammar.
 */
#ifndef CORE_STORE_QUERY_H
#define CORE_STORE_QUERY_H

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

/* NULL with ERR_USAGE if it cannot be read. An empty text holds for all. */
MUST_USE struct query *query_parse(const char *text, struct error *err);
void query_free(struct query *query);

bool query_holds(const struct query *query, const struct query_of *of);

#endif
