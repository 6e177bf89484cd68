#include "cli/complete.h"

#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "core/base/path.h"
#include "core/base/repoid.h"
#include "core/base/str.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"
#include "core/store/layout.h"

/* Refs may be folders of refs: refs/pr/1. */
#define DEPTH_MAX 4

struct walk {
	const char *folder;
	const char *before; /* of the names */
	unsigned depth;
};

/* What a shell would take apart, or worse, is not offered. */
static bool
is_plain(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
			    "YZ0123456789._-/") == strlen(name);
}

/* models--org--name -> org/name, datasets--org--name -> datasets/org/name */
static bool
print_repo(void *context, const char *name)
{
	struct str text = STR_INIT;
	enum repo_type type;
	size_t ignored;
	char *id;

	(void)context;
	if (!repo_read_folder(name, &type, &id, &ignored))
		return true;
	str_addf(&text, "%s%s", repo_type_prefix(type), id);
	if (type != REPO_KERNEL && is_plain(text.v))
		out_line(text.v);
	str_fini(&text);
	free(id);
	return true;
}

static bool
print_ref(void *context, const char *name)
{
	const struct walk *walk = context;
	char *path = path_join(walk->folder, name);
	struct str full = STR_INIT;
	struct error ignored;

	str_addf(&full, "%s%s", walk->before, name);
	if (file_is_own_folder(path) && walk->depth < DEPTH_MAX) {
		struct walk inner = { path, NULL, walk->depth + 1 };

		str_addc(&full, '/');
		inner.before = full.v;
		MAY_FAIL(dir_list(path, print_ref, &inner, &ignored),
		    "what cannot be read has nothing to complete");
	} else if (is_plain(full.v)) {
		out_line(full.v);
	}
	str_fini(&full);
	free(path);
	return true;
}

static void
print_revisions(const char *root, const char *id)
{
	static const char *const places[] = { "refs", "snapshots" };
	struct repo repo = { REPO_MODEL, id };
	struct error ignored;
	struct cache cache;

	/* "org/name" may begin like a type: three parts tell. */
	if (strchr(id, '/') && strchr(strchr(id, '/') + 1, '/') &&
	    repo_read_type(id, strcspn(id, "/"), &repo.type))
		repo.id = strchr(id, '/') + 1;
	if (!repo_check_id(repo.id, &ignored))
		return;
	cache_init(&cache, root, &repo);
	for (unsigned i = 0; i < 2; i++) {
		char *folder = path_join(cache.repo, places[i]);
		struct walk walk = { folder, "", i ? DEPTH_MAX : 0 };

		MAY_FAIL(dir_list(folder, print_ref, &walk, &ignored),
		    "what cannot be read has nothing to complete");
		free(folder);
	}
	cache_fini(&cache);
}

void
complete(int argc, char **argv)
{
	char *root = env_hub_cache();
	struct error ignored;

	if (!root)
		return;
	if (argc == 1 && !strcmp(argv[0], "repos"))
		MAY_FAIL(dir_list(root, print_repo, NULL, &ignored),
		    "what cannot be read has nothing to complete");
	else if (argc == 2 && !strcmp(argv[0], "revisions"))
		print_revisions(root, argv[1]);
	free(root);
}
