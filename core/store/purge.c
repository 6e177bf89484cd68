#include "core/store/purge.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"

#include "core/store/scan.h"
#include "core/store/shared.h"
#include "core/store/unlinked.h"

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

size_t
purge_choose_file(
    struct purge *purge, const struct scan_repo *repo, const char *path)
{
	size_t found = 0;

	arr_each (revision, &repo->revisions) {
		arr_each (file, &revision->files) {
			struct str name = STR_INIT;
			struct purge_repo *entry;

			if (strcmp(file->path, path) != 0)
				continue;
			str_addf(&name, "%s/%s", revision->name, path);
			entry = place_of(purge, repo);
			arr_push(&entry->files, str_steal(&name));
			found++;
		}
	}
	purge->files += found;
	return found;
}

void
purge_choose_entry(struct purge *purge, const struct scan_repo *repo,
    size_t revision, size_t file)
{
	const struct scan_revision *r = &repo->revisions.v[revision];
	struct purge_repo *entry = place_of(purge, repo);
	struct str name = STR_INIT;

	str_addf(&name, "%s/%s", r->name, r->files.v[file].path);
	arr_push(&entry->files, str_steal(&name));
	purge->files++;
}

void
purge_choose_stray(
    struct purge *purge, const struct scan_repo *repo, size_t stray)
{
	struct purge_repo *entry = place_of(purge, repo);

	arr_push(&entry->strays, (uint32_t)stray);
	purge->strays++;
}

/* -- planning -- */

static bool
is_file_chosen(const struct purge_repo *entry,
    const struct scan_revision *revision, const struct scan_file *file)
{
	struct str name = STR_INIT;
	bool chosen = false;

	if (!entry->files.n)
		return false;
	str_addf(&name, "%s/%s", revision->name, file->path);
	arr_each (path, &entry->files)
		chosen = chosen || !strcmp(*path, name.v);
	str_fini(&name);
	return chosen;
}

/* Marks what a file that stays needs, and what one that goes had. */
static void
mark(const struct purge_repo *entry, bool *needed, bool *had)
{
	const struct scan_repo *repo = entry->repo;

	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *revision = &repo->revisions.v[i];

		arr_each (file, &revision->files) {
			if (entry->chosen[i] ||
			    is_file_chosen(entry, revision, file))
				had[file->blob] = true;
			else
				needed[file->blob] = true;
		}
	}
}

static bool
is_own_blob(const char *key)
{
	return !strncmp(key, "blobs/", 6) && !strchr(key + 6, '/');
}

static bool
is_in_snapshot(const char *key)
{
	return !strncmp(key, "snapshots/", 10);
}

static void
plan_repo(struct purge *purge, struct purge_repo *entry, struct unlinked *going)
{
	const struct scan_repo *repo = entry->repo;
	bool *needed = mem_zalloc(repo->blobs.n * 2 + 1);
	bool *had = needed + repo->blobs.n;

	mark(entry, needed, had);
	for (size_t i = 0; i < repo->blobs.n; i++) {
		const struct scan_blob *blob = &repo->blobs.v[i];

		if (needed[i] || !had[i])
			continue;
		if (blob->shared)
			unlinked_note(
			    going, purge->scan->root, repo->folder, blob->key);
		else if (is_own_blob(blob->key) || is_in_snapshot(blob->key))
			purge->freed += blob->size;
		if (is_own_blob(blob->key))
			arr_push(&entry->blobs, (uint32_t)i);
	}
	free(needed);
	arr_each (stray, &entry->strays)
		purge->freed += repo->strays.v[*stray].size;
	purge->revisions += entry->count;
	if (entry->whole && !entry->files.n) {
		purge->whole_repos++;
		purge->whole_revisions += entry->count;
	}
}

void
purge_plan(struct purge *purge)
{
	struct unlinked going = { .set = MAP_INIT, .known = MAP_INIT };

	purge->freed = 0;
	purge->whole_repos = 0;
	purge->revisions = purge->whole_revisions = 0;
	arr_each (entry, &purge->repos) {
		entry->blobs.n = 0;
		plan_repo(purge, entry, &going);
	}
	/* A payload goes with the last link to it. */
	arr_each (xet, &going.payloads)
		purge->freed +=
		    shared_would_free(purge->scan->root, *xet, &going.set);
	unlinked_fini(&going);

	if (purge->loose)
		purge->freed += purge->scan->shared.loose_size;
}

void
purge_fini(struct purge *purge)
{
	arr_each (entry, &purge->repos) {
		free(entry->chosen);
		arr_free(&entry->blobs);
		arr_each (file, &entry->files)
			free(*file);
		arr_free(&entry->files);
		arr_free(&entry->strays);
	}
	arr_free(&purge->repos);
	free(purge->places);
}
