#include "tui/engine/repo_root.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"

void
repo_root_fini(struct repo_root *root)
{
	arr_each (file, &root->files) {
		free(file->path);
		free(file->oid);
		free(file->sha256);
	}
	arr_free(&root->files);
	map_fini(&root->names);
}

void
repo_root_take(struct repo_root *root, const struct cJSON *item)
{
	const struct cJSON *lfs = json_get(item, "lfs");
	const char *path = json_str(item, "path", "");
	const char *sha256 = json_str(lfs, "oid", NULL);
	struct repo_root_file file = { .path = NULL };
	bool sized = json_u64(item, "size", &file.size);

	if (lfs)
		sized = json_u64(lfs, "size", &file.size);
	/* What makes no sense here is left to the listing of all files. */
	if (strcmp(json_str(item, "type", ""), "file") != 0 || !*path ||
	    strchr(path, '/') || !sized || map_find(&root->names, path, NULL)) {
		root->more = true;
		return;
	}
	file.path = mem_strdup(path);
	file.oid = mem_strdup(json_str(item, "oid", ""));
	file.sha256 = sha256 ? mem_strdup(sha256) : NULL;
	map_add(&root->names, file.path, root->files.n);
	arr_push(&root->files, file);
}

void
repo_root_each(const struct repo_root *root, treefile_take *take, void *context)
{
	arr_each (file, &root->files) {
		struct treefile item = { .path = file->path,
			.oid = file->oid,
			.sha256 = file->sha256,
			.size = file->size };

		if (!take(context, &item))
			return;
	}
}

bool
repo_root_has(const struct repo_root *root, const char *path)
{
	return root->files.n && !strchr(path, '/') &&
	       map_find(&root->names, path, NULL);
}
