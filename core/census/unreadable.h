/*
 * unreadable.h: folders that cannot be looked into, so that nothing is known of
 * what they hold; whoever says that all is well has to ask for them.
 */
#ifndef CORE_CENSUS_UNREADABLE_H
#define CORE_CENSUS_UNREADABLE_H

#include "core/base/arr.h"
#include "core/base/attr.h"

struct walk;

struct unreadable {
	char *path; /* of the folder, absolute */
	char *why;  /* "cannot open the folder <path>: Permission denied" */
};

typedef ARR(struct unreadable) unreadable_list;

/*
 * walk_open, and a look whether the folder can be entered as well as listed. If
 * not, adds `path`, which is that of `name`, unless there is no folder; NULL then.
 * The caller closes it.
 */
MUST_USE struct walk *unreadable_open(unreadable_list *list,
    const struct walk *parent, const char *name, const char *path);

/* Tries the folder `path`, but none in it. */
void unreadable_try(unreadable_list *list, const char *path);

/*
 * Tries all folders of a repository of a cache, whose folder is
 * `<root>/<folder>`, in which a file could lie. Links to folders are followed
 * in the place of a revision, as by the scan, and nowhere below it.
 */
void unreadable_find(
    unreadable_list *list, const char *root, const char *folder);

/* Frees what was added, and leaves an empty list. */
void unreadable_fini(unreadable_list *list);

#endif
