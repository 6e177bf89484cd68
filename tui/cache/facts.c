/* facts.c: what is known of a row beside its bytes (model.h). */
#include "core/purge/rule.h"
#include "tui/cache/model.h"

void
cache_times(const struct cache_model *m, const struct node *node, double *used,
    double *modified)
{
	const struct item *item = &m->items.v[node->item];
	const struct scan_revision *revision = cache_revision(m, node);
	const struct stray_ref *stray = cache_stray(m, node);

	*used = *modified = 0;
	if (stray) {
		*used = *modified =
		    stray->repo->strays.v[stray->stray].modified;
	} else if (revision && node->file >= 0) {
		const struct scan_blob *blob =
		    &item->repo->blobs.v[revision->files.v[node->file].blob];

		*used = blob->accessed;
		*modified = blob->modified;
	} else if (revision) {
		*used = rule_last_used(item->repo, revision);
		*modified = revision->modified;
	} else if (item->kind == ITEM_REPO) {
		*used = item->used;
		*modified = item->repo->modified;
	}
}

size_t
cache_files(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];
	const struct scan_revision *revision = cache_revision(m, node);

	if (node->file >= 0)
		return 0;
	if (revision)
		return revision->files.n;
	if (item->kind == ITEM_REPO)
		return item->repo->blobs.n;
	if (item->kind == ITEM_STORE)
		return item->store->sum.files;
	if (item->kind == ITEM_SHARED)
		return m->scan->shared.payloads;
	return node->child < 0 ? cache_children(m, node) : 0;
}

uint64_t
cache_only(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];

	if (item->kind == ITEM_REPO && node->child >= 0 && node->file < 0)
		return tally_only(m->tally, item->repo, (size_t)node->child);
	return item->kind == ITEM_REPO && node->child < 0
	           ? item->repo->own_held
	           : cache_bytes(m, node);
}
