#include "core/purge/purge.h"

#include <stdlib.h>
#include <string.h>

#include "core/census/scan.h"
#include "core/purge/tally.h"

static void
purge_repo_fini(struct purge_repo *entry)
{
	free(entry->chosen);
	arr_free(&entry->blobs);
	arr_free(&entry->files);
	arr_free(&entry->strays);
}

/* -- choosing -- */

static struct purge_repo *
place_of(struct purge *purge, const struct scan_repo *repo)
{
	struct purge_repo entry = { .repo = repo };
	size_t *place;

	if (!purge->places)
		purge->places =
		    mem_zalloc((purge->scan->repos.n + 1) * sizeof(size_t));
	place = &purge->places[repo - purge->scan->repos.v];
	if (!*place) {
		entry.chosen = mem_zalloc(repo->revisions.n * sizeof(bool) + 1);
		arr_push(&purge->repos, entry);
		*place = purge->repos.n;
	}
	return &purge->repos.v[*place - 1];
}

void
purge_choose(struct purge *purge, const struct scan_repo *repo, size_t revision)
{
	struct purge_repo *entry = place_of(purge, repo);

	size_t from = revision == SIZE_MAX ? 0 : revision;
	size_t to = revision == SIZE_MAX ? repo->revisions.n : revision + 1;

	for (size_t i = from; i < to; i++) {
		entry->count += !entry->chosen[i];
		entry->chosen[i] = true;
	}
	entry->whole = entry->count == repo->revisions.n;
}

static void
choose_file(struct purge *purge, const struct scan_repo *repo, size_t revision,
    size_t file)
{
	struct purge_repo *entry = place_of(purge, repo);

	arr_push(&entry->files,
	    (struct purge_file){ (uint32_t)revision, (uint32_t)file });
}

size_t
purge_choose_file(
    struct purge *purge, const struct scan_repo *repo, const char *path)
{
	size_t found = 0;

	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *revision = &repo->revisions.v[i];

		for (size_t k = 0; k < revision->files.n; k++) {
			if (strcmp(revision->files.v[k].path, path) != 0)
				continue;
			choose_file(purge, repo, i, k);
			found++;
		}
	}
	return found;
}

void
purge_choose_stray(
    struct purge *purge, const struct scan_repo *repo, size_t stray)
{
	struct purge_repo *entry = place_of(purge, repo);

	arr_push(&entry->strays, (uint32_t)stray);
}

static void
choose_marked(struct purge *purge, const struct tally *tally,
    const struct scan_repo *repo)
{
	bool whole = tally_repo(tally, repo) == TALLY_ALL;

	if (whole)
		purge_choose(purge, repo, SIZE_MAX);
	for (size_t i = 0; i < repo->revisions.n && !whole; i++) {
		enum tally_state state = tally_revision(tally, repo, i);
		size_t n = repo->revisions.v[i].files.n;

		if (state == TALLY_ALL)
			purge_choose(purge, repo, i);
		for (size_t k = 0; state == TALLY_SOME && k < n; k++) {
			if (tally_file(tally, repo, i, k))
				choose_file(purge, repo, i, k);
		}
	}
	for (size_t i = 0; i < repo->strays.n; i++) {
		if (tally_stray(tally, repo, i))
			purge_choose_stray(purge, repo, i);
	}
}

void
purge_choose_marked(struct purge *purge, const struct tally *tally)
{
	arr_each (repo, &purge->scan->repos) {
		if (tally_has(tally, repo))
			choose_marked(purge, tally, repo);
	}
}

/* -- planning -- */

const char *
purge_refuses(const struct scan_repo *repo)
{
	return repo->linked ? repo->linked : repo->fixed;
}

