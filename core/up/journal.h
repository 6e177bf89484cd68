/*
 * journal.h: what an upload has done, so that the next run goes on from there.
 *
 * One file in the state folder for a folder and its target, which only its user
 * may read: signed addresses are in it while an object is being sent in parts. One
 * line a fact, appended, each with a checksum in front. Where a line was damaged it
 * may have said that the branch moved: nothing before it is known to be there.
 *
 *	hug-upload 2
 *	f LINE DEVICE NUMBER SIZE MODIFIED CHANGED GIT|- SHA|- PATH
 *		a file's sums; lines are numbered from 0
 *	h COMMIT	the branch is there; nothing is known to be in it
 *	H COMMIT	the branch went there by a commit of ours that deleted
 *			nothing
 *	k N...		files, as their lines say, are in that commit
 *	o N		a pull request is being opened: it has a number above N
 *	p N URL		that was opened
 *	w SHA WAY	how an object is sent in parts, as JSON
 *	e SHA PART ETAG	a part of it is there
 *	d SHA		all of it is
 *
 * A file is taken for the same if device, number, size and both times are. What was
 * changed less than two seconds before it was listed is not noted: it could change
 * again within the same tick of the clock.
 */
#ifndef CORE_UP_JOURNAL_H
#define CORE_UP_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/hub/lfs.h"
#include "core/up/select.h"

struct journal;

/* What a journal is of. */
struct journal_key {
	const char *endpoint;
	const struct repo *repo;
	const char *revision;
	const char *prefix; /* in the repository */
	const char *folder; /* absolute */
	bool pull_request;
	double listed_s; /* when files began to be listed */
};

/*
 * Opens the journal and locks it; reads sums and what is there into `files`. NULL
 * with `err` if another process holds it (ERR_CONFLICT). Where there can be no state
 * folder it is one that notes nothing. Blocks; of the pool.
 */
MUST_USE struct journal *journal_open(
    const struct journal_key *key, up_files *files, struct error *err);

/* Writes what was noted, and lets go of it. NULL is fine. */
void journal_close(struct journal *journal);

/* Writes what was noted since; why that failed the first time, or NULL. */
const char *journal_flush(struct journal *journal);

/* The commit that the files known to be there are in; "" if none are. */
const char *journal_head(const struct journal *journal);

/* The pull request that was opened; 0: none. */
unsigned long journal_pull(const struct journal *journal);

/* Whether one was being opened, with a number above *after, when the last run ended. */
bool journal_opens(const struct journal *journal, unsigned long *after);

/* -- noting -- */

/* The sums of a file, unless they are noted, or it was changed just now. */
void journal_sums(struct journal *journal, struct up_file *file);

/* The branch is at a commit: nothing is known of files there. */
void journal_seen(struct journal *journal, const char *commit);

/* It went there by a commit of ours; with `keeps` the same is known as before. */
void journal_moved(struct journal *journal, const char *commit, bool keeps);

/* A file is there as it is here. journal_sums goes before. */
void journal_there(struct journal *journal, const struct up_file *file);

void journal_opening(struct journal *journal, unsigned long after);
void journal_opened(
    struct journal *journal, unsigned long number, const char *url);

/* -- objects that are sent in parts -- */

/* How an object was being sent, and the ETags of parts that are there (an entry
 * each, NULL: not there). False if nothing is noted. What it gives is the caller's. */
typedef ARR(char *) journal_etags;
MUST_USE bool journal_way(struct journal *journal, const char *sha,
    struct lfs_way *way, journal_etags *etags);

void journal_send(
    struct journal *journal, const char *sha, const struct lfs_way *way);
void journal_part(
    struct journal *journal, const char *sha, size_t part, const char *etag);
void journal_stored(struct journal *journal, const char *sha);

#endif
