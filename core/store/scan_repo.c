#include "core/store/scan_repo.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/store/shared.h"

/* Folders in a repository's files are never so deep; a loop of mounts is. */
#define DEPTH_MAX 128

/* A ref is 40 digits; what is longer is told of, but not kept whole. */
#define REF_MAX 256

/* One repository while it is read. */
struct reading {
	struct scan_repo *repo;
	const char *root;
	struct str path; /* of the repository */
	struct map blobs;
	struct map refs; /* commit to index into `commits` */
	ARR(struct commit_refs) commits;
	struct str text; /* of links */
	struct str key;
	bool store; /* repositories share blobs here */
};

/* The refs that name a commit. */
struct commit_refs {
	char *commit;
	ARR(char *) names;
	bool used; /* a snapshot has that name */
};

bool
scan_is_of_the_system(const char *name)
{
	return !strcmp(name, ".DS_Store") || !strcmp(name, "Thumbs.db") ||
	       !strcmp(name, "desktop.ini");
}

/* The first thing that is wrong is what the official client tells. */
static void
warn(struct scan_repo *repo, const char *before, const char *path,
    const char *after)
{
	struct str text = STR_INIT;

	if (repo->warning)
		return;
	str_addf(&text, "%s%s%s", before, path, after);
	repo->warning = str_steal(&text);
}

static void
warn_at(struct reading *r, const char *before, const char *below)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s%s", r->path.v, below);
	warn(r->repo, before, path.v, "");
	str_fini(&path);
}

/* -- refs -- */

static void
take_ref(struct reading *r, const char *name, const char *commit)
{
	size_t at;

	if (!map_find(&r->refs, commit, &at)) {
		struct commit_refs entry = { .commit = mem_strdup(commit) };

		at = r->commits.n;
		arr_push(&r->commits, entry);
		map_add(&r->refs, entry.commit, at);
	}
	arr_push(&r->commits.v[at].names, mem_strdup(name));
}

static void
read_refs(
    struct reading *r, struct walk *walk, const char *before, unsigned depth)
{
	struct walk_entry entry;

	while (depth < DEPTH_MAX && walk_next(walk, &entry)) {
		struct str name = STR_INIT;
		struct str commit = STR_INIT;
		struct walk *inner = NULL;

		str_addf(&name, "%s%s", before, entry.name);
		if (entry.kind == WALK_FOLDER)
			inner = walk_open(walk, entry.name);
		if (inner) {
			str_addc(&name, '/');
			read_refs(r, inner, name.v, depth + 1);
			walk_close(inner);
		} else if (!scan_is_of_the_system(entry.name) &&
			   entry.kind != WALK_FOLDER &&
			   walk_read(walk, entry.name, REF_MAX, &commit)) {
			take_ref(r, name.v, commit.v);
		}
		str_fini(&name);
		str_fini(&commit);
	}
}

/* -- snapshots -- */

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
		note_broken(revision, folder, entry->name);
		r->repo->damaged++;
		warn(r->repo, "Blob missing (broken symlink): ", r->key.v, "");
		return false;
	}
	if (!known && info.kind == WALK_FOLDER)
		return false;
	if (!known) {
		struct scan_blob blob = { .key = mem_strdup(key),
			.size = info.size,
			.accessed = info.accessed,
			.modified = info.modified };

		at = r->repo->blobs.n;
		blob.shared = is_shared(r, blob.key);
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
	arr_each (name, &folders) {
		struct walk *inner =
		    depth < DEPTH_MAX ? walk_open(walk, *name) : NULL;
		struct str path = STR_INIT;

		str_addf(&path, "%s/%s", folder, *name);
		if (inner)
			read_files(r, revision, inner, path.v, depth + 1);
		walk_close(inner);
		str_fini(&path);
		free(*name);
	}
	arr_free(&folders);
}

static int
by_text(const void *a, const void *b)
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
		revision->size += blob->size;
		if (blob->modified > revision->modified)
			revision->modified = blob->modified;
	}
	free(numbers);
}

