#include "core/purge/rule.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/census/scan.h"
#include "core/os/dir.h"
#include "core/os/users.h"
#include "core/purge/purge.h"
#include "core/purge/tally.h"
#include "core/store/busy.h"

double
rule_last_used(
    const struct scan_repo *repo, const struct scan_revision *revision)
{
	double used = revision->modified;

	arr_each (file, &revision->files) {
		double read = repo->blobs.v[file->blob].accessed;

		used = read > used ? read : used;
	}
	return used;
}

/* Whether it is among the `n` newest of its repository. */
static bool
is_newest(const struct scan_repo *repo, size_t revision, unsigned n)
{
	const struct scan_revision *own = &repo->revisions.v[revision];
	unsigned newer = 0;

	if (!n)
		return false;
	arr_each (other, &repo->revisions)
		newer += other->modified > own->modified ||
		         (other < own && other->modified >= own->modified);
	return newer < n;
}

/* NULL if main names none that is here. */
static const struct scan_revision *
main_of(const struct scan_repo *repo)
{
	arr_each (revision, &repo->revisions) {
		arr_each (ref, &revision->refs) {
			if (!strcmp(*ref, "main"))
				return revision;
		}
	}
	return NULL;
}

int
rule_user(const struct users *users, const struct scan *scan,
    const struct scan_repo *repo, const struct scan_revision *revision)
{
	int pid = 0;

	if (!users || !users->files.n)
		return 0;
	arr_each (file, &revision->files) {
		const char *key = repo->blobs.v[file->blob].key;
		struct str path = STR_INIT;
		char *real;

		if (*key == '/')
			str_addz(&path, key);
		else
			str_addf(
			    &path, "%s/%s/%s", scan->root, repo->folder, key);
		real = dir_resolve(path.v);
		pid = users_find(users, real);
		free(real);
		str_fini(&path);
		if (pid)
			break;
	}
	return pid;
}

static bool
holds(const struct rule *rule, const struct scan *scan,
    const struct scan_repo *repo, const struct pick *pick, double now)
{
	const struct scan_revision *revision =
	    &repo->revisions.v[pick->revision];
	const struct scan_revision *newest =
	    rule->behind_main ? main_of(repo) : NULL;

	if ((rule->detached && !pick->detached) ||
	    (rule->unused && now - pick->used <= rule->age_s) ||
	    revision->held < rule->larger ||
	    is_newest(repo, pick->revision, rule->keep_last))
		return false;
	if (rule->behind_main && (!newest || newest == revision ||
				     revision->modified >= newest->modified))
		return false;
	return !rule_user(rule->users, scan, repo, revision);
}

static int
oldest_first(const void *a, const void *b)
{
	const struct pick *x = a;
	const struct pick *y = b;

	if (x->used != y->used)
		return x->used > y->used ? 1 : -1;
	if (x->repo != y->repo)
		return x->repo > y->repo ? 1 : -1;
	return (x->revision > y->revision) - (x->revision < y->revision);
}

static int
detached_first(const void *a, const void *b)
{
	const struct pick *x = a;
	const struct pick *y = b;

	if (x->detached != y->detached)
		return x->detached ? -1 : 1;
	return oldest_first(a, b);
}

bool
rule_spares(const struct scan_repo *repo)
{
	return repo->unclear || purge_refuses(repo);
}

bool
rule_spares_stray(const struct scan_repo *repo, size_t stray)
{
	return rule_spares(repo) ||
	       (repo->emptied && !repo->strays.v[stray].partial);
}

void
rule_collect(const struct rule *rule, const struct scan *scan, double now,
    struct picks *picks)
{
	arr_each (repo, &scan->repos) {
		if (!repo->type || rule_spares(repo) ||
		    (rule->sound && repo->warning) ||
		    (rule->idle && busy_repo(scan->root, repo->folder)))
			continue;
		for (size_t i = 0; i < repo->revisions.n; i++) {
			const struct scan_revision *revision =
			    &repo->revisions.v[i];
			struct pick pick = { repo, i,
				rule_last_used(repo, revision),
				!revision->refs.n };

			if (holds(rule, scan, repo, &pick, now))
				arr_push(&picks->list, pick);
		}
	}
	if (picks->list.n)
		qsort(picks->list.v, picks->list.n, sizeof(*picks->list.v),
		    oldest_first);
}

void
rule_detached_first(struct picks *picks)
{
	if (picks->list.n)
		qsort(picks->list.v, picks->list.n, sizeof(*picks->list.v),
		    detached_first);
}

void
rule_plan(struct purge *purge, const struct picks *picks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		purge_choose(
		    purge, picks->list.v[i].repo, picks->list.v[i].revision);
	purge_plan(purge);
}

/* A ledger in which nothing is marked. */
static struct tally *
new_ledger(const struct scan *scan)
{
	struct tally *tally = tally_new(scan);

	arr_each (repo, &scan->repos)
		tally_add(tally, repo);
	tally_share(tally);
	return tally;
}

static uint64_t
freed(const struct tally *tally)
{
	return tally_sum(tally).freed;
}

static void
mark(struct tally *tally, const struct pick *pick, bool on)
{
	tally_mark(tally, pick->repo, pick->revision, on);
}

/* Marks the first ones until they free so much; how many. */
static size_t
mark_enough(struct tally *tally, const struct picks *picks, uint64_t bytes)
{
	size_t n = 0;

	while (n < picks->list.n && freed(tally) < bytes)
		mark(tally, &picks->list.v[n++], true);
	return n;
}

size_t
rule_enough(const struct scan *scan, const struct picks *picks, uint64_t bytes)
{
	struct tally *tally = new_ledger(scan);
	size_t n = mark_enough(tally, picks, bytes);

	tally_free(tally);
	return n;
}

/* A large one makes room for which smaller ones before it were not enough:
 * those are not needed any more. */
static size_t
leave_out_picks(
    struct tally *tally, struct picks *picks, size_t n, uint64_t bytes)
{
	bool *needed = mem_zalloc(n + 1);
	size_t kept = 0;

	for (size_t i = n; i-- > 0;) {
		mark(tally, &picks->list.v[i], false);
		needed[i] = freed(tally) < bytes;
		if (needed[i])
			mark(tally, &picks->list.v[i], true);
	}
	for (size_t i = 0; i < n; i++) {
		if (needed[i])
			picks->list.v[kept++] = picks->list.v[i];
	}
	free(needed);
	picks->list.n = kept;
	return kept;
}

size_t
rule_fit(const struct scan *scan, struct picks *picks,
    struct rule_stray *strays, size_t n, uint64_t bytes)
{
	struct tally *tally = new_ledger(scan);
	size_t taken;

	for (size_t i = 0; i < n; i++) {
		tally_mark_stray(tally, strays[i].repo, strays[i].stray, true);
		strays[i].goes = true;
	}
	taken = mark_enough(tally, picks, bytes);
	taken = leave_out_picks(tally, picks, taken, bytes);
	for (size_t i = n; i-- > 0;) {
		struct rule_stray *s = &strays[i];

		tally_mark_stray(tally, s->repo, s->stray, false);
		s->goes = freed(tally) < bytes;
		if (s->goes)
			tally_mark_stray(tally, s->repo, s->stray, true);
	}
	tally_free(tally);
	return taken;
}
