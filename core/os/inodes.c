#include "core/os/inodes.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"

const struct inode *
inodes_note(struct inodes *inodes, uint64_t device, uint64_t number,
    unsigned names, uint64_t bytes)
{
	char key[48];
	size_t at;

	snprintf(key, sizeof(key), "%llx:%llx", (unsigned long long)device,
	    (unsigned long long)number);
	if (!map_find(&inodes->known, key, &at)) {
		char *copy = mem_strdup(key);

		at = inodes->list.n;
		arr_push(&inodes->list, (struct inode){ bytes, names, 0 });
		arr_push(&inodes->keys, copy);
		map_add(&inodes->known, copy, at);
	}
	inodes->list.v[at].seen++;
	return &inodes->list.v[at];
}

void
inodes_fini(struct inodes *inodes)
{
	map_fini(&inodes->known);
	arr_each (key, &inodes->keys)
		free(*key);
	arr_free(&inodes->keys);
	arr_free(&inodes->list);
}
