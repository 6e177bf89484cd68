/* flags.c: what is said of a row in one letter (model.h). */
#include <string.h>

#include "core/base/str.h"
#include "tui/cache/model.h"

enum checked_state
cache_checked(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_blob *blob, double *at)
{
	struct str path = STR_INIT;
	enum checked_state state;

	if (!m->checked)
		return CHECKED_NOT;
	str_addf(&path, "%s/%s/%s", m->root, repo->folder, blob->key);
	state =
	    checked_find(m->checked, path.v, blob->size, blob->modified, at);
	str_fini(&path);
	return state;
}

static bool
is_any_bad(const struct cache_model *m)
{
	return m->checked && checked_has_bad(m->checked);
}

static bool
is_bad(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_file *file)
{
	return is_any_bad(m) &&
	       cache_checked(m, repo, &repo->blobs.v[file->blob], NULL) ==
	           CHECKED_BAD;
}

char
cache_revision_flag(const struct cache_model *m, const struct scan_repo *repo,
    size_t revision, int *pid)
{
	size_t number = (size_t)(repo - m->scan->repos.v);

	if (pid)
		*pid = 0;
	arr_each (file, &repo->revisions.v[revision].files) {
		if (!is_any_bad(m))
			break;
		if (is_bad(m, repo, file))
			return 'B';
	}
	arr_each (use, &m->uses) {
		if (use->repo != number)
			continue;
		if (use->revision == SIZE_MAX)
			return 'L';
		if (use->revision == revision) {
			if (pid)
				*pid = use->pid;
			return 'R';
		}
	}
	return ' ';
}

char
cache_flag(const struct cache_model *m, const struct node *node, int *pid)
{
	const struct item *item = &m->items.v[node->item];
	const struct scan_revision *revision = cache_revision(m, node);
	char flag = ' ';

	if (item->kind != ITEM_REPO)
		return ' ';
	if (revision && node->file >= 0) {
		const struct scan_file *file = &revision->files.v[node->file];

		if (is_bad(m, item->repo, file))
			return 'B';
		return item->repo->blobs.v[file->blob].shared ? 'S' : ' ';
	}
	if (revision)
		return cache_revision_flag(
		    m, item->repo, (size_t)node->child, pid);
	for (size_t i = 0; (m->uses.n || is_any_bad(m)) && flag == ' ' &&
			   i < item->repo->revisions.n;
	     i++)
		flag = cache_revision_flag(m, item->repo, i, pid);
	return flag;
}
