/* quants.h: the GGUF files of a repository, as a command line names them by type:
 * REPO:Q4_K_M,Q8_0. */
#ifndef CLI_QUANTS_H
#define CLI_QUANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/session.h"
#include "core/weights/quants.h"

struct repo;

/*
 * The types behind the name of a repository, and, in `repo`, which the caller frees,
 * the name without them; NULL if there are none. A type has no '/' and no '.', so no
 * address is taken for one.
 */
const char *quants_split(const char *text, char **repo);

/* Lists the files of a repository and waits for that; nothing else may be asked
 * meanwhile. quants_fini in any case. */
MUST_USE bool quants_list(struct session *session, const struct repo *repo,
    const char *revision, struct quants *quants, struct error *err);

/* What the headers of a model's files say together. */
struct quant_header {
	const char *type;    /* a constant; NULL: they do not say */
	uint64_t parameters; /* 0: not known */
};

/* Reads the headers of a model's files, by ranged requests, and waits for that. */
MUST_USE bool quants_read(struct session *session, const struct repo *repo,
    const char *revision, const struct quant *quant,
    struct quant_header *header, struct error *err);

/* quants_list of what the cache in `root` has of it, for where the Hub cannot be asked.
 * False if it has nothing of that revision. */
MUST_USE bool quants_list_cached(const char *root, const struct repo *repo,
    const char *revision, struct quants *quants);

#endif
