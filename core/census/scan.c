#include "core/census/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/sums.h"
#include "core/os/dir.h"
#include "core/os/fs.h"
#include "core/os/inodes.h"
#include "core/os/root.h"
#include "core/os/walk.h"
#include "core/run/thread.h"
#include "core/store/shared.h"

static int
by_folder(const void *a, const void *b)
{
	const struct scan_repo *x = a;
	const struct scan_repo *y = b;

	return strcmp(x->folder, y->folder);
}

/* More bring nothing: the system's locks are what they would wait for. */
#define THREADS_MAX 4

/* A thread for fewer repositories costs more than it does. */
#define REPOS_LEAST 16

/* Threads that take one repository after the other. */
struct crew {
	struct scan *scan;
	const struct scan_watch *watch;
	atomic_size_t next;
	bool shares; /* files may share extents here */
};

static bool
is_cancelled(const struct scan_watch *watch)
{
	return watch->cancelled && atomic_load(watch->cancelled);
}

static void
work(void *context)
{
	struct crew *crew = context;
	struct scan *scan = crew->scan;
	size_t i;

	while ((i = atomic_fetch_add(&crew->next, 1)) < scan->repos.n) {
		struct scan_repo *repo = &scan->repos.v[i];
		char *folder = repo->folder;

		if (is_cancelled(crew->watch))
			break;
		if (repo->known)
			continue;
		scan_one(repo, scan->root, folder, crew->shares);
		free(folder);
		if (crew->watch->found)
			crew->watch->found(crew->watch->context, repo);
	}
}

/* Looks at all repositories, of which only the folders are known so far. */
static void
work_together(struct scan *scan, const struct scan_watch *watch)
{
	struct crew crew = {
		.scan = scan, .watch = watch, .shares = fs_can_share(scan->root)
	};
	struct thread *threads[THREADS_MAX - 1] = { NULL };
	struct error ignored;

	atomic_init(&crew.next, 0);
	for (size_t i = 0;
	     i < THREADS_MAX - 1 && scan->repos.n >= (i + 1) * REPOS_LEAST; i++)
		threads[i] = thread_start(work, &crew, &ignored);
	work(&crew);
	for (size_t i = 0; i < THREADS_MAX - 1; i++)
		thread_join(threads[i]);
}

/* Locks of repositories that are gone. */
static unsigned
count_locks(const struct scan *scan, const struct root *root)
{
	struct map repos = MAP_INIT;
	root_names names = { 0 };
	struct root_sum sum = { 0 };
	struct error ignored;

	arr_each (repo, &scan->repos)
		map_add(&repos, repo->folder, 0);
	MAY_FAIL(root_list(root, ".locks", &names, &ignored),
	    "locks that cannot be listed could not be swept either");
	arr_each (name, &names) {
		char *path = path_join(".locks", *name);

		if (**name != '.' && !map_find(&repos, *name, NULL))
			root_add_up(root, path, NULL, &sum);
		free(path);
	}
	root_names_free(&names);
	map_fini(&repos);
	return sum.files;
}

static void
find_leftovers(struct scan *scan)
{
	struct scan_leftovers *left = &scan->leftovers;
	struct error err;
	struct root *root = root_open(scan->root, &err);

	arr_each (repo, &scan->repos)
		left->folders += scan_is_empty(repo);
	if (!root)
		return;
	left->locks = count_locks(scan, root);
	MAY_FAIL(trash_look(root, &left->trash, &err),
	    "who wants them back is told why they cannot be read");
	arr_each (batch, &left->trash)
		left->trash_held += batch->bytes;
	if (!trash_is_possible(root, &err))
		scan->no_trash = mem_strdup(err.message);
	root_close(root);
}

/* Each inode once, whatever repositories share it by hard links. */
static void
add_up(struct scan *scan)
{
	struct inodes inodes = { .known = MAP_INIT };

	scan->held = scan->shared.held;
	arr_each (repo, &scan->repos) {
		arr_each (blob, &repo->blobs) {
			if (!blob->shared && !blob->foreign)
				scan->held += scan_once(&inodes, &blob->disk);
		}
	}
	arr_each (repo, &scan->repos) {
		arr_each (stray, &repo->strays) {
			uint64_t held = scan_once(&inodes, &stray->disk);

			scan->partial_held += stray->partial ? held : 0;
			scan->orphan_held += stray->partial ? 0 : held;
		}
	}
	inodes_fini(&inodes);
}

bool
scan_cache(struct scan *scan, const char *root, const struct scan_watch *watch,
    struct error *err)
{
	static const struct scan_watch nobody = { NULL, NULL, NULL, NULL };
	struct walk *walk;
	struct walk_entry entry;
	bool store;

	*scan = (struct scan){ .root = dir_resolve(root) };
	walk = walk_open(NULL, scan->root);
	if (!walk) {
		bool missing = errno == ENOENT;

		err_path(err, errno, "read the folder", scan->root);
		err->code = missing ? ERR_NOT_FOUND : ERR_SYSTEM;
		return false;
	}
	store = scan_shared_look(scan->root, &scan->shared);
	while (walk_next(walk, &entry)) {
		bool known = !strcmp(entry.name, "CACHEDIR.TAG") ||
		             dir_is_of_the_system(entry.name) ||
		             (store && !strcmp(entry.name, "blobs"));

		if (strcmp(entry.name, ".locks") != 0)
			arr_push(
			    &scan->repos, (struct scan_repo){
					      .folder = mem_strdup(entry.name),
					      .known = known });
	}
	walk_close(walk);
	watch = watch ? watch : &nobody;
	if (watch->begun)
		watch->begun(watch->context);
	work_together(scan, watch);
	find_leftovers(scan);
	add_up(scan);
	return true;
}

void
scan_sort(struct scan *scan)
{
	if (scan->repos.n)
		qsort(scan->repos.v, scan->repos.n, sizeof(*scan->repos.v),
		    by_folder);
}

void
scan_fini(struct scan *scan)
{
	arr_each (repo, &scan->repos)
		scan_repo_fini(repo);
	arr_free(&scan->repos);
	arr_each (link, &scan->shared.links)
		free(link->line);
	arr_free(&scan->shared.links);
	arr_free(&scan->shared.known);
	trash_list_free(&scan->leftovers.trash);
	free(scan->no_trash);
	free(scan->root);
	scan->root = NULL;
}

size_t
scan_unclear(const struct scan *scan)
{
	size_t n = 0;

	arr_each (repo, &scan->repos)
		n += repo->unclear != NULL;
	return n;
}

uint64_t
scan_total(const struct scan *scan)
{
	uint64_t total = scan->shared.size;

	arr_each (repo, &scan->repos)
		sum_add(&total, repo->warning ? 0 : repo->own_bytes);
	return total;
}
