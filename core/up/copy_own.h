/*
 * copy_own.h: what the parts of a copy share.
 *
 *	copy.c         begins and ends it; which files, and what is there already
 *	copy_move.c    large files by the Hub, small ones by way of here, and the commit
 */
#ifndef CORE_UP_COPY_OWN_H
#define CORE_UP_COPY_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/digest.h"
#include "core/base/map.h"
#include "core/base/str.h"
#include "core/up/copy.h"

struct hub_call;

/* Small files that are under way at once. */
#define COPY_FETCHES 4

struct copy_file {
	char *from, *to;
	char oid[DIGEST_HEX_MAX]; /* of the Git blob */
	char sha[DIGEST_HEX_MAX]; /* of an LFS object; "": it is none */
	char xet[DIGEST_HEX_MAX]; /* "": Xet storage does not have it */
	uint64_t size;
	bool same;        /* is there already */
	struct str bytes; /* of a small one */
};

/* A small file that is on its way. */
struct copy_fetch {
	struct copy *copy;
	struct hub_call *call;
	size_t file;
};

struct copy {
	struct hub *hub;
	struct copy_request request;
	ARR(struct copy_file) files;
	struct map by_target;
	struct hub_call *call; /* of the steps that go one after the other */
	struct copy_fetch *fetches[COPY_FETCHES];
	size_t next; /* file, of the step that goes through them */
	uint64_t bytes;
	bool is_folder, was_there; /* what `to` names */
	bool committing;
	size_t unmoved; /* file that cannot be copied, and one more; 0: none */
};

const char *copy_revision(const struct copy_end *end);

/* Tells who asked; nothing may follow. */
void copy_finish(struct copy *c, const char *url, const struct error *err);

/* Goes on once it is known which files are the same there. */
void copy_move(struct copy *c);

/* Ends what copy_move has under way. */
void copy_stop(struct copy *c);

#endif
