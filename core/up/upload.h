/*
 * upload.h: a folder or a file put into a repository, as a job: which files, how the
 * Hub wants them, what it has already, send the rest, commit, and say where it is.
 *
 * An upload that was broken off goes on where it stopped (journal.h). A commit whose
 * answer did not come is looked for before anything of it is sent again.
 */
#ifndef CORE_UP_UPLOAD_H
#define CORE_UP_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/repoid.h"
#include "core/run/job.h"
#include "core/up/select.h"
#include "core/up/view.h"
#include "core/xfer/include.h"

struct calm_rules;
struct hub;
struct limit;
struct repo_settings;
struct upload;
struct workers;

/* What there is to tell while it runs. */
enum upload_news {
	UPLOAD_BRANCH,     /* `text` is not there, and is made */
	UPLOAD_CARD,       /* warnings about the README, in lines */
	UPLOAD_FILES,      /* all is there that files need: they come next */
	UPLOAD_MADE,       /* the repository was not there: its address */
	UPLOAD_EXISTS,     /* it was */
	UPLOAD_PULL,       /* address of the pull request that was opened */
	UPLOAD_PULL_AGAIN, /* the same of one that was opened before */
	UPLOAD_PULL_LOST,  /* whether one was opened is looked up */
	UPLOAD_COMMIT,     /* address of a commit, of `n` changes */
	UPLOAD_SMALLER, /* a commit of `n` failed for `text`; halves follow */
	UPLOAD_QUOTA,   /* the Hub takes no more commits for `n` seconds */
	UPLOAD_LEFT,    /* a file that changed or vanished meanwhile */
	UPLOAD_TORN,    /* the same while a commit with it was sent */
	UPLOAD_LOST,    /* whether a commit was made is looked up */
	UPLOAD_REMOVED, /* `n` files were deleted here */
	UPLOAD_STAYS,   /* a file that was not, and why: "'FILE': it ..." */
	UPLOAD_UNKEPT,  /* why it could not be gone on with later */
};

/* How files are put into commits. */
enum upload_commits {
	UPLOAD_SEVERAL, /* as many as are good for the Hub */
	UPLOAD_ONE,     /* one, and several only if it fails for its size */
	UPLOAD_ONLY,    /* one, or none */
};

/* All is borrowed for the life of the upload. */
struct upload_request {
	struct repo repo;
	const char *revision; /* a branch, or refs/pr/N; NULL: main */
	const char *local;    /* absolute: a folder, or a file */
	bool is_file;
	const char *target; /* the folder in the repository, "" for its root;
			       of a file its path there */
	struct texts files; /* names below the folder; none: all */
	struct texts includes, excludes;
	struct texts deletes; /* patterns, of paths below `target` */
	const char *message, *description;
	bool pull_request;
	enum upload_commits commits;
	bool dry_run; /* look, change nothing */
	bool removes; /* what the Hub has, by its own word, is deleted here */
	bool skip_impossible;
	bool looks_for_secrets;
	bool looks_for_doubts;         /* what is missing in it, or clashes */
	const struct calm_rules *calm; /* what is not calm is left for another
					  time; NULL: all is taken */
	bool only_if_changed; /* since the last time: else nothing is asked */
	const struct repo_settings *settings; /* if it has to be made */
	bool only_403;   /* for another refusal to make it the repository is not
			  looked for */
	bool any_branch; /* one is made of any revision that is not there, even
			    if the Hub takes none of that name */
	bool must_exist; /* neither the repository nor a branch is made */
	bool no_waiting; /* a commit that is one too many for now fails */
	struct limit *limit; /* NULL: none */

	/* All that is wanted is listed (upload_selection, ...): upload_go or
	 * upload_cancel goes on, maybe later. NULL: it just goes on. */
	void (*planned)(void *context);
	/* May be NULL. */
	void (*news)(
	    void *context, enum upload_news what, const char *text, uint64_t n);
};

struct upload_counts {
	size_t files;          /* that were chosen */
	size_t fresh, changed; /* of those that are committed, or would be */
	size_t same, ignored, left;
	size_t deleted;
	size_t stay;      /* files that were to be deleted here, and were not */
	size_t lfs;       /* of fresh and changed */
	uint64_t bytes;   /* of fresh and changed */
	uint64_t kept;    /* of them, that an earlier run had sent */
	uint64_t sent;    /* of them, that went out in this run */
	unsigned commits; /* that were made, or would be, at least */
};

/* What done gets; borrowed during the call. */
struct upload_result {
	const char *id;     /* of the repository, as the Hub calls it */
	const char *url;    /* of the last commit, or the one that has it all */
	unsigned long pull; /* the pull request's number; 0: none */
	const char *pull_url;
	enum job_wait waited; /* what took most of the time */
	bool absent;    /* of a dry run: there is no such repository yet */
	bool no_branch; /* of a dry run: only its branch is missing */
	bool made;      /* the repository was, by this run */
	bool unsure;    /* a commit was on its way, and may still be made */
};

/*
 * Starts it on the loop of `hub`. `done` comes once: err NULL if everything wanted
 * is there. What it made stays made if it fails: upload_look counts commits.
 */
MUST_USE struct upload *upload_start(struct hub *hub, struct workers *workers,
    struct job_bus *bus, const struct upload_request *request,
    void (*done)(void *context, const struct upload_result *result,
	const struct error *err),
    void *context);

void upload_go(struct upload *upload);

/* Stops soon; done comes with ERR_CANCELLED. A commit that is on its way may still be
 * made. */
void upload_cancel(struct upload *upload);

/* Only after done. */
void upload_free(struct upload *upload);

/* What it does now. */
enum upload_stage upload_stage(const struct upload *upload);

/* How it stands: writes all of `view` anew. */
void upload_look_at(const struct upload *upload, struct upload_view *view);

/* Appends a piece of news as a sentence without its end; nothing where there
 * is nothing to say. */
void upload_add_news(
    struct str *out, enum upload_news what, const char *text, uint64_t n);

/* From `planned` on. */
const struct selection *upload_selection(const struct upload *upload);
char *const *upload_deletions(const struct upload *upload, size_t *n);

/* Files that are probably secret, as indexes of the selection; and takes them out. */
const size_t *upload_secrets(const struct upload *upload, size_t *n);
void upload_leave_secrets(struct upload *upload);

/* What looks wrong in what is to be sent. */
struct up_doubt {
	char *text;        /* a sentence without its end; of names, so not safe
			      to show as it is */
	ARR(char *) paths; /* that it is about: the first of them */
	size_t total;      /* how many there are */
};

const struct up_doubt *upload_doubts(const struct upload *upload, size_t *n);

/* What is known by now. */
void upload_look(const struct upload *upload, struct upload_counts *counts);

/* Appends a file's path in the repository. */
void upload_add_target(
    const struct upload *upload, struct str *out, const char *path);

#endif
