/*
 * source.h: the bytes of one file of the Hub, part by part.
 *
 * Whoever needs them, a partial file (down/stream.h) or a descriptor
 * (down/cat.h), asks for a part and is handed its bytes; what breaks is asked
 * for again from where it broke. Here is decided whether what a server sends is
 * the file at all, when a signed address has run out, how often and when to ask
 * again, and what to do about a server without ranges.
 */
#ifndef CORE_XFER_SOURCE_H
#define CORE_XFER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/net/http.h"
#include "core/net/retry.h"

struct hub;
struct repo;

/* A size that nobody told, and the end of a part that has none. */
#define SOURCE_NO_END UINT64_MAX

/*
 * One file, shared by all who read it; outlives their calls. The first part is
 * the caller's, the rest begins as {0}. source_fini releases what is in it.
 */
struct source {
	struct hub *hub;
	const struct repo *repo;
	const char
	    *revision;    /* a commit, best: then all parts are of one file */
	const char *path; /* in the repository */
	uint64_t size;    /* bytes; SOURCE_NO_END: the transfer tells */
	bool sips;        /* what is read of it is limited to a low rate */
	bool counted;     /* requests belong to a download */
	unsigned readers; /* that are at work; theirs to count */

	/* Where the Hub sent an earlier request, so that the next need not ask
	 * it: signed, good for a while. NULL: not known. */
	char *store;
	/* What the store calls these bytes; another ETag means another file.
	 * NULL: not known. */
	char *etag;
	/* One budget of retries for all, its patience set by the caller, and
	 * one reader that waits: where a file just failed nobody else asks for
	 * it. */
	struct retry retry;
	const void *waiting; /* the reader's context; NULL: none */
	bool no_ranges; /* the server sends all, whatever part is asked for */
};

enum source_outcome {
	SOURCE_GOT,     /* all that was asked for, or that the reader wants */
	SOURCE_AGAIN,   /* `err` may pass: ask again after `wait_ms` */
	SOURCE_CROWDED, /* another reader does it alone: there are no ranges, or
	                   the file fails */
	SOURCE_WRONG,   /* ERR_CORRUPT: more came than the file has */
	SOURCE_FAILED,  /* `err` says why */
};

struct source_end {
	enum source_outcome outcome;
	struct error err; /* of AGAIN, WRONG and FAILED */
	bool unnamed;     /* its words do not say which file it is about */
	uint64_t wait_ms; /* of AGAIN */
};

/* Who takes a part. */
struct source_reader {
	/* The part begins to come; NULL: never mind. */
	void (*head)(void *context, const struct http_answer *answer);
	/* Whether `n` bytes cannot be taken now; source_resume goes on. NULL:
	 * they always can. */
	bool (*is_full)(void *context, size_t n);
	/* Takes bytes that begin at `at` of the file; returns how many of them
	 * are wanted, and fewer than `n` ends the part. `passed` more came
	 * before them that are no part of it. */
	size_t (*take)(void *context, uint64_t at, const char *bytes, size_t n,
	    size_t passed);
	/* The server allows fewer requests than are made; NULL: never mind. */
	void (*too_many)(void *context);
	/* The end, once; the call is gone. */
	void (*ended)(void *context, const struct source_end *end);
	void *context;
};

struct source_call;

/* Asks for the bytes from `from` up to, and not with, `end`. `ended` never comes
 * before this returns. */
struct source_call *source_start(struct source *source, uint64_t from,
    uint64_t end, const struct source_reader *reader);

/* Goes on after is_full; bytes may come before it returns. */
void source_resume(struct source_call *call);

/* Ends it without `ended`. Not from inside is_full or take. NULL is fine. */
void source_cancel(struct source_call *call);

/* A reader that was told SOURCE_AGAIN does not ask again. */
void source_leave(struct source *source, const void *context);

/* Whether the last request for the file failed, and nothing came since. */
bool source_fails(const struct source *source);

/* Says in words what broke and when it goes on, for SOURCE_AGAIN. */
void source_tell_wait(const struct source *source, const struct source_end *end,
    char *text, size_t size);

/* Forgets what the bytes were called, to begin anew. */
void source_forget(struct source *source);

void source_fini(struct source *source);

#endif
