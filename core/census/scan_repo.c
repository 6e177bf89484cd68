#include "core/census/scan_repo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/repoid.h"
#include "core/base/sums.h"
#include "core/census/scan_repo_own.h"
#include "core/os/dir.h"
#include "core/os/file.h"
#include "core/os/inodes.h"
#include "core/os/root.h"
#include "core/os/walk.h"
#include "core/store/refs.h"
#include "core/store/shared.h"

void
scan_warn(struct scan_repo *repo, const char *before, const char *path,
    const char *after)
{
	struct str text = STR_INIT;

	if (repo->warning)
		return;
	str_addf(&text, "%s%s%s", before, path, after);
	repo->warning = str_steal(&text);
}

void
scan_warn_at(struct reading *r, const char *before, const char *below)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s%s", r->path.v, below);
	scan_warn(r->repo, before, path.v, "");
	str_fini(&path);
}

/* What cannot be read or understood; the first of it is kept. */
static void
not_clear(struct scan_repo *repo, const char *path, const char *why)
{
	struct str text = STR_INIT;

	if (repo->unclear)
		return;
	str_addf(&text, "%s %s", path, why);
	repo->unclear = str_steal(&text);
}

void
scan_not_read(struct scan_repo *repo, const char *path, int errnum)
{
	struct str why = STR_INIT;

	str_addf(&why, "cannot be read: %s", strerror(errnum));
	not_clear(repo, path, why.v);
	str_fini(&why);
}

void
scan_check_fixed(
    struct scan_repo *repo, const struct walk *walk, const char *path)
{
	struct str text = STR_INIT;
	int errnum = repo->fixed ? 0 : walk_fixed(walk);

	if (errnum) {
		str_addf(&text, "%s: %s", path, strerror(errnum));
		repo->fixed = str_steal(&text);
	}
}

/* -- refs -- */

static void
take_ref(void *context, const struct ref_found *ref)
{
	const char *text = ref->text->v;
	struct reading *r = context;
	size_t at;

	if (!map_find(&r->refs, text, &at)) {
		struct commit_refs entry = { .commit = mem_strdup(text),
			.meant = ref_meant(ref->text) };

		at = r->commits.n;
		arr_push(&r->commits, entry);
		map_add(&r->refs, entry.commit, at);
	}
	arr_push(&r->commits.v[at].names, mem_strdup(ref->name));
	r->commits.v[at].held += ref->held;
}

static void
refuse_ref(void *context, const char *name, const char *why)
{
	struct reading *r = context;
	struct str path = STR_INIT;

	str_addf(&path, "refs%s%s", *name ? "/" : "", name);
	not_clear(r->repo, path.v, why);
	str_fini(&path);
}

/* A text that is no commit, and no revision's name either, may mean any. */
static void
judge_refs(struct reading *r)
{
	arr_each (refs, &r->commits) {
		struct str path = STR_INIT;

		if (!refs->known && !repo_is_commit(refs->meant)) {
			str_addf(&path, "refs/%s", refs->names.v[0]);
			not_clear(r->repo, path.v,
			    *refs->meant ? "holds no commit" : "is empty");
		}
		str_fini(&path);
	}
}

/* -- a repository -- */

/* As Python prints a dict of sets. */
static void
warn_of_refs(struct reading *r)
{
	struct str text = STR_INIT;
	const char *before = "{";

	arr_each (refs, &r->commits) {
		if (refs->used)
			continue;
		str_addz(&text, before);
		str_add_quoted(&text, refs->commit);
		for (size_t i = 0; i < refs->names.n; i++) {
			str_addz(&text, i ? ", " : ": {");
			str_add_quoted(&text, refs->names.v[i]);
		}
		str_addc(&text, '}');
		before = ", ";
	}
	if (text.n) {
		str_addf(&text, "} (%s).", r->path.v);
		scan_warn(r->repo,
		    "Reference(s) refer to missing commit hashes: ", text.v,
		    "");
	}
	str_fini(&text);
}

/* Takes `n` hex digits; NULL if there are none so many, or more. */
static const char *
skip_hex(const char *text, size_t n)
{
	return strspn(text, "0123456789abcdef") == n ? text + n : NULL;
}

