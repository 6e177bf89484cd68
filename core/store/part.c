#include "core/store/part.h"

#include <string.h>

#include "core/base/repoid.h"
#include "core/os/root.h"

bool
part_is(enum part_kind kind, const char *path)
{
	static const char *const folders[PART_KINDS] = { NULL, "refs/",
		"snapshots/", "snapshots/", "blobs/" };
	const char *below = strchr(path, '/');

	if (!root_is_below(path) || !repo_is_folder(path, strcspn(path, "/")))
		return false;
	if (kind == PART_REPO)
		return !below;
	if (!below ||
	    strncmp(below + 1, folders[kind], strlen(folders[kind])) != 0)
		return false;
	below += 1 + strlen(folders[kind]);
	if (kind == PART_REF)
		return true;
	return (strchr(below, '/') != NULL) == (kind == PART_FILE);
}
