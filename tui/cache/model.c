#include "tui/cache/model.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/census/query.h"
#include "core/os/clock.h"
#include "core/purge/rule.h"

static const char *const sort_names[CACHE_SORTS] = { "size", "only here",
	"last used", "modified", "name", "files", "revisions" };

const char *
cache_sort_name(enum cache_sort sort)
{
	return sort_names[sort];
}

void
cache_model_init(struct cache_model *m, const char *root)
{
	*m = (struct cache_model){ .root = mem_strdup(root),
		.filter = mem_strdup("") };
}

static void
drop_items(struct cache_model *m)
{
	arr_each (item, &m->items)
		free(item->nodes);
	arr_free(&m->items);
	tree_clear(&m->tree);
	m->table.rows.count = 0;
	arr_free(&m->partials);
	arr_free(&m->orphans);
	arr_free(&m->damaged);
}

static void
drop_folds(struct cache_model *m)
{
	size_t n = m->scan ? m->scan->repos.n + ITEM_REPO : 0;

	for (size_t i = 0; m->folds && i < n; i++)
		free(m->folds[i].children);
	free(m->folds);
	m->folds = NULL;
}

struct fold *
cache_fold(const struct cache_model *m, const struct item *item)
{
	if (item->kind == ITEM_REPO)
		return &m->folds[ITEM_REPO + (item->repo - m->scan->repos.v)];
	return &m->folds[item->kind];
}

static void
drop_scan(struct cache_model *m)
{
	drop_folds(m);
	tally_free(m->tally);
	m->tally = NULL;
	if (m->own)
		scan_fini(m->own);
	free(m->own);
	m->own = NULL;
	m->scan = NULL;
}

static void
drop_stores(struct cache_model *m)
{
	if (m->stores_known)
		stores_fini(m->stores);
	m->stores_known = false;
}

static void
drop_failure(struct cache_model *m)
{
	free(m->failure);
	free(m->advice);
	m->failure = m->advice = NULL;
}

void
cache_model_fini(struct cache_model *m)
{
	drop_items(m);
	drop_scan(m);
	drop_stores(m);
	query_free(m->query);
	arr_free(&m->uses);
	checked_free(m->checked);
	free(m->filter);
	drop_failure(m);
	free(m->root);
}

/* -- what a node is -- */

const struct scan_repo *
cache_repo(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];
	const struct stray_ref *stray;

	if (item->kind == ITEM_REPO)
		return item->repo;
	if (item->kind == ITEM_WARNINGS && node->child >= 0)
		return m->damaged.v[node->child];
	stray = cache_stray(m, node);
	return stray ? stray->repo : NULL;
}

const struct scan_revision *
cache_revision(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];

	if (item->kind != ITEM_REPO || node->child < 0)
		return NULL;
	return &item->repo->revisions.v[node->child];
}

const struct stray_ref *
cache_stray(const struct cache_model *m, const struct node *node)
{
	if (node->child < 0)
		return NULL;
	switch (m->items.v[node->item].kind) {
	case ITEM_PARTIALS:
		return &m->partials.v[node->child];
	case ITEM_ORPHANS:
		return &m->orphans.v[node->child];
	case ITEM_TRASH:
	case ITEM_WARNINGS:
	case ITEM_SHARED:
	case ITEM_STORE:
	case ITEM_REPO:
		break;
	}
	return NULL;
}

uint64_t
cache_bytes(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];
	const struct stray_ref *stray = cache_stray(m, node);
	const struct scan_revision *revision = cache_revision(m, node);

	if (stray)
		return stray->repo->strays.v[stray->stray].disk.held;
	if (revision && node->file >= 0)
		return item->repo->blobs.v[revision->files.v[node->file].blob]
		    .disk.held;
	if (revision)
		return revision->held;
	switch (item->kind) {
	case ITEM_TRASH:
		return m->scan->leftovers.trash_held;
	case ITEM_PARTIALS:
		return m->partial_bytes;
	case ITEM_ORPHANS:
		return m->orphan_bytes;
	case ITEM_SHARED:
		return m->scan->shared.held;
	case ITEM_STORE:
		return item->store->sum.bytes;
	case ITEM_REPO:
		return item->repo->held;
	case ITEM_WARNINGS:
		break;
	}
	return node->child >= 0 ? m->damaged.v[node->child]->held : 0;
}

