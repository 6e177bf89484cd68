#include "cli/cache_text.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/timefmt.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/env.h"

char *
cache_root(const char *given)
{
	char *path = given ? env_expand(given) : env_hub_cache();
	char *root = dir_resolve(path);

	free(path);
	return root;
}

bool
cache_look(struct scan *scan, const char *given, struct error *err)
{
	char *path = given ? env_expand(given) : env_hub_cache();
	bool ok = scan_cache(scan, path, NULL, err);

	if (!ok && err->code == ERR_NOT_FOUND)
		err_set(err, ERR_NOT_FOUND, "Cache directory not found: %.900s",
		    scan->root);
	free(path);
	scan_sort(scan);
	return ok;
}

/* Types that 0.36 does not know. */
static bool
is_kernel(const struct scan_repo *repo)
{
	return repo->type && !strcmp(repo->type, "kernel");
}

bool
cache_lists(const struct cli *cli, const struct scan_repo *repo)
{
	if (!repo->type || (cli->face == FACE_OLD && is_kernel(repo)))
		return false;
	return cli->face == FACE_HUG || !repo->warning;
}

/* 0.36 knows three types, and nothing that may lie around. */
static bool
add_old_warning(
    struct str *out, const struct scan *scan, const struct scan_repo *repo)
{
	const char *dashes = strstr(repo->folder, "--");
	int left = dashes ? (int)(dashes - repo->folder) : 0;

	if (repo->known && !strcmp(repo->folder, "blobs"))
		str_addf(out,
		    "Repo path is not a valid HuggingFace cache directory: "
		    "%s/%s",
		    scan->root, repo->folder);
	else if (repo->known)
		str_addf(out, "Repo path is not a directory: %s/%s", scan->root,
		    repo->folder);
	else if (dashes && (!repo->type || is_kernel(repo)))
		str_addf(out,
		    "Repo type must be `dataset`, `model` or `space`, found "
		    "`%.*s` (%s/%s).",
		    left ? left - 1 : 0, repo->folder, scan->root,
		    repo->folder);
	else
		return false;
	return true;
}

bool
cache_add_warning(struct str *out, const struct cli *cli,
    const struct scan *scan, const struct scan_repo *repo)
{
	if (cli->face == FACE_OLD && add_old_warning(out, scan, repo))
		return true;
	if (!repo->warning)
		return false;
	str_addz(out, repo->warning);
	return true;
}

void
cache_add_refs(struct str *out, char *const *refs, size_t n, bool for_table)
{
	for (size_t i = 0; i < n; i++) {
		str_addz(out, i && !for_table ? ", " : "");
		str_addz(out, refs[i]);
		str_addz(out, for_table ? "\n" : "");
	}
}

uint64_t
cache_size(const struct cli *cli, const struct scan_repo *repo,
    const struct scan_revision *revision)
{
	if (cli->face == FACE_HUG)
		return revision ? revision->held : repo->held;
	return revision ? revision->size : repo->size;
}

uint64_t
cache_total(const struct cli *cli, const struct scan *scan)
{
	return cli->face == FACE_HUG ? scan->held : scan_total(scan);
}

void
cache_ago(const struct cli *cli, char *out, double then)
{
	fmt_ago(out, clock_unix_s() - then, cli->face == FACE_OLD);
}
