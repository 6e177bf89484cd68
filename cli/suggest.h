/*
 * suggest.h: what was probably meant, where the Hub does not know a name; where the
 * voice guesses, and never offline. What is there is looked up when the answer has
 * failed.
 */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include "core/base/error.h"

struct repo;
struct session;

/*
 * If `err` is about a repository that is not visible, asks for one of the same name
 * and another type, and names it in the advice.
 */
void suggest_repo(struct session *s, struct error *err);

/*
 * If `err` is about a file that is not in the revision, lists the files with one
 * request, and names the one that was probably meant, or says that it is a folder;
 * `fetches` tells whether the command can take folders.
 */
void suggest_file(struct session *s, const struct repo *repo,
    const char *revision, const char *path, bool fetches, struct error *err);

#endif
