/*
 * upload_doubts.c: what of an upload looks wrong before anything is sent: files that an
 * index or their numbers say are missing, numbered files of two sets, names that differ
 * in case alone.
 *
 * Files that the repository has count as there. It is asked only about the folders in
 * which there are such files.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/hub/call.h"
#include "core/hub/endpoint.h"
#include "core/hub/tree.h"
#include "core/os/file.h"
#include "core/up/upload_own.h"
#include "core/weights/cautions.h"

/* Folders that are asked about one by one; of more the whole repository is listed. */
#define FOLDERS_MOST 16

#define INCOMPLETE (1u << CAUTION_INCOMPLETE)

struct up_doubting {
	struct work work;
	struct upload *upload;
	void (*then)(struct upload *u);
	up_doubts list;
	up_paths folders; /* to ask about */
	size_t next_folder;
	up_paths there; /* what the repository has in them */
	/* During a look: */
	struct map targets; /* paths in the repository, to files */
	up_paths names;     /* their texts, maybe the files' own */
	bool asked;
};

static void
clear_list(up_doubts *list)
{
	arr_each (doubt, list) {
		free(doubt->text);
		arr_each (path, &doubt->paths)
			free(*path);
		arr_free(&doubt->paths);
	}
	list->n = 0;
}

static void
clear_paths(up_paths *paths)
{
	arr_each (path, paths)
		free(*path);
	paths->n = 0;
}

void
up_doubts_fini(struct upload *u)
{
	struct up_doubting *d = u->doubting;

	if (!d)
		return;
	clear_list(&d->list);
	arr_free(&d->list);
	clear_paths(&d->folders);
	arr_free(&d->folders);
	clear_paths(&d->there);
	arr_free(&d->there);
	free(d);
}

/* -- a look, on the pool -- */

static bool
is_target(void *context, const char *path)
{
	const struct up_doubting *d = context;

	return map_find(&d->targets, path, NULL);
}

static void
add_doubt(struct up_doubting *d, char *text, char *const *paths, size_t n,
    size_t total)
{
	struct up_doubt doubt = { .text = text, .total = total };

	for (size_t i = 0; i < n; i++)
		arr_push(&doubt.paths, mem_strdup(paths[i]));
	arr_push(&d->list, doubt);
}

/* Small files that may name others: of those that are sent, as they are here. */
static void
read_texts(struct up_doubting *d, struct cautions *c)
{
	struct upload *u = d->upload;
	struct error err;

	for (size_t i = 0; i < c->texts.n; i++) {
		const struct caution_text *text = &c->texts.v[i];
		struct str content = STR_INIT;
		size_t index;
		char *local;

		if (!(text->kinds & INCOMPLETE) ||
		    !map_find(&d->targets, text->path, &index)) {
			cautions_no_text(c, i, "");
			continue;
		}
		local = up_local(u, &u->selection.files.v[index]);
		if (file_read_all(
			local, CAUTION_TEXT_BYTES_MAX, &content, &err))
			cautions_add_text(c, i, content.v, content.n);
		else
			cautions_no_text(c, i, err.message);
		free(local);
		str_fini(&content);
	}
}

static void
want_folder(struct up_doubting *d, const char *path)
{
	char *folder = path_folder(path);

	for (size_t i = 0; i < d->folders.n; i++) {
		if (d->folders.n <= FOLDERS_MOST &&
		    strcmp(d->folders.v[i], folder) != 0)
			continue;
		free(folder);
		return;
	}
	arr_push(&d->folders, folder);
}

/* Where there are numbered files and indexes. */
static void
find_folders(struct up_doubting *d, const struct cautions *c)
{
	arr_each (set, &c->shards.sets)
		want_folder(d, set->stem);
	arr_each (text, &c->texts) {
		if (text->kinds & INCOMPLETE && text->wanted)
			want_folder(d, text->path);
	}
	arr_each (quant, &c->quants.list) {
		if (!quant->whole && quant->files.n)
			want_folder(d, quant->files.v[0].path);
	}
}

static void
add_other_set(struct up_doubting *d, const struct shard_set *set,
    const struct shard_set *other)
{
	struct str text = STR_INIT;

	str_addf(&text, "%s*%s is of two sets: one of %u files and one of %u%s",
	    set->stem, set->tail, set->count, other->count,
	    other->wanted ? "" : ", which the repository has");
	add_doubt(d, str_steal(&text), NULL, 0, 0);
}

/* "model-00001-of-00002" beside "model-00001-of-00003": one of them is old. */
static void
find_other_sets(struct up_doubting *d, const struct cautions *c)
{
	struct map things = MAP_INIT;
	up_paths names = { 0 };

	for (size_t i = 0; i < c->shards.sets.n; i++) {
		const struct shard_set *set = &c->shards.sets.v[i];
		const struct shard_set *other;
		struct str name = STR_INIT;
		size_t at;

		str_addf(&name, "%s\n%s", set->stem, set->tail);
		arr_push(&names, str_steal(&name));
		if (map_add(&things, names.v[i], i) ||
		    !map_find(&things, names.v[i], &at))
			continue;
		other = &c->shards.sets.v[at];
		if (set->count == other->count)
			continue;
		if (set->wanted)
			add_other_set(d, set, other);
		else if (other->wanted)
			add_other_set(d, other, set);
	}
	map_fini(&things);
	clear_paths(&names);
	arr_free(&names);
}

/* Letters of ASCII alone: what file systems do with others differs. */
static int
by_folded(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	int order = strcasecmp(*x, *y);

	return order ? order : strcmp(*x, *y);
}

