#include "core/store/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/store/purge.h"
#include "core/store/scan.h"

#define NO_PAYLOAD UINT32_MAX

struct entry {
	bool known;
	uint32_t *links, *gone; /* by blob: entries that lead to it */
	uint32_t *payloads;     /* by blob; NULL: none is shared */
	bool *revisions;        /* marked */
	bool **files;           /* by revision, NULL: none is marked */
	bool *strays;
	uint64_t *only; /* by revision; NULL: not worked out yet */
	bool empty;     /* the repository itself, which has no revisions */
	size_t marked, marked_files, marked_strays;
	uint64_t freed, stays, listed, stray_bytes;
};

struct payload {
	uint64_t size;
	uint32_t links, gone;
};

/* A mark that was made or taken away. */
enum flip_kind {
	FLIP_REVISION,
	FLIP_FILE,
	FLIP_STRAY,
	FLIP_EMPTY,
};

struct flip {
	uint32_t repo, revision, file; /* `file`: or a stray */
	uint8_t kind;
	bool on;
};

/* More are forgotten. */
#define FLIPS_MAX ((size_t)1 << 20)

struct history {
	ARR(struct flip) flips;
	ARR(size_t) steps; /* where each begins */
	size_t at;         /* steps that are done */
	bool replaying;
};

struct tally {
	const struct scan *scan;
	struct entry *entries; /* by repository of the scan */
	ARR(struct payload) payloads;
	struct map lines; /* of links into the store, to payloads */
	uint64_t shared_freed;
	struct history history;
};

static struct entry *
entry_of(const struct tally *tally, const struct scan_repo *repo)
{
	return &tally->entries[repo - tally->scan->repos.v];
}

struct tally *
tally_new(const struct scan *scan)
{
	struct tally *tally = mem_new(struct tally);

	tally->scan = scan;
	tally->entries = mem_zalloc((scan->repos.n + 1) * sizeof(struct entry));
	return tally;
}

static void
entry_fini(struct entry *entry, const struct scan_repo *repo)
{
	if (!entry->known)
		return;
	free(entry->links);
	free(entry->payloads);
	free(entry->revisions);
	for (size_t i = 0; i < repo->revisions.n; i++)
		free(entry->files[i]);
	free(entry->files);
	free(entry->strays);
	free(entry->only);
}

void
tally_free(struct tally *tally)
{
	if (!tally)
		return;
	for (size_t i = 0; i < tally->scan->repos.n; i++)
		entry_fini(&tally->entries[i], &tally->scan->repos.v[i]);
	free(tally->entries);
	arr_free(&tally->payloads);
	map_fini(&tally->lines);
	arr_free(&tally->history.flips);
	arr_free(&tally->history.steps);
	free(tally);
}

/* -- what was done -- */

/* What was taken back cannot be done again after something else. */
static void
forget_undone(struct history *h)
{
	if (h->at < h->steps.n) {
		h->flips.n = h->steps.v[h->at];
		h->steps.n = h->at;
	}
}

static void
note(struct tally *tally, const struct scan_repo *repo, enum flip_kind kind,
    size_t revision, size_t file, bool on)
{
	struct history *h = &tally->history;

	if (h->replaying || !h->steps.n)
		return;
	forget_undone(h);
	if (!h->at)
		return;
	arr_push(&h->flips,
	    (struct flip){ (uint32_t)(repo - tally->scan->repos.v),
		(uint32_t)revision, (uint32_t)file, (uint8_t)kind, on });
}

void
tally_step(struct tally *tally)
{
	struct history *h = &tally->history;

	forget_undone(h);
	if (h->flips.n > FLIPS_MAX)
		h->flips.n = h->steps.n = h->at = 0;
	/* One in which nothing happened is none. */
	if (h->at && h->steps.v[h->at - 1] == h->flips.n)
		return;
	arr_push(&h->steps, h->flips.n);
	h->at++;
}

/* Flips of the steps that are done. */
static size_t
done_flips(const struct history *h)
{
	return h->at < h->steps.n ? h->steps.v[h->at] : h->flips.n;
}

bool
tally_can_undo(const struct tally *tally)
{
	const struct history *h = &tally->history;

	return h->at && done_flips(h) > h->steps.v[0];
}

bool
tally_can_redo(const struct tally *tally)
{
	const struct history *h = &tally->history;

	return h->at < h->steps.n && h->steps.v[h->at] < h->flips.n;
}

static void
flip(struct tally *tally, const struct flip *f, bool on)
{
	const struct scan_repo *repo = &tally->scan->repos.v[f->repo];

	switch ((enum flip_kind)f->kind) {
	case FLIP_REVISION:
		tally_mark(tally, repo, f->revision, on);
		break;
	case FLIP_FILE:
		tally_mark_file(tally, repo, f->revision, f->file, on);
		break;
	case FLIP_STRAY:
		tally_mark_stray(tally, repo, f->file, on);
		break;
	case FLIP_EMPTY:
		tally_mark_empty(tally, repo, on);
		break;
	}
}