/* Takes what cannot go out of the plan. */
static void
refuse(struct purge *purge)
{
	size_t kept = 0;

	for (size_t i = 0; i < purge->repos.n; i++) {
		struct purge_repo *entry = &purge->repos.v[i];
		size_t *place =
		    &purge->places[entry->repo - purge->scan->repos.v];

		if (purge_refuses(entry->repo)) {
			arr_push(&purge->refused, entry->repo);
			purge_repo_fini(entry);
			*place = 0;
			continue;
		}
		*place = kept + 1;
		purge->repos.v[kept++] = *entry;
	}
	purge->repos.n = kept;
}

/* Marks in a ledger what is chosen. */
static void
mark(struct tally *tally, const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;

	for (size_t i = 0; i < repo->revisions.n; i++) {
		if (entry->chosen[i])
			tally_mark(tally, repo, i, true);
	}
	arr_each (file, &entry->files)
		tally_mark_file(tally, repo, file->revision, file->file, true);
	arr_each (stray, &entry->strays)
		tally_mark_stray(tally, repo, *stray, true);
	if (entry->whole)
		tally_mark_empty(tally, repo, true);
}

static bool
is_own_blob(const char *key)
{
	return !strncmp(key, "blobs/", 6) && !strchr(key + 6, '/');
}

static void
plan_repo(
    struct purge *purge, struct purge_repo *entry, const struct tally *tally)
{
	const struct scan_repo *repo = entry->repo;

	entry->blobs.n = 0;
	for (size_t i = 0; i < repo->blobs.n; i++) {
		if (tally_goes(tally, repo, i) &&
		    is_own_blob(repo->blobs.v[i].key))
			arr_push(&entry->blobs, (uint32_t)i);
	}
	purge->revisions += entry->count;
	purge->files += entry->files.n;
	purge->strays += entry->strays.n;
	if (entry->whole && !entry->files.n) {
		purge->whole_repos++;
		purge->whole_revisions += entry->count;
	}
}

/* Whether it goes for being empty, and for nothing else. */
static bool
is_plain_empty(const struct purge *purge, const struct scan_repo *repo)
{
	return scan_is_empty(repo) && !purge_refuses(repo) &&
	       !(purge->places && purge->places[repo - purge->scan->repos.v]);
}

void
purge_plan(struct purge *purge)
{
	const struct scan *scan = purge->scan;
	struct tally *tally = tally_new(scan);
	struct tally_sum sum;

	refuse(purge);
	purge->whole_repos = 0;
	purge->revisions = purge->whole_revisions = 0;
	purge->files = purge->strays = 0;
	arr_each (entry, &purge->repos)
		tally_add(tally, entry->repo);
	tally_share(tally);
	arr_each (entry, &purge->repos)
		mark(tally, entry);
	arr_each (entry, &purge->repos)
		plan_repo(purge, entry, tally);
	sum = tally_sum(tally);
	tally_free(tally);
	purge->freed = sum.freed;
	purge->official = sum.official;
	purge->about = sum.about;
	if (purge->loose) {
		purge->freed += scan->shared.loose_held;
		purge->official += scan->shared.loose_size;
	}
	arr_each (repo, &scan->repos)
		purge->freed += purge->empty && is_plain_empty(purge, repo)
		                    ? repo->other_held
		                    : 0;
	if (purge->trash)
		purge->freed += purge_trash_bytes(scan);
}

uint64_t
purge_trash_bytes(const struct scan *scan)
{
	uint64_t bytes = 0;

	arr_each (batch, &scan->leftovers.trash)
		bytes += batch->state == TRASH_WAITING ? 0 : batch->bytes;
	return bytes;
}

size_t
purge_trash(const struct purge *purge)
{
	size_t n = 0;

	if (!purge->trash)
		return 0;
	arr_each (batch, &purge->scan->leftovers.trash)
		n += batch->state != TRASH_WAITING;
	return n;
}

void
purge_fini(struct purge *purge)
{
	arr_each (entry, &purge->repos)
		purge_repo_fini(entry);
	arr_free(&purge->repos);
	arr_free(&purge->refused);
	free(purge->places);
}
