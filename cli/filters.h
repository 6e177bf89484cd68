/* filters.h: the conditions of --filter, as all commands take them. */
#ifndef CLI_FILTERS_H
#define CLI_FILTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/census/filter.h"

struct query;
struct scan_repo;
struct scan_revision;

/* All must hold; without any everything does. */
struct filters {
	ARR(struct filter) official;
	ARR(struct query *) queries;
};

/*
 * Reads what was given: as hug the grammar of query.h, as hf the official
 * client's one condition each. ERR_USAGE if one cannot be read; filters_fini
 * either way.
 */
MUST_USE bool filters_read(struct filters *filters, const struct cli *cli,
    const struct text_list *texts, struct error *err);
void filters_fini(struct filters *filters);

/* Whether any was given; without one all holds. */
bool filters_any(const struct filters *filters);

/* `revision` NULL: of the repository. `now`: seconds since 1970. */
bool filters_hold(const struct filters *filters, const struct scan_repo *repo,
    const struct scan_revision *revision, double now);

#endif