void
tally_undo(struct tally *tally)
{
	struct history *h = &tally->history;
	size_t end = done_flips(h), from;

	if (!tally_can_undo(tally))
		return;
	from = h->steps.v[--h->at];
	/* The last step may have been begun and left empty. */
	if (from == end)
		from = h->steps.v[--h->at];
	h->replaying = true;
	while (end > from) {
		end--;
		flip(tally, &h->flips.v[end], !h->flips.v[end].on);
	}
	h->replaying = false;
}

void
tally_redo(struct tally *tally)
{
	struct history *h = &tally->history;
	size_t from, end;

	if (!tally_can_redo(tally))
		return;
	from = h->steps.v[h->at++];
	end = done_flips(h);
	h->replaying = true;
	for (; from < end; from++)
		flip(tally, &h->flips.v[from], h->flips.v[from].on);
	h->replaying = false;
}

void
tally_add(struct tally *tally, const struct scan_repo *repo)
{
	struct entry *entry = entry_of(tally, repo);
	size_t n = repo->blobs.n;

	if (entry->known)
		return;
	entry->known = true;
	entry->links = mem_zalloc((2 * n + 1) * sizeof(uint32_t));
	entry->gone = entry->links + n;
	entry->revisions = mem_zalloc(repo->revisions.n + 1);
	entry->files = mem_zalloc((repo->revisions.n + 1) * sizeof(bool *));
	entry->strays = mem_zalloc(repo->strays.n + 1);
	arr_each (revision, &repo->revisions) {
		arr_each (file, &revision->files)
			entry->links[file->blob]++;
	}
}

bool
tally_has(const struct tally *tally, const struct scan_repo *repo)
{
	return entry_of(tally, repo)->known;
}

/* -- the shared store -- */

static void
share_repo(struct tally *tally, const struct scan_repo *repo)
{
	struct entry *entry = entry_of(tally, repo);
	struct str line = STR_INIT;

	for (size_t i = 0; i < repo->blobs.n && entry->known; i++) {
		size_t payload;

		if (!repo->blobs.v[i].shared)
			continue;
		if (!entry->payloads) {
			entry->payloads =
			    mem_resize(NULL, repo->blobs.n, sizeof(uint32_t));
			memset(entry->payloads, 0xff,
			    repo->blobs.n * sizeof(uint32_t));
		}
		str_clear(&line);
		str_addf(&line, "%s/%s", repo->folder, repo->blobs.v[i].key);
		if (map_find(&tally->lines, line.v, &payload))
			entry->payloads[i] = (uint32_t)payload;
	}
	str_fini(&line);
}

void
tally_share(struct tally *tally)
{
	const struct scan_shared *shared = &tally->scan->shared;

	arr_each (payload, &shared->known)
		arr_push(&tally->payloads,
		    (struct payload){ .size = payload->size });
	arr_each (link, &shared->links) {
		map_add(&tally->lines, link->line, link->payload);
		tally->payloads.v[link->payload].links++;
	}
	arr_each (repo, &tally->scan->repos)
		share_repo(tally, repo);
}

/* -- counting -- */

/* Whether nothing outside of the repository lies behind a blob's name. */
static bool
is_own(const struct scan_blob *blob)
{
	return !strncmp(blob->key, "blobs/", 6) ||
	       !strncmp(blob->key, "snapshots/", 10);
}

/* A payload loses a link, or gets it back. */
static void
count_payload(struct tally *tally, uint32_t number, bool on)
{
	struct payload *payload;

	if (number == NO_PAYLOAD)
		return;
	payload = &tally->payloads.v[number];
	if (!on && payload->gone == payload->links)
		tally->shared_freed -= payload->size;
	payload->gone += on ? 1 : -1u;
	if (on && payload->gone == payload->links)
		tally->shared_freed += payload->size;
}

/* A blob's bytes go, or do not any more. */
static void
count_freed(struct tally *tally, struct entry *entry,
    const struct scan_repo *repo, uint32_t blob, bool on)
{
	const struct scan_blob *b = &repo->blobs.v[blob];

	if (b->shared && entry->payloads)
		count_payload(tally, entry->payloads[blob], on);
	else if (!b->shared && is_own(b))
		entry->freed += on ? b->size : -b->size;
}

