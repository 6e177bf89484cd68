#include "core/store/refs.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/store/layout.h"

#define COMMIT_LENGTH 40

bool
ref_read(const struct cache *cache, const char *name, char *commit)
{
	struct str text = STR_INIT;
	struct error ignored;
	char *path;
	bool ok;

	if (!path_check(name, &ignored))
		return false;
	path = cache_ref(cache, name);
	ok = file_read_all(path, COMMIT_LENGTH, &text, &ignored) &&
	     text.n == COMMIT_LENGTH &&
	     strspn(text.v, "0123456789abcdef") == COMMIT_LENGTH;
	if (ok)
		memcpy(commit, text.v, COMMIT_LENGTH + 1);
	str_fini(&text);
	free(path);
	return ok;
}

bool
ref_write(const struct cache *cache, const char *name, const char *commit,
    struct error *err)
{
	char old[COMMIT_LENGTH + 1];
	char *path;
	bool ok;

	if (!path_check(name, err))
		return false;
	if (ref_read(cache, name, old) && !strcmp(old, commit))
		return true;
	path = cache_ref(cache, name);
	ok = dir_make_parent(path, err) &&
	     file_replace(path, commit, COMMIT_LENGTH, err);
	free(path);
	return ok;
}
