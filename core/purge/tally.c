#include "core/purge/tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arr.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/census/scan.h"
#include "core/os/inodes.h"
#include "core/purge/history.h"

#define NO_HOLDING UINT32_MAX

struct entry {
	bool known;
	uint32_t *links, *gone; /* by blob: entries that lead to it */
	uint32_t *holdings;     /* by blob, then by stray */
	bool *revisions;        /* marked */
	bool **files;           /* by revision, NULL: none is marked */
	bool *strays;
	uint64_t *only; /* by revision; NULL: not worked out yet */
	bool empty;     /* the repository itself, which has no revisions */
	bool whole;     /* all of it goes, strays and all */
	size_t marked, marked_files, marked_strays, about;
	uint64_t freed, stays, listed, stray_bytes, official;
};

/* Bytes with several names: a payload of the shared store with its links, or an
 * inode with hard links. They go with the last. */
struct holding {
	uint64_t size, held;
	uint32_t names, gone;
};

struct tally {
	const struct scan *scan;
	struct entry *entries; /* by repository of the scan */
	ARR(struct holding) holdings;
	struct map lines; /* of links into the store, to holdings */
	struct inodes inodes;
	size_t payloads;                 /* the first holdings are these */
	uint64_t held_freed, size_freed; /* of holdings */
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
	tally->inodes = (struct inodes){ .known = MAP_INIT };
	tally->entries = mem_zalloc((scan->repos.n + 1) * sizeof(struct entry));
	return tally;
}

static void
entry_fini(struct entry *entry, const struct scan_repo *repo)
{
	if (!entry->known)
		return;
	free(entry->links);
	free(entry->holdings);
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
	arr_free(&tally->holdings);
	map_fini(&tally->lines);
	inodes_fini(&tally->inodes);
	history_fini(&tally->history);
	free(tally);
}

/* -- what was done -- */

static void
note(struct tally *tally, const struct scan_repo *repo, enum flip_kind kind,
    size_t revision, size_t file, bool on)
{
	history_note(&tally->history,
	    (struct flip){ (uint32_t)(repo - tally->scan->repos.v),
		(uint32_t)revision, (uint32_t)file, (uint8_t)kind, on });
}

void
tally_step(struct tally *tally)
{
	history_step(&tally->history);
}

void
tally_forget(struct tally *tally)
{
	history_forget(&tally->history);
}

bool
tally_can_undo(const struct tally *tally)
{
	return history_can_undo(&tally->history);
}

bool
tally_can_redo(const struct tally *tally)
{
	return history_can_redo(&tally->history);
}

static void
flip(void *context, const struct flip *f, bool on)
{
	struct tally *tally = context;
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
	history_undo(&tally->history, flip, tally);
}

void
tally_redo(struct tally *tally)
{
	history_redo(&tally->history, flip, tally);
}

struct moving {
	bool (*now)(void *context, struct tally_place *place);
	void *context;
};

static bool
move_flip(void *context, struct flip *f)
{
	const struct moving *moving = context;
	struct tally_place place = { f->repo, f->revision, f->file,
		f->kind == FLIP_STRAY, f->kind != FLIP_FILE };

	if (!moving->now(moving->context, &place))
		return false;
	f->repo = (uint32_t)place.repo;
	f->revision = (uint32_t)place.revision;
	f->file = (uint32_t)place.file;
	return true;
}

void
tally_inherit(struct tally *tally, const struct tally *old,
    bool (*now)(void *context, struct tally_place *place), void *context)
{
	history_inherit(&tally->history, &old->history, move_flip,
	    &(struct moving){ now, context });
}

