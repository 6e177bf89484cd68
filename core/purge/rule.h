/*
 * rule.h: revisions that a rule says may go: detached, not used for long,
 * older than the newest, and so on; and how many of them are enough.
 */
#ifndef CORE_PURGE_RULE_H
#define CORE_PURGE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arr.h"

struct purge;
struct scan;
struct scan_repo;
struct scan_revision;
struct users;

/* All that is given has to hold; {0} is every revision. */
struct rule {
	bool detached;      /* no branch or tag names it */
	bool unused;        /* not for `age_s` */
	double age_s;       /* seconds */
	unsigned keep_last; /* but not so many newest of each repository */
	bool behind_main;   /* older than what main names */
	uint64_t larger;    /* bytes; 0: any size */
	bool sound;         /* not of repositories with a warning */
	bool idle;          /* not where something is being downloaded */
	const struct users *users; /* not what is open; NULL: whatever */
};

/* A revision that may go. */
struct pick {
	const struct scan_repo *repo;
	size_t revision;
	double used; /* when its files were last fetched or read */
	bool detached;
};

struct picks {
	ARR(struct pick) list;
};

/* When a file of the revision was last fetched or read; since 1970. */
double rule_last_used(
    const struct scan_repo *repo, const struct scan_revision *revision);

/* Whether no rule may choose anything of a repository: it is not clear what of it
 * is in use, or nothing of it can be deleted. */
bool rule_spares(const struct scan_repo *repo);

/* The same of one of its strays: an orphan may be a file of a revision whose links
 * are gone. */
bool rule_spares_stray(const struct scan_repo *repo, size_t stray);

/* Collects what the rule holds for, longest unused first. */
void rule_collect(const struct rule *rule, const struct scan *scan, double now,
    struct picks *picks);

/* Puts what is detached before the rest. */
void rule_detached_first(struct picks *picks);

/* Chooses the first `n` in a plan, and plans it anew. */
void rule_plan(struct purge *purge, const struct picks *picks, size_t n);

/* The fewest of the first that free `bytes`; all if not even they do. */
size_t rule_enough(
    const struct scan *scan, const struct picks *picks, uint64_t bytes);

/* A stray that may go. */
struct rule_stray {
	const struct scan_repo *repo;
	size_t stray; /* of the repository */
	bool goes;
};

/*
 * What is needed to free `bytes`, and no more: the strays first, then the fewest
 * of the first picks; of these and then of the strays, the last before the
 * others, those are left out without which it is still enough. The picks that
 * are left come first in the list then, and are counted.
 */
size_t rule_fit(const struct scan *scan, struct picks *picks,
    struct rule_stray *strays, size_t n, uint64_t bytes);

/* The process that has a file of the revision open; 0 if none is known. */
int rule_user(const struct users *users, const struct scan *scan,
    const struct scan_repo *repo, const struct scan_revision *revision);

#endif
