/*
 * download.h: a whole download request, as a job: which commit, which files,
 * what is missing, fetch it, and say where it is.
 */
#ifndef CORE_DOWN_DOWNLOAD_H
#define CORE_DOWN_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/down/fetch.h"
#include "core/down/plan.h"
#include "core/xfer/include.h"

struct download;
struct download_view;
struct hub;
struct job_bus;
struct limit;
struct workers;

/* All text is borrowed for the life of the download. */
struct download_request {
	struct repo repo;
	const char *revision; /* "main" if the user named none */
	const char *commit; /* that it was when the user saw it, 40 hex digits,
				 and that it is noted as; NULL: it is asked for */
	const char *root;   /* of the cache, absolute */
	const char *folder; /* absolute, where files go; NULL: the cache */
	struct texts files;
	bool literal; /* files are names, whatever characters they hold */
	struct texts includes;
	struct texts excludes;
	bool force;
	bool small_first; /* so that what configures a model is there early */
	bool may_be_nothing; /* that no file is wanted is no failure */
	bool trusting;       /* without the Hub, any folder is all of it */
	bool dry_run;        /* look, change nothing */
	unsigned workers;    /* connections at once; 0: as many as help */
	uint64_t rate;       /* bytes a second at most; 0: no limit */
	struct limit *limit; /* shared with other downloads; NULL: none */
	/*
	 * Failures that may pass (of the connection, time-outs, 429, 5xx) are
	 * tried again until nothing came for so many seconds, with a pause that
	 * grows to a minute; 0: five times. It holds for questions to the Hub as
	 * for bytes. What cannot improve is final at once.
	 */
	unsigned patience_s;
	enum verify verify;
};

/* What done gets; borrowed during the call. */
struct download_result {
	const char *path;        /* the file, or the snapshot's folder */
	const struct plan *plan; /* every file that was wanted */
	const char *commit;      /* "" if it was never needed */
	bool nothing;            /* no file of the repository is wanted */
};

/*
 * Starts it on the loop of `hub`. `done` comes once: err NULL if everything
 * asked for is present and verified. What is already in the cache costs at
 * most one request, and none if the revision is a commit id. When the Hub
 * cannot be asked and the cache has everything, that is success too, with a
 * note. `done` may call download_free.
 */
MUST_USE struct download *download_start(struct hub *hub,
    struct workers *workers, struct job_bus *bus,
    const struct download_request *request,
    void (*done)(void *context, const struct download_result *result,
	const struct error *err),
    void *context);

/* Only after done. */
void download_free(struct download *download);

/* Changes its own rate while it runs; what it shares is changed by limit_set. */
void download_set_rate(struct download *download, uint64_t rate);

/* Whatever waits to try again does so now. What waits for the window of the
 * Hub's rate limit goes on waiting: it would be refused. */
void download_retry_now(struct download *download);

/*
 * How it stands now. `view` is the caller's, and reused (view.h); its texts are
 * copies, but for the paths, which are good until download_free.
 */
void download_look(const struct download *download, struct download_view *view);

/* Stops soon, keeping what is on disk; done comes with ERR_CANCELLED. */
void download_cancel(struct download *download);

#endif
