/*
 * verify.h: the files of one revision, in the cache or in a folder, against
 * what the Hub lists, as a job.
 *
 * Rules and texts of the official client's verify_repo_checksums (2.4).
 */
#ifndef CORE_DOWN_VERIFY_H
#define CORE_DOWN_VERIFY_H

#include <stdbool.h>

#include "core/base/arr.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/census/check.h"
#include "core/census/unreadable.h"

struct hub;
struct verifier;

/* Text is borrowed for the life of the job. */
struct verify_request {
	struct repo repo;
	const char *revision; /* NULL: main, or the only one that is here */
	const char *root;     /* of the cache, absolute */
	const char *folder;   /* absolute, look there; NULL: in the cache */
};

typedef ARR(char *) verify_paths;

/* What done gets; borrowed until verify_free. */
struct verify_result {
	const char *place;          /* the folder that was looked at */
	const char *revision;       /* what it was compared with */
	const check_files *files;   /* on both sides, by name */
	verify_paths missing;       /* the Hub has them; sorted */
	verify_paths extra;         /* the Hub has them not; sorted */
	verify_paths broken;        /* of `missing`: links that lead nowhere */
	unreadable_list unreadable; /* folders: nothing is known of the files in
	                               them, which are in no other list */
};

/*
 * Starts it. `done` comes once: err NULL if all that could be was compared,
 * whatever came of it.
 */
MUST_USE struct verifier *verify_start(struct hub *hub, struct workers *workers,
    struct job_bus *bus, const struct verify_request *request,
    void (*done)(void *context, const struct verify_result *result,
	const struct error *err),
    void *context);

/* Only after done. */
void verify_free(struct verifier *verify);

/* Stops soon; done comes with ERR_CANCELLED. Only before done. */
void verify_cancel(struct verifier *verify);

#endif
