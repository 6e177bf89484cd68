#include "core/store/carry.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/store/busy.h"
#include "core/store/purge.h"
#include "core/store/scan.h"
#include "core/store/shared.h"
#include "core/store/trash.h"
#include "core/store/unlinked.h"

/* Blobs that are locked at once, for one look at what the snapshots use. */
#define BATCH 64

struct carrying {
	const struct purge *purge;
	const struct carry_watch *watch;
	const struct carry_keeper *keeper; /* NULL: what goes is removed */
	bool announcing; /* a first round, in which nothing is touched */
	bool all;        /* of it went */
	struct unlinked going;
};

static void
complain(struct carrying *c, const char *text)
{
	if (c->announcing)
		return;
	c->all = false;
	c->watch->tell(c->watch->context, text);
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
is_cancelled(const struct carrying *c)
{
	return c->watch->cancelled && atomic_load(c->watch->cancelled);
}

static void
went(struct carrying *c, uint64_t bytes)
{
	if (c->watch->went && !c->announcing)
		c->watch->went(c->watch->context, bytes);
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

/* To whom keeps it, or only its name in the first round. */
static bool
keep(struct carrying *c, const char *path)
{
	struct error err;
	bool ok = true;

	if (c->announcing)
		c->keeper->announce(c->keeper->context, path);
	else
		ok = c->keeper->take(c->keeper->context, path, &err);
	if (!ok)
		complain(c, err.message);
	return ok;
}

static bool
take_file(struct carrying *c, const char *path)
{
	struct error err;

	if (c->keeper)
		return keep(c, path);
	if (file_remove(path, &err))
		return true;
	complain(c, err.message);
	return false;
}

/* One rename out of sight, then at leisure. */
static void
take_tree(struct carrying *c, char *path)
{
	struct str trash = STR_INIT;
	struct error err;
	char hex[9];
	bool ok;

	if (c->keeper) {
		(void)!keep(c, path);
		free(path);
		return;
	}
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
	unlinked_note(
	    &c->going, c->purge->scan->root, noting->repo->folder, key.v);
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
	} else if (!c->announcing &&
		   busy_repo(c->purge->scan->root, repo->folder)) {
		str_addf(&text, "%s/%s is being downloaded: it stays",
		    repo->type, repo->id);
	} else {
		(void)!dir_list(blobs, note_any_link, &noting, &ignored);
		take_tree(c, path);
		path = NULL;
		went(c, repo->own_bytes);
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
		char *path;

		str_addf(&below, "refs/%s", *ref);
		path = path_of(c, repo, below.v);
		all = take_file(c, path) && all;
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
		take_tree(c, path_of(c, repo, below.v));
		str_fini(&below);
	}
	arr_each (file, &entry->files) {
		struct str below = STR_INIT;
		char *path;

		str_addf(&below, "snapshots/%s", *file);
		path = path_of(c, repo, below.v);
		(void)!take_file(c, path);
		free(path);
		str_fini(&below);
	}
}

/* Whether a snapshot uses a blob now, whatever it was when it was scanned. */
/* A blob or a stray that is about to go. */
struct doomed {
	const char *name; /* in `blobs` */
	uint64_t bytes;
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
	if (doomed->busy || (now && is_used(now, key.v))) {
		err_set(&err, ERR_CONFLICT, "%.900s is in use: it stays", path);
		complain(c, err.message);
	} else {
		unlinked_note(
		    &c->going, c->purge->scan->root, repo->folder, key.v);
		if (take_file(c, path))
			went(c, doomed->bytes);
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

	for (size_t i = 0; c->announcing && i < n; i++)
		remove_one(c, repo, NULL, &doomed[i]);
	if (c->announcing || is_cancelled(c))
		return;
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

static uint64_t
bytes_of(const struct purge_repo *entry, size_t i)
{
	const struct scan_repo *repo = entry->repo;

	if (i >= entry->blobs.n)
		return repo->strays.v[entry->strays.v[i - entry->blobs.n]].size;
	return repo->blobs.v[entry->blobs.v[i]].size;
}

static void
remove_blobs(struct carrying *c, const struct purge_repo *entry)
{
	const struct scan_repo *repo = entry->repo;
	struct doomed batch[BATCH];
	size_t n = 0, blobs = entry->blobs.n;

	for (size_t i = 0; i < blobs + entry->strays.n; i++) {
		batch[n] = (struct doomed){ .bytes = bytes_of(entry, i) };
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

static void
carry_all(struct carrying *c)
{
	arr_each (entry, &c->purge->repos) {
		if (is_cancelled(c)) {
			complain(c, "stopped: what is left stays");
			return;
		}
		if (entry->whole && !entry->files.n) {
			remove_repo(c, entry->repo);
			continue;
		}
		remove_snapshots(c, entry);
		remove_blobs(c, entry);
	}
	if (c->purge->empty)
		remove_empty(c);
}

bool
carry_out(const struct purge *purge, const struct carry_keeper *keeper,
    const struct carry_watch *watch)
{
	const char *root = purge->scan->root;
	struct carrying c = { .purge = purge,
		.watch = watch,
		.keeper = keeper,
		.all = true,
		.going = { .set = MAP_INIT, .known = MAP_INIT } };
	char *locks = path_join(root, ".locks");
	struct error err;

	(void)!dir_list(locks, empty_trash, locks, &err);
	free(locks);
	trash_empty_abandoned(root);
	if (keeper) {
		c.announcing = true;
		carry_all(&c);
		c.announcing = false;
		if (!keeper->ready(keeper->context, &err)) {
			complain(&c, err.message);
			unlinked_fini(&c.going);
			return false;
		}
	}
	carry_all(&c);
	if (!keeper)
		unlinked_sweep(&c.going, root);
	if (purge->loose)
		shared_sweep_loose(root);
	unlinked_fini(&c.going);
	return c.all;
}
