/*
 * cat.h: the bytes of one file, in order, to whoever takes them.
 *
 * Nothing is kept on disk. Where the connection breaks it goes on behind the last
 * byte that was taken; at the end the sum is compared, so that a wrong file is told
 * of although its bytes are out.
 */
#ifndef CORE_DOWN_CAT_H
#define CORE_DOWN_CAT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

struct hub;
struct cat;
struct repo;

struct cat_taker {
	/* False ends it: `done` gets ERR_CANCELLED. It may take its time. */
	bool (*take)(void *context, const char *bytes, size_t n);
	/* Something broke; it will go on by itself. */
	void (*note)(void *context, const char *text);
	/* Once; ERR_CORRUPT: the bytes were not those of the file. */
	void (*done)(void *context, const struct error *err);
	void *context;
};

/* `repo`, `revision` and `path` are borrowed as long as it runs. cat_free
 * afterwards, not from inside a callback. */
struct cat *cat_start(struct hub *hub, const struct repo *repo,
    const char *revision, const char *path, const struct cat_taker *taker);

/* Frees it, and ends it without done if it still runs. NULL is fine. */
void cat_free(struct cat *cat);

#endif
