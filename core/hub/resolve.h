/* resolve.h: which commit a branch, tag or other revision is. */
#ifndef CORE_HUB_RESOLVE_H
#define CORE_HUB_RESOLVE_H

#include <stdbool.h>

#include "core/base/error.h"

struct hub;
struct hub_call;
struct repo;

/*
 * Asks which commit a branch, tag or other ref is (GET revision/<rev>). With
 * `patient` unset a first failure is final. `done` gets the commit, or NULL
 * and the error; the call must not be used after it.
 */
struct hub_call *repo_resolve(struct hub *hub, const struct repo *repo,
    const char *revision, bool patient,
    void (*done)(void *context, const char *commit, const struct error *err),
    void *context);

#endif
