/* gitcred.h: the token where git asks for it (git-credential(1); which user and
 * which helpers: huggingface_hub 2.4.0, utils/_git_credential.py). */
#ifndef CORE_LOGIN_GITCRED_H
#define CORE_LOGIN_GITCRED_H

#include <stdbool.h>

#include "core/base/attr.h"

/* "cache,store": helpers that git is told to use; NULL if there are none, or no
 * git. The caller frees it. */
MUST_USE char *gitcred_helpers(void);

/* Tells them, or makes them forget; false if git did not. `base` is the Hub's
 * address. */
bool gitcred_approve(const char *base, const char *token);
bool gitcred_reject(const char *base);

#endif
