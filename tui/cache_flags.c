/* cache_flags.c: what is said of a row in one letter (cache_model.h). */
#include <string.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "tui/cache_model.h"

static bool
is_bad_blob(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_file *file)
{
	struct str path = STR_INIT;
	bool bad = false;

	if (!m->bad.n)
		return false;
	str_addf(&path, "%s/%s/%s", m->root, repo->folder,
	    repo->blobs.v[file->blob].key);
	arr_each (known, &m->bad)
		bad = bad || !strcmp(*known, path.v);
	str_fini(&path);
	return bad;
}

char
cache_revision_flag(const struct cache_model *m, const struct scan_repo *repo,
    size_t revision, int *pid)
{
	size_t number = (size_t)(repo - m->scan->repos.v);

	if (pid)
		*pid = 0;
	arr_each (file, &repo->revisions.v[revision].files) {
		if (!m->bad.n)
			break;
		if (is_bad_blob(m, repo, file))
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

		if (is_bad_blob(m, item->repo, file))
			return 'B';
		return item->repo->blobs.v[file->blob].shared ? 'S' : ' ';
	}
	if (revision)
		return cache_revision_flag(
		    m, item->repo, (size_t)node->child, pid);
	for (size_t i = 0; (m->uses.n || m->bad.n) && flag == ' ' &&
			   i < item->repo->revisions.n;
	     i++)
		flag = cache_revision_flag(m, item->repo, i, pid);
	return flag;
}

void
cache_note_bad(struct cache_model *m, const char *path)
{
	arr_each (known, &m->bad) {
		if (!strcmp(*known, path))
			return;
	}
	arr_push(&m->bad, mem_strdup(path));
}