size_t
cache_children(const struct cache_model *m, const struct node *node)
{
	const struct item *item = &m->items.v[node->item];

	if (node->file >= 0)
		return 0;
	if (node->child >= 0)
		return item->kind == ITEM_REPO
		           ? item->repo->revisions.v[node->child].files.n
		           : 0;
	switch (item->kind) {
	case ITEM_PARTIALS:
		return m->partials.n;
	case ITEM_ORPHANS:
		return m->orphans.n;
	case ITEM_WARNINGS:
		return m->damaged.n;
	case ITEM_REPO:
		return item->repo->revisions.n;
	case ITEM_TRASH:
	case ITEM_SHARED:
	case ITEM_STORE:
		break;
	}
	return 0;
}

/* -- rows -- */

#define NOT_SHOWN UINT32_MAX

static void
count_rows(struct cache_model *m)
{
	m->table.rows.count = tree_count(&m->tree);
	rows_settle(&m->table.rows);
}

/* What a row of the tree is of. */
static void
read_row(
    const struct cache_model *m, const struct tree_row *row, struct node *node)
{
	const struct tree_node *in = tree_node(&m->tree, row->node);

	if (in->parent == TREE_ROOT)
		*node = (struct node){ in->tag, row->leaf, -1 };
	else
		*node = (struct node){ tree_node(&m->tree, in->parent)->tag,
			(long)in->tag, row->leaf };
}

/* The other way round; false if it is not in the tree. */
static bool
find_row(
    const struct cache_model *m, const struct node *node, struct tree_row *row)
{
	const struct item *item = &m->items.v[node->item];

	*row = (struct tree_row){ item->node, -1 };
	if (node->child < 0)
		return true;
	if (item->kind != ITEM_REPO) {
		row->leaf = node->child;
		return true;
	}
	if (!item->nodes || item->nodes[node->child] == NOT_SHOWN)
		return false;
	*row = (struct tree_row){ item->nodes[node->child], node->file };
	return true;
}

bool
cache_node(const struct cache_model *m, size_t row, struct node *node)
{
	struct tree_row at;

	if (!tree_at(&m->tree, row, &at))
		return false;
	read_row(m, &at, node);
	return true;
}

bool
cache_next(const struct cache_model *m, struct node *node)
{
	struct tree_row row;

	if (!find_row(m, node, &row) || !tree_next(&m->tree, &row))
		return false;
	read_row(m, &row, node);
	return true;
}

size_t
cache_row(const struct cache_model *m, const struct node *node)
{
	struct tree_row row;

	return find_row(m, node, &row) ? tree_row(&m->tree, &row) : SIZE_MAX;
}

bool
cache_is_open(const struct cache_model *m, const struct node *node)
{
	struct tree_row row;

	return node->file < 0 && find_row(m, node, &row) && row.leaf < 0 &&
	       tree_node(&m->tree, row.node)->open;
}

/* -- order and filter -- */

static uint64_t
only_of(void *context, const struct query_of *of)
{
	const struct cache_model *m = context;
	uint64_t bytes = 0;

	if (of->revision)
		return tally_only(m->tally, of->repo,
		    (size_t)(of->revision - of->repo->revisions.v));
	for (size_t i = 0; i < of->repo->revisions.n; i++)
		bytes += tally_only(m->tally, of->repo, i);
	return bytes;
}

static bool
is_marked(void *context, const struct query_of *of)
{
	const struct cache_model *m = context;

	return (of->revision
		       ? tally_revision(m->tally, of->repo,
			     (size_t)(of->revision - of->repo->revisions.v))
		       : tally_repo(m->tally, of->repo)) != TALLY_NONE;
}

static bool
is_open(void *context, const struct query_of *of)
{
	const struct cache_model *m = context;
	size_t number = (size_t)(of->repo - m->scan->repos.v);

	arr_each (use, &m->uses) {
		if (use->repo == number && use->pid &&
		    (!of->revision ||
			of->revision == &of->repo->revisions.v[use->revision]))
			return true;
	}
	return false;
}

