#include "cli/cache_text.h"

#include <stdlib.h>
#include <string.h>

#include "cli/voice/voice.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/sums.h"
#include "core/base/timefmt.h"
#include "core/os/clock.h"
#include "core/os/dir.h"
#include "core/os/env.h"
#include "core/os/file.h"

/* The cache as it is named; NULL if nothing names it. */
static char *
cache_path(const char *given, struct error *err)
{
	char *path = given ? env_expand(given) : env_hub_cache();

	if (path)
		return path;
	err_set(err, ERR_SYSTEM, "there is no home folder to keep a cache in");
	err_hint(err, "Set HOME or HF_HOME, or name a folder with --cache-dir");
	return NULL;
}

char *
cache_root(const char *given, struct error *err)
{
	char *path = cache_path(given, err);
	char *root = path ? dir_resolve(path) : NULL;

	free(path);
	return root;
}

bool
cache_look(struct scan *scan, const char *given, struct error *err)
{
	char *path = cache_path(given, err);
	bool ok;

	*scan = (struct scan){ .root = NULL };
	if (!path)
		return false;
	ok = scan_cache(scan, path, NULL, err);
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
	if (!repo->type ||
	    (!cli->voice->policy.cache.knows_kernels && is_kernel(repo)))
		return false;
	return cli->voice->policy.cache.lists_damaged || !repo->warning;
}

static bool
is_folder(const struct scan *scan, const struct scan_repo *repo)
{
	char *path = path_join(scan->root, repo->folder);
	bool folder = file_kind(path, NULL) == FILE_FOLDER;

	free(path);
	return folder;
}

/* 0.36 knows three types, and nothing that may lie around. It looks at the name
 * of folders only. */
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
	else if (dashes && (!repo->type || is_kernel(repo)) &&
		 is_folder(scan, repo))
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
	if (cli->voice->policy.cache.warns_by_folder_name &&
	    add_old_warning(out, scan, repo))
		return true;
	if (!repo->warning)
		return false;
	str_addz(out, repo->warning);
	return true;
}

/*
 * The path of a blob with all links resolved. Nearly every blob is a file of its
 * own in `blobs`, whose path needs one look.
 */
static char *
real_path(const struct scan *scan, const struct scan_repo *repo,
    const char *blobs, const char *key)
{
	struct str path = STR_INIT;
	char *real;

	if (!strncmp(key, "blobs/", 6) && !strchr(key + 6, '/')) {
		str_addf(&path, "%s%s", blobs, key + 5);
		if (file_is_own(path.v))
			return str_steal(&path);
		str_clear(&path);
	}
	if (*key != '/')
		str_addf(&path, "%s/%s/", scan->root, repo->folder);
	str_addz(&path, key);
	real = dir_resolve(path.v);
	str_fini(&path);
	return real;
}

size_t *
cache_same_blobs(const struct cli *cli, const struct scan *scan,
    const struct scan_repo *repo)
{
	size_t *same = mem_resize(NULL, repo->blobs.n + 1, sizeof(*same));
	struct map paths = MAP_INIT;
	ARR(char *) kept = { 0 };
	struct str folder = STR_INIT;
	char *blobs;

	str_addf(&folder, "%s/%s/blobs", scan->root, repo->folder);
	blobs = dir_resolve(folder.v);
	for (size_t i = 0; i < repo->blobs.n; i++) {
		same[i] = i;
		if (!cli->voice->policy.cache.counts_real_files)
			continue;
		arr_push(
		    &kept, real_path(scan, repo, blobs, repo->blobs.v[i].key));
		if (!map_find(&paths, kept.v[i], &same[i]))
			map_add(&paths, kept.v[i], i);
	}
	arr_each (path, &kept)
		free(*path);
	arr_free(&kept);
	map_fini(&paths);
	str_fini(&folder);
	free(blobs);
	return same;
}

struct cache_figures
cache_count_repo(const struct scan_repo *repo, const size_t *same)
{
	struct cache_figures figures = { 0, 0 };

	for (size_t i = 0; i < repo->blobs.n; i++) {
		if (same[i] != i)
			continue;
		sum_add(&figures.size, repo->blobs.v[i].size);
		figures.files++;
	}
	return figures;
}

struct cache_figures
cache_count_revision(const struct scan_repo *repo,
    const struct scan_revision *revision, const size_t *same)
{
	struct cache_figures figures = { 0, revision->files.n };
	bool *seen = mem_zalloc(repo->blobs.n + 1);

	arr_each (file, &revision->files) {
		size_t blob = same[file->blob];

		if (!seen[blob])
			sum_add(&figures.size, repo->blobs.v[blob].size);
		seen[blob] = true;
	}
	free(seen);
	return figures;
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
	if (cli->voice->policy.cache.sizes_on_disk)
		return revision ? revision->held : repo->held;
	return revision ? revision->size : repo->size;
}

uint64_t
cache_total(const struct cli *cli, const struct scan *scan)
{
	return cli->voice->policy.cache.sizes_on_disk ? scan->held
	                                              : scan_total(scan);
}

void
cache_ago(const struct cli *cli, char *out, double then)
{
	fmt_ago(out, clock_unix_s() - then,
	    cli->voice->policy.cache.units_come_late);
}
