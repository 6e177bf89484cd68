#include "core/os/inodes.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"

#define KEY_MAX 48

static void
make_key(char *key, uint64_t device, uint64_t number)
{
	snprintf(key, KEY_MAX, "%llx:%llx", (unsigned long long)device,
	    (unsigned long long)number);
}

bool
inodes_has(const struct inodes *inodes, uint64_t device, uint64_t number)
{
	char key[KEY_MAX];

	make_key(key, device, number);
	return map_find(&inodes->known, key, NULL);
}

const struct inode *
inodes_note(struct inodes *inodes, uint64_t device, uint64_t number,
    unsigned names, uint64_t bytes)
{
	char key[KEY_MAX];
	size_t at;

	make_key(key, device, number);
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