static bool
holds(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_revision *revision)
{
	struct query_of of = { .repo = repo,
		.revision = revision,
		.now = clock_unix_s(),
		.only = only_of,
		.marked = is_marked,
		.open = is_open,
		.context = (void *)(uintptr_t)m };

	return !m->query || query_holds(m->query, &of);
}

/* Whether a repository is shown: for itself, or for a revision. */
static bool
is_shown(const struct cache_model *m, const struct scan_repo *repo)
{
	if (m->kind && (!repo->type || strcmp(repo->type, m->kind) != 0))
		return false;
	if (holds(m, repo, NULL))
		return true;
	arr_each (revision, &repo->revisions) {
		if (holds(m, repo, revision))
			return true;
	}
	return false;
}

/* What a repository or a revision is sorted by. */
static double
sort_value(const struct cache_model *m, const struct scan_repo *repo,
    const struct scan_revision *revision)
{
	struct query_of of = { .repo = repo, .revision = revision };

	switch (m->sort) {
	case SORT_SIZE:
		return (double)(revision ? revision->held : repo->held);
	case SORT_ONLY:
		return (double)only_of((void *)(uintptr_t)m, &of);
	case SORT_USED:
		return revision ? rule_last_used(repo, revision)
		                : repo->accessed;
	case SORT_MODIFIED:
		return revision ? revision->modified : repo->modified;
	case SORT_FILES:
		return (double)(revision ? revision->files.n : repo->blobs.n);
	case SORT_REVISIONS:
		return revision ? 0 : (double)repo->revisions.n;
	case SORT_NAME:
	case CACHE_SORTS:
		break;
	}
	return 0;
}

/* One thing to be sorted: by its value, then by its name. */
struct sorted {
	double value;
	const char *name;
	uint32_t number;
};

static int
compare(const void *a, const void *b)
{
	const struct sorted *x = a;
	const struct sorted *y = b;

	if (x->value < y->value || x->value > y->value)
		return x->value > y->value ? -1 : 1;
	return strcasecmp(x->name, y->name);
}

static void
sort(const struct cache_model *m, struct sorted *list, size_t n)
{
	if (n)
		qsort(list, n, sizeof(*list), compare);
	for (size_t i = 0; m->up && i < n / 2; i++) {
		struct sorted other = list[i];

		list[i] = list[n - 1 - i];
		list[n - 1 - i] = other;
	}
}

bool
cache_shows(
    const struct cache_model *m, const struct scan_repo *repo, size_t revision)
{
	return holds(m, repo, NULL) ||
	       holds(m, repo, &repo->revisions.v[revision]);
}

/* Puts the revisions that are shown into the tree. */
static void
add_revisions(struct cache_model *m, struct item *item)
{
	const struct fold *fold = cache_fold(m, item);
	size_t n = item->repo->revisions.n, shown = 0;
	struct sorted *list;
	bool whole = holds(m, item->repo, NULL);

	if (item->nodes)
		return;
	list = mem_resize(NULL, n + 1, sizeof(*list));
	item->nodes = mem_resize(NULL, n + 1, sizeof(*item->nodes));
	for (size_t i = 0; i < n; i++) {
		const struct scan_revision *r = &item->repo->revisions.v[i];

		item->nodes[i] = NOT_SHOWN;
		if (!whole && !holds(m, item->repo, r))
			continue;
		list[shown++] = (struct sorted){ sort_value(m, item->repo, r),
			r->name, (uint32_t)i };
	}
	sort(m, list, shown);
	for (size_t i = 0; i < shown; i++) {
		uint32_t number = list[i].number;

		item->nodes[number] = tree_add(&m->tree, item->node, number,
		    item->repo->revisions.v[number].files.n);
		if (fold->children && fold->children[number])
			tree_open(&m->tree, item->nodes[number], true);
	}
	free(list);
}

/* -- gathering -- */

