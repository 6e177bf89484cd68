#include "core/down/verify.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/tree.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "core/run/workers.h"
#include "core/store/layout.h"

/* Folders are never so deep; a loop of mounts is. */
#define DEPTH_MAX 128

/* Refs longer than this are none. */
#define REF_MAX 4096

/* A file that is here. */
struct local {
	char *path;
	uint64_t size;
	bool listed; /* the Hub has it too */
	bool broken; /* a link that leads nowhere */
	bool odd;    /* a FIFO or the like, which is no file of anybody's */
};

struct verifier {
	struct hub *hub;
	struct workers *workers;
	struct job_bus *bus;
	struct verify_request request;
	void (*done)(void *context, const struct verify_result *result,
	    const struct error *err);
	void *context;

	/* The pool's while it works, and while pages come. */
	char *place, *revision;
	ARR(struct local) files;
	struct map names; /* of files, to their places */
	struct check *check;
	struct verify_result result;
	bool found; /* the place and the revision */
	struct error trouble;

	struct work work;
	bool working; /* the pool has it */
	struct hub_call *call;
	bool checking;
	atomic_bool cancelled;
	struct loop_timer begin;
};

static void
end(struct verifier *v, const struct error *err)
{
	v->done(v->context, err ? NULL : &v->result, err);
}

static void
end_cancelled(void *context)
{
	struct error err;

	err_set(&err, ERR_CANCELLED, "stopped");
	end(context, &err);
}

static void
submit(struct verifier *v, void (*run)(struct work *work),
    void (*done)(struct work *work))
{
	v->working = true;
	v->work.run = run;
	v->work.done = done;
	workers_submit(v->workers, &v->work);
}

/* Whether to go on with what the pool gives back; else that was the end. */
static bool
take_back(struct verifier *v)
{
	v->working = false;
	if (!atomic_load(&v->cancelled))
		return true;
	end_cancelled(v);
	return false;
}

static bool
goes_on(const struct verifier *v)
{
	return !atomic_load_explicit(&v->cancelled, memory_order_relaxed);
}

static bool
refuse(struct error *err)
{
	return err_about(err, ERR_ABOUT_VALUE, NULL, NULL);
}

/* -- where it is -- */

/* Python's strip() of what a ref holds. */
static void
trim(struct str *text)
{
	size_t from = strspn(text->v, " \t\r\n\v\f");

	while (text->n > from && text->v[text->n - 1] &&
	       strchr(" \t\r\n\v\f", text->v[text->n - 1]))
		str_cut(text, text->n - 1);
	if (from) {
		char *rest = mem_strdup(text->v + from);

		str_set(text, rest);
		free(rest);
	}
}

static bool
refuse_ref(const char *path, const char *text, struct error *err)
{
	err_set(err, ERR_CORRUPT, "%.600s names no commit: it holds '%.100s'",
	    path, text);
	return err_remedy(err, REMEDY_DOWNLOAD_AGAIN);
}

/*
 * The commit that a ref of the cache names, into `commit`; NULL if there is no
 * such ref. Its content becomes part of a path: what is not a commit is refused.
 */
static bool
read_ref(const struct cache *cache, const char *name, char **commit,
    struct error *err)
{
	char *path = cache_ref(cache, name);
	struct str text = STR_INIT;
	struct error ignored;
	enum file_kind kind = file_kind(path, NULL);
	bool ok = true;

	*commit = NULL;
	/* A folder holds refs with longer names. */
	if (path_check(name, &ignored) && kind != FILE_FOLDER &&
	    (kind != FILE_MISSING || file_is_out_of_reach(path))) {
		ok = file_read_all(path, REF_MAX, &text, err);
		trim(&text);
		if (ok && repo_is_commit(text.v))
			*commit = str_steal(&text);
		else if (ok)
			ok = refuse_ref(path, text.v, err);
	}
	str_fini(&text);
	free(path);
	return ok;
}