bool
scan_is_blob_name(const char *name, bool *partial)
{
	bool hidden = *name == '.';
	const char *at = skip_hex(name + hidden, 64), *rest;

	at = at ? at : skip_hex(name + hidden, 40);
	*partial = false;
	if (!at || (!*at && !hidden))
		return at != NULL;
	/* .<sum>.<8 hex>.old or .shared: a link on its way to its name */
	if (hidden) {
		rest = *at == '.' ? skip_hex(at + 1, 8) : NULL;
		return rest &&
		       (!strcmp(rest, ".old") || !strcmp(rest, ".shared"));
	}
	/* <sum>[.<8 hex>|.hug|.hug-<8 hex>].incomplete */
	if (!strncmp(at, ".hug", 4))
		at += 4;
	rest = *at == '-' || *at == '.' ? skip_hex(at + 1, 8) : NULL;
	*partial = !strcmp(rest ? rest : at, ".incomplete");
	return *partial;
}

/* Only what is named as a blob is one, whoever put the rest there. */
static void
take_stray(struct scan_repo *repo, const struct walk *blobs,
    const struct walk_entry *entry)
{
	struct scan_stray stray = { .name = NULL };
	struct walk_info info = { .kind = WALK_OTHER };

	if (!scan_is_blob_name(entry->name, &stray.partial) ||
	    !walk_look(blobs, entry->name, &info) || info.kind != WALK_FILE) {
		repo->odd++;
		if (entry->kind == WALK_FILE &&
		    walk_look(blobs, entry->name, &info))
			repo->other_held += info.held;
		if (entry->kind != WALK_LINK ||
		    !scan_is_blob_name(entry->name, &stray.partial))
			return;
	} else if (entry->kind == WALK_FILE) {
		stray.size = info.size;
		stray.modified = info.modified;
		stray.disk = scan_disk_of(&info);
	}
	stray.name = mem_strdup(entry->name);
	repo->partials += stray.partial;
	sum_add(&repo->partial_size, stray.partial ? stray.size : 0);
	repo->partial_held += stray.partial ? stray.disk.held : 0;
	repo->orphans += !stray.partial;
	sum_add(&repo->orphan_size, stray.partial ? 0 : stray.size);
	repo->orphan_held += stray.partial ? 0 : stray.disk.held;
	arr_push(&repo->strays, stray);
}

/* What lies in `blobs` and no entry's text names. */
struct unnamed {
	char *name;
	enum walk_kind kind;
};

typedef ARR(struct unnamed) unnamed_list;

/*
 * Of these, files that entries lead to all the same, through a link in `blobs`
 * or a revision that is a link, are used: known by device and number, as names
 * say nothing there. `near`, by blob: it is the file that its key names.
 */
static void
sort_out(struct reading *r, const struct walk *blobs,
    const unnamed_list *unnamed, const bool *near)
{
	struct scan_repo *repo = r->repo;
	struct inodes far = { .known = MAP_INIT };
	struct walk_info info;

	for (size_t i = 0; i < repo->blobs.n; i++) {
		const struct scan_disk *disk = &repo->blobs.v[i].disk;

		if (!near[i] && !repo->blobs.v[i].shared)
			inodes_note(&far, disk->device, disk->number,
			    disk->names, disk->held);
	}
	arr_each (one, unnamed) {
		struct walk_entry entry = { one->name, one->kind };

		if (far.list.n && one->kind != WALK_FOLDER &&
		    walk_look(blobs, one->name, &info) &&
		    inodes_has(&far, info.device, info.number)) {
			struct str key = STR_INIT;

			str_addf(&key, "blobs/%s", one->name);
			arr_push(&repo->indirect, str_steal(&key));
			if (one->kind == WALK_FILE)
				repo->other_held += info.held;
		} else {
			take_stray(repo, blobs, &entry);
		}
	}
	inodes_fini(&far);
}

static void
find_strays(struct reading *r, struct walk *blobs)
{
	bool *near = mem_zalloc(r->repo->blobs.n + 1);
	unnamed_list unnamed = { 0 };
	struct walk_entry entry;
	size_t at;

	while (walk_next(blobs, &entry)) {
		str_clear(&r->key);
		str_addf(&r->key, "blobs/%s", entry.name);
		if (map_find(&r->blobs, r->key.v, &at)) {
			struct scan_blob *blob = &r->repo->blobs.v[at];

			blob->foreign =
			    entry.kind == WALK_LINK && !blob->shared;
			near[at] = entry.kind == WALK_FILE;
		} else if (!dir_is_of_the_system(entry.name)) {
			struct unnamed one = { mem_strdup(entry.name),
				entry.kind };

			arr_push(&unnamed, one);
		}
	}
	if (walk_error(blobs))
		scan_not_read(r->repo, "blobs", walk_error(blobs));
	sort_out(r, blobs, &unnamed, near);
	arr_each (one, &unnamed)
		free(one->name);
	arr_free(&unnamed);
	free(near);
}