const char *
cache_warning(const struct scan_repo *repo)
{
	if (repo->unclear)
		return repo->unclear;
	return repo->linked    ? repo->linked
	       : repo->warning ? repo->warning
	                       : repo->fixed;
}

static void
gather(struct cache_model *m, const struct scan_repo *repo)
{
	for (size_t i = 0; i < repo->strays.n; i++) {
		const struct scan_stray *stray = &repo->strays.v[i];
		struct stray_ref ref = { repo, i };

		if (stray->partial) {
			arr_push(&m->partials, ref);
			m->partial_bytes += stray->disk.held;
		} else {
			arr_push(&m->orphans, ref);
			m->orphan_bytes += stray->disk.held;
		}
	}
	if (cache_warning(repo))
		arr_push(&m->damaged, repo);
	m->total += repo->own_held;
	m->warnings += repo->warning != NULL;
	m->repos += repo->type != NULL;
	m->revisions += repo->revisions.n;
}

static const struct item *
old_item(const struct item *old, size_t n, const struct item *item)
{
	for (size_t i = 0; i < n; i++) {
		if (old[i].kind == item->kind && old[i].repo == item->repo &&
		    old[i].store == item->store)
			return &old[i];
	}
	return NULL;
}

static void
add_item(struct cache_model *m, enum item_kind kind,
    const struct scan_repo *repo, const struct store *store)
{
	struct item item = { .kind = kind,
		.repo = repo,
		.store = store,
		.used = repo ? repo->accessed : 0 };

	arr_push(&m->items, item);
}

/* What is no repository comes first, as far as there is any. */
static void
add_gathered(struct cache_model *m)
{
	if (m->state == CACHE_READY && m->scan->leftovers.trash.n)
		add_item(m, ITEM_TRASH, NULL, NULL);
	if (m->partials.n)
		add_item(m, ITEM_PARTIALS, NULL, NULL);
	if (m->orphans.n)
		add_item(m, ITEM_ORPHANS, NULL, NULL);
	if (m->damaged.n)
		add_item(m, ITEM_WARNINGS, NULL, NULL);
	if (m->state == CACHE_READY && m->scan->shared.payloads)
		add_item(m, ITEM_SHARED, NULL, NULL);
	for (unsigned i = 0; m->stores_known && i < STORES; i++) {
		if (m->stores[i].sum.files)
			add_item(m, ITEM_STORE, NULL, &m->stores[i]);
	}
}

static void
add_repos(struct cache_model *m)
{
	struct sorted *list;
	size_t n = 0;

	if (!m->scan)
		return;
	list = mem_resize(NULL, m->scan->repos.n + 1, sizeof(*list));
	for (size_t i = 0; i < m->scan->repos.n; i++) {
		const struct scan_repo *repo = &m->scan->repos.v[i];

		if (!tally_has(m->tally, repo) || !repo->type ||
		    !is_shown(m, repo))
			continue;
		list[n++] = (struct sorted){ sort_value(m, repo, NULL),
			repo->id, (uint32_t)i };
	}
	sort(m, list, n);
	for (size_t i = 0; i < n; i++)
		add_item(m, ITEM_REPO, &m->scan->repos.v[list[i].number], NULL);
	free(list);
}

/* Makes the tree of the items, with what is in those that are open. */
static void
grow_tree(struct cache_model *m)
{
	tree_clear(&m->tree);
	m->largest = m->shown_bytes = 0;
	m->shown_repos = 0;
	for (size_t i = 0; i < m->items.n; i++) {
		struct item *item = &m->items.v[i];
		bool repo = item->kind == ITEM_REPO;
		struct node node = { i, -1, -1 };

		if (cache_bytes(m, &node) > m->largest)
			m->largest = cache_bytes(m, &node);
		m->shown_repos += repo;
		m->shown_bytes += repo ? item->repo->own_held : 0;
		item->node = tree_add(&m->tree, TREE_ROOT, (uint32_t)i,
		    repo ? 0 : cache_children(m, &node));
		if (!cache_fold(m, item)->open)
			continue;
		if (repo)
			add_revisions(m, item);
		tree_open(&m->tree, item->node, true);
	}
	count_rows(m);
}