/* Nothing stands at `path`, unless this user may not know. */
static bool
is_missing(const char *path, struct error *err)
{
	if (!file_is_out_of_reach(path))
		return true;
	return err_path(err, EACCES, "look at", path);
}

/* The only snapshot, if there is one alone. */
static char *
only_snapshot(const struct cache *cache, struct error *err)
{
	char *path = path_join(cache->repo, "snapshots");
	struct walk *snapshots = walk_open(NULL, path);
	int errnum = snapshots ? 0 : errno;
	struct walk_entry entry;
	struct walk_info info;
	char *found = NULL;
	unsigned n = 0;

	while (snapshots && walk_next(snapshots, &entry)) {
		if (!repo_is_commit(entry.name) ||
		    !walk_look(snapshots, entry.name, &info) ||
		    info.kind != WALK_FOLDER)
			continue;
		free(found);
		found = mem_strdup(entry.name);
		n++;
	}
	if (n != 1) {
		free(found);
		found = NULL;
	}
	if (errnum && errnum != ENOENT && errnum != ENOTDIR) {
		err_path(err, errnum, "open the folder", path);
	} else if (!found) {
		err_set(err, ERR_NOT_FOUND,
		    snapshots
			? "Ambiguous cached revision: multiple snapshots found "
			  "and no refs to disambiguate"
			: "Cache repo is missing snapshots directory: %.700s",
		    path);
		err_remedy(err,
		    snapshots ? REMEDY_CHOOSE_REVISION : REMEDY_NAME_REVISION);
		refuse(err);
	}
	walk_close(snapshots);
	free(path);
	return found;
}

static bool
resolve_cached(struct verifier *v, const struct cache *cache, struct error *err)
{
	const char *wanted = v->request.revision;
	char *path;

	if (wanted && repo_is_commit(wanted))
		v->revision = mem_strdup(wanted);
	else if (!read_ref(cache, wanted ? wanted : "main", &v->revision, err))
		return false;
	if (!v->revision && wanted) {
		path = cache_ref(cache, wanted);
		err_set(err, ERR_NOT_FOUND,
		    "Revision '%.200s' could not be resolved in cache "
		    "(expected file '%.700s').",
		    wanted, path);
		free(path);
		return refuse(err);
	}
	if (!v->revision)
		v->revision = only_snapshot(cache, err);
	if (!v->revision)
		return false;
	v->place = cache_snapshot(cache, v->revision);
	if (file_kind(v->place, NULL) == FILE_FOLDER)
		return true;
	if (!is_missing(v->place, err))
		return false;
	err_set(err, ERR_NOT_FOUND,
	    "Snapshot directory does not exist for revision '%.80s': %.700s.",
	    v->revision, v->place);
	return refuse(err);
}

static bool
resolve(struct verifier *v, struct error *err)
{
	struct cache cache;
	bool ok;

	/* In a cache it becomes a commit; here the Hub is asked for it. */
	if (v->request.folder && v->request.revision &&
	    !repo_check_revision(v->request.revision, err))
		return false;
	if (v->request.folder) {
		v->place = mem_strdup(v->request.folder);
		v->revision = mem_strdup(
		    v->request.revision ? v->request.revision : "main");
		if (file_kind(v->place, NULL) == FILE_FOLDER)
			return true;
		if (!is_missing(v->place, err))
			return false;
		err_set(err, ERR_NOT_FOUND,
		    "Local directory does not exist or is not a directory: "
		    "%.800s",
		    v->place);
		return refuse(err);
	}
	cache_init(&cache, v->request.root, &v->request.repo);
	ok = file_kind(cache.repo, NULL) != FILE_MISSING;
	if (ok) {
		char *blobs = path_join(cache.repo, "blobs");

		ok = resolve_cached(v, &cache, err);
		unreadable_try(&v->result.unreadable, blobs);
		free(blobs);
	} else if (is_missing(cache.repo, err)) {
		err_set(err, ERR_NOT_FOUND,
		    "Repo is not present in cache: %.700s", cache.repo);
		err_remedy(err, REMEDY_DOWNLOAD_FIRST);
		refuse(err);
	}
	cache_fini(&cache);
	return ok;
}

