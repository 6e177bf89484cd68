/*
 * upload_own.h: what the parts of an upload share.
 *
 *	upload.c         begins and ends it, and says what is next
 *	upload_list.c    what is to be sent, and whether it can be
 *	upload_doubts.c  what looks wrong in it
 *	upload_target.c  the repository, its branch and its card
 *	upload_ask.c     how the Hub wants files, and what it has of them
 *	upload_send.c    sums, and LFS objects
 *	upload_pull.c    the pull request that commits go to
 *	upload_commit.c  commits, and what became of one without an answer
 *	upload_remove.c  files that are deleted here once the Hub has them
 *	upload_view.c    how it stands, for who looks on
 *
 * A file goes through enum up_state; all is the loop's but what is in a struct work
 * that is out.
 */
#ifndef CORE_UP_UPLOAD_OWN_H
#define CORE_UP_UPLOAD_OWN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"
#include "core/base/map.h"
#include "core/base/rate.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/hub/lfs.h"
#include "core/run/job.h"
#include "core/run/loop.h"
#include "core/run/workers.h"
#include "core/up/journal.h"
#include "core/up/select.h"
#include "core/up/upload.h"

/* For how long the Hub may still work on a change that it did not answer, and how often
 * one looks. */
#define UP_LOST_MS 60000u
#define UP_LOOK_MS 2000u

/* Answers that may be lost one after the other; with each something was looked up. */
#define UP_LOST_MOST 5

struct hub_call;
struct object;
struct summing;
struct up_doubting;
struct up_removing;

/* An LFS object that may have to be sent, for all files that are it. */
struct up_object {
	char sha[DIGEST_HEX_MAX];
	unsigned file; /* the last of them; others by `next` */
	bool stored;
	bool parted; /* how it is sent is in the journal */
	bool asked;  /* where it is to be sent, and not answered yet */
	unsigned renewals;
	struct lfs_way way; /* until it is being sent */
	struct object *object;
	uint64_t moved;   /* bytes */
	struct rate rate; /* while it is being sent, as `job` */
	struct job job;   /* while it is being sent */
	struct upload *upload;
};

/* Sums that are made at once: half of the pool, whose other half reads what is sent. */
#define UP_SUMS_MOST 2

/* What is put into a commit. */
struct up_commit {
	ARR(unsigned) files;
	bool last; /* what is deleted, and blocks nothing, goes with it */
	uint64_t begun_ms;
	uint64_t bytes, out;
	uint64_t object_bytes;
	uint64_t passed; /* bytes of the request, for the limit */
	bool full;
	bool gone;      /* refused: what it deletes is not there */
	unsigned looks; /* after a lost answer */
	uint64_t looked_ms;
	char before[COMMIT_MAX]; /* where the branch was */
};

/* A pull request that is being opened, or looked for. */
struct up_opening {
	void (*then)(struct upload *upload);
	bool again;          /* the last run asked for it */
	unsigned long after; /* its number is larger */
	char *author;        /* NULL: not asked yet */
	uint64_t looked_ms;
};

typedef ARR(char *) up_paths;
typedef ARR(struct up_doubt) up_doubts;

struct upload {
	struct hub *hub;
	struct workers *workers;
	struct upload_request request;
	void (*done)(void *context, const struct upload_result *result,
	    const struct error *err);
	void *context;
	struct job job;

	/* The target. */
	char *id; /* as the Hub calls it */
	struct repo repo;
	char *branch;          /* that commits go to */
	char head[COMMIT_MAX]; /* where it is; "": not known */
	unsigned long pull;
	char *pull_url;
	bool proposes; /* the next commit opens a pull request */
	struct up_opening opening;
	bool absent, no_branch, made, no_tree;

	/* What is wanted. */
	struct include wanted;
	struct selection selection;
	up_paths blocking, deletes; /* that go first, and last */
	up_paths all_deletes;       /* both, for who asks */
	struct up_doubting *doubting;
	struct up_removing *removing;
	bool rest_removed;
	bool agreed; /* who asks has seen them: no others are deleted */
	ARR(size_t) secrets;
	unsigned
	    torn; /* files that changed while a commit with them was sent */
	struct str card, ignore; /* texts of README.md and .gitignore */
	bool has_card, has_ignore;
	struct journal *journal;

	/* What is under way. */
	struct hub_call *call; /* of the steps that go one after the other */
	struct work listing;
	struct error listed; /* code ERR_NONE: it went well */
	atomic_bool cancelled;
	unsigned works; /* that are out */
	bool running;   /* the steps are over: files are on their way */
	bool ending, ended;
	bool unsure; /* it ended while a commit was on its way */
	struct error err;
	struct loop_timer timer, sampler;

