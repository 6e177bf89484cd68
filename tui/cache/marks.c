/* marks.c: the marks of the Cache screen (model.h). */
#include <string.h>

#include "core/purge/purge.h"
#include "core/purge/rule.h"
#include "core/purge/tally.h"
#include "tui/cache/model.h"

const char *
cache_cannot_mark(const struct cache_model *m, const struct node *node)
{
	const struct scan_repo *repo = cache_repo(m, node);

	if (repo && purge_refuses(repo))
		return purge_refuses(repo);
	switch (m->items.v[node->item].kind) {
	case ITEM_TRASH:
		return "already deleted: Enter restores or frees it";
	case ITEM_SHARED:
		return "shared files are deleted with the last repository that "
		       "uses them";
	case ITEM_STORE:
		return "another library's store: use that library's own "
		       "command";
	case ITEM_WARNINGS:
		if (node->child < 0)
			return "Enter opens the warnings; mark one of them";
		return m->damaged.v[node->child]->type
		           ? NULL
		           : "it is not a repository: delete it by hand";
	case ITEM_PARTIALS:
	case ITEM_ORPHANS:
	case ITEM_REPO:
		break;
	}
	return NULL;
}

/* Whether nothing, some or all of `n` is marked. */
static enum tally_state
state_of(size_t marked, size_t n)
{
	if (!marked)
		return TALLY_NONE;
	return marked < n ? TALLY_SOME : TALLY_ALL;
}

static enum tally_state
gathered(const struct cache_model *m, const struct stray_ref *refs, size_t n)
{
	size_t marked = 0;

	for (size_t i = 0; i < n; i++)
		marked += tally_stray(m->tally, refs[i].repo, refs[i].stray);
	return state_of(marked, n);
}

enum tally_state
cache_marked(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];
	const struct stray_ref *stray = cache_stray(m, node);
	const struct scan_repo *repo = cache_repo(m, node);

	if (stray)
		return tally_stray(m->tally, stray->repo, stray->stray)
		           ? TALLY_ALL
		           : TALLY_NONE;
	if (item->kind == ITEM_PARTIALS)
		return gathered(m, m->partials.v, m->partials.n);
	if (item->kind == ITEM_ORPHANS)
		return gathered(m, m->orphans.v, m->orphans.n);
	if (!repo)
		return TALLY_NONE;
	if (item->kind == ITEM_REPO && node->child >= 0)
		return node->file < 0
		           ? tally_revision(m->tally, repo, (size_t)node->child)
		           : state_of(
				 tally_file(m->tally, repo, (size_t)node->child,
				     (size_t)node->file),
				 1);
	return tally_repo(m->tally, repo);
}

static void
mark_repo(struct cache_model *m, const struct scan_repo *repo, bool on)
{
	if (on && purge_refuses(repo))
		return;
	for (size_t i = 0; i < repo->revisions.n; i++)
		tally_mark(m->tally, repo, i, on);
	tally_mark_empty(m->tally, repo, on);
}

static void
mark_gathered(
    struct cache_model *m, const struct stray_ref *refs, size_t n, bool on)
{
	for (size_t i = 0; i < n; i++) {
		if (!on || !rule_spares_stray(refs[i].repo, refs[i].stray))
			tally_mark_stray(
			    m->tally, refs[i].repo, refs[i].stray, on);
	}
}

/* Of a repository only what the filter shows. */
static void
mark_shown(struct cache_model *m, const struct item *item, bool on)
{
	const struct scan_repo *repo = item->repo;
	size_t shown = 0;

	for (size_t i = 0; i < repo->revisions.n; i++)
		shown += cache_shows(m, repo, i);
	if (shown == repo->revisions.n) {
		mark_repo(m, repo, on);
		return;
	}
	for (size_t i = 0; i < repo->revisions.n; i++) {
		if (cache_shows(m, repo, i))
			tally_mark(m->tally, repo, i, on);
	}
}

