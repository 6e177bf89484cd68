#include "core/xfer/verify.h"

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
};

struct verifier {
	struct hub *hub;
	struct workers *workers;
	struct job_bus *bus;
	struct verify_request request;
	void (*done)(void *context, const struct verify_result *result,
	    const struct error *err);
	void *context;

	char *place, *revision;
	ARR(struct local) files;
	struct map names; /* of files, to their places */
	struct hub_call *call;
	struct check *check;
	bool checking;
	struct verify_result result;
	struct loop_timer begin;
};

static void
end(struct verifier *v, const struct error *err)
{
	v->done(v->context, err ? NULL : &v->result, err);
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

	while (text->n > from && strchr(" \t\r\n\v\f", text->v[text->n - 1]))
		str_cut(text, text->n - 1);
	if (from) {
		char *rest = mem_strdup(text->v + from);

		str_set(text, rest);
		free(rest);
	}
}

static char *
read_ref(const struct cache *cache, const char *name)
{
	char *path = cache_ref(cache, name);
	struct str text = STR_INIT;
	struct error ignored;
	char *commit = NULL;

	if (file_kind(path, NULL) == FILE_REGULAR &&
	    file_read_all(path, REF_MAX, &text, &ignored)) {
		trim(&text);
		commit = str_steal(&text);
	}
	str_fini(&text);
	free(path);
	return commit;
}

/* The only snapshot, if there is one alone. */
static char *
only_snapshot(const struct cache *cache, struct error *err)
{
	char *path = path_join(cache->repo, "snapshots");
	struct walk *snapshots = walk_open(NULL, path);
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
		err_set(err, ERR_NOT_FOUND,
		    snapshots
			? "Ambiguous cached revision: multiple snapshots found "
			  "and no refs to disambiguate. Please pass --revision."
			: "Cache repo is missing snapshots directory: %.700s. "
			  "Provide --revision explicitly.",
		    path);
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

	if (wanted && repo_is_commit(wanted)) {
		v->revision = mem_strdup(wanted);
	} else if (!(v->revision = read_ref(cache, wanted ? wanted : "main")) &&
		   wanted) {
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

	if (v->request.folder) {
		v->place = mem_strdup(v->request.folder);
		v->revision = mem_strdup(
		    v->request.revision ? v->request.revision : "main");
		if (file_kind(v->place, NULL) == FILE_FOLDER)
			return true;
		err_set(err, ERR_NOT_FOUND,
		    "Local directory does not exist or is not a directory: "
		    "%.800s",
		    v->place);
		return refuse(err);
	}
	cache_init(&cache, v->request.root,
	    repo_type_name(v->request.repo.type), v->request.repo.id);
	ok = file_kind(cache.repo, NULL) != FILE_MISSING;
	if (ok) {
		ok = resolve_cached(v, &cache, err);
	} else {
		err_set(err, ERR_NOT_FOUND,
		    "Repo is not present in cache: %.700s", cache.repo);
		err_hint(err, "Use `hug download` first, or pass --local-dir");
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

static void
take(struct verifier *v, const char *path, uint64_t size, bool broken)
{
	arr_push(&v->files,
	    (struct local){
		.path = mem_strdup(path), .size = size, .broken = broken });
}

static void
collect(
    struct verifier *v, struct walk *walk, const char *before, unsigned depth)
{
	struct walk_entry entry;

	while (depth < DEPTH_MAX && walk_next(walk, &entry)) {
		struct str path = STR_INIT;
		struct walk_info info = { .kind = WALK_OTHER };
		struct walk *inner = NULL;
		bool there;

		if (is_bookkeeping(before, entry.name))
			continue;
		str_addf(&path, "%s%s", before, entry.name);
		if (entry.kind == WALK_FOLDER)
			inner = walk_open(walk, entry.name);
		there = entry.kind != WALK_FOLDER &&
		        walk_look(walk, entry.name, &info);
		if (inner) {
			str_addc(&path, '/');
			collect(v, inner, path.v, depth + 1);
			walk_close(inner);
		} else if (there && info.kind == WALK_FILE) {
			take(v, path.v, info.size, false);
		} else if (!there && entry.kind == WALK_LINK) {
			take(v, path.v, 0, true);
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

static void
on_entry(void *context, const struct tree_entry *entry)
{
	struct verifier *v = context;

	struct local *local;
	struct str path = STR_INIT;
	size_t at;

	if (!map_find(&v->names, entry->path, &at) || v->files.v[at].broken) {
		arr_push(&v->result.missing, mem_strdup(entry->path));
		if (map_find(&v->names, entry->path, NULL))
			arr_push(&v->result.broken, mem_strdup(entry->path));
		return;
	}
	local = &v->files.v[at];
	if (local->listed)
		return;
	local->listed = true;
	str_addf(&path, "%s/%s", v->place, local->path);
	check_add(v->check, path.v, local->path, local->size,
	    entry->sha256 ? DIGEST_SHA256 : DIGEST_GIT_BLOB,
	    entry->sha256 ? entry->sha256 : entry->oid);
	str_fini(&path);
}

static void
on_checked(void *context, const struct error *err)
{
	struct verifier *v = context;

	v->checking = false;
	end(v, err);
}

static void
on_listed(void *context, const struct error *err)
{
	struct verifier *v = context;

	v->call = NULL;
	if (err) {
		end(v, err);
		return;
	}
	arr_each (file, &v->files) {
		if (!file->listed && !file->broken)
			arr_push(&v->result.extra, mem_strdup(file->path));
	}
	sort(&v->result.missing);
	sort(&v->result.extra);
	sort(&v->result.broken);
	v->checking = true;
	check_start(v->check, v->hub->loop, v->workers, v->bus,
	    v->request.repo.id, on_checked, v);
}

static void
on_begin(void *context)
{
	struct verifier *v = context;
	struct walk *walk;
	struct error err;

	if (!resolve(v, &err)) {
		end(v, &err);
		return;
	}
	v->result.place = v->place;
	v->result.revision = v->revision;
	v->result.files = check_result(v->check);
	walk = walk_open(NULL, v->place);
	if (walk)
		collect(v, walk, "", 0);
	walk_close(walk);
	if (v->files.n)
		qsort(v->files.v, v->files.n, sizeof(*v->files.v), by_path);
	map_fini(&v->names);
	for (size_t i = 0; i < v->files.n; i++)
		map_add(&v->names, v->files.v[i].path, i);
	v->call = tree_list(
	    v->hub, &v->request.repo, v->revision, "", on_entry, on_listed, v);
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
	hub_call_cancel(v->call);
	check_free(v->check);
	arr_each (file, &v->files)
		free(file->path);
	arr_free(&v->files);
	map_fini(&v->names);
	free_paths(&v->result.missing);
	free_paths(&v->result.extra);
	free_paths(&v->result.broken);
	free(v->place);
	free(v->revision);
	free(v);
}

void
verify_cancel(struct verifier *v)
{
	struct error err;

	if (v->checking) {
		check_cancel(v->check);
		return;
	}
	loop_timer_stop(&v->begin);
	hub_call_cancel(v->call);
	v->call = NULL;
	err_set(&err, ERR_CANCELLED, "stopped");
	end(v, &err);
}