/* An entry that leads to the blob goes, or does not any more. */
static void
count(struct tally *tally, const struct scan_repo *repo, uint32_t blob, bool on)
{
	struct entry *entry = entry_of(tally, repo);
	uint32_t before = entry->gone[blob];
	uint32_t after = on ? before + 1 : before - 1;
	uint32_t links = entry->links[blob];
	uint64_t size = repo->blobs.v[blob].size;

	entry->gone[blob] = after;
	if (before && before < links)
		entry->stays -= size;
	if (after && after < links)
		entry->stays += size;
	if (before == links)
		count_freed(tally, entry, repo, blob, false);
	if (after == links)
		count_freed(tally, entry, repo, blob, true);
}

static bool
is_whole(const struct entry *entry, const struct scan_repo *repo)
{
	return repo->revisions.n ? entry->marked == repo->revisions.n
	                         : entry->empty;
}

/* -- marks -- */

bool
tally_file(const struct tally *tally, const struct scan_repo *repo,
    size_t revision, size_t file)
{
	const struct entry *entry = entry_of(tally, repo);

	return entry->known &&
	       (entry->revisions[revision] ||
		   (entry->files[revision] && entry->files[revision][file]));
}

void
tally_mark_file(struct tally *tally, const struct scan_repo *repo,
    size_t revision, size_t file, bool on)
{
	struct entry *entry = entry_of(tally, repo);
	const struct scan_revision *r = &repo->revisions.v[revision];
	const struct scan_file *f = &r->files.v[file];
	bool **marks = &entry->files[revision];

	/* Of a marked revision every other file stays marked. */
	if (entry->revisions[revision] && !on) {
		tally_mark(tally, repo, revision, false);
		for (size_t i = 0; i < r->files.n; i++) {
			if (i != file)
				tally_mark_file(tally, repo, revision, i, true);
		}
		return;
	}
	if (!*marks)
		*marks = mem_zalloc(r->files.n + 1);
	if (entry->revisions[revision] || (*marks)[file] == on)
		return;
	(*marks)[file] = on;
	note(tally, repo, FLIP_FILE, revision, file, on);
	entry->marked_files += on ? 1 : -(size_t)1;
	entry->listed +=
	    on ? repo->blobs.v[f->blob].size : -repo->blobs.v[f->blob].size;
	count(tally, repo, f->blob, on);
}

/* A mark of the whole takes the place of those of its files. */
static void
drop_file_marks(
    struct tally *tally, const struct scan_repo *repo, size_t revision)
{
	struct entry *entry = entry_of(tally, repo);
	size_t n = repo->revisions.v[revision].files.n;

	for (size_t i = 0; entry->files[revision] && i < n; i++)
		tally_mark_file(tally, repo, revision, i, false);
	free(entry->files[revision]);
	entry->files[revision] = NULL;
}

void
tally_mark(
    struct tally *tally, const struct scan_repo *repo, size_t revision, bool on)
{
	struct entry *entry = entry_of(tally, repo);
	const struct scan_revision *r = &repo->revisions.v[revision];

	if (!entry->revisions[revision])
		drop_file_marks(tally, repo, revision);
	if (entry->revisions[revision] == on)
		return;
	entry->revisions[revision] = on;
	note(tally, repo, FLIP_REVISION, revision, 0, on);
	entry->marked += on ? 1 : -(size_t)1;
	entry->listed += on ? r->size : -r->size;
	arr_each (file, &r->files)
		count(tally, repo, file->blob, on);
}

void
tally_mark_stray(
    struct tally *tally, const struct scan_repo *repo, size_t stray, bool on)
{
	struct entry *entry = entry_of(tally, repo);
	uint64_t size = repo->strays.v[stray].size;

	if (entry->strays[stray] == on)
		return;
	entry->strays[stray] = on;
	note(tally, repo, FLIP_STRAY, 0, stray, on);
	entry->marked_strays += on ? 1 : -(size_t)1;
	entry->stray_bytes += on ? size : -size;
}

void
tally_mark_empty(struct tally *tally, const struct scan_repo *repo, bool on)
{
	struct entry *entry = entry_of(tally, repo);

	if (repo->revisions.n || entry->empty == on)
		return;
	entry->empty = on;
	note(tally, repo, FLIP_EMPTY, 0, 0, on);
}

void
tally_clear(struct tally *tally)
{
	arr_each (repo, &tally->scan->repos) {
		struct entry *entry = entry_of(tally, repo);

		if (!entry->known)
			continue;
		for (size_t i = 0; i < repo->revisions.n; i++) {
			tally_mark(tally, repo, i, false);
			drop_file_marks(tally, repo, i);
		}
		for (size_t i = 0; i < repo->strays.n; i++)
			tally_mark_stray(tally, repo, i, false);
		tally_mark_empty(tally, repo, false);
	}
}

enum tally_state
tally_revision(
    const struct tally *tally, const struct scan_repo *repo, size_t revision)
{
	const struct entry *entry = entry_of(tally, repo);
	size_t n = repo->revisions.v[revision].files.n;

	if (!entry->known)
		return TALLY_NONE;
	if (entry->revisions[revision])
		return TALLY_ALL;
	for (size_t i = 0; entry->files[revision] && i < n; i++) {
		if (entry->files[revision][i])
			return TALLY_SOME;
	}
	return TALLY_NONE;
}