void
tally_add(struct tally *tally, const struct scan_repo *repo)
{
	struct entry *entry = entry_of(tally, repo);
	size_t n = repo->blobs.n, all = n + repo->strays.n;

	if (entry->known)
		return;
	entry->known = true;
	entry->holdings = mem_resize(NULL, all + 1, sizeof(uint32_t));
	memset(entry->holdings, 0xff, all * sizeof(uint32_t));
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

/* -- bytes with several names -- */

/* The holding of a file with hard links. They come after the payloads, in the
 * order of the table. */
static uint32_t
hold_inode(struct tally *tally, const struct scan_disk *disk)
{
	const struct inode *inode = inodes_note(&tally->inodes, disk->device,
	    disk->number, disk->names, disk->held);
	size_t at = (size_t)(inode - tally->inodes.list.v);

	if (tally->payloads + at == tally->holdings.n)
		arr_push(&tally->holdings,
		    (struct holding){ 0, disk->held, disk->names, 0 });
	return (uint32_t)(tally->payloads + at);
}

/* Whether nothing outside of the repository lies behind a blob's name. */
static bool
is_own(const struct scan_blob *blob)
{
	return !strncmp(blob->key, "blobs/", 6) ||
	       !strncmp(blob->key, "snapshots/", 10);
}

static void
share_repo(struct tally *tally, const struct scan_repo *repo)
{
	struct entry *entry = entry_of(tally, repo);
	struct str line = STR_INIT;
	size_t n = repo->blobs.n, payload;

	for (size_t i = 0; i < n && entry->known; i++) {
		const struct scan_blob *blob = &repo->blobs.v[i];

		if (!blob->shared) {
			if (blob->disk.names > 1 && !blob->foreign &&
			    is_own(blob))
				entry->holdings[i] =
				    hold_inode(tally, &blob->disk);
			continue;
		}
		str_clear(&line);
		str_addf(&line, "%s/%s", repo->folder, blob->key);
		if (map_find(&tally->lines, line.v, &payload))
			entry->holdings[i] = (uint32_t)payload;
	}
	for (size_t i = 0; i < repo->strays.n && entry->known; i++) {
		if (repo->strays.v[i].disk.names > 1)
			entry->holdings[n + i] =
			    hold_inode(tally, &repo->strays.v[i].disk);
	}
	str_fini(&line);
}

static void count_holding(struct tally *tally, uint32_t number, bool on);

/* What was marked before it was known what several names have. */
static void
count_marked(struct tally *tally, const struct scan_repo *repo)
{
	const struct entry *entry = entry_of(tally, repo);
	size_t n = repo->blobs.n;

	for (size_t i = 0; i < n && entry->known; i++) {
		if (entry->gone[i] && entry->gone[i] == entry->links[i])
			count_holding(tally, entry->holdings[i], true);
	}
	for (size_t i = 0; i < repo->strays.n && entry->known; i++) {
		if (entry->strays[i] || entry->whole)
			count_holding(tally, entry->holdings[n + i], true);
	}
}

void
tally_share(struct tally *tally)
{
	const struct scan_shared *shared = &tally->scan->shared;

	arr_each (payload, &shared->known)
		arr_push(&tally->holdings,
		    (struct holding){ payload->size, payload->held, 0, 0 });
	tally->payloads = tally->holdings.n;
	arr_each (link, &shared->links) {
		map_add(&tally->lines, link->line, link->payload);
		tally->holdings.v[link->payload].names++;
	}
	arr_each (repo, &tally->scan->repos)
		share_repo(tally, repo);
	arr_each (repo, &tally->scan->repos)
		count_marked(tally, repo);
}

/* -- counting -- */

/* A holding loses a name, or gets it back. */
static void
count_holding(struct tally *tally, uint32_t number, bool on)
{
	struct holding *holding;

	if (number == NO_HOLDING)
		return;
	holding = &tally->holdings.v[number];
	if (!on && holding->gone == holding->names) {
		tally->held_freed -= holding->held;
		tally->size_freed -= holding->size;
	}
	holding->gone += on ? 1 : -1u;
	if (on && holding->gone == holding->names) {
		tally->held_freed += holding->held;
		tally->size_freed += holding->size;
	}
}

/* A name of a file goes, or does not any more. */
static void
count_disk(struct tally *tally, struct entry *entry,
    const struct scan_disk *disk, uint32_t holding, bool on)
{
	entry->about += disk->about ? (on ? 1 : -(size_t)1) : 0;
	if (disk->names > 1)
		count_holding(tally, holding, on);
	else
		entry->freed += on ? disk->held : -disk->held;
}

/* A blob goes, or does not any more. */
static void
count_freed(struct tally *tally, struct entry *entry,
    const struct scan_repo *repo, uint32_t blob, bool on)
{
	const struct scan_blob *b = &repo->blobs.v[blob];

	if (b->shared) {
		count_holding(tally, entry->holdings[blob], on);
		return;
	}
	if (!is_own(b))
		return;
	entry->official += on ? b->size : -b->size;
	if (!b->foreign)
		count_disk(tally, entry, &b->disk, entry->holdings[blob], on);
}

static void
count_stray(
    struct tally *tally, const struct scan_repo *repo, size_t stray, bool on)
{
	struct entry *entry = entry_of(tally, repo);

	count_disk(tally, entry, &repo->strays.v[stray].disk,
	    entry->holdings[repo->blobs.n + stray], on);
}

static uint64_t
held_by(const struct scan_blob *blob)
{
	return blob->foreign ? 0 : blob->disk.held;
}

/* An entry that leads to the blob goes, or does not any more. */
static void
count(struct tally *tally, const struct scan_repo *repo, uint32_t blob, bool on)
{
	struct entry *entry = entry_of(tally, repo);
	uint32_t before = entry->gone[blob];
	uint32_t after = on ? before + 1 : before - 1;
	uint32_t links = entry->links[blob];
	uint64_t size = held_by(&repo->blobs.v[blob]);

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

/* When all of a repository is marked, the rest of its folder goes too. */
static void
settle_whole(struct tally *tally, const struct scan_repo *repo)
{
	struct entry *entry = entry_of(tally, repo);
	bool whole = is_whole(entry, repo);
	uint64_t rest = repo->other_held;

	if (whole == entry->whole)
		return;
	entry->whole = whole;
	/* Those of its revisions went with these. */
	arr_each (revision, &repo->revisions)
		rest -= revision->refs_held;
	entry->freed += whole ? rest : -rest;
	for (size_t i = 0; i < repo->strays.n; i++) {
		if (!entry->strays[i])
			count_stray(tally, repo, i, whole);
	}
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
	entry->listed += on ? held_by(&repo->blobs.v[f->blob])
	                    : -held_by(&repo->blobs.v[f->blob]);
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
	entry->listed += on ? r->held : -r->held;
	entry->freed += on ? r->refs_held : -r->refs_held;
	arr_each (file, &r->files)
		count(tally, repo, file->blob, on);
	settle_whole(tally, repo);
}

void
tally_mark_stray(
    struct tally *tally, const struct scan_repo *repo, size_t stray, bool on)
{
	struct entry *entry = entry_of(tally, repo);
	const struct scan_stray *s = &repo->strays.v[stray];

	if (entry->strays[stray] == on)
		return;
	entry->strays[stray] = on;
	note(tally, repo, FLIP_STRAY, 0, stray, on);
	entry->marked_strays += on ? 1 : -(size_t)1;
	entry->stray_bytes += on ? s->disk.held : -s->disk.held;
	entry->official += on ? s->size : -s->size;
	if (!entry->whole)
		count_stray(tally, repo, stray, on);
}

void
tally_mark_empty(struct tally *tally, const struct scan_repo *repo, bool on)
{
	struct entry *entry = entry_of(tally, repo);

	if (repo->revisions.n || entry->empty == on)
		return;
	entry->empty = on;
	note(tally, repo, FLIP_EMPTY, 0, 0, on);
	settle_whole(tally, repo);
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
	struct tally_sum sum = { .freed = tally->held_freed,
		.official = tally->size_freed };

	arr_each (repo, &tally->scan->repos) {
		const struct entry *entry = entry_of(tally, repo);
		bool whole = entry->whole;

		sum.listed += whole ? repo->held : entry->listed;
		sum.listed += entry->stray_bytes;
		sum.stays += entry->stays;
		sum.freed += entry->freed;
		sum.official += entry->official;
		sum.about = sum.about || entry->about;
		sum.revisions += entry->marked;
		sum.whole += whole;
		sum.repos += whole || entry->marked || entry->marked_files;
		sum.files += entry->marked_files;
		sum.strays += entry->marked_strays;
		if (whole)
			sum.extra += repo->partial_held + repo->orphan_held +
			             repo->other_held - entry->stray_bytes;
	}
	return sum;
}

bool
tally_goes(const struct tally *tally, const struct scan_repo *repo, size_t blob)
{
	const struct entry *entry = entry_of(tally, repo);

	return entry->known && entry->gone[blob] &&
	       entry->gone[blob] == entry->links[blob];
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
				entry->only[i] += held_by(b);
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
				bytes += held_by(&repo->blobs.v[file->blob]);
		}
		if (bytes > most) {
			most = bytes;
			best = i;
		}
	}
	return best;
}
