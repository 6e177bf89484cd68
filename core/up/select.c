#include "core/up/select.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/os/file.h"
#include "core/os/walk.h"
#include "core/xfer/include.h"

/* A walk, and the folders that are still to be read. */
struct selecting {
	const char *folder;
	struct include *wanted;
	struct selection *out;
	ARR(char *) folders; /* below it */
};

static void
mark_from(struct up_mark *mark, const struct walk_info *info)
{
	*mark = (struct up_mark){ .device = info->device,
		.number = info->number,
		.size = info->size,
		.modified_ns = info->modified_ns,
		.changed_ns = info->changed_ns };
}

bool
up_mark_of(const char *path, struct up_mark *mark)
{
	struct walk_info info;

	if (!walk_look(NULL, path, &info))
		return false;
	mark_from(mark, &info);
	return true;
}

bool
up_mark_of_open(int fd, struct up_mark *mark)
{
	struct walk_info info;

	if (!walk_look_open(fd, &info))
		return false;
	mark_from(mark, &info);
	return true;
}

bool
up_mark_is(const struct up_mark *a, const struct up_mark *b)
{
	return a->device == b->device && a->number == b->number &&
	       a->size == b->size && a->modified_ns == b->modified_ns &&
	       a->changed_ns == b->changed_ns;
}

bool
up_is_still(const struct up_file *file, const struct up_mark *now)
{
	const struct up_mark *then = &file->mark;

	if (!file->grows)
		return up_mark_is(then, now);
	return then->device == now->device && then->number == now->number &&
	       now->size >= then->size;
}

static void
add_oddity(up_oddities *list, const char *path, const char *why)
{
	arr_push(list,
	    (struct up_oddity){ mem_strdup(path), mem_strdup(why), false });
}

/* -- names -- */

/* Whether the last part of a path is `name`. */
static bool
ends_as(const char *path, const char *name)
{
	size_t n = strlen(path), m = strlen(name);

	return n >= m && !strcmp(path + n - m, name) &&
	       (n == m || path[n - m - 1] == '/');
}

/* What hug itself left beside a file that it was fetching (cli/cp_get.c). */
static bool
is_of_a_copy(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strncmp(slash ? slash + 1 : path, ".hug-cp-", 8);
}

static bool
is_kept_back(const char *path)
{
	return ends_as(path, ".git") || ends_as(path, ".cache/huggingface") ||
	       is_of_a_copy(path);
}

static bool
has_part(const char *path, const char *name)
{
	size_t n = strlen(name);

	for (const char *part = path; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (!strncmp(part, name, n) && (!part[n] || part[n] == '/'))
			return true;
	}
	return false;
}

bool
up_check_target(const char *path, const char **clean, struct error *err)
{
	static const char *const reserved[] = { ".git", ".cache" };

	*clean = path + (*path == '/');
	if (!strcmp(*clean, ".") || has_part(*clean, ".."))
		return err_set(err, ERR_USAGE,
		    "Invalid `path_in_repo` in CommitOperation: '%s'", path);
	if (!strncmp(*clean, "./", 2))
		*clean += 2;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if (has_part(*clean, reserved[i]))
			return err_set(err, ERR_USAGE,
			    "Invalid `path_in_repo` in CommitOperation: cannot "
			    "update files under a '%s/' folder (path: '%s').",
			    reserved[i], path);
	}
	return true;
}

/* By parts: "a/b" stands before "a-b". */
static int
by_parts(const void *a, const void *b)
{
	const unsigned char *x =
	    (const unsigned char *)((const struct up_file *)a)->path;
	const unsigned char *y =
	    (const unsigned char *)((const struct up_file *)b)->path;

	while (*x && *x == *y)
		x++, y++;
	if (*x == *y)
		return 0;
	if (!*x || !*y)
		return *x ? 1 : -1;
	if (*x == '/' || *y == '/')
		return *x == '/' ? -1 : 1;
	return *x < *y ? -1 : 1;
}

