#include "core/os/dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/file.h"

/* Makes one folder, unless it is there. */
static bool
make_one(const char *path, int *errnum)
{
	if (!mkdir(path, 0777))
		return true;
	*errnum = errno;
	return file_kind(path, NULL) == FILE_FOLDER;
}

bool
dir_make(const char *path, struct error *err)
{
	char *copy;
	bool ok = true;
	int errnum = 0;

	if (!*path || file_kind(path, NULL) == FILE_FOLDER)
		return true;
	copy = mem_strdup(path);
	for (char *p = copy + 1; ok && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		ok = make_one(copy, &errnum);
		*p = '/';
	}
	ok = ok && make_one(copy, &errnum);
	if (!ok)
		err_path(err, errnum, "make the folder", copy);
	free(copy);
	return ok;
}

bool
dir_make_parent(const char *path, struct error *err)
{
	char *folder = path_folder(path);
	bool ok = dir_make(folder, err);

	free(folder);
	return ok;
}

bool
dir_list(const char *path, bool (*each)(void *context, const char *name),
    void *context, struct error *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return errno == ENOENT
		           ? true
		           : err_path(err, errno, "read the folder", path);
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!each(context, entry->d_name))
			break;
	}
	closedir(dir);
	return true;
}

char *
dir_resolve(const char *path)
{
	struct str head = STR_INIT;
	struct str tail = STR_INIT;
	char *found;

	if (*path != '/') {
		found = realpath(".", NULL);
		str_addz(&head, found ? found : "");
		free(found);
	}
	if (*path)
		path_add(&head, path);
	while (!(found = realpath(head.v, NULL)) && head.n > 1) {
		char *parent = path_folder(head.v);
		char *rest = mem_strdup(tail.v);

		str_set(&tail, head.v + strlen(parent));
		str_addz(&tail, rest);
		str_set(&head, *parent ? parent : "/");
		free(parent);
		free(rest);
	}
	if (found)
		str_set(&head, found);
	free(found);
	if (tail.n) {
		if (head.n && head.v[head.n - 1] == '/')
			str_cut(&head, head.n - 1);
		str_addz(&head, tail.v);
	}
	str_fini(&tail);
	return str_steal(&head);
}

bool
dir_is_of_the_system(const char *name)
{
	return !strcmp(name, ".DS_Store") || !strcmp(name, "Thumbs.db") ||
	       !strcmp(name, "desktop.ini");
}
