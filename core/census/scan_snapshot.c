/* scan_snapshot.c: the revisions of a repository, file by file (scan_repo.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/sums.h"
#include "core/census/scan_repo_own.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/store/shared.h"

/* Folders in a repository's files are never so deep; a loop of mounts is. */
#define DEPTH_MAX 128

/* Files that are smaller are not asked for shared extents: that costs more than
 * they matter. */
#define SHARES_LEAST ((uint64_t)1024 * 1024)

/* Ends `key` at its last part but one: "a/b" becomes "a". */
static void
drop_part(struct str *key)
{
	while (key->n && key->v[key->n - 1] != '/')
		str_cut(key, key->n - 1);
	if (key->n)
		str_cut(key, key->n - 1);
}

/*
 * The path that a link's text means, tidied as text, not resolved: below the
 * repository without its path in front.
 */
static void
set_key(struct reading *r, const char *folder, const char *target)
{
	struct str *key = &r->key;

	str_clear(key);
	if (*target != '/')
		str_addf(key, "%s/%s", r->path.v, folder);
	while (*target) {
		size_t n = strcspn(target, "/");

		if (n == 2 && !memcmp(target, "..", 2)) {
			drop_part(key);
		} else if (n && !(n == 1 && *target == '.')) {
			str_addc(key, '/');
			str_add(key, target, n);
		}
		target += n;
		target += *target == '/';
	}
}

static const char *
below_repo(const struct reading *r, const char *key)
{
	size_t n = r->path.n;

	return !strncmp(key, r->path.v, n) && key[n] == '/' ? key + n + 1 : key;
}

/* Whether the bytes of `blobs/<name>` lie in the shared store. */
static bool
is_shared(struct reading *r, const char *key)
{
	struct str path = STR_INIT;
	struct str target = STR_INIT;
	bool shared = false;

	if (r->store && !strncmp(key, "blobs/", 6) && !strchr(key + 6, '/')) {
		str_addf(&path, "%s/%s", r->path.v, key);
		shared = file_link_text(path.v, &target) &&
		         shared_payload_of(r->root, target.v, NULL);
	}
	str_fini(&path);
	str_fini(&target);
	return shared;
}

/* A file's path in the repository; `folder` is "snapshots/<revision>[/...]". */
static char *
path_in(
    const struct scan_revision *revision, const char *folder, const char *name)
{
	struct str path = STR_INIT;
	char *below;

	str_addf(&path, "%s/%s", folder, name);
	below = mem_strdup(
	    path.v + strlen("snapshots/") + strlen(revision->name) + 1);
	str_fini(&path);
	return below;
}

static void
note_broken(
    struct scan_revision *revision, const char *folder, const char *name)
{
	arr_push(&revision->broken, path_in(revision, folder, name));
}

struct scan_disk
scan_disk_of(const struct walk_info *info)
{
	return (struct scan_disk){ .held = info->held,
		.device = info->device,
		.number = info->number,
		.names = info->names };
}

/* What an entry of a snapshot leads to cannot be looked at. */
static void
not_found(struct reading *r, struct scan_revision *revision, const char *folder,
    const char *name, int errnum)
{
	struct str path = STR_INIT;

	if (errnum != ENOENT && errnum != ELOOP) {
		str_addf(&path, "%s/%s", folder, name);
		scan_not_read(r->repo, path.v, errnum);
		str_fini(&path);
	}
	note_broken(revision, folder, name);
	r->repo->damaged++;
	scan_warn(r->repo, "Blob missing (broken symlink): ", r->key.v, "");
}

/* The blob's number; adds it to the revision unless it is in it already. */
static bool
take_entry(struct reading *r, struct scan_revision *revision,
    const struct walk *walk, const struct walk_entry *entry, const char *folder)
{
	struct scan_file file = { NULL, 0 };
	struct walk_info info;
	const char *key;
	size_t at;
	bool known;

	if (entry->kind != WALK_LINK || !walk_link(walk, entry->name, &r->text))
		str_set(&r->text, entry->name);
	set_key(r, folder, r->text.v);
	key = below_repo(r, r->key.v);
	known = map_find(&r->blobs, key, &at);
	if (!known && !walk_look(walk, entry->name, &info)) {
		not_found(r, revision, folder, entry->name, errno);
		return false;
	}
	if (!known && info.kind == WALK_FOLDER)
		return false;
	if (!known) {
		struct scan_blob blob = { .key = mem_strdup(key),
			.size = info.size,
			.accessed = info.accessed,
			.modified = info.modified,
			.disk = scan_disk_of(&info) };

		at = r->repo->blobs.n;
		blob.shared = is_shared(r, blob.key);
		blob.foreign =
		    *key == '/' ||
		    (revision->linked && !strncmp(key, "snapshots/", 10));
		blob.disk.about = r->shares && info.size >= SHARES_LEAST &&
		                  walk_shares(walk, entry->name);
		arr_push(&r->repo->blobs, blob);
		map_add(&r->blobs, blob.key, at);
	}
	file.path = path_in(revision, folder, entry->name);
	file.blob = (uint32_t)at;
	arr_push(&revision->files, file);
	return true;
}