uint64_t
scan_once(struct inodes *inodes, const struct scan_disk *disk)
{
	if (disk->names < 2)
		return disk->held;
	return inodes_note(
		   inodes, disk->device, disk->number, disk->names, disk->held)
	                   ->seen == 1
	           ? disk->held
	           : 0;
}

static void
add_up(struct scan_repo *repo)
{
	struct inodes inodes = { .known = MAP_INIT };

	arr_each (blob, &repo->blobs) {
		uint64_t held = scan_once(&inodes, &blob->disk);

		sum_add(&repo->size, blob->size);
		repo->held += blob->foreign ? 0 : held;
		if (!blob->shared) {
			sum_add(&repo->own_bytes, blob->size);
			repo->own_held += blob->foreign ? 0 : held;
		}
		if (blob == repo->blobs.v || blob->accessed > repo->accessed)
			repo->accessed = blob->accessed;
		if (blob == repo->blobs.v || blob->modified > repo->modified)
			repo->modified = blob->modified;
	}
	inodes_fini(&inodes);
}

static int
by_name(const void *a, const void *b)
{
	const struct scan_revision *x = a;
	const struct scan_revision *y = b;

	return strcmp(x->name, y->name);
}

/* What the folder holds beside blobs and revisions: refs, listings, and whatever
 * else somebody put there. */
static void
add_rest(struct reading *r, struct walk *walk)
{
	static const char *const known[] = { "blobs", "snapshots", "refs",
		"trees", ".no_exist" };

	struct walk_entry entry;
	struct walk_info info;

	while (walk_next(walk, &entry)) {
		struct root_sum sum = { 0 };
		struct str path = STR_INIT;
		unsigned i = 0;

		while (i < 5 && strcmp(entry.name, known[i]) != 0)
			i++;
		r->repo->odd += i == 5 && !dir_is_of_the_system(entry.name);
		str_addf(&path, "%s/%s", r->path.v, entry.name);
		if (entry.kind == WALK_FILE &&
		    walk_look(walk, entry.name, &info))
			r->repo->other_held += info.held;
		else if (entry.kind == WALK_FOLDER && i > 1)
			root_add_up_path(path.v, NULL, &sum);
		r->repo->other_held += sum.bytes;
		str_fini(&path);
	}
	if (walk_error(walk))
		scan_not_read(r->repo, "its folder", walk_error(walk));
}

/* Opens a folder of the repository. One that is a link is followed, and that
 * is noted; one that is missing is fine; any other way it is not clear. */
static struct walk *
open_part(struct reading *r, struct walk *repo, const char *name)
{
	struct walk *part = walk_open(repo, name);
	int errnum = errno;
	bool link = walk_link(repo, name, &r->text);
	struct str text = STR_INIT;

	if (link && (part || errnum != ENOENT) && !r->repo->linked) {
		str_addf(&text, "%s is a link to %s", name, r->text.v);
		r->repo->linked = str_steal(&text);
	}
	if (!part && (errnum != ENOENT || link))
		scan_not_read(r->repo, name, errnum);
	if (part && !link)
		scan_check_fixed(r->repo, part, name);
	return part;
}

static void
read_repo(struct reading *r, struct walk *walk)
{
	struct walk *refs = open_part(r, walk, "refs");
	struct walk *snapshots = open_part(r, walk, "snapshots");
	struct walk *blobs = open_part(r, walk, "blobs");
	struct walk_info info;

	if (!snapshots)
		scan_warn_at(r, "Snapshots dir doesn't exist in cached repo: ",
		    "/snapshots");
	else if (!refs && walk_look(walk, "refs", &info))
		scan_warn_at(r, "Refs directory cannot be a file: ", "/refs");
	/* In this order: a stray is what no entry led to. What a download links
	 * in between may pass for one; carry.c looks again under its lock. */
	if (refs)
		refs_each(refs, take_ref, refuse_ref, r);
	if (snapshots)
		scan_snapshots(r, snapshots);
	if (blobs)
		find_strays(r, blobs);
	warn_of_refs(r);
	judge_refs(r);
	add_up(r->repo);
	add_rest(r, walk);
	if (r->repo->revisions.n)
		qsort(r->repo->revisions.v, r->repo->revisions.n,
		    sizeof(*r->repo->revisions.v), by_name);
	if (r->repo->refs.n)
		qsort(r->repo->refs.v, r->repo->refs.n, sizeof(char *),
		    scan_by_text);
	walk_close(refs);
	walk_close(snapshots);
	walk_close(blobs);
}