/* `names` is sorted by it, as their order does not matter any more. */
static void
find_clashes(struct up_doubting *d)
{
	size_t from = 0;

	if (d->names.n)
		qsort(d->names.v, d->names.n, sizeof(*d->names.v), by_folded);
	for (size_t i = 1; i <= d->names.n; i++) {
		if (i < d->names.n &&
		    !strcasecmp(d->names.v[i], d->names.v[from]))
			continue;
		if (i - from > 1)
			add_doubt(d,
			    mem_strdup(
				"these names differ in case alone: one "
				"computer in two keeps only one of them"),
			    &d->names.v[from], i - from, i - from);
		from = i;
	}
}

/* What a look found in files that are there, or ought to be. */
static void
take_cautions(struct up_doubting *d, struct cautions *c)
{
	arr_each (caution, &c->list) {
		if (caution->kind != CAUTION_INCOMPLETE)
			continue;
		add_doubt(d, caution->text, caution->paths.v, caution->paths.n,
		    caution->paths_total);
		caution->text = NULL;
	}
	/* A file that was to be read and could not. */
	arr_each (unchecked, &c->unchecked) {
		struct str text = STR_INIT;

		if (!(unchecked->kinds & INCOMPLETE) || !*unchecked->why ||
		    !is_target(d, unchecked->what))
			continue;
		str_addf(&text, "%s cannot be read: %s", unchecked->what,
		    unchecked->why);
		add_doubt(d, str_steal(&text), NULL, 0, 0);
	}
}

static void
look(struct up_doubting *d)
{
	struct upload *u = d->upload;
	/* Of 100,000 files another copy would be felt. */
	bool borrowed = !u->request.is_file && !*u->request.target;
	struct map deleted = MAP_INIT;
	struct cautions c;

	arr_each (file, &u->selection.files) {
		struct str target = STR_INIT;

		if (borrowed) {
			arr_push(&d->names, file->path);
			continue;
		}
		upload_add_target(u, &target, file->path);
		arr_push(&d->names, str_steal(&target));
	}
	for (size_t i = 0; i < d->names.n; i++)
		(void)map_add(&d->targets, d->names.v[i], i);
	cautions_init(&c, &u->repo, is_target, d, false);
	for (size_t i = 0; i < d->names.n; i++)
		cautions_add_file(
		    &c, d->names.v[i], u->selection.files.v[i].mark.size);
	arr_each (path, &u->all_deletes)
		(void)map_add(&deleted, *path, 0);
	arr_each (path, &d->there) {
		if (!is_target(d, *path) && !map_find(&deleted, *path, NULL))
			cautions_add_file(&c, *path, 0);
	}
	map_fini(&deleted);
	cautions_listed(&c);
	read_texts(d, &c);
	cautions_end(&c);
	if (!d->asked)
		find_folders(d, &c);
	clear_list(&d->list);
	take_cautions(d, &c);
	find_other_sets(d, &c);
	find_clashes(d);
	cautions_fini(&c);
	map_fini(&d->targets);
	if (!borrowed)
		clear_paths(&d->names);
	arr_free(&d->names);
}

static void
run_look(struct work *work)
{
	look(CONTAINER_OF(work, struct up_doubting, work));
}

/* -- what the repository has -- */

static void ask_folder(struct up_doubting *d);
static void on_second(struct work *work);

static bool
on_there(void *context, const struct treefile *file)
{
	struct up_doubting *d = context;

	arr_push(&d->there, mem_strdup(file->path));
	return true;
}

/* What cannot be seen by this user, or is not there yet, the next steps tell of. */
static void
on_folder(void *context, const struct error *err)
{
	struct up_doubting *d = context;

	d->upload->call = NULL;
	if (err && err->code != ERR_NOT_FOUND && err->code != ERR_AUTH)
		up_fail(d->upload, err);
	else
		ask_folder(d);
}

static void
ask_folder(struct up_doubting *d)
{
	struct upload *u = d->upload;
	const struct tree_taker taker = {
		.take = on_there, .done = on_folder, .context = d
	};
	bool all = d->folders.n > FOLDERS_MOST;

	if (d->next_folder < d->folders.n) {
		u->call = tree_list(u->hub,
		    &(struct tree_request){ .repo = &u->repo,
			.revision = u->branch,
			.folder = all ? "" : d->folders.v[d->next_folder],
			.recursive = all },
		    &taker);
		d->next_folder += all ? d->folders.n : 1;
	} else {
		d->asked = true;
		up_out(u, &d->work, run_look, on_second);
	}
}

static void
on_second(struct work *work)
{
	struct up_doubting *d = CONTAINER_OF(work, struct up_doubting, work);

	if (up_back(d->upload))
		d->then(d->upload);
}

static void
on_first(struct work *work)
{
	struct up_doubting *d = CONTAINER_OF(work, struct up_doubting, work);

	if (!up_back(d->upload))
		return;
	if (d->folders.n)
		ask_folder(d);
	else
		d->then(d->upload);
}

void
up_look_for_doubts(struct upload *u, void (*then)(struct upload *u))
{
	struct up_doubting *d = mem_new(struct up_doubting);

	d->upload = u;
	d->then = then;
	u->doubting = d;
	up_out(u, &d->work, run_look, on_first);
}

const struct up_doubt *
upload_doubts(const struct upload *u, size_t *n)
{
	*n = u->doubting ? u->doubting->list.n : 0;
	return u->doubting ? u->doubting->list.v : NULL;
}