static void
read_revision(struct reading *r, struct walk *snapshots, const char *name)
{
	struct scan_revision revision = { .name = mem_strdup(name) };
	struct walk *walk = walk_open(snapshots, name);
	struct str folder = STR_INIT;
	struct walk_info info;
	size_t at;

	if (walk_look(snapshots, name, &info))
		revision.modified = info.modified;
	str_addf(&folder, "snapshots/%s", name);
	if (walk)
		read_files(r, &revision, walk, folder.v, 0);
	walk_close(walk);
	str_fini(&folder);
	count_revision(r, &revision);
	if (map_find(&r->refs, name, &at)) {
		struct commit_refs *refs = &r->commits.v[at];

		refs->used = true;
		arr_each (ref, &refs->names) {
			arr_push(&revision.refs, mem_strdup(*ref));
			arr_push(&r->repo->refs, mem_strdup(*ref));
		}
		if (revision.refs.n)
			qsort(revision.refs.v, revision.refs.n, sizeof(char *),
			    by_text);
	}
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

static void
read_snapshots(struct reading *r, struct walk *snapshots)
{
	struct walk_entry entry;

	while (walk_next(snapshots, &entry)) {
		if (scan_is_of_the_system(entry.name))
			continue;
		if (leads_to_file(snapshots, &entry)) {
			struct str path = STR_INIT;

			str_addf(&path, "/snapshots/%s", entry.name);
			warn_at(r, "Snapshots folder corrupted. Found a file: ",
			    path.v);
			str_fini(&path);
			continue;
		}
		read_revision(r, snapshots, entry.name);
	}
}

/* -- a repository -- */

/* As Python prints a dict of sets. */
static void
warn_of_refs(struct reading *r)
{
	struct str text = STR_INIT;
	const char *before = "{";

	arr_each (refs, &r->commits) {
		if (refs->used)
			continue;
		str_addz(&text, before);
		str_add_quoted(&text, refs->commit);
		for (size_t i = 0; i < refs->names.n; i++) {
			str_addz(&text, i ? ", " : ": {");
			str_add_quoted(&text, refs->names.v[i]);
		}
		str_addc(&text, '}');
		before = ", ";
	}
	if (text.n) {
		str_addf(&text, "} (%s).", r->path.v);
		warn(r->repo,
		    "Reference(s) refer to missing commit hashes: ", text.v,
		    "");
	}
	str_fini(&text);
}

static bool
ends(const char *text, const char *tail)
{
	size_t n = strlen(text), m = strlen(tail);

	return n >= m && !strcmp(text + n - m, tail);
}

static void
take_stray(struct scan_repo *repo, const struct walk *blobs,
    const struct walk_entry *entry)
{
	struct scan_stray stray = { .partial =
					ends(entry->name, ".incomplete") };
	struct walk_info info = { .kind = WALK_OTHER };

	if (entry->kind != WALK_LINK || stray.partial) {
		if (!walk_look(blobs, entry->name, &info) ||
		    info.kind != WALK_FILE)
			return;
		stray.size = info.size;
		stray.modified = info.modified;
	}
	stray.name = mem_strdup(entry->name);
	repo->partials += stray.partial;
	repo->partial_size += stray.partial ? stray.size : 0;
	repo->orphans += !stray.partial;
	repo->orphan_size += stray.partial ? 0 : stray.size;
	arr_push(&repo->strays, stray);
}

static void
find_strays(struct reading *r, struct walk *blobs)
{
	struct walk_entry entry;

	while (walk_next(blobs, &entry)) {
		str_clear(&r->key);
		str_addf(&r->key, "blobs/%s", entry.name);
		if (!map_find(&r->blobs, r->key.v, NULL) &&
		    !scan_is_of_the_system(entry.name))
			take_stray(r->repo, blobs, &entry);
	}
}

static void
add_up(struct scan_repo *repo)
{
	arr_each (blob, &repo->blobs) {
		repo->size += blob->size;
		if (!blob->shared)
			repo->own_bytes += blob->size;
		if (blob == repo->blobs.v || blob->accessed > repo->accessed)
			repo->accessed = blob->accessed;
		if (blob == repo->blobs.v || blob->modified > repo->modified)
			repo->modified = blob->modified;
	}
}

static int
by_name(const void *a, const void *b)
{
	const struct scan_revision *x = a;
	const struct scan_revision *y = b;

	return strcmp(x->name, y->name);
}

static void
read_repo(struct reading *r, struct walk *walk)
{
	struct walk *refs = walk_open(walk, "refs");
	struct walk *snapshots = walk_open(walk, "snapshots");
	struct walk *blobs = walk_open(walk, "blobs");
	struct walk_info info;

	if (!snapshots)
		warn_at(r, "Snapshots dir doesn't exist in cached repo: ",
		    "/snapshots");
	else if (!refs && walk_look(walk, "refs", &info))
		warn_at(r, "Refs directory cannot be a file: ", "/refs");
	if (refs)
		read_refs(r, refs, "", 0);
	if (snapshots)
		read_snapshots(r, snapshots);
	if (blobs)
		find_strays(r, blobs);
	warn_of_refs(r);
	add_up(r->repo);
	if (r->repo->revisions.n)
		qsort(r->repo->revisions.v, r->repo->revisions.n,
		    sizeof(*r->repo->revisions.v), by_name);
	if (r->repo->refs.n)
		qsort(
		    r->repo->refs.v, r->repo->refs.n, sizeof(char *), by_text);
	walk_close(refs);
	walk_close(snapshots);
	walk_close(blobs);
}

/* "models--org--name" into type and id; the text of what is wrong, or NULL. */
static const char *
name_repo(struct scan_repo *repo, struct str *detail)
{
	static const char *const fronts[] = { "datasets", "kernels", "models",
		"spaces" };
	static const char *const types[] = { "dataset", "kernel", "model",
		"space" };
	const char *dash = strstr(repo->folder, "--");
	struct str id = STR_INIT;

	if (!dash)
		return "Repo path is not a valid HuggingFace cache directory: ";
	for (unsigned i = 0; i < 4; i++) {
		size_t n = (size_t)(dash - repo->folder);

		if (strlen(fronts[i]) != n ||
		    memcmp(fronts[i], repo->folder, n) != 0)
			continue;
		repo->type = types[i];
		for (const char *p = dash + 2; *p; p++) {
			bool slash = p[0] == '-' && p[1] == '-';

			str_addc(&id, slash ? '/' : *p);
			p += slash;
		}
		repo->id = str_steal(&id);
		return NULL;
	}
	str_addf(detail,
	    "Repo type must be one of ['datasets', 'kernels', 'models', "
	    "'spaces'], found `%.*s` (",
	    (int)(dash - repo->folder), repo->folder);
	return detail->v;
}

void
scan_one(struct scan_repo *repo, const char *root, const char *folder)
{
	struct reading r = { .repo = repo,
		.root = root,
		.path = STR_INIT,
		.blobs = MAP_INIT,
		.refs = MAP_INIT,
		.text = STR_INIT,
		.key = STR_INIT,
		.store = shared_is_there(root) };
	struct str detail = STR_INIT;
	struct walk_info info;
	const char *fault;
	struct walk *walk;

	*repo = (struct scan_repo){ .folder = mem_strdup(folder) };
	str_addf(&r.path, "%s/%s", root, folder);
	walk = walk_open(NULL, r.path.v);
	fault =
	    walk ? name_repo(repo, &detail) : "Repo path is not a directory: ";
	if (fault) {
		warn(repo, fault, r.path.v, detail.n ? ")." : "");
	} else {
		if (walk_look(walk, ".", &info)) {
			repo->accessed = info.accessed;
			repo->modified = info.modified;
		}
		read_repo(&r, walk);
	}
	walk_close(walk);
	arr_each (refs, &r.commits) {
		arr_each (name, &refs->names)
			free(*name);
		arr_free(&refs->names);
		free(refs->commit);
	}
	arr_free(&r.commits);
	map_fini(&r.blobs);
	map_fini(&r.refs);
	str_fini(&r.path);
	str_fini(&r.text);
	str_fini(&r.key);
	str_fini(&detail);
}

void
scan_repo_fini(struct scan_repo *repo)
{
	arr_each (blob, &repo->blobs)
		free(blob->key);
	arr_free(&repo->blobs);
	arr_each (revision, &repo->revisions) {
		arr_each (file, &revision->files)
			free(file->path);
		arr_free(&revision->files);
		arr_each (ref, &revision->refs)
			free(*ref);
		arr_free(&revision->refs);
		arr_each (path, &revision->broken)
			free(*path);
		arr_free(&revision->broken);
		free(revision->name);
	}
	arr_free(&repo->revisions);
	arr_each (ref, &repo->refs)
		free(*ref);
	arr_free(&repo->refs);
	arr_each (stray, &repo->strays)
		free(stray->name);
	arr_free(&repo->strays);
	free(repo->folder);
	free(repo->id);
	free(repo->warning);
}

bool
scan_is_empty(const struct scan_repo *repo)
{
	return repo->type && !repo->revisions.n && !repo->strays.n;
}
