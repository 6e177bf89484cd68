#include "core/os/writers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arr.h"
#include "core/base/mem.h"

struct file {
	uint64_t device, number;
};

struct writers {
	ARR(struct file) files; /* by number */
};

/* How a descriptor was opened: the line "flags:" of its fdinfo, in octal. */
static bool
is_for_writing(const char *process, const char *fd)
{
	char path[600];
	char line[200];
	unsigned flags = O_RDONLY;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/fdinfo/%.20s", process, fd);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, "flags:", 6) != 0)
			continue;
		flags = (unsigned)strtoul(line + 6, NULL, 8);
		break;
	}
	fclose(file);
	return (flags & O_ACCMODE) != O_RDONLY;
}

static void
look_at(struct writers *writers, const char *process)
{
	char path[600];
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", process);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (fstatat(dirfd(dir), entry->d_name, &st, 0) ||
		    !S_ISREG(st.st_mode) ||
		    !is_for_writing(process, entry->d_name))
			continue;
		arr_push(&writers->files,
		    (struct file){ (uint64_t)st.st_dev, (uint64_t)st.st_ino });
	}
	closedir(dir);
}

static int
by_number(const void *a, const void *b)
{
	const struct file *x = a;
	const struct file *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return 0;
}

struct writers *
writers_find(void)
{
	struct writers *writers = mem_new(struct writers);
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (strspn(entry->d_name, "0123456789") ==
		    strlen(entry->d_name))
			look_at(writers, entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (writers->files.n)
		qsort(writers->files.v, writers->files.n,
		    sizeof(*writers->files.v), by_number);
	return writers;
}

bool
writers_have(const struct writers *writers, uint64_t device, uint64_t number)
{
	const struct file file = { device, number };

	return writers->files.n &&
	       bsearch(&file, writers->files.v, writers->files.n, sizeof(file),
		   by_number);
}

void
writers_free(struct writers *writers)
{
	if (!writers)
		return;
	arr_free(&writers->files);
	free(writers);
}
