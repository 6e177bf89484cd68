#include "core/os/users.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/os/file.h"
#include "core/os/walk.h"

/* More mappings than this are not looked through. */
#define MAPS_MAX ((size_t)4 * 1024 * 1024)

static void
take(struct users *users, const char *root, const char *path, int pid)
{
	size_t n = strlen(root);
	struct users_file file = { .pid = pid };

	if (strncmp(path, root, n) != 0 || path[n] != '/' ||
	    map_find(&users->paths, path, NULL))
		return;
	file.path = mem_strdup(path);
	map_add(&users->paths, file.path, users->files.n);
	arr_push(&users->files, file);
}

static void
look_at_open(struct users *users, const char *root, struct walk *process,
    int pid, struct str *text)
{
	struct walk *fds = walk_open(process, "fd");
	struct walk_entry entry;

	while (fds && walk_next(fds, &entry)) {
		if (walk_link(fds, entry.name, text))
			take(users, root, text->v, pid);
	}
	walk_close(fds);
}

/* "7f00-7f01 r--p 00000000 08:01 1234   /path" */
static void
look_at_mapped(struct users *users, const char *root, struct walk *process,
    int pid, struct str *text)
{
	struct span rest, line;

	str_clear(text);
	if (!walk_read(process, "maps", MAPS_MAX, text))
		return;
	rest = (struct span){ text->v, text->n };
	while (span_next(&rest, '\n', &line)) {
		const char *path = line.n ? memchr(line.p, '/', line.n) : NULL;
		char *copy;

		if (!path)
			continue;
		copy = mem_strndup(path, (size_t)(line.p + line.n - path));
		take(users, root, copy, pid);
		free(copy);
	}
}

void
users_look(struct users *users, const char *root)
{
	struct walk *proc = walk_open(NULL, "/proc");
	struct walk_entry entry;
	struct str text = STR_INIT;

	while (proc && walk_next(proc, &entry)) {
		uint64_t pid = 0;
		struct walk *process = span_u64(span_of(entry.name), &pid) &&
		                               pid != (uint64_t)getpid()
		                           ? walk_open(proc, entry.name)
		                           : NULL;

		if (process) {
			look_at_open(users, root, process, (int)pid, &text);
			look_at_mapped(users, root, process, (int)pid, &text);
		}
		walk_close(process);
	}
	walk_close(proc);
	str_fini(&text);
}

int
users_find(const struct users *users, const char *path)
{
	size_t at;

	return map_find(&users->paths, path, &at) ? users->files.v[at].pid : 0;
}

void
users_fini(struct users *users)
{
	arr_each (file, &users->files)
		free(file->path);
	arr_free(&users->files);
	map_fini(&users->paths);
}