/* A folder's own entries first, then those of the folders in it. */
static void
read_files(struct reading *r, struct scan_revision *revision, struct walk *walk,
    const char *folder, unsigned depth)
{
	ARR(char *) folders = { 0 };
	struct walk_entry entry;

	while (walk_next(walk, &entry)) {
		if (entry.kind == WALK_FOLDER)
			arr_push(&folders, mem_strdup(entry.name));
		else
			take_entry(r, revision, walk, &entry, folder);
	}
	if (walk_error(walk))
		scan_not_read(r->repo, folder, walk_error(walk));
	arr_each (name, &folders) {
		struct walk *inner =
		    depth < DEPTH_MAX ? walk_open(walk, *name) : NULL;
		struct str path = STR_INIT;

		str_addf(&path, "%s/%s", folder, *name);
		if (inner)
			read_files(r, revision, inner, path.v, depth + 1);
		else
			scan_not_read(
			    r->repo, path.v, depth < DEPTH_MAX ? errno : ELOOP);
		walk_close(inner);
		str_fini(&path);
		free(*name);
	}
	arr_free(&folders);
}

int
scan_by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a;
	const uint32_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* Adds up the distinct blobs of a revision. */
static void
count_revision(const struct reading *r, struct scan_revision *revision)
{
	size_t n = revision->files.n;
	uint32_t *numbers;

	if (!n)
		return;
	numbers = mem_resize(NULL, n, sizeof(*numbers));
	revision->modified = 0;
	for (size_t i = 0; i < n; i++)
		numbers[i] = revision->files.v[i].blob;
	qsort(numbers, n, sizeof(*numbers), by_number);
	for (size_t i = 0; i < n; i++) {
		const struct scan_blob *blob = &r->repo->blobs.v[numbers[i]];

		if (i && numbers[i] == numbers[i - 1])
			continue;
		sum_add(&revision->size, blob->size);
		revision->held += blob->foreign ? 0 : blob->disk.held;
		if (blob->modified > revision->modified)
			revision->modified = blob->modified;
	}
	free(numbers);
}

/* The refs that hold a text belong to the revision. */
static void
give_refs(
    struct reading *r, struct scan_revision *revision, struct commit_refs *refs)
{
	refs->known = true;
	revision->refs_held += refs->held;
	arr_each (ref, &refs->names) {
		arr_push(&revision->refs, mem_strdup(*ref));
		arr_push(&r->repo->refs, mem_strdup(*ref));
	}
}

/* The official client wants the text to be the name, and nothing else. */
static void
find_refs(struct reading *r, struct scan_revision *revision)
{
	arr_each (refs, &r->commits) {
		if (strcmp(refs->meant, revision->name) != 0)
			continue;
		refs->used = !strcmp(refs->commit, revision->name);
		give_refs(r, revision, refs);
	}
	if (revision->refs.n)
		qsort(revision->refs.v, revision->refs.n, sizeof(char *),
		    scan_by_text);
}

static void
read_revision(struct reading *r, struct walk *snapshots, const char *name)
{
	struct scan_revision revision = { .name = mem_strdup(name),
		.linked = walk_link(snapshots, name, &r->text) };
	struct walk *walk = walk_open(snapshots, name);
	struct str folder = STR_INIT;
	struct walk_info info;

	str_addf(&folder, "snapshots/%s", name);
	if (!walk)
		scan_not_read(r->repo, folder.v, errno);
	if (walk_look(snapshots, name, &info))
		revision.modified = info.modified;
	if (walk)
		read_files(r, &revision, walk, folder.v, 0);
	if (walk && !revision.linked)
		scan_check_fixed(r->repo, walk, folder.v);
	walk_close(walk);
	str_fini(&folder);
	count_revision(r, &revision);
	find_refs(r, &revision);
	r->repo->emptied = r->repo->emptied || !revision.files.n;
	arr_push(&r->repo->revisions, revision);
}

static bool
leads_to_file(const struct walk *walk, const struct walk_entry *entry)
{
	struct walk_info info;

	if (entry->kind == WALK_FOLDER)
		return false;
	return !walk_look(walk, entry->name, &info) || info.kind != WALK_FOLDER;
}

void
scan_snapshots(struct reading *r, struct walk *snapshots)
{
	struct walk_entry entry;

	while (walk_next(snapshots, &entry)) {
		if (dir_is_of_the_system(entry.name))
			continue;
		if (leads_to_file(snapshots, &entry)) {
			struct str path = STR_INIT;

			str_addf(&path, "/snapshots/%s", entry.name);
			scan_warn_at(r,
			    "Snapshots folder corrupted. Found a file: ",
			    path.v);
			str_fini(&path);
			continue;
		}
		read_revision(r, snapshots, entry.name);
	}
	if (walk_error(snapshots))
		scan_not_read(r->repo, "snapshots", walk_error(snapshots));
}
