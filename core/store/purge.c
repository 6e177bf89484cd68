#include "core/store/purge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/dir.h"
#include "core/os/file.h"

#include "core/os/walk.h"
#include "core/store/busy.h"
#include "core/store/scan.h"
#include "core/store/shared.h"

/* Blobs that are locked at once, for one look at what the snapshots use. */
#define BATCH 64

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

/* "models--o--a/blobs/<etag>", as manifests of the shared store have it. */
static void
add_line(struct str *out, const struct scan_repo *repo, const char *key)
{
	str_clear(out);
	str_addf(out, "%s/%s", repo->folder, key);
}

/* The links that go, and the payloads they led to. */
struct going {
	ARR(char *) lines;
	struct map set; /* of them */
	ARR(char *) payloads;
	struct map known;
};

static void
note_link(struct going *going, const struct purge *purge,
    const struct scan_repo *repo, const char *key)
{
	struct str line = STR_INIT;
	struct str path = STR_INIT;
	struct str text = STR_INIT;
	char xet[65];
	char *copy;

	add_line(&line, repo, key);
	str_addf(&path, "%s/%s", purge->scan->root, line.v);
	if (file_link_text(path.v, &text) &&
	    shared_payload_of(purge->scan->root, text.v, xet)) {
		copy = str_steal(&line);
		arr_push(&going->lines, copy);
		map_add(&going->set, copy, 0);
		if (!map_find(&going->known, xet, NULL)) {
			copy = mem_strdup(xet);
			arr_push(&going->payloads, copy);
			map_add(&going->known, copy, 0);
		}
	}
	str_fini(&line);
	str_fini(&path);
	str_fini(&text);
}

static void
going_fini(struct going *going)
{
	map_fini(&going->set);
	map_fini(&going->known);
	arr_each (line, &going->lines)
		free(*line);
	arr_free(&going->lines);
	arr_each (payload, &going->payloads)
		free(*payload);
	arr_free(&going->payloads);
}

static void
plan_repo(struct purge *purge, struct purge_repo *entry, struct going *going)
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
			note_link(going, purge, repo, blob->key);
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
	struct going going = { .set = MAP_INIT, .known = MAP_INIT };

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
	going_fini(&going);

	if (purge->loose)
		purge->freed += purge->scan->shared.loose_size;
}

/* -- carrying out -- */

struct carrying {
	const struct purge *purge;
	void (*tell)(void *context, const char *text);
	void *context;
	bool all; /* of it went */
	struct going going;
};

static void
complain(struct carrying *c, const char *text)
{
	c->all = false;
	c->tell(c->context, text);
}

static char *
path_of(
    const struct carrying *c, const struct scan_repo *repo, const char *below)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/%s%s%s", c->purge->scan->root, repo->folder,
	    *below ? "/" : "", below);
	return str_steal(&path);
}

static bool
empty_trash(void *context, const char *name)
{
	const char *locks = context;
	struct error ignored;
	char *path;

	if (strncmp(name, ".hug-removed.", 13) != 0)
		return true;
	path = path_join(locks, name);
	(void)!walk_remove(path, &ignored);
	free(path);
	return true;
}

/* One rename out of sight, then at leisure. */
static void
remove_tree(struct carrying *c, char *path)
{
	struct str trash = STR_INIT;
	struct error err;
	char hex[9];
	bool ok;

	file_random_hex(hex, 8);
	str_addf(
	    &trash, "%s/.locks/.hug-removed.%s", c->purge->scan->root, hex);
	/* On a full disk there may be no room for the folder. */
	ok = dir_make_parent(trash.v, &err) && file_rename(path, trash.v, &err);
	if (!walk_remove(ok ? trash.v : path, &err))
		complain(c, err.message);
	str_fini(&trash);
	free(path);
}

struct noting {
	struct carrying *c;
	const struct scan_repo *repo;
};

static bool
note_any_link(void *context, const char *name)
{
	struct noting *noting = context;
	struct carrying *c = noting->c;
	struct str key = STR_INIT;

	str_addf(&key, "blobs/%s", name);
	note_link(&c->going, c->purge, noting->repo, key.v);
	str_fini(&key);
	return true;
}

static void
remove_repo(struct carrying *c, const struct scan_repo *repo)
{
	struct noting noting = { c, repo };
	struct error ignored;
	struct str text = STR_INIT;
	char *path = path_of(c, repo, "");
	char *blobs = path_join(path, "blobs");

	if (!file_is_own_folder(path)) {
		str_addf(&text, "%s is a link: remove it by hand", path);
	} else if (busy_repo(c->purge->scan->root, repo->folder)) {
		str_addf(&text, "%s/%s is being downloaded: it stays",
		    repo->type, repo->id);
	} else {
		(void)!dir_list(blobs, note_any_link, &noting, &ignored);
		remove_tree(c, path);
		path = NULL;
	}
	if (text.n)
		complain(c, text.v);
	str_fini(&text);
	free(path);
	free(blobs);
}

