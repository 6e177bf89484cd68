/* failon.h: --fail-on: which cautions keep a download from beginning. */
#ifndef CLI_FAILON_H
#define CLI_FAILON_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/weights/cautions.h"

struct pattern;

/* A licence that is refused. */
struct failon_licence {
	char *text; /* in small letters, maybe with wildcards */
	struct pattern *pattern;
};

/* {0} lets everything pass. */
struct failon {
	unsigned kinds; /* a bit each: 1 << CAUTION_CODE */
	ARR(struct failon_licence) licences;
};

/*
 * Reads the values of the option: "gated,licence=other,cc-by-nc-*,code". What follows
 * "licence=" are licences up to the next word that is a kind. ERR_USAGE if a word is
 * neither. failon_fini in any case.
 */
MUST_USE bool failon_read(
    struct failon *f, const struct text_list *values, struct error *err);
void failon_fini(struct failon *f);

/*
 * Whether all of it may pass. If not, says on stderr each thing that keeps it from
 * that, and `err` sums up; so does what could not be checked.
 */
MUST_USE bool failon_passes(const struct failon *f, const struct cli *cli,
    const struct cautions *c, const struct repo *repo, struct error *err);

#endif