/* -- what is there -- */

/* What no repository holds: Git's folder, and what we note down. */
static bool
is_bookkeeping(const char *before, const char *name)
{
	size_t n = strlen(before);

	if (!strcmp(name, ".git"))
		return true;
	return !strcmp(name, "huggingface") && n >= 7 &&
	       !strcmp(before + n - 7, ".cache/") &&
	       (n == 7 || before[n - 8] == '/');
}

/* The folder at `below`, a path in the place; NULL if it was noted. */
static struct walk *
open_folder(struct verifier *v, const struct walk *parent, const char *name,
    const char *below)
{
	char *path = path_join(v->place, below);
	struct walk *walk =
	    unreadable_open(&v->result.unreadable, parent, name, path);

	free(path);
	return walk;
}

/* An entry that is no folder; one that may not be looked at is a file until it
 * is read. */
static void
take(struct verifier *v, struct walk *walk, const struct walk_entry *entry,
    const char *path)
{
	struct walk_info info = { .kind = WALK_FILE };
	struct local local = { .path = NULL };

	if (!walk_look(walk, entry->name, &info) && errno != EACCES) {
		if (entry->kind != WALK_LINK)
			return;
		local.broken = true;
	}
	if (info.kind == WALK_FOLDER)
		return;
	local.odd = info.kind == WALK_OTHER;
	local.size = info.size;
	local.path = mem_strdup(path);
	arr_push(&v->files, local);
}

static void
collect(
    struct verifier *v, struct walk *walk, const char *before, unsigned depth)
{
	struct walk_entry entry;

	thread_take_time();
	while (depth < DEPTH_MAX && goes_on(v) && walk_next(walk, &entry)) {
		struct str path = STR_INIT;
		struct walk *inner = NULL;

		if (is_bookkeeping(before, entry.name))
			continue;
		str_addf(&path, "%s%s", before, entry.name);
		if (entry.kind == WALK_FOLDER)
			inner = open_folder(v, walk, entry.name, path.v);
		if (inner) {
			str_addc(&path, '/');
			collect(v, inner, path.v, depth + 1);
			walk_close(inner);
		} else if (entry.kind != WALK_FOLDER) {
			take(v, walk, &entry, path.v);
		}
		str_fini(&path);
	}
}

/* -- against the Hub -- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
by_path(const void *a, const void *b)
{
	const struct local *x = a;
	const struct local *y = b;

	return strcmp(x->path, y->path);
}

static void
sort(verify_paths *paths)
{
	if (paths->n)
		qsort(paths->v, paths->n, sizeof(char *), by_text);
}

/* Whether a folder that cannot be read may hold it. */
static bool
is_hidden(const struct verifier *v, const char *below)
{
	char *path = path_join(v->place, below);
	bool hidden = false;

	arr_each (folder, &v->result.unreadable) {
		size_t n = strlen(folder->path);

		hidden = hidden ||
		         (!strncmp(path, folder->path, n) && path[n] == '/');
	}
	free(path);
	return hidden;
}

/* On the pool. */
static bool
take_entry(void *context, const struct treefile *entry)
{
	struct verifier *v = context;
	struct local *local;
	struct str path = STR_INIT;
	size_t at;

	thread_take_time();
	if (is_hidden(v, entry->path))
		return goes_on(v);
	if (!map_find(&v->names, entry->path, &at) || v->files.v[at].broken) {
		arr_push(&v->result.missing, mem_strdup(entry->path));
		if (map_find(&v->names, entry->path, NULL))
			arr_push(&v->result.broken, mem_strdup(entry->path));
		return goes_on(v);
	}
	local = &v->files.v[at];
	if (local->listed)
		return goes_on(v);
	local->listed = true;
	str_addf(&path, "%s/%s", v->place, local->path);
	check_add(v->check, path.v, local->path, local->size,
	    entry->sha256 ? DIGEST_SHA256 : DIGEST_GIT_BLOB,
	    treefile_etag(entry));
	str_fini(&path);
	return goes_on(v);
}

