/*
 * env.h: the environment, and the folders it names.
 *
 * Rules of huggingface_hub's constants.py: a flag is true for 1, on, yes and
 * true in any case; "~" and "$NAME" in paths are expanded. A variable that is
 * set but empty counts as unset here (Python takes it for the current folder).
 */
#ifndef CORE_OS_ENV_H
#define CORE_OS_ENV_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

/* The value, NULL if unset or empty. Borrowed from the environment. */
const char *env_get(const char *name);

/* Whether a variable is set to one of the words above that mean yes. */
bool env_flag(const char *name);

/*
 * A whole number of seconds; `fallback` if unset or 0. Fails with ERR_USAGE
 * if it is no number.
 */
MUST_USE bool env_seconds(
    const char *name, unsigned fallback, unsigned *seconds, struct error *err);

/* A path with "~" and "$NAME" expanded; the caller frees it. Without a home
 * folder "~" stays. */
MUST_USE char *env_expand(const char *path);

/*
 * $HF_HOME or its default; the caller frees it, as of those below. They are NULL
 * if no variable and no home folder says where that is: nothing goes below the
 * current folder only because somebody has no home.
 */
MUST_USE char *env_hf_home(void);

/* The hub cache: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, or "hub" in the home. */
MUST_USE char *env_hub_cache(void);

/* Of the Xet client, of libraries' assets, and of the library `datasets`. */
MUST_USE char *env_xet_cache(void);
MUST_USE char *env_assets_cache(void);
MUST_USE char *env_datasets_cache(void);

/* A file of ours in the folder that `variable` names, or in `below` the home:
 * env_own_file("XDG_STATE_HOME", ".local/state", "checked"). NULL without a
 * home. */
MUST_USE char *env_own_file(
    const char *variable, const char *below, const char *name);

/* The file with the active token: HF_TOKEN_PATH, or "token" in the home. */
MUST_USE char *env_token_file(void);

#endif
