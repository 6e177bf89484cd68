#include "tui/repo/model.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/sort.h"
#include "core/base/span.h"
#include "core/os/clock.h"
#include "core/queue/list.h"
#include "core/weights/kind.h"
#include "tui/engine/repo.h"

/* Files at a time, and for how long, until keys are looked at again. */
#define SLICE 1024
#define SLICE_MS 8

/* A filter opens folders as long as it has shown no more than this. */
#define OPENED_MAX 200

/* Of more files only those that are ticked are looked at again. */
#define LOOK_MAX 5000

/* While files still come, more than so many are not sorted anew more often than so. */
#define SORTED_MAX 5000
#define SORTED_MS 1000

/* Files that are sorted until the clock is looked at. */
#define SORT_STEP 2048

/* -- the tree -- */

/* What is shown of the folder, which is made with those that it lies in. */
static uint32_t
node_of(struct repo_model *m, uint32_t folder)
{
	uint32_t parent, node;
	bool open;

	while (m->nodes.n <= folder)
		arr_push(&m->nodes, 0);
	while (m->opened.n <= folder)
		arr_push(&m->opened, false);
	if (m->nodes.v[folder])
		return m->nodes.v[folder];
	parent =
	    folder ? node_of(m, m->pick.folders.v[folder].parent) : TREE_ROOT;
	node = tree_add(&m->tree, parent, folder, 0);
	while (m->leaves.n <= node)
		arr_push(&m->leaves, (struct repo_leaves){ .mixed = false });
	open = !folder || m->opened.v[folder] ||
	       (*m->filter && m->shown < OPENED_MAX);
	if (open)
		tree_open(&m->tree, node, true);
	m->leaves.v[parent].unordered = m->unsorted = true;
	m->nodes.v[folder] = node;
	return node;
}

/* Forgets how far files were sorted. */
static void
sort_anew(struct repo_model *m)
{
	sort_drop(&m->sorting);
	m->sorted_node = 0;
}

static void
clear_tree(struct repo_model *m)
{
	tree_clear(&m->tree);
	arr_each (leaves, &m->leaves)
		arr_free(&leaves->files);
	arr_free(&m->leaves);
	arr_free(&m->nodes);
	m->fed = m->shown = 0;
	sort_anew(m);
	pick_see_none(&m->pick);
	m->unsorted = false;
	if (m->pick.files.n)
		(void)node_of(m, 0);
}

/* -- order -- */

