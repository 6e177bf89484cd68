#include "core/queue/inbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arr.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/queue/queue.h"

/* Larger files are ignored. */
#define REQUEST_MAX ((size_t)64 * 1024 * 1024)

#define LOOK_EVERY_MS 20

#define ENDING ".request"

char *
inbox_folder(struct error *err)
{
	char *folder = queue_beside("queue.inbox");

	if (!folder) {
		err_set(err, ERR_USAGE,
		    "there is no home folder to keep transfers in");
		return NULL;
	}
	if (dir_make(folder, err)) {
		chmod(folder, 0700);
		return folder;
	}
	free(folder);
	return NULL;
}

static void
wait_for(const char *path, unsigned ms, bool *taken)
{
	const struct timespec moment = { 0, LOOK_EVERY_MS * 1000000L };

	*taken = !file_entry_exists(path);
	for (unsigned waited = 0; !*taken && waited < ms;
	     waited += LOOK_EVERY_MS) {
		nanosleep(&moment, NULL);
		*taken = !file_entry_exists(path);
	}
}

bool
inbox_put(const char *lines, unsigned wait_ms, bool *taken, struct error *err)
{
	char *folder = inbox_folder(err), *path;
	char name[100], random[9];
	bool ok;

	if (!folder)
		return false;
	file_random_hex(random, 8);
	snprintf(name, sizeof(name), "%020llu-%ld-%s" ENDING,
	    (unsigned long long)(clock_unix_s() * 1e6), (long)getpid(), random);
	path = path_join(folder, name);
	ok = file_replace_mode(path, lines, strlen(lines), 0600, err);
	if (ok)
		wait_for(path, wait_ms, taken);
	free(path);
	free(folder);
	return ok;
}

struct found {
	ARR(char *) names;
};

static bool
find(void *context, const char *name)
{
	struct found *found = context;
	size_t n = strlen(name), ending = strlen(ENDING);

	if (n > ending && !strcmp(name + n - ending, ENDING))
		arr_push(&found->names, mem_strdup(name));
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_taken(const struct inbox_taken *taken, const char *name)
{
	arr_each (one, &taken->v) {
		if (!strcmp(one->name, name))
			return true;
	}
	return false;
}

static bool
take_file(const char *path, void (*take)(void *context, const char *line),
    void *context)
{
	struct str text = STR_INIT;
	struct error ignored;
	char *rest = NULL;
	bool ok = file_is_own(path) && file_is_sole(path) &&
	          file_read_all(path, REQUEST_MAX, &text, &ignored);

	for (char *line = ok && text.n ? strtok_r(text.v, "\n", &rest) : NULL;
	     line; line = strtok_r(NULL, "\n", &rest))
		take(context, line);
	str_fini(&text);
	return ok;
}

void
inbox_take(struct inbox_taken *taken,
    void (*take)(void *context, const char *line), void *context)
{
	char *folder = queue_beside("queue.inbox"), *path;
	struct found found = { 0 };
	struct error ignored;

	if (!folder)
		return;
	MAY_FAIL(dir_list(folder, find, &found, &ignored),
	    "what cannot be listed cannot be taken");
	if (found.names.n)
		qsort(found.names.v, found.names.n, sizeof(*found.names.v),
		    by_name);
	arr_each (name, &found.names) {
		path = path_join(folder, *name);
		if (!is_taken(taken, *name) && take_file(path, take, context))
			arr_push(&taken->v, (struct inbox_one){ *name, 0 });
		else
			free(*name);
		free(path);
	}
	arr_free(&found.names);
	free(folder);
}

void
inbox_done(struct inbox_taken *taken, uint64_t mark)
{
	char *folder = queue_beside("queue.inbox"), *path;
	struct error ignored;
	size_t kept = 0;

	arr_each (one, &taken->v) {
		if (one->mark > mark || !folder) {
			taken->v.v[kept++] = *one;
			continue;
		}
		path = path_join(folder, one->name);
		MAY_FAIL(file_remove(path, &ignored),
		    "it would be taken again at the next start");
		free(path);
		free(one->name);
	}
	taken->v.n = kept;
	free(folder);
}

void
inbox_forget(struct inbox_taken *taken)
{
	arr_each (one, &taken->v)
		free(one->name);
	arr_free(&taken->v);
}