/* The node's item among the new ones, by what it is. */
static bool
find_item(const struct cache_model *m, const struct item *old, size_t *at)
{
	const struct item *found = old_item(m->items.v, m->items.n, old);

	*at = found ? (size_t)(found - m->items.v) : 0;
	return found != NULL;
}

void
cache_refresh(struct cache_model *m)
{
	struct item *old = m->items.v;
	size_t n = m->items.n, row,
	       offset = m->table.rows.cursor - m->table.rows.top;
	struct node cursor = { 0, -1, -1 };
	bool had = cache_node(m, m->table.rows.cursor, &cursor);

	m->items.v = NULL;
	m->items.n = m->items.cap = 0;
	if (!m->query && !m->kind)
		add_gathered(m);
	add_repos(m);
	grow_tree(m);
	if (!m->touched)
		rows_go(&m->table.rows, 0);
	else if (had && find_item(m, &old[cursor.item], &cursor.item)) {
		row = cache_row(m, &cursor);
		if (row == SIZE_MAX)
			row =
			    cache_row(m, &(struct node){ cursor.item, -1, -1 });
		m->table.rows.top = row > offset ? row - offset : 0;
		rows_go(&m->table.rows, row);
	}
	for (size_t i = 0; i < n; i++)
		free(old[i].nodes);
	free(old);
}

void
cache_open(struct cache_model *m, const struct node *node, bool open)
{
	struct item *item = &m->items.v[node->item];
	struct fold *fold = cache_fold(m, item);
	struct tree_row row;

	if (node->file >= 0 || !cache_children(m, node) ||
	    !find_row(m, node, &row))
		return;
	if (node->child < 0) {
		fold->open = open;
		if (open && item->kind == ITEM_REPO)
			add_revisions(m, item);
	} else {
		if (!fold->children)
			fold->children =
			    mem_zalloc(item->repo->revisions.n + 1);
		fold->children[node->child] = open;
	}
	tree_open(&m->tree, row.node, open);
	count_rows(m);
}

bool
cache_set_filter(struct cache_model *m, const char *text, struct error *err)
{
	struct query *query = NULL;

	if (query_is_blank(text))
		text = "";
	else if (!(query = query_parse(text, err)))
		return false;
	query_free(m->query);
	m->query = query;
	free(m->filter);
	m->filter = mem_strdup(text);
	cache_refresh(m);
	return true;
}

/* -- the scan -- */

void
cache_begin(struct cache_model *m, const struct scan *scan)
{
	drop_items(m);
	drop_scan(m);
	drop_stores(m);
	m->scan = scan;
	m->folds =
	    mem_zalloc((scan->repos.n + ITEM_REPO) * sizeof(struct fold));
	arr_free(&m->uses);
	m->tally = tally_new(scan);
	m->state = CACHE_PARTIAL;
	m->total = m->partial_bytes = m->orphan_bytes = 0;
	m->repos = m->revisions = m->warnings = 0;
	drop_failure(m);
	cache_refresh(m);
}

void
cache_found(struct cache_model *m, const struct scan_repo *repo)
{
	tally_add(m->tally, repo);
	gather(m, repo);
}

void
cache_scanned(struct cache_model *m, struct scan *scan)
{
	m->own = scan;
	m->state = CACHE_READY;
	m->total = scan->held;
	tally_share(m->tally);
	cache_refresh(m);
}

struct scan *
cache_give(struct cache_model *m)
{
	struct scan *scan = m->own;

	m->own = NULL;
	drop_items(m);
	drop_scan(m);
	m->state = CACHE_LOADING;
	return scan;
}

void
cache_failed(struct cache_model *m, const char *why, const char *advice)
{
	drop_items(m);
	drop_scan(m);
	m->state = CACHE_FAILED;
	drop_failure(m);
	m->failure = mem_strdup(why);
	m->advice = mem_strdup(advice);
	cache_refresh(m);
}

void
cache_set_stores(struct cache_model *m, const struct store *stores)
{
	drop_stores(m);
	memcpy(m->stores, stores, sizeof(m->stores));
	m->stores_known = true;
	cache_refresh(m);
}