/* "models--org--name" into type and id; the text of what is wrong, or NULL. */
static const char *
name_repo(struct scan_repo *repo, struct str *detail)
{
	size_t dash;

	if (repo_read_folder(repo->folder, &repo->kind, &repo->id, &dash)) {
		repo->type = repo_type_name(repo->kind);
		return NULL;
	}
	if (!dash && strncmp(repo->folder, "--", 2) != 0)
		return "Repo path is not a valid HuggingFace cache directory: ";
	str_addf(detail,
	    "Repo type must be one of ['datasets', 'kernels', 'models', "
	    "'spaces'], found `%.*s` (",
	    (int)dash, repo->folder);
	return detail->v;
}

/* Whether the folder of the repository itself is a link, or cannot be moved
 * away. */
static void
check_folder(struct reading *r, const char *folder, const struct walk *walk)
{
	struct str text = STR_INIT;
	struct error ignored;
	struct root *root;
	const char *why = NULL;

	if (file_link_text(r->path.v, &r->text)) {
		str_addf(&text, "its folder is a link to %s", r->text.v);
		r->repo->linked = str_steal(&text);
		return;
	}
	scan_check_fixed(r->repo, walk, "its folder");
	root = r->repo->fixed ? NULL : root_open(r->root, &ignored);
	if (root)
		why = root_is_stuck(root, folder);
	if (why)
		r->repo->fixed = mem_strdup(why);
	root_close(root);
}

void
scan_one(
    struct scan_repo *repo, const char *root, const char *folder, bool shares)
{
	struct reading r = { .repo = repo,
		.root = root,
		.path = STR_INIT,
		.blobs = MAP_INIT,
		.refs = MAP_INIT,
		.text = STR_INIT,
		.key = STR_INIT,
		.store = shared_is_there(root),
		.shares = shares };
	struct str detail = STR_INIT;
	struct walk_info info;
	const char *fault;
	struct walk *walk;

	*repo = (struct scan_repo){ .folder = mem_strdup(folder) };
	str_addf(&r.path, "%s/%s", root, folder);
	walk = walk_open(NULL, r.path.v);
	fault =
	    walk ? name_repo(repo, &detail) : "Repo path is not a directory: ";
	if (fault) {
		scan_warn(repo, fault, r.path.v, detail.n ? ")." : "");
	} else {
		if (walk_look(walk, ".", &info)) {
			repo->accessed = info.accessed;
			repo->modified = info.modified;
		}
		check_folder(&r, folder, walk);
		read_repo(&r, walk);
	}
	walk_close(walk);
	arr_each (refs, &r.commits) {
		arr_each (name, &refs->names)
			free(*name);
		arr_free(&refs->names);
		free(refs->commit);
		free(refs->meant);
	}
	arr_free(&r.commits);
	map_fini(&r.blobs);
	map_fini(&r.refs);
	str_fini(&r.path);
	str_fini(&r.text);
	str_fini(&r.key);
	str_fini(&detail);
}

void
scan_repo_fini(struct scan_repo *repo)
{
	arr_each (blob, &repo->blobs)
		free(blob->key);
	arr_free(&repo->blobs);
	arr_each (revision, &repo->revisions) {
		arr_each (file, &revision->files)
			free(file->path);
		arr_free(&revision->files);
		arr_each (ref, &revision->refs)
			free(*ref);
		arr_free(&revision->refs);
		arr_each (path, &revision->broken)
			free(*path);
		arr_free(&revision->broken);
		free(revision->name);
	}
	arr_free(&repo->revisions);
	arr_each (ref, &repo->refs)
		free(*ref);
	arr_free(&repo->refs);
	arr_each (stray, &repo->strays)
		free(stray->name);
	arr_free(&repo->strays);
	arr_each (key, &repo->indirect)
		free(*key);
	arr_free(&repo->indirect);
	free(repo->folder);
	free(repo->id);
	free(repo->warning);
	free(repo->unclear);
	free(repo->linked);
	free(repo->fixed);
}

bool
scan_is_empty(const struct scan_repo *repo)
{
	return repo->type && !repo->revisions.n && !repo->strays.n &&
	       !repo->odd && !repo->unclear && !repo->linked;
}
