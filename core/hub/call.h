/*
 * call.h: one request to the Hub's interface, repeated while that may help,
 * its failure in words for a person.
 */
#ifndef CORE_HUB_CALL_H
#define CORE_HUB_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"

struct body;
struct http_answer;
struct hub;
struct hub_call;
struct repo;

/* Text is borrowed until hub_call_start returns. */
struct hub_request {
	const char *method;
	const char *url;
	struct body *body;  /* NULL: none; the call keeps it */
	const char *type;   /* of the body; NULL: JSON */
	const char *accept; /* a constant; NULL: anything */
	/* A GET or HEAD is asked again where that may help, anything else only
	 * if it may: it changes nothing, or the same twice is the same once. */
	bool repeatable;
	/* A change that is refused with 429 was not made: it is asked for again,
	 * too, and nobody else has to wait. */
	bool waits_out;
	/* What is asked about, for messages; each may be NULL. `repo` and its id
	 * live as long as the call. */
	const struct repo *repo;
	const char *revision;
	const char *path;
	size_t body_max; /* bytes */

	/*
	 * With `take` set a good answer's body of at most `take_max` bytes goes
	 * there as it comes, instead of into answer->body; false with `err`
	 * filled ends the call with that. `begin` comes before it, again when the
	 * request is repeated.
	 */
	uint64_t take_max;
	void (*begin)(void *context);
	bool (*take)(
	    void *context, const char *bytes, size_t n, struct error *err);

	bool impatient; /* a first failure is final */
	bool stay;      /* an answer that sends us elsewhere is the answer */

	/*
	 * Called once with a good answer (status below 300, or a redirect with
	 * `stay`) or with the error; with an error, `answer` tells what came,
	 * and is NULL if nothing did. `context` was allocated by the caller
	 * and is freed after it, or by hub_call_cancel.
	 */
	void (*done)(void *context, struct hub_call *call,
	    const struct http_answer *answer, const struct error *err);
	/* Of the body that leaves, as http_request's; each may be NULL. Their
	 * context is `sender`. */
	void (*sent)(void *sender, uint64_t bytes);
	uint64_t (*gate)(void *sender, size_t *room);
	void *sender;
	void *context;
	void (*release)(void *context); /* NULL: free() */
};

/* Sends it, and again while that may help. Never NULL; the call is freed after its
 * done, unless that goes on with it, or by hub_call_cancel. */
struct hub_call *hub_call_start(
    struct hub *hub, const struct hub_request *request);

/* From inside done: keeps the call, which does nothing until it is continued
 * or cancelled. */
void hub_call_hold(struct hub_call *call);

/*
 * From inside done, or later if the call is held: goes on with another address,
 * and calls done again. `url` may be relative to that of the answer; false with
 * `err` filled if it leads where none may (url_follow).
 */
MUST_USE bool hub_call_continue(struct hub_call *call,
    const struct http_answer *answer, const char *url, struct error *err);

/* The same with the request as it was, after some time. */
void hub_call_repeat(struct hub_call *call, uint64_t ms);

/* What waits to be asked again is asked now. NULL is fine. */
void hub_call_hurry(struct hub_call *call);

/* When it is asked again, on clock_ms; 0: it does not wait, or is NULL. */
uint64_t hub_call_waits(const struct hub_call *call);

/* Ends it without done; from inside done of one that is held, when that
 * returns. NULL is fine. */
void hub_call_cancel(struct hub_call *call);

/*
 * Puts a bad answer (status 300 and above) in words. `repo`, `revision` and
 * `path` are what it was asked for; each may be NULL. Which answer means what is
 * as in huggingface_hub 2.4.0, utils/_http.py: hf_raise_for_status.
 */
void hub_answer_error(const struct hub *hub, const struct http_answer *answer,
    const struct repo *repo, const char *revision, const char *path,
    struct error *err);

/* Says that a repository's revision has no such file, as a bad answer would. */
void hub_no_file_error(const struct hub *hub, const struct repo *repo,
    const char *revision, const char *path, struct error *err);

/* Says that an answer whose body made no sense (`err`) is not the Hub's; of one
 * that is too large (ERR_LIMIT) that it is, and whose it was. */
void hub_wrap_foreign(const struct http_answer *answer, struct error *err);

/* Whether it says that the Hub cannot be asked, or not as this user, so that what a
 * cache has may serve. */
bool hub_is_out_of_reach(const struct error *err);

/* The error of a request that offline mode forbids. */
void hub_offline_error(const char *url, struct error *err);

#endif