/* False if one stays: then so must what it names. */
static bool
remove_refs(struct carrying *c, const struct scan_repo *repo,
    const struct scan_revision *revision)
{
	bool all = true;

	arr_each (ref, &revision->refs) {
		struct str below = STR_INIT;
		struct error err;
		char *path;

		str_addf(&below, "refs/%s", *ref);
		path = path_of(c, repo, below.v);
		if (!file_remove(path, &err)) {
			complain(c, err.message);
			all = false;
		}
		free(path);
		str_fini(&below);
	}
	return all;
}

static void
remove_snapshots(struct carrying *c, const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;

	for (size_t i = 0; i < repo->revisions.n; i++) {
		struct str below = STR_INIT;

		if (!entry->chosen[i] ||
		    !remove_refs(c, repo, &repo->revisions.v[i]))
			continue;
		str_addf(&below, "snapshots/%s", repo->revisions.v[i].name);
		remove_tree(c, path_of(c, repo, below.v));
		str_fini(&below);
	}
	arr_each (file, &entry->files) {
		struct str below = STR_INIT;
		struct error err;
		char *path;

		str_addf(&below, "snapshots/%s", *file);
		path = path_of(c, repo, below.v);
		if (!file_remove(path, &err))
			complain(c, err.message);
		free(path);
		str_fini(&below);
	}
}

/* Whether a snapshot uses a blob now, whatever it was when it was scanned. */
/* A blob or a stray that is about to go. */
struct doomed {
	const char *name; /* in `blobs` */
	int lock;
	bool busy;
};

/* The sum that a file in `blobs` is or becomes: what it is locked by. */
static char *
etag_of(const char *name)
{
	name += *name == '.';
	return mem_strndup(name, strcspn(name, "."));
}

/* Whether a snapshot uses a blob now, whatever it was when it was scanned. */
static bool
is_used(const struct scan_repo *now, const char *key)
{
	arr_each (blob, &now->blobs) {
		if (!strcmp(blob->key, key))
			return true;
	}
	return false;
}

static void
remove_one(struct carrying *c, const struct scan_repo *repo,
    const struct scan_repo *now, const struct doomed *doomed)
{
	struct str key = STR_INIT;
	struct error err;
	char *path;

	str_addf(&key, "blobs/%s", doomed->name);
	path = path_of(c, repo, key.v);
	if (doomed->busy || is_used(now, key.v)) {
		err_set(&err, ERR_CONFLICT, "%.900s is in use: it stays", path);
		complain(c, err.message);
	} else {
		note_link(&c->going, c->purge, repo, key.v);
		if (!file_remove(path, &err))
			complain(c, err.message);
	}
	str_fini(&key);
	free(path);
}

/* Removes some files of `blobs`, under their locks. */
static void
remove_batch(struct carrying *c, const struct scan_repo *repo,
    struct doomed *doomed, size_t n)
{
	const char *root = c->purge->scan->root;
	struct scan_repo now;

	for (size_t i = 0; i < n; i++) {
		char *etag = etag_of(doomed[i].name);

		doomed[i].busy =
		    !busy_lock(root, repo->folder, etag, &doomed[i].lock);
		free(etag);
	}
	scan_one(&now, root, repo->folder);
	for (size_t i = 0; i < n; i++) {
		remove_one(c, repo, &now, &doomed[i]);
		file_close(doomed[i].lock);
	}
	scan_repo_fini(&now);
}

static void
remove_blobs(struct carrying *c, const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;
	struct doomed batch[BATCH];
	size_t n = 0, blobs = entry->blobs.n;

	for (size_t i = 0; i < blobs + entry->strays.n; i++) {
		batch[n++].name =
		    i < blobs ? repo->blobs.v[entry->blobs.v[i]].key +
				    strlen("blobs/")
			      : repo->strays.v[entry->strays.v[i - blobs]].name;
		if (n == BATCH) {
			remove_batch(c, repo, batch, n);
			n = 0;
		}
	}
	if (n)
		remove_batch(c, repo, batch, n);
}

static void
remove_empty(struct carrying *c)
{

	arr_each (repo, &c->purge->scan->repos) {
		struct scan_repo now;

		if (!scan_is_empty(repo))
			continue;
		scan_one(&now, c->purge->scan->root, repo->folder);
		if (scan_is_empty(&now))
			remove_repo(c, repo);
		scan_repo_fini(&now);
	}
}

bool
purge_run(const struct purge *purge,
    void (*tell)(void *context, const char *text), void *context)
{
	struct carrying c = { .purge = purge,
		.tell = tell,
		.context = context,
		.all = true,
		.going = { .set = MAP_INIT, .known = MAP_INIT } };
	char *locks = path_join(purge->scan->root, ".locks");
	struct error ignored;

	(void)!dir_list(locks, empty_trash, locks, &ignored);
	arr_each (entry, &purge->repos) {
		if (entry->whole && !entry->files.n) {
			remove_repo(&c, entry->repo);
			continue;
		}
		remove_snapshots(&c, entry);
		remove_blobs(&c, entry);
	}
	if (purge->empty)
		remove_empty(&c);
	arr_each (xet, &c.going.payloads)
		shared_sweep(purge->scan->root, *xet);
	if (purge->loose)
		shared_sweep_loose(purge->scan->root);
	going_fini(&c.going);
	free(locks);
	return c.all;
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