enum tally_state
tally_repo(const struct tally *tally, const struct scan_repo *repo)
{
	const struct entry *entry = entry_of(tally, repo);

	if (!entry->known)
		return TALLY_NONE;
	if (is_whole(entry, repo))
		return TALLY_ALL;
	return entry->marked || entry->marked_files ? TALLY_SOME : TALLY_NONE;
}

bool
tally_stray(
    const struct tally *tally, const struct scan_repo *repo, size_t stray)
{
	const struct entry *entry = entry_of(tally, repo);

	return entry->known && entry->strays[stray];
}

/* -- totals -- */

struct tally_sum
tally_sum(const struct tally *tally)
{
	struct tally_sum sum = { .freed = tally->shared_freed };

	arr_each (repo, &tally->scan->repos) {
		const struct entry *entry = entry_of(tally, repo);
		bool whole = entry->known && is_whole(entry, repo);

		sum.listed += whole ? repo->size : entry->listed;
		sum.listed += entry->stray_bytes;
		sum.stays += entry->stays;
		sum.freed += entry->freed + entry->stray_bytes;
		sum.revisions += entry->marked;
		sum.whole += whole;
		sum.repos += whole || entry->marked || entry->marked_files;
		sum.files += entry->marked_files;
		sum.strays += entry->marked_strays;
		if (whole)
			sum.extra += repo->partial_size + repo->orphan_size -
			             entry->stray_bytes;
	}
	return sum;
}

void
tally_of(const struct tally *tally, const struct scan_repo *repo,
    uint64_t *freed, uint64_t *stays)
{
	const struct entry *entry = entry_of(tally, repo);

	*freed = entry->freed;
	*stays = entry->stays;
}

/* For each revision the blobs that no other one has. */
static void
work_out_only(struct entry *entry, const struct scan_repo *repo)
{
	uint32_t *own = mem_zalloc((repo->blobs.n + 1) * sizeof(uint32_t));

	entry->only = mem_zalloc((repo->revisions.n + 1) * sizeof(uint64_t));
	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *r = &repo->revisions.v[i];

		arr_each (file, &r->files)
			own[file->blob]++;
		arr_each (file, &r->files) {
			const struct scan_blob *b = &repo->blobs.v[file->blob];

			if (own[file->blob] == entry->links[file->blob] &&
			    !b->shared && is_own(b))
				entry->only[i] += b->size;
			own[file->blob] = 0;
		}
	}
	free(own);
}

uint64_t
tally_only(
    const struct tally *tally, const struct scan_repo *repo, size_t revision)
{
	struct entry *entry = entry_of(tally, repo);

	if (!entry->known)
		return 0;
	if (!entry->only)
		work_out_only(entry, repo);
	return entry->only[revision];
}

size_t
tally_needs(const struct tally *tally, const struct scan_repo *repo)
{
	const struct entry *entry = entry_of(tally, repo);
	size_t best = SIZE_MAX;
	uint64_t most = 0;

	for (size_t i = 0; entry->stays && i < repo->revisions.n; i++) {
		const struct scan_revision *r = &repo->revisions.v[i];
		uint64_t bytes = 0;

		if (entry->revisions[i])
			continue;
		arr_each (file, &r->files) {
			uint32_t gone = entry->gone[file->blob];

			if (gone && gone < entry->links[file->blob])
				bytes += repo->blobs.v[file->blob].size;
		}
		if (bytes > most) {
			most = bytes;
			best = i;
		}
	}
	return best;
}

static void
plan_repo(const struct tally *tally, struct purge *purge,
    const struct scan_repo *repo)
{
	const struct entry *entry = entry_of(tally, repo);

	if (is_whole(entry, repo)) {
		purge_choose(purge, repo, SIZE_MAX);
		return;
	}
	for (size_t i = 0; i < repo->revisions.n; i++) {
		const struct scan_revision *r = &repo->revisions.v[i];

		if (entry->revisions[i])
			purge_choose(purge, repo, i);
		for (size_t k = 0; entry->files[i] && k < r->files.n; k++) {
			if (entry->files[i][k])
				purge_choose_entry(purge, repo, i, k);
		}
	}
	for (size_t i = 0; i < repo->strays.n; i++) {
		if (entry->strays[i])
			purge_choose_stray(purge, repo, i);
	}
}

void
tally_plan(const struct tally *tally, struct purge *purge)
{
	assert(purge->scan == tally->scan);
	arr_each (repo, &tally->scan->repos) {
		if (entry_of(tally, repo)->known)
			plan_repo(tally, purge, repo);
	}
}
