/*
 * peek.h: the engine's channel for what one file holds (core/weights/contents.h): from
 * the cache if the file is whole there, else by ranged requests to the Hub. Nothing is
 * kept on disk.
 */
#ifndef TUI_ENGINE_PEEK_H
#define TUI_ENGINE_PEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "tui/engine/engine.h"

struct contents;
struct queue_job;

/* The last of its request. */
struct peek_event {
	struct engine_event base;
	struct contents *contents; /* who takes it sets NULL; NULL: `error` */
	bool cached;               /* it was read from the cache */
	struct error error;
};

/* The event that this is; NULL if it is another channel's. */
MUST_USE struct peek_event *peek_event_of(struct engine_event *event);

/* Reads a file of `size` bytes of a commit of the job's repository into its contents,
 * which are new, and are taken; all else is copied. The etag is as the Hub lists it, ""
 * if it is not known. */
unsigned engine_peek(struct engine *engine, void *owner,
    const struct queue_job *job, const char *commit, const char *path,
    const char *etag, uint64_t size, struct contents *contents);

#endif
