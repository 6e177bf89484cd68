/*
 * users.h: which files the processes of this machine have open, as far as we
 * may look. A hint: where the system does not tell (no /proc, processes of
 * others, another machine on a network folder), a file counts as not open.
 */
#ifndef CORE_OS_USERS_H
#define CORE_OS_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/map.h"

struct users_file {
	char *path; /* links resolved */
	int pid;    /* one of those that have it open or mapped */
};

/* {0} is a valid empty value. */
struct users {
	ARR(struct users_file) files;
	struct map paths; /* of them, to their places */
};

/* Looks for open files below a folder. Reads much of /proc: not for the loop. */
void users_look(struct users *users, const char *root);

/* The process that has the file open; 0 if none is known. */
int users_find(const struct users *users, const char *path);

/* Releases what users_look found; not to be asked after that. */
void users_fini(struct users *users);

#endif
