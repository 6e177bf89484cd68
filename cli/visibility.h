/* visibility.h: who is to see a repository, as options say it. */
#ifndef CLI_VISIBILITY_H
#define CLI_VISIBILITY_H

#include "cli/cli.h"
#include "cli/command.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"

struct visibility_args {
	bool private, public, protected;
};

/* Rows of an option table; `at(member)` gives the place of one. */
#define VISIBILITY_OPTS(at)                                                    \
	{ "private", 0, OPT_FLAG, NULL, "Make it private",                     \
		.offset = at(private) },                                       \
	    { "no-private", 0, OPT_UNFLAG, NULL, "The opposite",               \
		    .offset = at(private), .faces = FACE_HF },                 \
	    { "public", 0, OPT_FLAG, NULL,                                     \
		    "Make it public, whatever the namespace's default is",     \
		    .offset = at(public), .faces = FACE_HUG | FACE_HF },       \
	{                                                                      \
		"protected", 0, OPT_FLAG, NULL,                                \
		    "Let everybody use a Space, but hide its files",           \
		    .offset = at(protected), .faces = FACE_HUG | FACE_HF       \
	}

/*
 * The Hub's word for it in `word`, NULL if nothing was said. False if this type
 * cannot have it, and as hug if the options contradict each other: what was
 * meant to be hidden must not end up public.
 */
MUST_USE bool visibility_read(const struct cli *cli,
    const struct visibility_args *args, enum repo_type type, const char **word,
    struct error *err);

#endif