/* -- the walk -- */

static void
take_file(struct selecting *s, const struct walk *walk, const char *name,
    const char *path)
{
	struct up_file file = { .state = UP_LISTED };
	struct walk_info info;
	const char *odd;

	if (!walk_look(walk, name, &info)) {
		add_oddity(&s->out->skipped, path,
		    errno == ENOENT || errno == ELOOP
			? "a link that leads nowhere"
			: strerror(errno));
		return;
	}
	if (info.kind == WALK_FOLDER)
		return;
	odd = info.kind == WALK_FILE ? NULL : walk_odd(walk, name);
	if (odd) {
		add_oddity(&s->out->skipped, path, odd);
		return;
	}
	if (!info.open_to_all && !walk_may_read(walk, name)) {
		add_oddity(&s->out->impossible, path, strerror(errno));
		return;
	}
	mark_from(&file.mark, &info);
	file.path = mem_strdup(path);
	arr_push(&s->out->files, file);
}

static void
take(struct selecting *s, const struct walk *walk,
    const struct walk_entry *entry, const char *path)
{
	if (is_kept_back(path))
		return;
	if (entry->kind == WALK_FOLDER) {
		arr_push(&s->folders, mem_strdup(path));
		return;
	}
	if (!utf8_valid(path, strlen(path))) {
		add_oddity(&s->out->impossible, path, "its name is not UTF-8");
		return;
	}
	if (include_wants(s->wanted, path))
		take_file(s, walk, entry->name, path);
}

static void
read_folder(struct selecting *s, const char *below)
{
	char *whole =
	    *below ? path_join(s->folder, below) : mem_strdup(s->folder);
	struct walk *walk = walk_open(NULL, whole);
	int errnum = walk ? 0 : errno;
	struct walk_entry entry;
	struct str path = STR_INIT;

	while (walk && walk_next(walk, &entry)) {
		str_set(&path, below);
		path_add(&path, entry.name);
		take(s, walk, &entry, path.v);
	}
	if (walk)
		errnum = walk_error(walk);
	if (errnum)
		add_oddity(&s->out->impossible, *below ? below : ".",
		    strerror(errnum));
	walk_close(walk);
	str_fini(&path);
	free(whole);
}

bool
select_folder(const char *folder, struct include *wanted, struct selection *out,
    const atomic_bool *cancelled, struct error *err)
{
	struct selecting s = { .folder = folder, .wanted = wanted, .out = out };
	bool ok = true;

	arr_push(&s.folders, mem_strdup(""));
	while (s.folders.n && ok) {
		char *below = s.folders.v[--s.folders.n];

		read_folder(&s, below);
		free(below);
		if (atomic_load_explicit(cancelled, memory_order_relaxed))
			ok = err_set(err, ERR_CANCELLED, "stopped");
	}
	arr_each (below, &s.folders)
		free(*below);
	arr_free(&s.folders);
	if (out->files.n)
		qsort(out->files.v, out->files.n, sizeof(*out->files.v),
		    by_parts);
	return ok;
}

bool
select_file(const char *path, struct selection *out, struct error *err)
{
	struct up_file file = { .state = UP_LISTED };
	const char *slash = strrchr(path, '/');
	int fd = file_open_regular(path, NULL, err);

	if (fd < 0)
		return false;
	file_close(fd);
	if (!up_mark_of(path, &file.mark))
		return err_path(err, errno, "read", path);
	file.path = mem_strdup(slash ? slash + 1 : path);
	arr_push(&out->files, file);
	return true;
}

static void
free_oddities(up_oddities *list)
{
	arr_each (oddity, list) {
		free(oddity->path);
		free(oddity->why);
	}
	arr_free(list);
}

void
selection_fini(struct selection *selection)
{
	arr_each (file, &selection->files)
		free(file->path);
	arr_free(&selection->files);
	free_oddities(&selection->skipped);
	free_oddities(&selection->held);
	free_oddities(&selection->impossible);
}
