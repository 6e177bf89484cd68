/*
 * carry.h: a plan of purge.h carried out.
 *
 * In an order in which a crash at any point leaves a cache that all clients
 * read without a new warning: refs, then snapshots and repositories, each by
 * one rename out of sight (<cache>/.locks/.hug-removed.<8 hex>, which every
 * client passes over, and the next deletion empties), then blobs, then payloads
 * of the shared store that nothing links to any more.
 *
 * A blob is blobs/<name> in its own repository, whatever it leads to. It goes
 * under its lock, after another look at what the snapshots use.
 */
#ifndef CORE_STORE_CARRY_H
#define CORE_STORE_CARRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct purge;

struct carry_watch {
	/* A line for each thing that could not be taken away, or was left
	 * because it is in use. */
	void (*tell)(void *context, const char *text);
	void (*went)(void *context, uint64_t bytes); /* may be NULL */
	void *context;
	const atomic_bool *cancelled; /* ends it between two things; or NULL */
};

/*
 * Who keeps what goes, in place of its removal. First everything that may go is
 * announced, then `ready` says whether to go on, then each thing is taken, or
 * left out. Payloads of the shared store are left as they are.
 */
struct carry_keeper {
	void (*announce)(void *context, const char *path);
	bool (*ready)(void *context, struct error *err);
	bool (*take)(void *context, const char *path, struct error *err);
	void *context;
};

/* Carries it out; true if all of it went. `keeper` may be NULL. */
MUST_USE bool carry_out(const struct purge *purge,
    const struct carry_keeper *keeper, const struct carry_watch *watch);

#endif