void
cache_mark(struct cache_model *m, const struct node *node, bool on)
{
	const struct item *item = &m->items.v[node->item];
	const struct stray_ref *stray = cache_stray(m, node);
	const struct scan_repo *repo = cache_repo(m, node);

	if (cache_cannot_mark(m, node))
		return;
	if (stray)
		tally_mark_stray(m->tally, stray->repo, stray->stray, on);
	else if (item->kind == ITEM_PARTIALS)
		mark_gathered(m, m->partials.v, m->partials.n, on);
	else if (item->kind == ITEM_ORPHANS)
		mark_gathered(m, m->orphans.v, m->orphans.n, on);
	else if (item->kind == ITEM_REPO && node->file >= 0)
		tally_mark_file(m->tally, repo, (size_t)node->child,
		    (size_t)node->file, on);
	else if (item->kind == ITEM_REPO && node->child >= 0)
		tally_mark(m->tally, repo, (size_t)node->child, on);
	else if (item->kind == ITEM_REPO)
		mark_shown(m, item, on);
	else if (repo)
		mark_repo(m, repo, on);
}

/* Whether a row is marked with all others: it stands for itself, not for what it
 * holds and shows, and nothing of it is unclear. Such a one takes a mark of its
 * own. */
static bool
counts(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];

	return item->kind == ITEM_REPO && node->child < 0 &&
	       !rule_spares(item->repo);
}

void
cache_mark_all(struct cache_model *m)
{
	bool all = true;

	for (size_t i = 0; i < m->items.n; i++) {
		struct node node = { i, -1, -1 };

		if (counts(m, &node))
			all = all && cache_marked(m, &node) == TALLY_ALL;
	}
	for (size_t i = 0; i < m->items.n; i++) {
		struct node node = { i, -1, -1 };

		if (counts(m, &node))
			cache_mark(m, &node, !all);
	}
}

void
cache_invert(struct cache_model *m)
{
	arr_each (item, &m->items) {
		if (item->kind != ITEM_REPO)
			continue;
		for (size_t i = 0; i < item->repo->revisions.n; i++) {
			bool on = tally_revision(m->tally, item->repo, i) !=
			          TALLY_ALL;

			if (cache_shows(m, item->repo, i) &&
			    (!on || !rule_spares(item->repo)))
				tally_mark(m->tally, item->repo, i, on);
		}
	}
}

static bool
is_of_kind(const struct cache_model *m, const struct scan_repo *repo)
{
	return !m->kind || (repo->type && !strcmp(repo->type, m->kind));
}

static void
add_hidden(const struct cache_model *m, const struct scan_repo *repo,
    struct cache_hidden *hidden)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < repo->revisions.n; i++) {
		if (tally_revision(m->tally, repo, i) == TALLY_NONE ||
		    (cache_shows(m, repo, i) && is_of_kind(m, repo)))
			continue;
		hidden->rows++;
		bytes += repo->revisions.v[i].held;
	}
	/* What its revisions share is there once. */
	hidden->bytes += bytes < repo->own_held ? bytes : repo->own_held;
	/* The rows that gather loose files are not filtered: they are gone. */
	for (size_t i = 0; i < repo->strays.n; i++) {
		if (!tally_stray(m->tally, repo, i))
			continue;
		hidden->rows++;
		hidden->bytes += repo->strays.v[i].disk.held;
	}
}

struct cache_hidden
cache_hidden_marks(const struct cache_model *m)
{
	struct cache_hidden hidden = { 0 };
	struct tally_sum sum;

	if (!m->tally || (!m->query && !m->kind))
		return hidden;
	sum = tally_sum(m->tally);
	if (!sum.revisions && !sum.files && !sum.strays && !sum.whole)
		return hidden;
	for (size_t i = 0; i < m->scan->repos.n; i++) {
		const struct scan_repo *repo = &m->scan->repos.v[i];

		if (tally_has(m->tally, repo) &&
		    tally_repo(m->tally, repo) != TALLY_NONE)
			add_hidden(m, repo, &hidden);
	}
	return hidden;
}
