/*
 * shards.h: files that are numbered as parts of one thing, by their names alone:
 * "model-00001-of-00003.safetensors", "train-00000-of-00004.parquet".
 *
 * GGUF files have more ways to number their parts: quants.h.
 */
#ifndef CORE_WEIGHTS_SHARDS_H
#define CORE_WEIGHTS_SHARDS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/map.h"

/* More sets than this are not looked at. */
#define SHARDS_SETS_MAX 65536

/* Files whose names differ in the number alone. */
struct shard_set {
	char *key;      /* for shards_add */
	char *stem;     /* "folder/model-" */
	char *tail;     /* ".safetensors" */
	unsigned count; /* of files, as their names say */
	int digits;     /* of the number; */
	int of_digits;  /* and of the count */
	bool wanted;    /* one of them is */
	ARR(unsigned) numbers;
};

/* {0} is an empty one. */
struct shards {
	ARR(struct shard_set) sets;
	struct map known; /* keys, to places in `sets` */
	bool more;        /* there were more sets than are looked at */
};

/* Whether a name is that of a part: "model-00001-of-00003.safetensors". */
bool shards_is_numbered(const char *path);

/* Takes a file, if its name is numbered. Memory grows by a few bytes for each. */
void shards_add(struct shards *shards, const char *path, bool wanted);

/* After the last: the numbers are in order then, each once. */
void shards_end(struct shards *shards);
void shards_fini(struct shards *shards);

/*
 * How many files a set lacks, after shards_end; `take` gets the first `most` of
 * their paths. A set is numbered from 0 if it has that number, else from 1.
 */
size_t shard_set_missing(const struct shard_set *set, size_t most,
    void (*take)(void *context, const char *path), void *context);

#endif
