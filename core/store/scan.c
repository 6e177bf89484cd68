#include "core/store/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
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
		scan_one(repo, scan->root, folder);
		free(folder);
		if (crew->watch->found)
			crew->watch->found(crew->watch->context, repo);
	}
}

/* Looks at all repositories, of which only the folders are known so far. */
static void
work_together(struct scan *scan, const struct scan_watch *watch)
{
	struct crew crew = { .scan = scan, .watch = watch };
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

/* What lies in <root>/.locks for nobody. */
static void
find_leftovers(struct scan *scan)
{
	struct scan_leftovers *left = &scan->leftovers;
	char *path = path_join(scan->root, ".locks");
	struct walk *locks = walk_open(NULL, path);
	struct walk_entry entry;
	struct map repos = MAP_INIT;

	arr_each (repo, &scan->repos) {
		map_add(&repos, repo->folder, 0);
		left->folders += scan_is_empty(repo);
	}
	while (locks && walk_next(locks, &entry)) {
		struct walk_sum sum = { 0 };

		if (entry.kind != WALK_FOLDER ||
		    map_find(&repos, entry.name, NULL))
			continue;
		walk_add_up(locks, entry.name, NULL, &sum);
		if (!strncmp(entry.name, ".hug-removed.", 13) ||
		    !strcmp(entry.name, ".trash")) {
			left->trash =
			    left->trash || entry.name[1] == 'h' || sum.files;
			left->trash_size += sum.bytes;
		} else {
			left->locks += sum.files;
		}
	}
	walk_close(locks);
	map_fini(&repos);
	free(path);
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
	store = shared_look(scan->root, &scan->shared);
	while (walk_next(walk, &entry)) {
		bool known = !strcmp(entry.name, "CACHEDIR.TAG") ||
		             scan_is_of_the_system(entry.name) ||
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
	free(scan->root);
	scan->root = NULL;
}

uint64_t
scan_total(const struct scan *scan)
{
	uint64_t total = scan->shared.size;

	arr_each (repo, &scan->repos)
		total += repo->warning ? 0 : repo->own_bytes;
	return total;
}