	size_t next_ask;    /* file that was not asked about yet */
	unsigned asks;      /* that are under way */
	struct list asking; /* struct up_ask */
	ARR(unsigned) to_sum;
	size_t next_sum;
	unsigned sums;
	struct summing *summing[UP_SUMS_MOST]; /* or NULL */
	struct upload_work sum_work;
	ARR(unsigned) to_batch; /* objects */
	size_t next_batch;
	struct hub_call *batch;
	size_t batch_from; /* of to_batch, that it asks about */
	ARR(struct up_object *) objects;
	struct map by_sha;
	ARR(unsigned) to_send; /* objects that have a way */
	size_t next_send;
	/* Few: who looks at all that move looks at no others. */
	ARR(struct up_object *) active; /* that are being sent */
	unsigned slots;
	struct upload_work send_work;
	ARR(unsigned) ready; /* files */
	size_t next_ready;
	size_t pending; /* files that are neither ready nor settled */

	/* Commits. */
	struct up_commit commit;
	struct hub_call *committing;
	char *quota;    /* where its commits are counted */
	bool in_commit; /* one is under way, or looked for */
	unsigned step;  /* how many files one may have, of the scale */
	size_t most;    /* the same, once one failed; 0: as the scale says */
	unsigned lost;  /* answers in a row */
	char *url;      /* of the last one */
	struct upload_counts counts;
	uint64_t moved_most;        /* bytes that the progress showed */
	unsigned waited[JOB_WAITS]; /* samples */
};

/* -- upload.c -- */

/* Goes on with whatever can go on. */
void up_pump(struct upload *u);

/* Ends it with a failure, as soon as nothing is out any more. */
void up_fail(struct upload *u, const struct error *err);

/* The same without one. */
void up_end(struct upload *u);

void up_tell(
    struct upload *u, enum upload_news what, const char *text, uint64_t n);

/* Counts what is out on the pool; up_back says that it is back, and whether the
 * upload still goes on. */
void up_out(struct upload *u, struct work *work, void (*run)(struct work *),
    void (*done)(struct work *));
bool up_back(struct upload *u);

/* The whole path of a file here; the caller frees it. */
char *up_local(const struct upload *u, const struct up_file *file);

/* A file that needs nothing any more but, for UP_READY, a commit. */
void up_settle(struct upload *u, unsigned index, enum up_state state);

/* What the progress shows. */
void up_moved(struct upload *u);

/* -- upload_list.c -- */

/* Lists on the pool, then tells who waits for the plan, or goes on. */
void up_list(struct upload *u);

/* -- upload_doubts.c -- */

/* Looks, then calls `then`. */
void up_look_for_doubts(struct upload *u, void (*then)(struct upload *u));
void up_doubts_fini(struct upload *u);

/* -- upload_target.c -- */

/* Makes what is not there, then up_run. */
void up_prepare(struct upload *u);
void up_run(struct upload *u);

/* Lists what the patterns delete, then calls `then`. */
void up_list_deletions(struct upload *u, void (*then)(struct upload *u));

/* -- upload_pull.c -- */

/* Finds the one of the last time, if it is still open; then calls `then`. */
void up_find_pull(struct upload *u, void (*then)(struct upload *u));

/* Opens one, and calls `then` once it is known which it is and where its ref is. */
void up_open_pull(struct upload *u, void (*then)(struct upload *u));

/* Commits go to that one, which was opened just now. */
void up_set_pull(struct upload *u, unsigned long number);

/* Advises to look whether one was opened. */
void up_warn_of_pull(struct error *err);

/* -- upload_ask.c -- */

void up_pump_asks(struct upload *u);
void up_end_asks(struct upload *u);

/* Asks about these files again, and calls `then` once their `remote` is known, or
 * with the error. */
void up_ask_again(struct upload *u, const unsigned *files, size_t n,
    void (*then)(struct upload *u, const struct error *err));

/* Whether the Hub has a file as it is here; only if up_knows_sum. */
bool up_is_there(const struct up_file *file);
bool up_knows_sum(const struct up_file *file);

/* -- upload_send.c -- */

void up_pump_sums(struct upload *u);
void up_pump_objects(struct upload *u);
void up_end_objects(struct upload *u);

/* Tells how far the sums are that are being made. */
void up_tell_sums(struct upload *u);

/* Bytes in sums so far, with those that are being made. */
uint64_t up_summed(const struct upload *u);

/* A file's sum is to be known. */
void up_want_sum(struct upload *u, unsigned index);

/* An LFS file, whose sum is known, may have to be sent. */
void up_want_object(struct upload *u, unsigned index);

/* -- upload_remove.c -- */

/* Deletes those of `n` files (NULL: the first ones) that are in that state, as far as the
 * Hub has them at `head`; then calls `then`. */
void up_remove(struct upload *u, const unsigned *files, size_t n,
    enum up_state state, void (*then)(struct upload *u));
void up_remove_fini(struct upload *u);

/* -- upload_commit.c -- */

/* Whether nothing tells what became of a change. */
bool up_is_lost(const struct error *err);

/* The answer names no pull request. */
void up_no_number(struct error *err);

void up_pump_commits(struct upload *u);

/* Files of the nth commit, from 0, as long as none takes long. */
size_t up_commit_files(unsigned nth);
void up_end_commits(struct upload *u);

#endif
