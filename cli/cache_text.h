/* cache_text.h: what the cache commands share: looking, and wording. */
#ifndef CLI_CACHE_TEXT_H
#define CLI_CACHE_TEXT_H

#include <stdbool.h>

#include "cli/cli.h"
#include "core/base/attr.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/census/scan.h"

/* The cache at `given` (NULL: that of the environment), as a path with links
 * resolved. The caller frees it. NULL, with the error, if nothing says where it
 * is. */
MUST_USE char *cache_root(const char *given, struct error *err);

/*
 * Scans the cache at `given` (NULL: that of the environment), and sorts it. If
 * there is none, `err` says so (ERR_NOT_FOUND) and scan.root is its path.
 */
MUST_USE bool cache_look(
    struct scan *scan, const char *given, struct error *err);

/*
 * Whether a repository is listed under this name: the official clients leave
 * out those in which anything is damaged.
 */
bool cache_lists(const struct cli *cli, const struct scan_repo *repo);

/*
 * Appends what is wrong with an entry of the cache, in the words of the client
 * that had the name; false if nothing is.
 */
bool cache_add_warning(struct str *out, const struct cli *cli,
    const struct scan *scan, const struct scan_repo *repo);

/*
 * How many files a repository or one of its revisions has, and their bytes. The
 * scan counts as the newest client does: by what an entry leads to first. Under
 * the old name it is the file at the end of all links that counts, once.
 */
struct cache_figures {
	uint64_t size;
	size_t files;
};

/* For each blob of a repository the first that is the same file; the caller
 * frees the array. */
MUST_USE size_t *cache_same_blobs(const struct cli *cli,
    const struct scan *scan, const struct scan_repo *repo);

/* Bytes, and of a repository its blobs, of a revision its entries. Bytes of what is
 * one file by `same` (of cache_same_blobs) are counted once, as are blobs. */
struct cache_figures cache_count_repo(
    const struct scan_repo *repo, const size_t *same);
struct cache_figures cache_count_revision(const struct scan_repo *repo,
    const struct scan_revision *revision, const size_t *same);

/* Appends refs joined by ", ", or each ended by LF for tables. */
void cache_add_refs(
    struct str *out, char *const *refs, size_t n, bool for_table);

/*
 * Bytes as the name counts them: hug those on disk (tally.h), the old names
 * lengths, as their clients. `revision` may be NULL.
 */
uint64_t cache_size(const struct cli *cli, const struct scan_repo *repo,
    const struct scan_revision *revision);
uint64_t cache_total(const struct cli *cli, const struct scan *scan);

/* "2 weeks ago" into `out` (TIMEFMT_MAX). */
void cache_ago(const struct cli *cli, char *out, double then);

#endif
