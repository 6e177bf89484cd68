#include "cli/complete.h"

#include <stdlib.h>
#include <string.h>

#include "cli/out.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/hub/repo.h"
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
	static const char *const fronts[] = { "models--", "datasets--",
		"spaces--" };
	struct str id = STR_INIT;
	const char *p;

	(void)context;
	for (unsigned i = 0; i < 3; i++) {
		if (strncmp(name, fronts[i], strlen(fronts[i])) != 0)
			continue;
		str_addz(&id, repo_type_prefix((enum repo_type)i));
		p = name + strlen(fronts[i]);
		for (; *p; p++) {
			bool slash = p[0] == '-' && p[1] == '-';

			str_addc(&id, slash ? '/' : *p);
			p += slash;
		}
		if (is_plain(id.v))
			out_line(id.v);
	}
	str_fini(&id);
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
		(void)!dir_list(path, print_ref, &inner, &ignored);
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
	const char *type = "model";
	struct error ignored;
	struct cache cache;

	if (!strncmp(id, "datasets/", 9) || !strncmp(id, "spaces/", 7)) {
		type = *id == 'd' ? "dataset" : "space";
		id = strchr(id, '/') + 1;
	}
	if (!repo_check_id(id, &ignored))
		return;
	cache_init(&cache, root, type, id);
	for (unsigned i = 0; i < 2; i++) {
		char *folder = path_join(cache.repo, places[i]);
		struct walk walk = { folder, "", i ? DEPTH_MAX : 0 };

		(void)!dir_list(folder, print_ref, &walk, &ignored);
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
		(void)!dir_list(root, print_repo, NULL, &ignored);
	else if (argc == 2 && !strcmp(argv[0], "revisions"))
		print_revisions(root, argv[1]);
	free(root);
}
