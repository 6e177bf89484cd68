/*
 * inodes.h: files that have several names, each counted once.
 *
 * A file with one name needs no table: its bytes go with it. This is for the
 * others, of which the bytes go with the last name.
 */
#ifndef CORE_OS_INODES_H
#define CORE_OS_INODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/map.h"

struct inode {
	uint64_t bytes; /* on disk */
	unsigned names; /* that it has */
	unsigned seen;  /* of them, those that were noted */
};

/* {.known = MAP_INIT} is an empty table. */
struct inodes {
	ARR(struct inode) list;
	ARR(char *) keys;
	struct map known;
};

/* Notes a name of a file. Good until the next one; its place is `list.v` and so
 * many. */
const struct inode *inodes_note(struct inodes *inodes, uint64_t device,
    uint64_t number, unsigned names, uint64_t bytes);

/* Whether any name of a file was noted. */
bool inodes_has(const struct inodes *inodes, uint64_t device, uint64_t number);
void inodes_fini(struct inodes *inodes);

#endif