static void
on_checked(void *context, const struct error *err)
{
	struct verifier *v = context;

	v->checking = false;
	end(v, err);
}

/* What the Hub has not, when all that it has is known. */
static void
run_compare(struct work *work)
{
	struct verifier *v = CONTAINER_OF(work, struct verifier, work);

	arr_each (file, &v->files) {
		if (!file->listed && !file->broken && !file->odd)
			arr_push(&v->result.extra, mem_strdup(file->path));
	}
	sort(&v->result.missing);
	sort(&v->result.extra);
	sort(&v->result.broken);
}

static void
on_compared(struct work *work)
{
	struct verifier *v = CONTAINER_OF(work, struct verifier, work);

	if (!take_back(v))
		return;
	v->checking = true;
	check_start(v->check, v->hub->loop, v->workers, v->bus,
	    v->request.repo.id, on_checked, v);
}

static void
on_listed(void *context, const struct error *err)
{
	struct verifier *v = context;

	v->call = NULL;
	if (err)
		end(v, err);
	else
		submit(v, run_compare, on_compared);
}

static void
run_look(struct work *work)
{
	struct verifier *v = CONTAINER_OF(work, struct verifier, work);
	struct walk *walk;

	v->found = resolve(v, &v->trouble);
	if (!v->found)
		return;
	walk = unreadable_open(&v->result.unreadable, NULL, v->place, v->place);
	if (walk)
		collect(v, walk, "", 0);
	walk_close(walk);
	if (v->files.n)
		qsort(v->files.v, v->files.n, sizeof(*v->files.v), by_path);
	map_fini(&v->names);
	for (size_t i = 0; i < v->files.n; i++)
		map_add(&v->names, v->files.v[i].path, i);
}

static void
on_looked(struct work *work)
{
	struct verifier *v = CONTAINER_OF(work, struct verifier, work);

	if (!take_back(v))
		return;
	if (!v->found) {
		end(v, &v->trouble);
		return;
	}
	v->result.place = v->place;
	v->result.revision = v->revision;
	v->result.files = check_result(v->check);
	v->call = tree_list(v->hub,
	    &(struct tree_request){ .repo = &v->request.repo,
		.revision = v->revision,
		.folder = "",
		.recursive = true },
	    &(struct tree_taker){ .take = take_entry,
		.workers = v->workers,
		.done = on_listed,
		.stopped = end_cancelled,
		.context = v });
}

static void
on_begin(void *context)
{
	submit(context, run_look, on_looked);
}

struct verifier *
verify_start(struct hub *hub, struct workers *workers, struct job_bus *bus,
    const struct verify_request *request,
    void (*done)(void *context, const struct verify_result *result,
	const struct error *err),
    void *context)
{
	struct verifier *v = mem_new(struct verifier);

	v->hub = hub;
	v->workers = workers;
	v->bus = bus;
	v->request = *request;
	v->done = done;
	v->context = context;
	v->check = check_new();
	loop_timer_start(hub->loop, &v->begin, 0, on_begin, v);
	return v;
}

static void
free_paths(verify_paths *paths)
{
	arr_each (path, paths)
		free(*path);
	arr_free(paths);
}

void
verify_free(struct verifier *v)
{
	if (!v)
		return;
	check_free(v->check);
	arr_each (file, &v->files)
		free(file->path);
	arr_free(&v->files);
	map_fini(&v->names);
	free_paths(&v->result.missing);
	free_paths(&v->result.extra);
	free_paths(&v->result.broken);
	unreadable_fini(&v->result.unreadable);
	free(v->place);
	free(v->revision);
	free(v);
}

void
verify_cancel(struct verifier *v)
{
	if (atomic_exchange(&v->cancelled, true))
		return;
	if (v->checking) {
		check_cancel(v->check);
	} else if (v->call) {
		hub_call_cancel(v->call);
	} else if (!v->working) {
		loop_timer_stop(&v->begin);
		end_cancelled(v);
	}
}