static int
compare_sizes(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

static int
compare_files(const void *context, uint32_t a, uint32_t b)
{
	const struct repo_model *m = context;
	const struct pick_file *x = &m->pick.files.v[a];
	const struct pick_file *y = &m->pick.files.v[b];
	int order = 0;

	if (m->sort == REPO_SORT_SIZE)
		order = compare_sizes(x->size, y->size);
	else if (m->sort == REPO_SORT_KIND)
		order =
		    strcmp(file_kind_name(x->name), file_kind_name(y->name));
	else if (m->sort == REPO_SORT_HERE)
		order = (int)y->here - (int)x->here;
	if (!order)
		order = sort_natural(x->name, y->name);
	return m->up ? -order : order;
}

static int
compare_folders(const void *context, uint32_t a, uint32_t b)
{
	const struct repo_model *m = context;
	const struct pick_folder *x =
	    &m->pick.folders.v[tree_node(&m->tree, a)->tag];
	const struct pick_folder *y =
	    &m->pick.folders.v[tree_node(&m->tree, b)->tag];
	int order = 0;

	if (m->sort == REPO_SORT_SIZE)
		order = compare_sizes(x->all.bytes, y->all.bytes);
	if (!order)
		order = sort_natural(x->name, y->name);
	return m->up ? -order : order;
}

/* Sorts on the files of a node; true once all that it had at the beginning are. */
static bool
sort_files(struct repo_model *m, struct repo_leaves *leaves, uint64_t until_ms)
{
	struct sort_job *job = &m->sorting;

	leaves->mixed = leaves->files.n > 1;
	if (!leaves->mixed)
		return true;
	if (!job->n)
		sort_begin(
		    job, leaves->files.v, leaves->files.n, compare_files, m);
	while (!sort_step(job, SORT_STEP)) {
		if (clock_ms() >= until_ms)
			return false;
	}
	memcpy(leaves->files.v, job->numbers, job->n * sizeof(*job->numbers));
	/* More have come meanwhile. */
	leaves->mixed = leaves->files.n > job->n;
	sort_drop(job);
	return true;
}

/* Brings all into order, or as much as can be until then. */
static void
settle_order(struct repo_model *m, uint64_t until_ms)
{
	bool mixed = false;

	for (; m->sorted_node < m->leaves.n; m->sorted_node++) {
		struct repo_leaves *leaves = &m->leaves.v[m->sorted_node];

		if (leaves->unordered)
			tree_order(
			    &m->tree, m->sorted_node, compare_folders, m);
		leaves->unordered = false;
		if (leaves->mixed && !sort_files(m, leaves, until_ms))
			return;
		mixed = mixed || leaves->mixed;
	}
	m->unsorted = mixed;
	m->sorted_node = 0;
}

bool
repo_is_sorting(const struct repo_model *m)
{
	return m->sorting.n;
}

/* -- the filter -- */

static char
folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Letters compare without case. */
static bool
holds(const char *text, struct span word)
{
	const char first = word.n ? folded(*word.p) : '\0';

	for (; *text; text++) {
		size_t i = 1;

		if (folded(*text) != first)
			continue;
		while (i < word.n && folded(text[i]) == folded(word.p[i]))
			i++;
		if (i == word.n)
			return true;
	}
	return !word.n;
}

/* What is known of the words of a filter while files are tried one after the other:
 * those that a folder's path has, all of its files have. */
struct sieve {
	struct str path;
	uint32_t folder; /* UINT32_MAX: none yet */
	uint64_t found;  /* words, a bit each */
};

static void
look_at_folder(const struct repo_model *m, uint32_t folder, struct sieve *sieve)
{
	struct span rest = span_of(m->filter), word;

	sieve->folder = folder;
	sieve->found = 0;
	for (unsigned i = 0; i < 64 && span_next(&rest, ' ', &word); i++) {
		if (holds(m->pick.folders.v[folder].path, word))
			sieve->found |= (uint64_t)1 << i;
	}
}

static bool
passes(const struct repo_model *m, uint32_t number, struct sieve *sieve)
{
	const struct pick_file *file = &m->pick.files.v[number];
	struct span rest = span_of(m->filter), word;

	if (!*m->filter)
		return true;
	if (file->folder != sieve->folder)
		look_at_folder(m, file->folder, sieve);
	for (unsigned i = 0; span_next(&rest, ' ', &word); i++) {
		if (i < 64 && sieve->found & (uint64_t)1 << i)
			continue;
		/* Only what has a "/" may begin in the one and end in the other. */
		if (!memchr(word.p, '/', word.n)) {
			if (!holds(file->name, word))
				return false;
			continue;
		}
		pick_path(&m->pick, number, &sieve->path);
		if (!holds(sieve->path.v, word))
			return false;
	}
	return true;
}

static void
show_file(struct repo_model *m, uint32_t file)
{
	uint32_t node = node_of(m, m->pick.files.v[file].folder);
	struct repo_leaves *leaves = &m->leaves.v[node];

	if (leaves->files.n &&
	    compare_files(m, leaves->files.v[leaves->files.n - 1], file) > 0)
		leaves->mixed = m->unsorted = true;
	arr_push(&leaves->files, file);
	pick_see(&m->pick, file);
	tree_add_leaves(&m->tree, node, 1);
	m->shown++;
}

static void
feed(struct repo_model *m)
{
	struct sieve sieve = { .path = STR_INIT, .folder = UINT32_MAX };

	for (int i = 0; i < SLICE && m->fed < m->pick.files.n; i++, m->fed++) {
		if (passes(m, (uint32_t)m->fed, &sieve))
			show_file(m, (uint32_t)m->fed);
	}
	str_fini(&sieve.path);
}

/* -- rows -- */

static bool
row_of(const struct repo_model *m, const struct tree_row *at,
    struct repo_row *what)
{
	const struct tree_node *node = tree_node(&m->tree, at->node);

	*what = (struct repo_row){ .is_file = at->leaf >= 0 };
	what->number =
	    what->is_file ? m->leaves.v[at->node].files.v[at->leaf] : node->tag;
	what->open = !what->is_file && node->open;
	for (uint32_t up = at->node; up != TREE_ROOT;
	     up = tree_node(&m->tree, up)->parent)
		what->depth++;
	what->depth -= !what->is_file;
	return true;
}

bool
repo_row(const struct repo_model *m, size_t row, struct repo_row *what)
{
	struct tree_row at;

	return tree_at(&m->tree, row, &at) && row_of(m, &at, what);
}

/* Where a row is now; SIZE_MAX: nowhere. */
static size_t
find_row(const struct repo_model *m, const struct repo_row *what)
{
	uint32_t folder =
	    what->is_file ? m->pick.files.v[what->number].folder : what->number;
	struct tree_row at = { 0, -1 };

	if (folder >= m->nodes.n || !m->nodes.v[folder])
		return SIZE_MAX;
	at.node = m->nodes.v[folder];
	if (!what->is_file)
		return tree_row(&m->tree, &at);
	for (size_t i = 0; i < m->leaves.v[at.node].files.n; i++) {
		if (m->leaves.v[at.node].files.v[i] == what->number)
			at.leaf = (long)i;
	}
	return at.leaf < 0 ? SIZE_MAX : tree_row(&m->tree, &at);
}

/* The list has changed: the cursor stays with its row. */
static void
settle_rows(struct repo_model *m, const struct repo_row *cursor)
{
	size_t row = cursor ? find_row(m, cursor) : SIZE_MAX;

	m->table.rows.count = tree_count(&m->tree);
	rows_settle(&m->table.rows);
	if (row != SIZE_MAX && row != m->table.rows.cursor) {
		long from_top =
		    (long)m->table.rows.cursor - (long)m->table.rows.top;

		rows_go(&m->table.rows, row);
		if ((long)row >= from_top)
			m->table.rows.top = row - (size_t)from_top;
		rows_settle(&m->table.rows);
	}
}

void
repo_open(struct repo_model *m, uint32_t folder, bool open)
{
	if (folder >= m->nodes.n || !m->nodes.v[folder])
		return;
	m->opened.v[folder] = open;
	tree_open(&m->tree, m->nodes.v[folder], open);
	settle_rows(m, NULL);
}

void
repo_go_up(struct repo_model *m, const struct repo_row *what)
{
	struct repo_row up = { .is_file = false };
	size_t row;

	up.number = what->is_file ? m->pick.files.v[what->number].folder
	                          : m->pick.folders.v[what->number].parent;
	row = find_row(m, &up);
	if (row != SIZE_MAX)
		rows_go(&m->table.rows, row);
}

void
repo_set_filter(struct repo_model *m, const char *words)
{
	struct repo_row cursor;
	bool any = repo_row(m, m->table.rows.cursor, &cursor);

	if (!strcmp(m->filter, words))
		return;
	free(m->filter);
	m->filter = mem_strdup(words);
	clear_tree(m);
	(void)repo_work(m, clock_ms());
	settle_rows(m, any ? &cursor : NULL);
}

void
repo_sort_by(struct repo_model *m, enum repo_sort sort, bool up)
{
	struct repo_row cursor;
	bool any = repo_row(m, m->table.rows.cursor, &cursor);

	m->sort = sort;
	m->up = up;
	arr_each (leaves, &m->leaves)
		leaves->mixed = leaves->unordered = true;
	m->unsorted = m->leaves.n > 0;
	sort_anew(m);
	settle_order(m, clock_ms() + SLICE_MS);
	settle_rows(m, any ? &cursor : NULL);
}

/* -- work -- */

bool
repo_is_at_work(const struct repo_model *m)
{
	return m->pick.matched < m->pick.files.n || m->fed < m->pick.files.n;
}

bool
repo_work(struct repo_model *m, uint64_t now_ms)
{
	struct repo_row cursor;
	bool any = repo_row(m, m->table.rows.cursor, &cursor);
	bool coming = m->state == REPO_STATE_PARTIAL;

	size_t shown = m->shown;
	uint32_t node = m->sorted_node;
	bool was_sorting = m->sorting.n;

	if (!repo_is_at_work(m) && !m->unsorted)
		return false;
	while (repo_is_at_work(m) && clock_ms() < now_ms + SLICE_MS) {
		(void)pick_match(&m->pick, SLICE);
		feed(m);
	}
	if (m->unsorted && (m->sorting.n || m->shown < SORTED_MAX ||
			       (m->fed == m->pick.files.n && !coming) ||
			       now_ms > m->sorted_ms + SORTED_MS)) {
		settle_order(m, now_ms + SLICE_MS);
		m->sorted_ms = now_ms;
	}
	/* Only where rows have moved: with many that takes its time. */
	if (m->shown != shown || m->sorted_node != node || !was_sorting ||
	    !m->sorting.n)
		settle_rows(m, any ? &cursor : NULL);
	return repo_is_at_work(m) || m->sorting.n || (m->unsorted && !coming);
}

/* -- what the engine tells -- */

void
repo_model_init(struct repo_model *m)
{
	pick_init(&m->pick);
	m->advice = (struct str)STR_INIT;
	m->filter = mem_strdup("");
}

void
repo_model_fini(struct repo_model *m)
{
	pick_restart(&m->pick);
	clear_tree(m);
	tree_clear(&m->tree);
	pick_fini(&m->pick);
	arr_free(&m->opened);
	arr_free(&m->nodes);
	queue_job_free(m->job);
	str_fini(&m->advice);
	free(m->filter);
}

bool
repo_is_same(const struct repo_model *m, const struct queue_job *job)
{
	return m->job && m->job->type == job->type &&
	       !strcmp(m->job->repo, job->repo);
}

void
repo_begin(struct repo_model *m, struct queue_job *job)
{
	bool same = repo_is_same(m, job);

	queue_job_free(m->job);
	m->job = job;
	m->state = REPO_STATE_LOADING;
	m->gate = REPO_GATE_NONE;
	m->error.code = ERR_NONE;
	*m->commit = '\0';
	m->range = false;
	pick_restart(&m->pick);
	if (!same)
		pick_forget_hand(&m->pick);
	arr_free(&m->opened);
	clear_tree(m);
	settle_rows(m, NULL);
	m->disk_known = false;
}

static unsigned
percent(const struct repo_file *file)
{
	return file->size
	           ? (unsigned)((double)file->kept * 100 / (double)file->size)
	           : 0;
}

static const enum pick_here heres[] = { [HERE_NOT] = PICK_ABSENT,
	[HERE_PART] = PICK_PART,
	[HERE_OTHER] = PICK_OTHER,
	[HERE_WHOLE] = PICK_HERE };

static void
take_files(struct repo_model *m, const struct repo_event *event)
{
	if (event->first) {
		pick_restart(&m->pick);
		clear_tree(m);
	}
	arr_each (file, &event->files)
		pick_add(&m->pick, event->text.v + file->path, file->size,
		    event->text.v + file->etag, heres[file->here],
		    percent(file));
	m->state = REPO_STATE_PARTIAL;
}

/* Of an older listing it says nothing. */
static void
take_here(struct repo_model *m, const struct repo_event *event)
{
	if (strcmp(event->commit, m->commit) != 0)
		return;
	arr_each (file, &event->files) {
		if (file->number < m->pick.files.n)
			pick_set_here(&m->pick, file->number, heres[file->here],
			    percent(file));
	}
}

struct repo_event *
repo_what_may_be_here(const struct repo_model *m)
{
	struct repo_event *event = mem_new(struct repo_event);
	struct str path = STR_INIT;
	char etag[DIGEST_HEX_MAX];

	event->text = (struct str)STR_INIT;
	memcpy(event->commit, m->commit, COMMIT_MAX);
	for (uint32_t i = 0; i < m->pick.files.n; i++) {
		const struct pick_file *file = &m->pick.files.v[i];

		if (!(file->flags & PICK_TICKED) && m->pick.files.n > LOOK_MAX)
			continue;
		pick_path(&m->pick, i, &path);
		pick_etag(&m->pick, i, etag);
		repo_event_add(event, path.v, etag,
		    &(struct repo_file){ .number = i, .size = file->size });
	}
	str_fini(&path);
	return event;
}

/* What was found when a file was read is known better. */
static void
take_gate(struct repo_model *m, const struct repo_event *event)
{
	if (event->gated && m->gate == REPO_GATE_NONE)
		m->gate = event->closed ? REPO_GATE_SHUT : REPO_GATED;
}

void
repo_was_read(struct repo_model *m, const struct error *why)
{
	if (why && why->code == ERR_GATED)
		m->gate = REPO_GATE_SHUT;
	else if (!why && m->gate != REPO_GATE_NONE)
		m->gate = REPO_GATE_OPEN;
}

void
repo_take(struct repo_model *m, const struct repo_event *event)
{
	if (event->disk_known) {
		m->disk_known = true;
		m->disk = event->disk;
	}
	if (*event->commit && event->kind != REPO_EVENT_HERE)
		memcpy(m->commit, event->commit, COMMIT_MAX);
	switch (event->kind) {
	case REPO_EVENT_FILES:
		take_gate(m, event);
		take_files(m, event);
		break;
	case REPO_EVENT_LISTED:
		take_gate(m, event);
		m->state = event->stopped ? REPO_STATE_STOPPED
		           : event->stale ? REPO_STATE_STALE
		                          : REPO_STATE_READY;
		m->error = event->error;
		break;
	case REPO_EVENT_FAILED:
		m->state = REPO_STATE_FAILED;
		m->error = event->error;
		break;
	case REPO_EVENT_HERE:
		take_here(m, event);
		break;
	case REPO_EVENT_NOTE:
	case REPO_EVENT_REFS:
	case REPO_EVENT_CHANGES:
		break;
	}
	(void)repo_work(m, clock_ms());
}

/* -- ticks -- */

/* Files below a node, folded or not. */
static void
each_below(const struct repo_model *m, uint32_t node,
    void (*each)(void *context, uint32_t file), void *context)
{
	const struct tree_node *at = tree_node(&m->tree, node);

	arr_each (child, &at->children)
		each_below(m, *child, each, context);
	arr_each (file, &m->leaves.v[node].files)
		each(context, *file);
}

void
repo_each_shown(const struct repo_model *m, uint32_t folder,
    void (*each)(void *context, uint32_t file), void *context)
{
	if (folder < m->nodes.n && m->nodes.v[folder])
		each_below(m, m->nodes.v[folder], each, context);
}

enum repo_ticked
repo_row_ticked(const struct repo_model *m, const struct repo_row *what)
{
	const struct pick_folder *folder = &m->pick.folders.v[what->number];

	if (what->is_file)
		return m->pick.files.v[what->number].flags & PICK_TICKED
		           ? REPO_ALL_TICKED
		           : REPO_NOT_TICKED;
	if (!folder->seen_ticked)
		return REPO_NOT_TICKED;
	return folder->seen_ticked == folder->seen ? REPO_ALL_TICKED
	                                           : REPO_SOME_TICKED;
}

struct ticking {
	struct pick *pick;
	bool on;
};

static void
tick_one(void *context, uint32_t file)
{
	struct ticking *ticking = context;

	pick_set(ticking->pick, file, ticking->on);
}

void
repo_tick(struct repo_model *m, const struct repo_row *what, bool on)
{
	struct ticking ticking = { &m->pick, on };

	if (what->is_file)
		pick_set(&m->pick, what->number, on);
	else
		repo_each_shown(m, what->number, tick_one, &ticking);
}

size_t
repo_ticked_unseen(const struct repo_model *m)
{
	const struct pick_folder *root = &m->pick.folders.v[0];

	/* Until all were tried it is not known what is seen. */
	if (!*m->filter || m->fed < m->pick.files.n)
		return 0;
	return root->ticked.files - root->seen_ticked;
}
