/*
 * object.h: one LFS object on its way to the storage: whole or in parts, several at
 * once, then its completion and verification.
 *
 * No token goes to the storage. A part that fails for a while is sent again, alone; an
 * address that has expired ends the object with OBJECT_RENEW, and the parts that are
 * there stay there.
 */
#ifndef CORE_UP_OBJECT_H
#define CORE_UP_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/hub/lfs.h"
#include "core/up/journal.h"

struct hub;
struct limit;
struct object;
struct repo;
struct workers;

enum object_end {
	OBJECT_STORED,
	OBJECT_RENEW,  /* its addresses are no good (any more) */
	OBJECT_FAILED, /* `err` says why; ERR_CONFLICT: the file has changed */
};

/* All is borrowed for the life of the object, but for `way` and `etags`. */
struct object_request {
	struct hub *hub;
	struct workers *workers;
	const struct repo *repo;
	struct journal *journal; /* notes parts; NULL: nobody does */
	struct limit *limit;     /* NULL: none */
	unsigned *slots;         /* requests to the storage that may be begun */
	const char *local;       /* the file; a copy is taken */
	const char *name;        /* for messages; a copy is taken */
	char sha[DIGEST_HEX_MAX];
	uint64_t size;
	bool old;            /* the way is of an earlier run: it may be gone */
	struct lfs_way way;  /* taken */
	journal_etags etags; /* of parts that are there already; taken */

	/* How many bytes are out, which may become less: a part is sent anew. */
	void (*moved)(void *context, uint64_t bytes);
	/* Once; the object is freed by object_free, maybe from inside. */
	void (*done)(
	    void *context, enum object_end end, const struct error *err);
	void *context;
};

MUST_USE struct object *object_new(const struct object_request *request);

/* Bytes of it that an earlier run had sent. */
uint64_t object_kept(const struct object *object);

/* Begins as many requests as there are slots, and it has parts, for. */
void object_pump(struct object *object);

/* Ends it without done. NULL is fine. */
void object_free(struct object *object);

#endif
