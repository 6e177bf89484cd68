/*
 * include.h: which files of a repository are wanted.
 *
 * A file is wanted if some name or include pattern matches it (or there are
 * none of either), and no exclude pattern does.
 */
#ifndef CORE_XFER_INCLUDE_H
#define CORE_XFER_INCLUDE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/map.h"

struct pattern;

struct want {
	char *text;
	struct pattern *pattern; /* NULL: the text is a plain name */
	bool must;               /* that it matches nothing is an error */
	bool hit;                /* it matched something */
	bool absent;             /* the commit is known not to have it */
};

/* Fields are for reading. {0} wants everything. */
struct include {
	ARR(struct want) wants;
	struct map names; /* text of a want to its index */
	size_t plain;     /* wants that are names */
	size_t unsettled; /* those that may be names or patterns */
	ARR(struct pattern *) excludes;
};

/* A list of borrowed texts. */
struct texts {
	const char *const *v;
	size_t n;
};

/*
 * `files` are names that must exist; unless `literal`, those that hold
 * wildcards or end in "/" may be patterns (include_settle tells). `includes`
 * and `excludes` are patterns. Copies what it keeps. A name that could not be
 * one of a repository's files is an error.
 */
MUST_USE bool include_init(struct include *include, struct texts files,
    bool literal, struct texts includes, struct texts excludes,
    struct error *err);
void include_fini(struct include *include);

/* Whether a file is wanted; remembers which wants it was for. */
bool include_wants(struct include *include, const char *path);

/*
 * Says that the repository has a file of this name: one of `files` that is
 * exactly it is that file's name then, whatever wildcards it holds. True if
 * that changed what is wanted: less than before, but for this name.
 */
bool include_settle(struct include *include, const char *path);

/* Whether names alone are wanted, so that no listing is needed. */
bool include_is_names(const struct include *include);

struct folders {
	ARR(char *) list;
};

/*
 * Sets `folders` to those that hold everything wanted, none inside another; {""}
 * if that is the whole repository. To be released with folders_fini.
 */
void include_folders(const struct include *include, struct folders *folders);
void folders_fini(struct folders *folders);

#endif
